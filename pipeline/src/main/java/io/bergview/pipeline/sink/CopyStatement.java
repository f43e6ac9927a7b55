package io.bergview.pipeline.sink;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.pipeline.IcebergTransforms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.types.Types.NestedField;

/** One COPY of a query into a scratch directory. */
final class CopyStatement {
  private CopyStatement() {}

  /**
   * @param rows a query under the names of the target's columns, of exactly their types
   */
  static String of(
      String rows,
      FileTarget target,
      List<PartitionColumn> partitions,
      WriteOptions options,
      Path scratch) {
    List<String> settings = new ArrayList<>();
    settings.add("FORMAT PARQUET");
    settings.add("RETURN_STATS");
    settings.add("FIELD_IDS " + Columns.fieldIds(target.schema().asStruct()));
    settings.add("COMPRESSION zstd");
    options.level().ifPresent(level -> settings.add("COMPRESSION_LEVEL " + level));
    settings.add("ROW_GROUP_SIZE " + options.rowGroupRows());
    settings.add("WRITE_BLOOM_FILTER " + options.bloomFilters());
    options
        .dictionaryLimit()
        .ifPresent(
            limit -> {
              settings.add("DICTIONARY_SIZE_LIMIT " + limit);
              settings.add("STRING_DICTIONARY_PAGE_SIZE_LIMIT " + Integer.MAX_VALUE / 2);
            });
    boolean directory = !partitions.isEmpty() || options.targetFileSizeBytes().isPresent();
    if (directory) {
      settings.add("FILENAME_PATTERN 'part-{i}'");
      settings.add("OVERWRITE_OR_IGNORE");
    }
    options.targetFileSizeBytes().ifPresent(bytes -> settings.add("FILE_SIZE_BYTES " + bytes));
    if (!partitions.isEmpty()) {
      settings.add(
          partitions.stream()
              .map(partition -> quote(name(target.schema(), partition)))
              .collect(Collectors.joining(", ", "PARTITION_BY (", ")")));
    }
    String path = (directory ? scratch : scratch.resolve("part-0.parquet")).toString();
    return "COPY (%s) TO %s (%s)"
        .formatted(ordered(rows, target, partitions), text(path), String.join(", ", settings));
  }

  /** Whether nothing is to be checked inside the columns of a schema. */
  static boolean isUnchecked(Schema schema) {
    return schema.columns().stream()
        .allMatch(field -> RequiredFields.checked(field, "v").equals("v"));
  }

  /** The rows of a table that has a schema's types, under the names of its columns. */
  static String renamed(String table, Schema schema) {
    return schema.columns().stream()
        .map(field -> quote(field.name()))
        .collect(Collectors.joining(", ", "SELECT * FROM " + quote(table) + " AS q(", ")"));
  }

  /** The columns of a query by position, each cast to exactly its type. */
  static String typed(String query, Schema schema) {
    List<NestedField> columns = schema.columns();
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      NestedField column = columns.get(i);
      inputs.add("v" + i);
      outputs.add(
          "CAST(%s AS %s) AS %s"
              .formatted(
                  RequiredFields.checked(column, "v" + i),
                  sqlType(column.type()),
                  quote(column.name())));
    }
    return "SELECT %s FROM (%s) AS q(%s)"
        .formatted(String.join(", ", outputs), query, String.join(", ", inputs));
  }

  /** Rows of the target's names and types with the partition columns, in order. */
  static String ordered(String rows, FileTarget target, List<PartitionColumn> partitions) {
    if (partitions.isEmpty() && target.sortOrder().isUnsorted()) {
      return rows;
    }
    String helpers =
        partitions.stream()
            .map(
                partition ->
                    ", " + partition.encoded() + " AS " + quote(name(target.schema(), partition)))
            .collect(Collectors.joining());
    return "SELECT *" + helpers + " FROM (" + rows + ")" + orderBy(target);
  }

  private static String orderBy(FileTarget target) {
    if (target.sortOrder().isUnsorted()) {
      return "";
    }
    return target.sortOrder().fields().stream()
        .map(field -> term(target.schema(), field))
        .collect(Collectors.joining(", ", " ORDER BY ", ""));
  }

  private static String term(Schema schema, SortField field) {
    String value =
        IcebergTransforms.sql(
            field.transform(),
            schema.findType(field.sourceId()),
            Columns.reference(schema, field.sourceId()));
    return value
        + (field.direction() == SortDirection.ASC ? " ASC" : " DESC")
        + (field.nullOrder() == NullOrder.NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
  }

  /** A name that no column of the schema has in any case. */
  static String name(Schema schema, PartitionColumn partition) {
    String name = "bv_p" + partition.position();
    while (schema.caseInsensitiveFindField(name) != null) {
      name += "_";
    }
    return name;
  }
}
