package io.bergview.projection.route;

import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A conservative test whether one predicate implies another. */
final class Implication {
  private Implication() {}

  /** Whether {@code wanted} holds wherever all of {@code given} do; false if not known. */
  static boolean holds(List<Pred> given, Pred wanted) {
    if (given.contains(PredicateFolding.NEVER)) {
      return true;
    }
    if (wanted instanceof Pred.Or any) {
      return given.contains(wanted) || any.terms().stream().anyMatch(term -> holds(given, term));
    }
    return given.stream().anyMatch(one -> holds(one, wanted));
  }

  private static boolean holds(Pred given, Pred wanted) {
    if (given.equals(wanted)) {
      return true;
    }
    if (given instanceof Pred.Or any) {
      return !any.terms().isEmpty() && any.terms().stream().allMatch(term -> holds(term, wanted));
    }
    if (given instanceof Pred.And all) {
      return all.terms().stream().anyMatch(term -> holds(term, wanted));
    }
    if (given instanceof Pred.In in) {
      return !in.constants().isEmpty()
          && in.constants().stream().allMatch(constant -> holdsOf(in.value(), constant, wanted));
    }
    if (given instanceof Pred.Compare compare) {
      return compare.operator() == Operator.EQ
          ? holdsOf(compare.value(), compare.constant(), wanted)
          : wanted instanceof Pred.Compare bound && isWithin(compare, bound);
    }
    return false;
  }

  /** Whether a predicate holds where a value is a constant. */
  private static boolean holdsOf(Expr value, Expr.Constant constant, Pred wanted) {
    if (wanted instanceof Pred.Compare compare && compare.value().equals(value)) {
      Integer order = order(constant, compare.constant());
      return order != null && satisfies(order, compare.operator());
    }
    if (wanted instanceof Pred.In in && in.value().equals(value)) {
      return in.constants().contains(constant);
    }
    if (wanted instanceof Pred.Not not) {
      return fails(value, constant, not.term());
    }
    return false;
  }

  private static boolean fails(Expr value, Expr.Constant constant, Pred term) {
    if (term instanceof Pred.Compare compare && compare.value().equals(value)) {
      Integer order = order(constant, compare.constant());
      return order != null && !satisfies(order, compare.operator());
    }
    if (term instanceof Pred.In in && in.value().equals(value)) {
      return in.constants().stream()
          .map(other -> order(constant, other))
          .allMatch(order -> order != null && order != 0);
    }
    return term instanceof Pred.IsNull isNull && isNull.value().equals(value);
  }

  private static boolean isWithin(Pred.Compare given, Pred.Compare bound) {
    if (!given.value().equals(bound.value())) {
      return false;
    }
    Integer order = order(given.constant(), bound.constant());
    if (order == null) {
      return false;
    }
    return switch (bound.operator()) {
      case EQ -> false;
      case GT ->
          given.operator() == Operator.GT && order >= 0
              || given.operator() == Operator.GTE && order > 0;
      case GTE ->
          (given.operator() == Operator.GT || given.operator() == Operator.GTE) && order >= 0;
      case LT ->
          given.operator() == Operator.LT && order <= 0
              || given.operator() == Operator.LTE && order < 0;
      case LTE ->
          (given.operator() == Operator.LT || given.operator() == Operator.LTE) && order <= 0;
    };
  }

  private static boolean satisfies(int order, Operator operator) {
    return switch (operator) {
      case EQ -> order == 0;
      case GT -> order > 0;
      case GTE -> order >= 0;
      case LT -> order < 0;
      case LTE -> order <= 0;
    };
  }

  /**
   * How two constants compare; null where that is not the engine's order: strings go by code points
   * there, and floating point has values that are not ordered, NaN not even with itself.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Integer order(Expr.Constant one, Expr.Constant other) {
    if (one.equals(other)) {
      return one.value() instanceof Double number && number.isNaN() ? null : Integer.valueOf(0);
    }
    if (one.value() instanceof Comparable left
        && other.value() != null
        && left.getClass() == other.value().getClass()
        && !(left instanceof Double)) {
      int order = left.compareTo(other.value());
      return left instanceof String && order != 0 ? null : Integer.valueOf(order);
    }
    return null;
  }
}
