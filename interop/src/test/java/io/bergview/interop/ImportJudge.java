package io.bergview.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spark as the judge of imports: it reads the files, and the tables that were made of them. */
final class ImportJudge {
  private final Lake lake;

  ImportJudge(Lake lake) {
    this.lake = lake;
  }

  /** Spark writes the rows of a query as Parquet files into a folder of the project. */
  void write(String folder, String query) {
    lake.spark("INSERT OVERWRITE DIRECTORY '%s' USING parquet %s".formatted(path(folder), query));
  }

  /** As {@link #write}, with a folder for each value of the columns, as Hive has them. */
  void writePartitioned(String folder, String columns, String query) {
    String name =
        "spark_catalog.default.written_" + Math.floorMod(path(folder).hashCode(), 1 << 30);
    lake.spark(
        "CREATE TABLE %s USING parquet PARTITIONED BY (%s) LOCATION '%s' AS %s"
            .formatted(name, columns, path(folder), query));
  }

  /** A query of the rows of CSV or NDJSON files, of the columns that are named with their types. */
  String texts(String format, String file, String columns, String options) {
    String name = "read_" + Math.floorMod(path(file).hashCode(), 1 << 30);
    lake.spark(
        "CREATE OR REPLACE TEMPORARY VIEW %s (%s) USING %s OPTIONS (path '%s'%s)"
            .formatted(name, columns, format, path(file), options));
    return "SELECT * FROM " + name;
  }

  /** A query of the rows of Parquet files in a folder of the project. */
  String files(String folder) {
    return "SELECT * FROM parquet.`%s`".formatted(path(folder));
  }

  private Path path(String folder) {
    return lake.folder().resolve(folder);
  }

  /** The table {@code s.NAME} has the columns, types and rows of the query, whoever reads it. */
  void assertHolds(String table, String query) {
    ComparableRows files = widened(lake.spark(query)).bitByBit();
    ComparableRows inSpark = lake.spark("SELECT * FROM s." + table).bitByBit();
    Bags.assertSame("Spark of the files", files, "Spark of the table", inSpark);
    Bags.assertSame(
        "Spark of the files", files, "Iceberg's reader", lake.imported("s", table).bitByBit());
  }

  /** Two queries have the same answer. */
  void assertSame(String files, String table) {
    Bags.assertSame(
        files, widened(lake.spark(files)).bitByBit(), table, lake.spark(table).bitByBit());
  }

  /** Integers of 8 and 16 bits are of 32 in a table. */
  static ComparableRows widened(ComparableRows rows) {
    return new ComparableRows(
        rows.columns(),
        rows.types().stream().map(type -> type.replaceAll("\\b(tiny|small)int\\b", "int")).toList(),
        rows.rows().stream().map(ImportJudge::row).toList());
  }

  private static List<@Nullable Object> row(List<@Nullable Object> row) {
    List<@Nullable Object> values = new ArrayList<>();
    row.forEach(value -> values.add(widened(value)));
    return values;
  }

  private static @Nullable Object widened(@Nullable Object value) {
    if (value instanceof List<?> list) {
      List<@Nullable Object> values = new ArrayList<>();
      list.forEach(element -> values.add(widened(element)));
      return values;
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      map.forEach((key, element) -> values.put(widened(key), widened(element)));
      return values;
    }
    return value instanceof Byte || value instanceof Short
        ? Integer.valueOf(((Number) value).intValue())
        : value;
  }
}
