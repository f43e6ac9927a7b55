package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.at;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.IntervalValues;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;
import java.util.Optional;

/** Intervals of standard SQL, which the parser respells as calls. */
final class IntervalCalls {
  private IntervalCalls() {}

  /** {@code (a - b) DAY TO SECOND} and {@code INTERVAL '1 02:03:04' DAY TO SECOND}. */
  static Optional<Expr> bind(String name, SyntaxNode node, ExpressionBinder binder) {
    List<SyntaxNode> arguments = ExpressionBinder.arguments(node);
    if (arguments.size() != 2) {
      return Optional.empty();
    }
    String first = arguments.get(0).child("literal").map(l -> l.string("text")).orElse("");
    if (name.equals("interval_value")) {
      String text = arguments.get(1).child("literal").map(l -> l.string("text")).orElse("");
      return Optional.of(
          at(node, () -> IntervalValues.literal(text, first))
              .orElseThrow(
                  () ->
                      new SqlException(
                          ProblemKind.WRONG_VALUE,
                          node.offset(),
                          "'%s' is no interval of %s".formatted(text, first))));
    }
    if (!name.equals("interval_between")) {
      return Optional.empty();
    }
    SyntaxNode difference = arguments.get(1);
    List<SyntaxNode> sides = ExpressionBinder.arguments(difference);
    if (!difference.string("function_name").equals("-") || sides.size() != 2) {
      throw new SqlException(
          ProblemKind.SYNTAX,
          node.offset(),
          "%s after parentheses is of a difference: (a - b) %s".formatted(first, first));
    }
    return Optional.of(
        at(
            node,
            () ->
                IntervalValues.between(
                    first, binder.bind(sides.get(0)), binder.bind(sides.get(1)))));
  }
}
