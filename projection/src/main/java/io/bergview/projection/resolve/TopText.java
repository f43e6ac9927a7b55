package io.bergview.projection.resolve;

import io.bergview.projection.definition.TopRows;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code $top} as a clause at the end of a SELECT.
 *
 * @param ties what tells rows apart
 */
record TopText(TopRows top, PathTexts paths, List<String> ties) {
  TopText {
    ties = List.copyOf(ties);
  }

  String clause() {
    List<String> order = new ArrayList<>();
    List<String> values = new ArrayList<>();
    top.orderBy()
        .forEach(
            key -> {
              String value = paths.column(key.column());
              values.add(value);
              order.add(key.descending() ? value + " DESC" : value);
            });
    if (top.ties() == TopRows.Ties.DROP) {
      ties.stream().filter(tie -> !values.contains(tie)).forEach(order::add);
    }
    String orderBy = "ORDER BY " + String.join(", ", order);
    if (top.isOfAll()) {
      return "%s LIMIT %d".formatted(orderBy, top.rows());
    }
    List<String> by = top.by().stream().map(paths::column).toList();
    String partition = by.isEmpty() ? "" : "PARTITION BY " + String.join(", ", by) + " ";
    return "QUALIFY %s() OVER (%s%s) <= %d"
        .formatted(top.ties().function(), partition, orderBy, top.rows());
  }
}
