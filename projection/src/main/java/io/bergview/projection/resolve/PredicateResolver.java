package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Types a filter: columns become expressions, constants values of their column's type. */
record PredicateResolver(ColumnScope scope) implements Predicate.Visitor<Pred> {
  private static final Pred NEVER = new Pred.Or(List.of());

  static Pred resolve(Predicate predicate, ColumnScope scope) {
    return predicate.accept(new PredicateResolver(scope));
  }

  @Override
  public Pred visit(Predicate.And and) {
    return new Pred.And(terms(and.terms()));
  }

  @Override
  public Pred visit(Predicate.Or or) {
    return new Pred.Or(terms(or.terms()));
  }

  private List<Pred> terms(List<Predicate> terms) {
    return terms.stream().map(term -> term.accept(this)).toList();
  }

  @Override
  public Pred visit(Predicate.Not not) {
    return new Pred.Not(not.term().accept(this));
  }

  @Override
  public Pred visit(Predicate.Compare compare) {
    return compare(
        compare.path(), scope.column(compare.path()), compare.operator(), compare.literal());
  }

  @Override
  public Pred visit(Predicate.IsNull isNull) {
    return new Pred.IsNull(scope.presence(isNull.path()));
  }

  @Override
  public Pred visit(Predicate.StartsWith starts) {
    Expr value = scope.column(starts.path());
    if (value.type().typeId() != Type.TypeID.STRING) {
      throw scope.failure(
          ProblemKind.WRONG_TYPE,
          starts.path().at(),
          "$startsWith on '"
              + starts.path()
              + "': the column is "
              + value.type()
              + ", not a string");
    }
    return new Pred.StartsWith(value, starts.prefix());
  }

  @Override
  public Pred visit(Predicate.Sql sql) {
    return SqlExpressions.condition(sql.expression(), scope);
  }

  @Override
  public Pred visit(Predicate.In in) {
    Expr value = scope.column(in.path());
    List<Expr.Constant> constants = new ArrayList<>();
    boolean orNull = false;
    for (@Nullable Object literal : in.literals()) {
      if (literal == null) {
        orNull = true;
      } else if (compare(in.path(), value, Predicate.Operator.EQ, literal)
          instanceof Pred.Compare equal) {
        constants.add(equal.constant());
      }
    }
    Pred listed = constants.isEmpty() ? NEVER : new Pred.In(value, constants);
    return orNull ? new Pred.Or(List.of(listed, new Pred.IsNull(value))) : listed;
  }

  private Pred compare(ColumnPath path, Expr value, Predicate.Operator operator, Object literal) {
    try {
      Optional<Constants.Bound> bound = Constants.bound(operator, literal, value.type());
      return bound.isPresent()
          ? new Pred.Compare(value, bound.get().operator(), bound.get().constant())
          : NEVER;
    } catch (IllegalArgumentException e) {
      throw scope.failure(
          ProblemKind.WRONG_TYPE,
          path.at(),
          "Cannot compare '" + path + "' of " + scope.viewName() + ": " + e.getMessage());
    }
  }
}
