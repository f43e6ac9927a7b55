package io.bergview.spark.engine;

import io.bergview.spark.sql.UnsupportedOnSpark;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table without the fields that Spark has no type for: Iceberg's source refuses a table that has
 * one, whether or not it is read.
 */
final class ReadableTable extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final transient Schema readable;

  private ReadableTable(Table table, Schema readable) {
    super(((HasTableOperations) table).operations(), table.name());
    this.readable = readable;
  }

  /** The table itself, where Spark has all of its types. */
  static Table of(Table table) {
    Set<Integer> without = new HashSet<>();
    table.schema().columns().forEach(column -> collect(column, without));
    if (without.isEmpty()) {
      return table;
    }
    for (PartitionSpec spec : table.specs().values()) {
      if (spec.fields().stream().anyMatch(field -> without.contains(field.sourceId()))) {
        throw new UnsupportedOnSpark("a table partitioned by a column of type time");
      }
    }
    return new ReadableTable(table, TypeUtil.selectNot(table.schema(), without));
  }

  /** A list or map of such values goes with the field that has it. */
  private static void collect(NestedField field, Set<Integer> without) {
    switch (field.type().typeId()) {
      case STRUCT ->
          field.type().asStructType().fields().forEach(inside -> collect(inside, without));
      case LIST, MAP -> {
        if (holdsUnknown(field.type())) {
          without.add(field.fieldId());
          without.addAll(TypeUtil.getProjectedIds(field.type()));
        }
      }
      default -> {
        if (isUnknown(field.type())) {
          without.add(field.fieldId());
        }
      }
    }
  }

  private static boolean holdsUnknown(Type type) {
    return type.isNestedType()
        ? type.asNestedType().fields().stream().anyMatch(field -> holdsUnknown(field.type()))
        : isUnknown(type);
  }

  private static boolean isUnknown(Type type) {
    return switch (type.typeId()) {
      case TIME, TIMESTAMP_NANO, GEOMETRY, GEOGRAPHY -> true;
      default -> false;
    };
  }

  @Override
  public Schema schema() {
    return readable;
  }
}
