package io.bergview.pipeline.sink;

import io.bergview.pipeline.IcebergTransforms;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * A partition value as text that survives being a directory name and decodes to exactly the value,
 * so that partitions need not be read back. Text and bytes travel as hex; those too long for a
 * directory name as their hash, and are looked up in the file.
 *
 * @param result the transform's result type
 * @param value SQL of the transform's result
 */
record PartitionColumn(int position, Type result, String value) {
  private static final int LONGEST_BYTES = 100;
  private static final char HASHED = 'h';

  static PartitionColumn of(Schema schema, PartitionField field, int position) {
    Type source = schema.findType(field.sourceId());
    return new PartitionColumn(
        position,
        field.transform().getResultType(source),
        IcebergTransforms.sql(
            field.transform(),
            source,
            Columns.reference(schema, field.sourceId()),
            "'"
                + schema.findColumnName(field.sourceId())
                + "', of which the partition key '"
                + field.name()
                + "' is made,"));
  }

  /** SQL of the text. */
  String encoded() {
    return switch (result.typeId()) {
      case DATE -> "CAST(date_diff('day', DATE '1970-01-01', " + value + ") AS VARCHAR)";
      case TIME -> "CAST(epoch_us(" + value + ") AS VARCHAR)";
      case TIMESTAMP -> "CAST(epoch_us(CAST(" + value + " AS TIMESTAMP)) AS VARCHAR)";
      case DECIMAL -> "CAST(bv_unscaled(" + value + ") AS VARCHAR)";
      case STRING, BINARY, FIXED ->
          "CASE WHEN octet_length(%1$s) <= %2$d THEN 'x' || %3$s ELSE 'h' || md5(%3$s) END"
              .formatted(bytes(), LONGEST_BYTES, hex());
      default -> "CAST(" + value + " AS VARCHAR)";
    };
  }

  private String bytes() {
    return result.typeId() == TypeID.STRING ? "encode(" + value + ")" : value;
  }

  /** SQL of the value's bytes as hex. */
  String hex() {
    return "hex(" + bytes() + ")";
  }

  /** Whether the text is not the value but its hash. */
  boolean isHashed(String text) {
    return switch (result.typeId()) {
      case STRING, BINARY, FIXED -> text.charAt(0) == HASHED;
      default -> false;
    };
  }

  /** The value, in Iceberg's internal representation. */
  Object decode(String text) {
    return switch (result.typeId()) {
      case BOOLEAN -> Boolean.valueOf(text);
      case INTEGER, DATE -> Integer.valueOf(text);
      case LONG, TIME, TIMESTAMP -> Long.valueOf(text);
      case FLOAT -> Float.valueOf(javaFloat(text));
      case DOUBLE -> Double.valueOf(javaFloat(text));
      case DECIMAL -> new BigDecimal(new BigInteger(text), ((Types.DecimalType) result).scale());
      case UUID -> UUID.fromString(text);
      case STRING, BINARY, FIXED -> ofHex(text.substring(1));
      default -> throw new IllegalArgumentException("type " + result + " cannot be partitioned by");
    };
  }

  Object ofHex(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return result.typeId() == TypeID.STRING
        ? new String(bytes, StandardCharsets.UTF_8)
        : ByteBuffer.wrap(bytes);
  }

  static String javaFloat(String text) {
    return switch (text) {
      case "nan", "-nan" -> "NaN";
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      default -> text;
    };
  }
}
