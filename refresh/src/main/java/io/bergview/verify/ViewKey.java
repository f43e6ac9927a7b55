package io.bergview.verify;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.refresh.change.KeyColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;

/**
 * The key of a view's rows.
 *
 * @param columns none for a view of one row, and for one without key
 * @param known false for a view without key: its rows are compared as wholes
 */
record ViewKey(List<String> places, List<KeyColumn> columns, boolean known) {
  ViewKey {
    places = List.copyOf(places);
    columns = List.copyOf(columns);
  }

  /** The view's own key, or that of its root rows if there is no other. */
  static ViewKey of(ResolvedView view, Schema schema, boolean grouped) {
    List<String> inner = view.key().isEmpty() ? view.rootKey() : view.key();
    boolean known = grouped || !inner.isEmpty();
    List<String> places = new ArrayList<>(inner);
    if (known && view.appends()) {
      places.add(0, ResolvedView.REFRESHED_AT);
    }
    return new ViewKey(places, KeyColumn.of(DuckDbDialect.DUCKDB, schema, places), known);
  }

  /** {@code order_id}, also where it is kept in {@code _state}. */
  String name(int i) {
    KeyColumn column = columns.get(i);
    return column.inside().isEmpty()
        ? column.root().name()
        : column.inside().get(column.inside().size() - 1);
  }

  /** {@code r.c1 AS k0, r.c2 AS k1}; a constant where it has no columns. */
  String named(String alias) {
    List<String> values = new ArrayList<>();
    columns.forEach(column -> values.add(column.stored(alias) + " AS " + column.key()));
    return values.isEmpty() ? "1 AS one" : String.join(", ", values);
  }

  /** {@code k0, k1}. */
  String names() {
    return columns.isEmpty() ? "one" : columns.stream().map(KeyColumn::key).collect(joining(", "));
  }

  /** Whether a row has a key of a table of keys. */
  String matching(String alias, String keys) {
    return columns.isEmpty()
        ? "true"
        : columns.stream()
            .map(column -> column.matching(alias, keys, true))
            .collect(joining(" AND "));
  }
}
