package io.bergview.refresh.explain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Buckets;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.refresh.write.Sharding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * How evenly the rows of a view are spread over its shards, as its manifests say.
 *
 * @param shards all of them, by number, empty ones too
 * @param withoutKey rows whose shard key is null, which are in no shard
 * @param filesOfOtherLayouts that were written before the table had these shards
 */
public record ShardSizes(List<Shard> shards, Shard withoutKey, int filesOfOtherLayouts) {
  private static final int MOST_LISTED = 5;

  /**
   * @param number from 0; empty for that of the rows without a key
   * @param rows of its data files, without those that are marked deleted
   * @param bytes of its data files
   */
  public record Shard(OptionalInt number, long rows, long bytes, int files) {
    public Shard {
      requireNonNull(number, "number is null");
    }

    private Shard plus(long moreRows, long moreBytes) {
      return new Shard(number, rows + moreRows, bytes + moreBytes, files + 1);
    }

    private ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      number.ifPresent(shard -> json.put("shard", shard));
      return json.put("rows", rows).put("bytes", bytes).put("files", files);
    }
  }

  /** Least, median and greatest of all shards. */
  public record Spread(long min, long median, long max) {
    private static Spread of(LongStream values) {
      long[] sorted = values.sorted().toArray();
      return new Spread(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
    }

    private ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("min", min)
          .put("median", median)
          .put("max", max);
    }
  }

  public ShardSizes {
    shards = List.copyOf(shards);
    requireNonNull(withoutKey, "withoutKey is null");
  }

  /**
   * Of the table's current snapshot.
   *
   * @throws io.bergview.errors.BergviewException where its manifests cannot be read
   */
  static ShardSizes of(Table table, Sharding sharding) {
    List<Shard> shards = new ArrayList<>();
    for (int number = 0; number < sharding.count(); number++) {
      shards.add(new Shard(OptionalInt.of(number), 0, 0, 0));
    }
    Shard withoutKey = new Shard(OptionalInt.empty(), 0, 0, 0);
    int others = 0;
    Map<Integer, Optional<Integer>> positions = new HashMap<>();
    for (FileScanTask task : files(table)) {
      Optional<Integer> position =
          positions.computeIfAbsent(
              task.spec().specId(), id -> position(task.spec(), table, sharding));
      if (position.isEmpty()) {
        others++;
        continue;
      }
      long bytes = task.file().fileSizeInBytes();
      Integer number = task.file().partition().get(position.get(), Integer.class);
      if (number == null) {
        withoutKey = withoutKey.plus(rows(task), bytes);
      } else {
        shards.set(number, shards.get(number).plus(rows(task), bytes));
      }
    }
    return new ShardSizes(shards, withoutKey, others);
  }

  private static List<FileScanTask> files(Table table) {
    Snapshot current = table.currentSnapshot();
    return SnapshotFiles.of(
        table,
        current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId()),
        Expressions.alwaysTrue());
  }

  /** Where partitions of a spec have the number of the shard. */
  private static Optional<Integer> position(PartitionSpec spec, Table table, Sharding sharding) {
    for (int i = 0; i < spec.fields().size(); i++) {
      PartitionField field = spec.fields().get(i);
      if (Buckets.of(field).equals(OptionalInt.of(sharding.count()))
          && sharding.column().equals(table.schema().findColumnName(field.sourceId()))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static long rows(FileScanTask task) {
    long deleted =
        task.deletes().stream()
            .filter(file -> file.content() == FileContent.POSITION_DELETES)
            .mapToLong(DeleteFile::recordCount)
            .sum();
    return Math.max(0, task.file().recordCount() - deleted);
  }

  public Spread rows() {
    return Spread.of(shards.stream().mapToLong(Shard::rows));
  }

  public Spread bytes() {
    return Spread.of(shards.stream().mapToLong(Shard::bytes));
  }

  public Spread files() {
    return Spread.of(shards.stream().mapToLong(Shard::files));
  }

  /** The shards with most rows, largest first. */
  public List<Shard> largest() {
    ToLongFunction<Shard> rows = Shard::rows;
    return shards.stream()
        .filter(shard -> shard.rows() > 0)
        .sorted(Comparator.comparingLong(rows).reversed())
        .limit(MOST_LISTED)
        .toList();
  }

  void write(ObjectNode json) {
    json.set("rows", rows().toJson());
    json.set("bytes", bytes().toJson());
    json.set("files", files().toJson());
    ArrayNode array = json.putArray("largest");
    largest().forEach(shard -> array.add(shard.toJson()));
    json.set("withoutKey", withoutKey.toJson());
    json.put("filesOfOtherLayouts", filesOfOtherLayouts);
  }
}
