package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.Pair;
import org.apache.iceberg.util.PartitionMap;
import org.jspecify.annotations.Nullable;

/**
 * The delete files of one snapshot, for counting the rows that they delete: exactly where they are
 * for one data file, as deletion vectors are; by partition and sequence number where they are for
 * several.
 */
final class AppliedDeletes {
  /** What a delete file is known by: one Puffin file holds many deletion vectors. */
  record Key(String location, @Nullable Long offset) {
    static Key of(DeleteFile file) {
      return new Key(file.location(), file.contentOffset());
    }
  }

  private final Map<Integer, PartitionSpec> specs;
  private final Map<String, Long> byFile = new HashMap<>();
  private final Map<Key, DeleteFile> ofSeveralFiles = new LinkedHashMap<>();
  private final Set<Key> equality = new HashSet<>();

  /** The latest equality deletes by partition, and of those that apply in all. */
  private final PartitionMap<Long> latestEquality;

  private long latestEverywhere = Long.MIN_VALUE;

  AppliedDeletes(Table table, List<DeleteFile> files) {
    this.specs = table.specs();
    this.latestEquality = PartitionMap.create(specs);
    files.forEach(this::add);
  }

  private void add(DeleteFile file) {
    if (file.content() == FileContent.EQUALITY_DELETES) {
      equality.add(Key.of(file));
      if (isUnpartitioned(file.specId())) {
        latestEverywhere = Math.max(latestEverywhere, sequence(file));
      } else {
        latestEquality.merge(
            Pair.of(file.specId(), file.partition()),
            sequence(file),
            (one, other) -> Math.max(one, other));
      }
    } else if (ContentFileUtil.isFileScoped(file)) {
      String location = ContentFileUtil.referencedDataFileLocation(file);
      byFile.merge(requireNonNull(location, "no data file"), file.recordCount(), Long::sum);
    } else {
      ofSeveralFiles.put(Key.of(file), file);
    }
  }

  private boolean isUnpartitioned(int specId) {
    PartitionSpec spec = specs.get(specId);
    return spec == null || spec.isUnpartitioned();
  }

  /** Rows that deletes of this data file alone take of it. */
  long rowsOf(String dataFile) {
    return byFile.getOrDefault(dataFile, 0L);
  }

  /** The data files that have deletes of their own. */
  Set<String> dataFiles() {
    return byFile.keySet();
  }

  Set<Key> equality() {
    return equality;
  }

  /** Whether an equality delete applies to a data file, so that its live rows are not known. */
  boolean hasEqualityDeletesFor(DataFile file) {
    Long latest = latestEquality.get(file.specId(), file.partition());
    return sequence(file) < Math.max(latestEverywhere, latest == null ? Long.MIN_VALUE : latest);
  }

  /**
   * Rows that position deletes for several data files take of some: all that they name, where they
   * may name one of those.
   *
   * @param others deletes of the other snapshot: what is not among them counts too
   */
  long rowsOf(List<DataFile> files, AppliedDeletes others) {
    PartitionMap<Long> oldest = PartitionMap.create(specs);
    files.forEach(
        file ->
            oldest.merge(
                Pair.of(file.specId(), file.partition()),
                sequence(file),
                (one, other) -> Math.min(one, other)));
    long rows = 0;
    for (Map.Entry<Key, DeleteFile> entry : ofSeveralFiles.entrySet()) {
      DeleteFile delete = entry.getValue();
      Long first = oldest.get(delete.specId(), delete.partition());
      boolean mayApply = first != null && first <= sequence(delete);
      if (mayApply || !others.ofSeveralFiles.containsKey(entry.getKey())) {
        rows += delete.recordCount();
      }
    }
    return rows;
  }

  private static long sequence(ContentFile<?> file) {
    Long sequence = file.dataSequenceNumber();
    return sequence == null ? 0 : sequence;
  }
}
