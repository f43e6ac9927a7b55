package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.projection.sql.SqlDialect;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Distinguishes -0.0 from 0.0, which engines compare as equal, at any depth. Grouping by these in
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
  public static List<String> expressions(SqlDialect dialect, Schema columns, String prefix) {
    List<String> flags = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (NestedField field : columns.columns()) {
      String value = prefix + column(field.fieldId());
      dialect
          .signedZero(value, field.type())
          .ifPresent((field.type().isPrimitiveType() ? flags : texts)::add);
    }
    List<String> expressions =
        flags.size() < MANY ? flags : new ArrayList<>(List.of(dialect.lists().of(flags)));
    expressions.addAll(texts);
    return expressions;
  }
}
