package io.bergview.projection.query;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * Comparisons of rows, {@code (a, b) < (c, d)}: value by value, from the first, and three-valued,
 * as in standard SQL. A struct beside a row is the row of its fields.
 */
final class RowComparison {
  private final ExpressionBinder binder;
  private final SyntaxNode node;

  RowComparison(ExpressionBinder binder, SyntaxNode node) {
    this.binder = binder;
    this.node = node;
  }

  /**
   * @param whole the struct that the values are the fields of
   */
  private record Row(List<Expr> values, Optional<Expr> whole) {}

  Expr compared(String operator, SyntaxNode left, SyntaxNode right) {
    Row one = row(left);
    Row other = row(right);
    if (one.values().size() != other.values().size()) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE, node.offset(), "the two sides have different numbers of values");
    }
    return switch (operator) {
      case "=" -> all("=", one, other);
      case "<>" -> Calls.of("not", all("=", one, other));
      case "is not distinct from" -> same(one, other);
      case "is distinct from" -> Calls.of("not", same(one, other));
      default -> ordered(operator, one.values(), other.values());
    };
  }

  private Row row(SyntaxNode side) {
    List<SyntaxNode> written = ExpressionBinder.row(side);
    if (written.size() > 1) {
      return new Row(binder.bind(written), Optional.empty());
    }
    Expr struct = binder.bind(side);
    List<Expr> values = new ArrayList<>();
    if (struct.type().isStructType()) {
      for (Types.NestedField field : struct.type().asStructType().fields()) {
        values.add(new Expr.Field(struct, field.name(), field.type()));
      }
    }
    return new Row(values, Optional.of(struct));
  }

  private Expr all(String operator, Row one, Row other) {
    Expr all = null;
    for (int i = 0; i < one.values().size(); i++) {
      Expr each = binder.call(operator, node, one.values().get(i), other.values().get(i));
      all = all == null ? each : Calls.of("and", all, each);
    }
    return all == null ? Calls.TRUE : all;
  }

  /** A struct that is null differs from every row that is written. */
  private Expr same(Row one, Row other) {
    Expr same = all("is not distinct from", one, other);
    for (Row side : List.of(one, other)) {
      if (side.whole().isPresent()) {
        Expr there = binder.call("is not null", node, side.whole().get());
        same = Calls.of("and", there, same);
      }
    }
    return same;
  }

  private Expr ordered(String operator, List<Expr> one, List<Expr> other) {
    int last = one.size() - 1;
    Expr decided = binder.call(operator, node, one.get(last), other.get(last));
    String strict = operator.substring(0, 1);
    for (int i = last - 1; i >= 0; i--) {
      Expr before = binder.call(strict, node, one.get(i), other.get(i));
      Expr equal = binder.call("=", node, one.get(i), other.get(i));
      decided = Calls.of("or", before, Calls.of("and", equal, decided));
    }
    return decided;
  }
}
