package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import io.bergview.projection.sql.DuckDbTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The footer of a Parquet file that is to be read by Iceberg's readers as it is. */
record FooterOfFile(SourceFile file, ParquetMetadata metadata, List<NestedField> columns) {
  private static final ParquetReadOptions OPTIONS =
      ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

  /**
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}
   */
  static FooterOfFile read(SourceFile file) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LocalInputFile(file.path()), OPTIONS)) {
      ParquetMetadata metadata = reader.getFooter();
      MessageType schema = metadata.getFileMetaData().getSchema();
      refuse(file, schema);
      return new FooterOfFile(file, metadata, columns(file, schema));
    } catch (IOException | RuntimeException e) {
      throw e instanceof DataException known
          ? known
          : new DataException(
              ErrorCode.IMPORT_FILE_UNREADABLE,
              "File %s cannot be read as Parquet: %s".formatted(file.path(), e.getMessage()),
              e);
    }
  }

  /** What Iceberg's readers would refuse, or read as other values. */
  private static void refuse(SourceFile file, MessageType schema) {
    for (ColumnDescriptor column : schema.getColumns()) {
      PrimitiveType type = column.getPrimitiveType();
      String name = String.join(".", column.getPath());
      if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
        throw unfit(file, name, "is INT96, a timestamp in 96 bits, which not every reader takes");
      }
      LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
      if (annotation instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation integer
          && !integer.isSigned()
          && integer.getBitWidth() >= Integer.SIZE) {
        throw unfit(file, name, "is unsigned, and its greatest values would be read as negative");
      }
      if (annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation time
          && time.getUnit() != LogicalTypeAnnotation.TimeUnit.MICROS) {
        throw unfit(
            file, name, "is a time of " + time.getUnit() + ", and a table's has microseconds");
      }
      if (annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation timestamp
          && timestamp.getUnit() == LogicalTypeAnnotation.TimeUnit.NANOS) {
        throw unfit(file, name, "is a timestamp of nanoseconds");
      }
    }
  }

  private static DataException unfit(SourceFile file, String column, String reason) {
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "Column %s of file %s %s, so the file cannot stay in place; import it without --in-place"
            .formatted(column, file.path(), reason));
  }

  private static List<NestedField> columns(SourceFile file, MessageType schema) {
    MessageType identified =
        ParquetSchemaUtil.hasIds(schema) ? schema : ParquetSchemaUtil.addFallbackIds(schema);
    List<NestedField> columns = new ArrayList<>();
    for (NestedField column : ParquetSchemaUtil.convert(identified).columns()) {
      boolean uuid =
          LogicalTypeAnnotation.uuidType()
              .equals(schema.getType(column.name()).getLogicalTypeAnnotation());
      NestedField typed =
          uuid ? NestedField.from(column).ofType(Types.UUIDType.get()).build() : column;
      try {
        DuckDbTypes.sqlType(typed.type());
      } catch (IllegalArgumentException e) {
        throw unfit(file, column.name(), "is " + typed.type());
      }
      columns.add(typed);
    }
    return columns;
  }

  long rows() {
    return metadata.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
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
