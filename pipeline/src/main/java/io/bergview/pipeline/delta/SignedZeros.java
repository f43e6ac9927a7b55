package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Distinguishes -0.0 from 0.0, which DuckDB compares as equal, at any depth. Grouping by these in
 * addition to the columns groups by exact values. Every NaN stays equal to every other.
 */
public final class SignedZeros {
  /** From so many floating-point columns on, one list of flags is planned faster than the flags. */
  private static final int MANY = 16;

  private SignedZeros() {}

  /**
   * Expressions that distinguish the values of columns that may contain a signed zero.
   *
   * @param prefix of the columns, as {@code "r."}; may be empty
   */
  public static List<String> expressions(Schema columns, String prefix) {
    List<String> flags = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (NestedField field : columns.columns()) {
      String value = prefix + column(field.fieldId());
      expression(value, field.type())
          .ifPresent((field.type().isPrimitiveType() ? flags : texts)::add);
    }
    List<String> expressions =
        flags.size() < MANY
            ? flags
            : new ArrayList<>(List.of("[" + String.join(", ", flags) + "]"));
    expressions.addAll(texts);
    return expressions;
  }

  /** The same for a single value, given as SQL; empty where it holds no floating-point number. */
  public static Optional<String> expression(String value, Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE -> Optional.of("(" + value + " = 0 AND signbit(" + value + "))");
      case STRUCT, LIST, MAP ->
          holdsFloats(type)
              ? Optional.of("replace(CAST(" + value + " AS VARCHAR), '-nan', 'nan')")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean holdsFloats(Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE -> true;
      case STRUCT, LIST, MAP ->
          type.asNestedType().fields().stream().anyMatch(field -> holdsFloats(field.type()));
      default -> false;
    };
  }
}
