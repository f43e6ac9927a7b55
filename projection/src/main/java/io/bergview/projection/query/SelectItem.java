package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.Optional;

/**
 * An output of SELECT: an expression of the query, or a column that {@code *} stands for.
 *
 * @param place where the query says so
 */
record SelectItem(
    String name, SyntaxNode place, Optional<SyntaxNode> node, Optional<PlanColumn> column) {
  SelectItem {
    requireNonNull(name, "name is null");
    requireNonNull(place, "place is null");
    requireNonNull(node, "node is null");
    requireNonNull(column, "column is null");
  }

  static SelectItem of(String name, SyntaxNode node) {
    return new SelectItem(name, node, Optional.of(node), Optional.empty());
  }

  static SelectItem of(String name, SyntaxNode place, PlanColumn column) {
    return new SelectItem(name, place, Optional.empty(), Optional.of(column));
  }

  boolean isUnnest() {
    return node.filter(UnnestBinder::isUnnest).isPresent();
  }
}
