package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.TopRows;
import io.bergview.projection.definition.TopRows.Ties;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@code ORDER BY .. LIMIT}, and {@code QUALIFY} by the number of a row, as {@code $top}. */
final class TopForm {
  private static final String AT = "$top";

  private final Optional<List<String>> key;
  private final Function<SyntaxNode, List<String>> columns;

  /**
   * @param columns the path of the column that an expression is; empty for none
   */
  private TopForm(Optional<List<String>> key, Function<SyntaxNode, List<String>> columns) {
    this.key = key;
    this.columns = columns;
  }

  /** Whether a query takes the first rows of an order, or chooses by windows. */
  static boolean isIn(SyntaxNode query) {
    return query.child("qualify").isPresent() || limit(query).isPresent();
  }

  private static Optional<SyntaxNode> limit(SyntaxNode query) {
    return query.children("modifiers").stream()
        .filter(modifier -> modifier.type().equals("LIMIT_MODIFIER"))
        .findFirst();
  }

  /**
   * The first rows that a query takes.
   *
   * @param key what tells rows apart; empty where nothing does
   * @param inOrder the path of the column that an expression of ORDER BY is; empty for none
   * @param inWindow the same of an expression in a window
   */
  static Optional<TopRows> of(
      SyntaxNode query,
      Optional<List<String>> key,
      Function<SyntaxNode, List<String>> inOrder,
      Function<SyntaxNode, List<String>> inWindow) {
    Optional<SyntaxNode> qualify = query.child("qualify");
    Optional<SyntaxNode> limit = limit(query);
    if (qualify.isPresent() && limit.isPresent()) {
      throw new NoYamlFormException("LIMIT beside QUALIFY");
    }
    return qualify
        .map(new TopForm(key, inWindow)::qualified)
        .or(() -> limit.map(cut -> new TopForm(key, inOrder).limited(query, cut)));
  }

  private TopRows limited(SyntaxNode query, SyntaxNode limit) {
    List<SyntaxNode> orders =
        query.children("modifiers").stream()
            .filter(modifier -> modifier.type().equals("ORDER_MODIFIER"))
            .flatMap(order -> order.children("orders").stream())
            .toList();
    Optional<Long> rows = limit.child("limit").flatMap(TopForm::number);
    if (rows.isEmpty() || limit.child("offset").isPresent() || orders.isEmpty()) {
      throw new NoYamlFormException("LIMIT without an order, or with OFFSET");
    }
    return new TopRows(rows.get(), ordered(orders, Ties.DROP), List.of(), Ties.DROP, AT);
  }

  private TopRows qualified(SyntaxNode condition) {
    boolean compared = condition.nodeClass().equals("COMPARISON");
    SyntaxNode window = compared ? condition.required("left") : condition;
    Optional<Long> number = compared ? number(condition.required("right")) : Optional.empty();
    Optional<Ties> ties = ties(window);
    Optional<Long> rows =
        switch (condition.type()) {
          case "COMPARE_LESSTHANOREQUALTO" -> number;
          case "COMPARE_LESSTHAN" -> number.map(most -> most - 1).filter(most -> most > 0);
          case "COMPARE_EQUAL" -> number.filter(only -> only == 1);
          default -> Optional.empty();
        };
    if (ties.isEmpty() || rows.isEmpty()) {
      throw new NoYamlFormException(
          "QUALIFY by another condition than how large row_number, rank or dense_rank is at most");
    }
    List<ColumnPath> by = window.children("partitions").stream().map(this::path).toList();
    return new TopRows(
        rows.get(), ordered(window.children("orders"), ties.get()), by, ties.get(), AT);
  }

  private static Optional<Ties> ties(SyntaxNode window) {
    String function = window.string("function_name").toLowerCase(Locale.ROOT);
    return window.nodeClass().equals("WINDOW")
        ? List.of(Ties.values()).stream()
            .filter(ties -> ties.function().equals(function))
            .findFirst()
        : Optional.empty();
  }

  private ColumnPath path(SyntaxNode value) {
    List<String> path = columns.apply(value);
    if (path.isEmpty()) {
      throw new NoYamlFormException("the first rows of an order by what is no column");
    }
    return new ColumnPath(path, AT);
  }

  private static Optional<Long> number(SyntaxNode node) {
    SyntaxNode literal = node.child("literal").orElse(node);
    boolean whole =
        node.nodeClass().equals("CONSTANT")
            && literal.string("kind").equals("INTEGER")
            && literal.string("text").matches("[1-9]\\d{0,8}");
    return whole ? Optional.of(Long.parseLong(literal.string("text"))) : Optional.empty();
  }

  private List<SortKey> ordered(List<SyntaxNode> orders, Ties ties) {
    List<SortKey> keys = new ArrayList<>();
    Set<ColumnPath> named = new HashSet<>();
    for (SyntaxNode order : orders) {
      boolean descending = order.type().contains("DESC");
      String nulls = order.string("null_order");
      boolean usual =
          nulls.isEmpty()
              || nulls.contains("DEFAULT")
              || nulls.contains(descending ? "LAST" : "FIRST");
      if (!usual) {
        throw new NoYamlFormException("an order with NULLs at the other end");
      }
      ColumnPath path = path(order.required("expression"));
      if (named.add(path)) {
        keys.add(new SortKey(path, descending));
      }
    }
    if (keys.isEmpty()) {
      throw new NoYamlFormException("a window without an order");
    }
    boolean total =
        key.filter(parts -> parts.stream().map(ColumnPath::of).allMatch(named::contains))
            .isPresent();
    if (ties == Ties.DROP && !total) {
      throw new NoYamlFormException(
          "the first rows of an order in which several may come equal: end it with the key");
    }
    return keys;
  }
}
