package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowFiles;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.TableRead;
import io.bergview.refresh.RefreshRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question that names keys reads the shards of these keys, by find and by SELECT. */
class ShardPruningTest {
  private static final int SHARDS = 12;
  private static final long ROWS = 3_000;
  private static final Schema EVENTS =
      new Schema(
          Types.NestedField.optional(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "kind", Types.StringType.get()),
          Types.NestedField.optional(3, "amount", Types.LongType.get()),
          Types.NestedField.optional(4, "token", Types.UUIDType.get()),
          Types.NestedField.optional(5, "hash", Types.BinaryType.get()));

  @TempDir Path folder;
  private Bergview bergview;

  @BeforeEach
  void open() {
    bergview =
        Projects.create(
            folder,
            "",
            Map.of(
                "types/Event.yaml",
                "$type: Event\n$table: shop.events\n$id: id\n",
                "views/EventById.yaml",
                "$type: EventById\n$from: Event\n$shards: " + SHARDS + "\n",
                "views/ByToken.yaml",
                "$type: ByToken\n$from: Event\n$shardKey: token\n$shards: " + SHARDS + "\n",
                "views/ByHash.yaml",
                "$type: ByHash\n$from: Event\n$shardKey: hash\n$shards: " + SHARDS + "\n",
                "views/KindTotals.yaml",
                "$type: KindTotals\n$from: Event\n$groupBy: [kind]\n"
                    + "$compute: {total: {$sum: amount}}\n$shards: "
                    + SHARDS
                    + "\n"));
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    Table table =
        bergview.catalog("lake").createTable(TableIdentifier.of("shop", "events"), EVENTS);
    RowFiles.append(
        table, () -> LongStream.range(0, ROWS).mapToObj(ShardPruningTest::event).iterator());
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private static Record event(long id) {
    Record row = GenericRecord.create(EVENTS);
    row.setField("id", id);
    row.setField("kind", "kind " + id % 200);
    row.setField("amount", id);
    row.setField("token", new UUID(id * 0x9E3779B97F4A7C15L, id));
    row.setField("hash", ByteBuffer.wrap(new byte[] {(byte) (id >> 8), (byte) id}));
    return row;
  }

  private static long shards(Long... ids) {
    return Arrays.stream(ids)
        .map(Transforms.<Long>bucket(SHARDS).bind(Types.LongType.get())::apply)
        .distinct()
        .count();
  }

  private static void assertReads(Find find, String table, long files, int rows) {
    assertThat(rows(find)).hasSize(rows);
    try (QueryResult answer = find.answer()) {
      List<TableRead> read = answer.origin().tables();
      assertThat(read).hasSize(1);
      assertThat(read.get(0).table().toString()).endsWith(table);
      assertThat(read.get(0).files()).isEqualTo(files);
    }
  }

  private Find select(String sql) {
    return bergview.find(FindQuery.select(SqlText.of(sql)));
  }

  @Test
  void aPointLookupReadsOneShard() {
    assertReads(bergview.find("EventById"), "event_by_id", SHARDS, (int) ROWS);
    for (long id : List.of(0L, 17L, ROWS - 1)) {
      assertReads(bergview.find("EventById").filter("{id: " + id + "}"), "event_by_id", 1, 1);
      assertReads(select("SELECT * FROM EventById WHERE id = " + id), "event_by_id", 1, 1);
    }
    assertReads(bergview.find("KindTotals").filter("{kind: 'kind 17'}"), "kind_totals", 1, 1);
  }

  @Test
  void aListOfKeysReadsTheirShards() {
    Long[] ids = {3L, 50L, 700L, 701L, 2_999L};
    String list = Arrays.stream(ids).map(String::valueOf).collect(Collectors.joining(", "));
    assertThat(shards(ids)).isBetween(2L, 5L);
    assertReads(
        bergview.find("EventById").filter("{id: {$in: [" + list + "]}}"),
        "event_by_id",
        shards(ids),
        ids.length);
    assertReads(
        select("SELECT * FROM EventById WHERE id IN (" + list + ")"),
        "event_by_id",
        shards(ids),
        ids.length);
    assertReads(
        select("SELECT * FROM EventById WHERE id = 3 OR id = 50 AND kind = 'kind 50'"),
        "event_by_id",
        shards(3L, 50L),
        2);
  }

  /** Their bounds are not trusted, their buckets are. */
  @Test
  void aKeyOfBytesIsInOneShardToo() {
    for (long id : List.of(0L, 17L, 2_999L)) {
      Record row = event(id);
      String token = "'" + row.getField("token") + "'";
      String hash = "'0x%04x'".formatted(id);
      assertReads(bergview.find("ByToken").filter("{token: " + token + "}"), "by_token", 1, 1);
      assertReads(bergview.find("ByHash").filter("{hash: " + hash + "}"), "by_hash", 1, 1);
      assertReads(select("SELECT * FROM ByToken WHERE token = UUID " + token), "by_token", 1, 1);
    }
    assertThat(rows(bergview.find("ByToken").filter("{token: {$ne: '" + new UUID(0, 0) + "'}}")))
        .hasSize((int) ROWS - 1);
  }

  @Test
  void afterMoreRefreshesALookupStillReadsTheFilesOfOneShard() {
    Table table = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "events"));
    for (int batch = 1; batch <= 3; batch++) {
      // Every batch has keys on both sides of all others, so that bounds rule no file out.
      RowFiles.append(table, List.of(event(-batch), event(ROWS + batch)));
      bergview.refreshView(RefreshRequest.ofAll());
    }
    Table view =
        bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", "event_by_id"));
    int shard = Transforms.<Long>bucket(SHARDS).bind(Types.LongType.get()).apply(17L);
    long[] files = new long[2];
    view.newScan()
        .planFiles()
        .forEach(task -> files[task.file().partition().get(0, Integer.class) == shard ? 0 : 1]++);
    assertThat(files[1]).isGreaterThanOrEqualTo(SHARDS - 1);
    Find find = bergview.find("EventById").filter("{id: 17}");
    assertThat(rows(find)).hasSize(1);
    try (QueryResult answer = find.answer()) {
      assertThat(answer.origin().tables().get(0).files()).isBetween(1L, files[0]);
    }
  }
}
