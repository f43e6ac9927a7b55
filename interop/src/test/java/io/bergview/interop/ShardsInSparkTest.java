package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark finds the rows of a shard where Bergview put them, and plans by the shards. */
@Tag("long")
class ShardsInSparkTest {
  private static final Pattern ROW_COUNT = Pattern.compile("rowCount=([0-9.E+]+)");
  private static final Map<String, String> TYPES =
      Map.of(
          "Event.yaml",
          "$type: Event\n$table: shop.events\n$id: id\n",
          "Thing.yaml",
          "$type: Thing\n$table: shop.things\n$id: id\n",
          "Person.yaml",
          "$type: Person\n$table: shop.people\n$id: person_id\n");

  @TempDir private static Path folder;
  private static Lake lake;

  @BeforeAll
  static void open() {
    lake = Lake.create(folder, TYPES);
    lake.spark("CREATE NAMESPACE shop");
    lake.spark(
        """
        CREATE TABLE shop.events USING iceberg AS
        SELECT id, IF(id % 17 = 0, NULL, CAST(id * 7919 - 500000 AS INT)) AS n,
          IF(id % 13 = 0, NULL, id % 50) AS person,
          IF(id % 11 = 0, NULL, CAST(id - 300 AS DECIMAL(9,2)) / 4) AS price,
          CAST(id - 300 AS DECIMAL(38,10)) * 12345678901234567 AS huge,
          IF(id % 7 = 0, NULL, CONCAT(CHAR(65 + id % 26), '\u00fc ', id)) AS name,
          DATE_SUB(DATE '1970-02-01', CAST(id AS INT)) AS day,
          TIMESTAMP '1970-01-01 00:00:00.000001' - MAKE_INTERVAL(0, 0, 0, 0, CAST(id AS INT)) AS at,
          TIMESTAMP_NTZ '1969-12-31 23:59:59.999999' + MAKE_INTERVAL(0, 0, 0, 0, CAST(id AS INT)) AS local,
          IF(id % 5 = 0, NULL, UNHEX(LPAD(HEX(id * 65537), 10, '0'))) AS bytes
        FROM RANGE(600)
        """);
    lake.spark(
        "CREATE TABLE shop.people USING iceberg AS SELECT id AS person_id, CONCAT('p', id) AS"
            + " called FROM RANGE(50)");
  }

