package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;

import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What tells -0.0 from 0.0, which DuckDB compares as equal, at any depth. Grouping by these beside
 * the columns is grouping by what the columns hold. Every NaN stays equal to every other.
 */
final class SignedZeros {
  private SignedZeros() {}

  /** An expression for each column that may hold a zero with a sign. */
  static List<String> expressions(Schema columns) {
    return columns.columns().stream()
        .map(SignedZeros::expression)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<String> expression(NestedField field) {
    String value = column(field.fieldId());
    return switch (field.type().typeId()) {
      case FLOAT, DOUBLE -> Optional.of("(" + value + " = 0 AND signbit(" + value + "))");
      case STRUCT, LIST, MAP ->
          holdsFloats(field.type())
              ? Optional.of("replace(CAST(" + value + " AS VARCHAR), '-nan', 'nan')")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean holdsFloats(Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE -> true;
      case STRUCT -> type.asStructType().fields().stream().anyMatch(f -> holdsFloats(f.type()));
      case LIST -> holdsFloats(type.asListType().elementType());
      case MAP ->
          holdsFloats(type.asMapType().keyType()) || holdsFloats(type.asMapType().valueType());
      default -> false;
    };
  }
}
