package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.pipeline.delta.SignedZeros;
import io.bergview.projection.sql.SqlDialect;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Exact equality of two rows. DuckDB considers 0.0 and -0.0 equal, so for columns that may contain
 * one of them, at any depth, an expression that distinguishes them is compared too. Every NaN
 * equals every other.
 */
public final class SameRow {
  private SameRow() {}

  /** SQL of values of a row that are the same, null or not, if and only if the rows are. */
  public static List<String> values(SqlDialect dialect, Schema schema, String alias) {
    List<String> values = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      values.add(dialect.comparable(alias + "." + column(field.fieldId()), field.type()));
    }
    values.addAll(SignedZeros.expressions(dialect, schema, alias + "."));
    return values;
  }

  /**
   * SQL of a hash of a row. Rows that are the same have the same; of two that have the same nothing
   * is known.
   */
  static String hash(SqlDialect dialect, Schema schema, String alias) {
    return dialect.hash(
        schema.columns().stream()
            .map(field -> dialect.comparable(alias + "." + column(field.fieldId()), field.type()))
            .toList());
  }

  /** The same of a single value, given as SQL. */
  public static List<String> values(SqlDialect dialect, String value, Type type) {
    List<String> values = new ArrayList<>(List.of(dialect.comparable(value, type)));
    dialect.signedZero(value, type).ifPresent(values::add);
    return values;
  }
}
