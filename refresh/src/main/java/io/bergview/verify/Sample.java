package io.bergview.verify;

import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.refresh.change.KeyColumn;
import java.util.List;
import org.apache.iceberg.Schema;

/**
 * The sample of keys that is verified: those with a small hash. It is computed from values that the
 * view and its recompute both have, so that a row of either side is in the sample independently of
 * the other side. Rows of one root row are sampled together.
 *
 * @param columns of the hashed key; none if whole rows are hashed, or all are verified
 * @param of how many in a million
 */
record Sample(List<KeyColumn> columns, boolean wholeRows, long of) {
  private static final long ALL = 1_000_000;

  Sample {
    columns = List.copyOf(columns);
  }

  static Sample of(ResolvedView view, Schema schema, boolean grouped, VerifyOptions options) {
    List<String> places = view.rootKey().isEmpty() ? view.key() : view.rootKey();
    boolean oneRow = grouped && places.isEmpty();
    long of =
        options.sampled() && !oneRow
            ? Math.max(1, Math.round(options.samplePercent() / 100 * ALL))
            : ALL;
    return new Sample(KeyColumn.of(DuckDbDialect.DUCKDB, schema, places), places.isEmpty(), of);
  }

  boolean isAll() {
    return of >= ALL;
  }

  /** Whether a row of the view's columns is seen. */
  String sees(ComparedRow row, String alias) {
    return among(
        wholeRows
            ? row.exact(alias)
            : columns.stream().map(column -> column.stored(alias)).toList());
  }

  /** Whether the row that has a key {@code k0}, {@code k1}... is seen. */
  String seesKey(String alias) {
    return among(columns.stream().map(column -> column.given(alias)).toList());
  }

  private String among(List<String> values) {
    return isAll() || values.isEmpty()
        ? "true"
        : "hash(%s) %% %d < %d".formatted(String.join(", ", values), ALL, of);
  }
}
