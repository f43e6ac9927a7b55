package io.bergview.refresh.incremental;

import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import java.util.List;

/**
 * An operator each of whose rows is made from one row of a left input and what that meets by keys
 * in a right one: joins of SQL, relations, aggregates of children.
 *
 * @param on empty where every row meets all
 */
record KeyedJoin(Plan operator, Plan left, Plan right, List<Equality> on) {
  KeyedJoin {
    on = List.copyOf(on);
  }

  static KeyedJoin of(QueryPlan.Join join) {
    return new KeyedJoin(join, join.left(), join.right(), join.on());
  }

  /**
   * @param relation whose other rows are not the elements of its input's own lists
   */
  static KeyedJoin of(Plan.Binary relation) {
    List<Equality> on =
        relation.on().stream()
            .map(key -> new Equality(key.input(), key.other(), Match.EQUAL))
            .toList();
    return new KeyedJoin(relation, relation.input(), relation.inputs().get(1), on);
  }

  /** Whether what is lost and gained on the right by a row of the left is so by the join. */
  boolean isInner() {
    return operator instanceof QueryPlan.Join join && join.kind() == JoinKind.INNER;
  }

  /** The join of other rows. */
  Plan over(Plan left, Plan right) {
    return operator.withInputs(List.of(left, right));
  }

  List<Expr> lefts() {
    return on.stream().map(Equality::left).toList();
  }

  List<Expr> rights() {
    return on.stream().map(Equality::right).toList();
  }

  List<Match> matches() {
    return on.stream().map(Equality::match).toList();
  }

  /**
   * Values of the rows of an inner join, with columns of the left where keys make them equal to
   * those of the right.
   */
  List<Expr> inLeft(List<Expr> values) {
    return isInner() ? replaced(values, rights(), lefts()) : values;
  }

  /** The same with columns of the right. */
  List<Expr> inRight(List<Expr> values) {
    return isInner() ? replaced(values, lefts(), rights()) : values;
  }

  /** Equal values of floating point may be different zeros. */
  private static List<Expr> replaced(List<Expr> values, List<Expr> some, List<Expr> others) {
    return values.stream()
        .map(
            value -> {
              int key = some.indexOf(value);
              boolean same =
                  key >= 0
                      && others.get(key).type().equals(value.type())
                      && value.type().isPrimitiveType()
                      && !NumericTypes.isFloating(value.type());
              return same ? others.get(key) : value;
            })
        .toList();
  }

  /** The same inner join with its sides exchanged; columns are told apart by their ids. */
  static KeyedJoin turned(QueryPlan.Join join) {
    return of(
        new QueryPlan.Join(
            join.right(),
            join.left(),
            join.kind(),
            join.on().stream()
                .map(key -> new Equality(key.right(), key.left(), key.match()))
                .toList(),
            join.condition()));
  }
}
