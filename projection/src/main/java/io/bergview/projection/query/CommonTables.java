package io.bergview.projection.query;

import io.bergview.projection.syntax.SyntaxNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The common table expressions that a query sees, by name in lower case. Each is bound where it is
 * named, against those that were visible where it was written.
 */
record CommonTables(Map<String, Entry> byName) {
  static final CommonTables NONE = new CommonTables(Map.of());

  /**
   * One of WITH.
   *
   * @param columns names in place of the query's; empty for none
   */
  record Entry(SyntaxNode query, List<String> columns, CommonTables visible) {
    Entry {
      columns = List.copyOf(columns);
    }
  }

  CommonTables {
    byName = Map.copyOf(byName);
  }

  Optional<Entry> find(String name) {
    return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
  }

  /** These, and those of a query, each of which sees those before it. */
  CommonTables with(SyntaxNode query) {
    CommonTables all = this;
    List<SyntaxNode> entries =
        query.child("cte_map").map(map -> map.children("map")).orElse(List.of());
    for (SyntaxNode entry : entries) {
      SyntaxNode value = entry.required("value");
      SyntaxNode body =
          value.child("query_node").orElseGet(() -> value.required("query").required("node"));
      Map<String, Entry> more = new LinkedHashMap<>(all.byName);
      more.put(
          entry.string("key").toLowerCase(Locale.ROOT),
          new Entry(body, value.strings("aliases"), all));
      all = new CommonTables(more);
    }
    return all;
  }
}
