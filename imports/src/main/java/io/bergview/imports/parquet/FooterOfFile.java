package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.DuckDbTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/** The footer of a Parquet file that is to be read by Iceberg's readers as it is. */
record FooterOfFile(SourceFile file, ParquetMetadata metadata, List<NestedField> columns) {
  /**
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}
   */
  static FooterOfFile read(SourceFile file) {
    ParquetMetadata metadata = ParquetFooter.read(file);
    MessageType schema = metadata.getFileMetaData().getSchema();
    try {
      InPlaceTypes.check(file, schema);
      return new FooterOfFile(file, metadata, columns(file, schema));
    } catch (RuntimeException e) {
      throw e instanceof DataException known ? known : ParquetFooter.unreadable(file, e);
    }
  }

  private static List<NestedField> columns(SourceFile file, MessageType schema) {
    MessageType identified =
        ParquetSchemaUtil.hasIds(schema) ? schema : ParquetSchemaUtil.addFallbackIds(schema);
    List<NestedField> columns = new ArrayList<>();
    for (NestedField column : ParquetSchemaUtil.convert(identified).columns()) {
      Type type =
          TypeShapes.optional(InPlaceTypes.withUuids(column.type(), schema.getType(column.name())));
      try {
        DuckDbTypes.sqlType(type);
      } catch (IllegalArgumentException e) {
        throw InPlaceTypes.unfit(file, column.name(), "is " + type);
      }
      columns.add(NestedField.from(column).ofType(type).build());
    }
    return columns;
  }

  long rows() {
    return metadata.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  /**
   * That no field inside a column may be null in the file where the table forbids it: a footer does
   * not say whether one is.
   *
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}
   */
  void checkNested(Schema table) {
    MessageType schema = metadata.getFileMetaData().getSchema();
    for (NestedField column : columns) {
      NestedField known = table.asStruct().field(column.name());
      List<String> looser =
          known == null ? List.of() : InPlaceTypes.looser(known, schema.getType(column.name()));
      if (!looser.isEmpty()) {
        throw new DataException(
            ErrorCode.IMPORT_COLUMNS_DIFFER,
            "Field %s of file %s may be null, and the table requires it, so the file cannot stay in place; import it without --in-place"
                .formatted(looser.get(0), file.path()));
      }
    }
  }

  /**
   * A file that has field ids is read by them, whatever its names say.
   *
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}: they are not those of the table
   */
  void checkIds(Schema table) {
    MessageType schema = metadata.getFileMetaData().getSchema();
    if (!ParquetSchemaUtil.hasIds(schema)) {
      return;
    }
    Schema own = ParquetSchemaUtil.convert(schema);
    TypeUtil.indexNameById(own.asStruct())
        .forEach(
            (id, name) -> {
              if (!Objects.equals(table.findColumnName(id), name)) {
                throw new DataException(
                    ErrorCode.IMPORT_COLUMNS_DIFFER,
                    "File %s has the field id %d for %s, the table for %s, so it cannot stay in place; import it without --in-place"
                        .formatted(file.path(), id, name, table.findColumnName(id)));
              }
            });
  }
}
