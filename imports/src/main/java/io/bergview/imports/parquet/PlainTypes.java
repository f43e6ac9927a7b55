package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import java.nio.file.Path;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * The types of columns that are no group, as DuckDB shows them through Arrow, as those of a table
 * that holds every value: unsigned integers become wider signed ones, those of 64 bits decimals, as
 * in Spark.
 */
final class PlainTypes {
  private static final int UNSIGNED_LONG_DIGITS = 20;

  private PlainTypes() {}

  /**
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}: Iceberg has no such type
   */
  static Type of(Path file, Field shown, PrimitiveType meant) {
    ArrowType type = shown.getType();
    return switch (type.getTypeID()) {
      case Bool -> Types.BooleanType.get();
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
              ? Types.DoubleType.get()
              : Types.FloatType.get();
      case Decimal -> {
        ArrowType.Decimal decimal = (ArrowType.Decimal) type;
        yield Types.DecimalType.of(decimal.getPrecision(), decimal.getScale());
      }
      case Date -> Types.DateType.get();
      case Time -> Types.TimeType.get();
      case Timestamp ->
          ((ArrowType.Timestamp) type).getTimezone() == null
              ? Types.TimestampType.withoutZone()
              : Types.TimestampType.withZone();
      case Utf8, LargeUtf8, Utf8View -> Types.StringType.get();
      case Binary, LargeBinary, BinaryView, FixedSizeBinary ->
          meant.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
              ? Types.FixedType.ofLength(meant.getTypeLength())
              : Types.BinaryType.get();
      default ->
          throw new DataException(
              ErrorCode.IMPORT_FILE_UNREADABLE,
              "Column %s of file %s is %s, which a table cannot hold"
                  .formatted(
                      meant.getName(),
                      file,
                      meant.getLogicalTypeAnnotation() == null
                          ? type
                          : meant.getLogicalTypeAnnotation()));
    };
  }

  private static Type integer(ArrowType.Int type) {
    if (type.getBitWidth() <= 16 || (type.getBitWidth() == 32 && type.getIsSigned())) {
      return Types.IntegerType.get();
    }
    return type.getBitWidth() == 64 && !type.getIsSigned()
        ? Types.DecimalType.of(UNSIGNED_LONG_DIGITS, 0)
        : Types.LongType.get();
  }
}
