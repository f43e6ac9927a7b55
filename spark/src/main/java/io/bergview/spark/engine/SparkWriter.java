package io.bergview.spark.engine;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.sink.WriteOptions;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.spark.sql.SparkUdfs;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.FileRewriteCoordinator;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Rows of a query as data files of an Iceberg table, written by the executors in the table's
 * distribution and sort order. Nothing is committed: the files are handed to the driver as those of
 * a rewrite.
 */
final class SparkWriter {
  private final SparkSession spark;
  private final SqlDialect dialect;
  private final GivenTables given;

  SparkWriter(SparkSession spark, SqlDialect dialect, GivenTables given) {
    this.spark = spark;
    this.dialect = dialect;
    this.given = given;
  }

  List<DataFile> write(String query, Table table, WriteOptions options) {
    String name = given.give(table);
    DataFrameWriterV2<Row> writer =
        typed(query, table)
            .writeTo(GivenTables.relation(name))
            .option(SparkWriteOptions.CHECK_NULLABILITY, "false")
            .option(SparkWriteOptions.COMPRESSION_CODEC, "zstd");
    options
        .targetFileSizeBytes()
        .ifPresent(
            bytes -> writer.option(SparkWriteOptions.TARGET_FILE_SIZE_BYTES, Long.toString(bytes)));
    options
        .level()
        .ifPresent(
            level -> writer.option(SparkWriteOptions.COMPRESSION_LEVEL, Integer.toString(level)));
    FileRewriteCoordinator written = FileRewriteCoordinator.get();
    try {
      append(writer);
      return written.fetchSetIds(table).contains(name)
          ? List.copyOf(written.fetchNewFiles(table, name))
          : List.of();
    } finally {
      written.clearRewrite(table, name);
    }
  }

  private static void append(DataFrameWriterV2<Row> writer) {
    try {
      writer.append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The columns of the table by position, under its names and of its types. */
  private Dataset<Row> typed(String query, Table table) {
    List<String> names = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (NestedField field : table.schema().columns()) {
      String name = "w" + names.size();
      names.add(name);
      outputs.add(
          "CAST(%s AS %s) AS %s".formatted(name, dialect.type(field.type()), quote(field.name())));
    }
    String rows =
        "SELECT %s FROM (%s) AS given(%s)"
            .formatted(String.join(", ", outputs), query, String.join(", ", names));
    SparkUdfs.register(spark, rows);
    return spark.sql(rows);
  }
}
