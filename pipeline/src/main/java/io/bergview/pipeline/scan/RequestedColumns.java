package io.bergview.pipeline.scan;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Refuses, by name, what no reader here can give. */
final class RequestedColumns {
  private RequestedColumns() {}

  static boolean isFilePath(NestedField column) {
    return column.fieldId() == MetadataColumns.FILE_PATH.fieldId();
  }

  static boolean isPosition(NestedField column) {
    return column.fieldId() == MetadataColumns.ROW_POSITION.fieldId();
  }

  static void check(String table, Schema columns) {
    for (NestedField column : columns.columns()) {
      boolean metadata = MetadataColumns.isMetadataColumn(column.fieldId());
      if (metadata && !isFilePath(column) && !isPosition(column)) {
        throw refuse(table, column.name(), "metadata column " + column.name());
      }
      check(table, column.name(), column.type());
    }
  }

  private static void check(String table, String path, Type type) {
    switch (type.typeId()) {
      case STRUCT -> checkStruct(table, path, type.asStructType());
      case LIST -> check(table, path + ".element", type.asListType().elementType());
      case MAP -> {
        check(table, path + ".key", type.asMapType().keyType());
        check(table, path + ".value", type.asMapType().valueType());
      }
      case BOOLEAN,
          INTEGER,
          LONG,
          FLOAT,
          DOUBLE,
          DATE,
          TIME,
          TIMESTAMP,
          STRING,
          UUID,
          FIXED,
          BINARY,
          DECIMAL -> {}
      default -> throw refuse(table, path, "type " + type);
    }
  }

  private static void checkStruct(String table, String path, Types.StructType type) {
    Set<String> names = new HashSet<>();
    for (NestedField field : type.fields()) {
      if (!names.add(field.name().toLowerCase(Locale.ROOT))) {
        throw refuse(
            table,
            path,
            "a struct with two fields '" + field.name() + "' that differ only in case");
      }
      check(table, path + "." + field.name(), field.type());
    }
    if (names.isEmpty()) {
      throw refuse(table, path, "a struct without fields");
    }
  }

  private static SourceException refuse(String table, String path, String what) {
    return new SourceException(
        ErrorCode.TYPE_UNSUPPORTED,
        "Column '%s' of table '%s' cannot be read: %s is not supported. Leave the column out."
            .formatted(path, table, what));
  }
}