  @AfterAll
  static void close() {
    lake.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"id", "n", "person", "price", "huge", "name", "day", "at", "local", "bytes"})
  void bucketsAreSparks(String key) {
    int count = 2 + key.length() * 3;
    String view = "By_" + key;
    lake.define(
        view, "$type: %s\n$from: Event\n$shards: %d\n$shardKey: %s\n".formatted(view, count, key));
    lake.refresh(view);
    String others =
        "SELECT id FROM %s WHERE NOT (_partition.%s_bucket <=> lake.system.bucket(%d, %s))"
            .formatted(lake.table(view).name(), key, count, key);
    assertThat(Spark.sql(folder, others).rows()).isEmpty();
    lake.assertHolds(view, "SELECT * FROM shop.events");
  }

  /**
   * Spark has no type for uuids, whose bucket is that of their 16 bytes, and reads fixed as binary.
   * A time it does not read at all.
   */
  @Test
  void bucketsOfUuidsAndFixedBytesAreSparks() {
    Schema columns =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "token", Types.UUIDType.get()),
            Types.NestedField.optional(3, "hash", Types.FixedType.ofLength(5)));
    Table things = lake.catalog().createTable(TableIdentifier.of("shop", "things"), columns);
    Random random = new Random(7);
    List<Record> rows = new ArrayList<>();
    for (long id = 0; id < 500; id++) {
      byte[] hash = new byte[5];
      random.nextBytes(hash);
      Record row = GenericRecord.create(columns);
      row.setField("id", id);
      row.setField("token", id % 9 == 0 ? null : new UUID(random.nextLong(), random.nextLong()));
      row.setField("hash", id % 7 == 0 ? null : hash);
      rows.add(row);
    }
    RowFiles.append(things, rows);
    Map<String, String> inSpark = Map.of("token", "UNHEX(REPLACE(token, '-', ''))", "hash", "hash");
    inSpark.forEach(
        (key, bytes) -> {
          String view = "Things_by_" + key;
          lake.define(
              view, "$type: %s\n$from: Thing\n$shards: 11\n$shardKey: %s\n".formatted(view, key));
          lake.refresh(view);
          String table = lake.table(view).name();
          assertThat(
                  Spark.sql(
                          folder,
                          "SELECT id FROM %s WHERE NOT (_partition.%s_bucket <=> lake.system.bucket(11, %s))"
                              .formatted(table, key, bytes))
                      .rows())
              .isEmpty();
          assertThat(
                  Spark.sql(
                          folder,
                          "SELECT DISTINCT _partition.%s_bucket FROM %s".formatted(key, table))
                      .rows())
              .hasSize(12);
          lake.assertHolds(view, "SELECT * FROM shop.things");
        });
  }

  /** Spark's estimate of rows is that of the files that are left once it has planned. */
  private static double plannedRows(String query) {
    String plan = explain("COST", query);
    Matcher counts = ROW_COUNT.matcher(plan);
    String last = "";
    while (counts.find()) {
      last = counts.group(1);
    }
    assertThat(last).as(plan).isNotEmpty();
    return Double.parseDouble(last);
  }

  private static String explain(String mode, String query) {
    return Spark.sql(folder, "EXPLAIN " + mode + " " + query).rows().get(0).get(0).toString();
  }

  private static long rowsOfShardsWith(Object... ids) {
    long rows = 0;
    for (FileScanTask task :
        lake.table("V").newScan().filter(Expressions.in("id", ids)).planFiles()) {
      DataFile file = task.file();
      rows += file.recordCount();
    }
    return rows;
  }

  @Test
  void sparkPlansTheShardsOfTheKeysOnly() {
    lake.define("V", "$type: V\n$from: Event\n$shards: 12\n");
    lake.refresh("V");
    String table = lake.table("V").name();
    assertThat(plannedRows("SELECT * FROM " + table)).isEqualTo(600);
    double one = plannedRows("SELECT * FROM " + table + " WHERE id = 17");
    assertThat(one).isEqualTo(rowsOfShardsWith(17L)).isBetween(1.0, 150.0);
    double some = plannedRows("SELECT * FROM " + table + " WHERE id IN (17, 18, 400)");
    assertThat(some).isEqualTo(rowsOfShardsWith(17L, 18L, 400L)).isBetween(one, 450.0);
  }

  @Test
  void viewsShardedAlikeAreJoinedWithoutAShuffle() {
    lake.define("X", "$type: X\n$from: Event\n$shards: 8\n$shardKey: person\n");
    lake.define("W", "$type: W\n$from: Person\n$shards: 8\n");
    lake.define("Other", "$type: Other\n$from: Person\n$shards: 5\n");
    lake.refresh("X");
    lake.refresh("W");
    lake.refresh("Other");
    for (String setting :
        List.of(
            "spark.sql.sources.v2.bucketing.enabled=true",
            "spark.sql.sources.v2.bucketing.pushPartValues.enabled=true",
            "spark.sql.requireAllClusterKeysForCoPartition=false",
            "spark.sql.iceberg.planning.preserve-data-grouping=true",
            "spark.sql.autoBroadcastJoinThreshold=-1")) {
      String[] parts = setting.split("=");
      Spark.sql(folder, "SET `%s`=%s".formatted(parts[0], parts[1]));
    }
    String join =
        "SELECT v.id, w.called FROM %s v JOIN %s w ON v.person = w.person_id"
            .formatted(lake.table("X").name(), lake.table("W").name());
    assertThat(explain("FORMATTED", join)).contains("SortMergeJoin").doesNotContain("Exchange");
    Bags.assertSame(
        "the join of the views",
        lake.spark(join),
        "that of their sources",
        lake.spark(
            "SELECT e.id, p.called FROM shop.events e JOIN shop.people p ON e.person ="
                + " p.person_id"));
    String unlike =
        "SELECT v.id, w.called FROM %s v JOIN %s w ON v.person = w.person_id"
            .formatted(lake.table("X").name(), lake.table("Other").name());
    assertThat(explain("FORMATTED", unlike)).contains("Exchange");
  }
}
