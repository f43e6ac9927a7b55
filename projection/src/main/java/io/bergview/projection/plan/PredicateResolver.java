package io.bergview.projection.plan;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Types a filter: columns become expressions, constants values of their column's type. */
final class PredicateResolver {
  private static final Pred NEVER = new Pred.Or(List.of());

  private PredicateResolver() {}

  static Pred resolve(Predicate predicate, Scope scope) {
    if (predicate instanceof Predicate.And and) {
      return new Pred.And(and.terms().stream().map(term -> resolve(term, scope)).toList());
    }
    if (predicate instanceof Predicate.Or or) {
      return new Pred.Or(or.terms().stream().map(term -> resolve(term, scope)).toList());
    }
    if (predicate instanceof Predicate.Not not) {
      return new Pred.Not(resolve(not.term(), scope));
    }
    if (predicate instanceof Predicate.Compare compare) {
      return compare(
          compare.path(),
          scope.column(compare.path()),
          compare.operator(),
          compare.literal(),
          scope);
    }
    if (predicate instanceof Predicate.In in) {
      return in(in, scope);
    }
    if (predicate instanceof Predicate.IsNull isNull) {
      return new Pred.IsNull(scope.presence(isNull.path()));
    }
    if (predicate instanceof Predicate.StartsWith starts) {
      Expr value = scope.column(starts.path());
      if (value.type().typeId() != Type.TypeID.STRING) {
        throw scope.failure(
            ProblemKind.WRONG_TYPE,
            starts.path(),
            "$startsWith on '"
                + starts.path()
                + "': the column is "
                + value.type()
                + ", not a string");
      }
      return new Pred.StartsWith(value, starts.prefix());
    }
    throw new IllegalStateException("unknown predicate " + predicate);
  }

  private static Pred in(Predicate.In in, Scope scope) {
    Expr value = scope.column(in.path());
    List<Expr.Constant> constants = new ArrayList<>();
    boolean orNull = false;
    for (@Nullable Object literal : in.literals()) {
      if (literal == null) {
        orNull = true;
      } else if (compare(in.path(), value, Predicate.Operator.EQ, literal, scope)
          instanceof Pred.Compare equal) {
        constants.add(equal.constant());
      }
    }
    Pred listed = constants.isEmpty() ? NEVER : new Pred.In(value, constants);
    return orNull ? new Pred.Or(List.of(listed, new Pred.IsNull(value))) : listed;
  }

  private static Pred compare(
      ColumnPath path, Expr value, Predicate.Operator operator, Object literal, Scope scope) {
    try {
      Optional<Constants.Bound> bound = Constants.bound(operator, literal, value.type());
      return bound.isPresent()
          ? new Pred.Compare(value, bound.get().operator(), bound.get().constant())
          : NEVER;
    } catch (IllegalArgumentException e) {
      throw scope.failure(
          ProblemKind.WRONG_TYPE,
          path,
          "Cannot compare '" + path + "' of " + scope.viewName() + ": " + e.getMessage());
    }
  }
}
