package io.bergview.projection.query;

import io.bergview.projection.function.Functions;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The calls of aggregates in expressions. */
public final class SyntaxAggregates {
  private SyntaxAggregates() {}

  /** Whether an expression aggregates, subqueries in it aside. */
  public static boolean has(SyntaxNode node) {
    return !in(node).isEmpty();
  }

  /** The calls in an expression, subqueries in it aside. */
  public static List<SyntaxNode> in(SyntaxNode node) {
    List<SyntaxNode> found = new ArrayList<>();
    collect(node, found);
    return found;
  }

  private static void collect(SyntaxNode node, List<SyntaxNode> found) {
    if (isCall(node)) {
      found.add(node);
      return;
    }
    if (node.nodeClass().equals("SUBQUERY")) {
      node.child("child").ifPresent(child -> collect(child, found));
      return;
    }
    node.json()
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isObject()) {
                node.child(field.getKey()).ifPresent(child -> collect(child, found));
              } else if (field.getValue().isArray()) {
                node.children(field.getKey()).stream()
                    .filter(child -> child.json().isObject())
                    .forEach(child -> collect(child, found));
              }
            });
  }

  /** Whether a node is a call itself. */
  public static boolean isCall(SyntaxNode node) {
    if (!node.nodeClass().equals("FUNCTION")) {
      return false;
    }
    String name = node.string("function_name").toLowerCase(Locale.ROOT);
    return Functions.aggregate(name).isPresent() && Functions.scalar(name).isEmpty()
        || Functions.aggregate(name).isPresent()
            && (node.bool("distinct") || node.child("filter").isPresent());
  }
}
