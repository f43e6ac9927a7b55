package io.bergview.projection.plan;

import java.util.LinkedHashSet;
import java.util.Set;

/** The columns that an expression reads. */
public final class ExprColumns {
  private final Set<PlanColumn> columns = new LinkedHashSet<>();

  private ExprColumns() {}

  public static Set<PlanColumn> of(Expr value) {
    ExprColumns found = new ExprColumns();
    found.collect(value);
    return found.columns;
  }

  /** The columns that a predicate reads. */
  public static Set<PlanColumn> of(Pred predicate) {
    ExprColumns found = new ExprColumns();
    predicate.mapOperands(found::collect);
    return found.columns;
  }

  private Expr collect(Expr value) {
    if (value instanceof Expr.Ref ref) {
      columns.add(ref.column());
    }
    return value.mapOperands(this::collect);
  }
}
