package io.bergview.projection.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The columns that an expression reads. */
public final class ExprColumns {
  private ExprColumns() {}

  public static Set<PlanColumn> of(Expr value) {
    Set<PlanColumn> columns = new LinkedHashSet<>();
    collect(value, columns);
    return columns;
  }

  /** The columns that a predicate reads. */
  public static Set<PlanColumn> of(Pred predicate) {
    Set<PlanColumn> columns = new LinkedHashSet<>();
    collect(predicate, columns);
    return columns;
  }

  private static void collect(Expr value, Set<PlanColumn> columns) {
    if (value instanceof Expr.Ref ref) {
      columns.add(ref.column());
    }
    operands(value).forEach(operand -> collect(operand, columns));
    if (value instanceof Expr.Cond cond) {
      collect(cond.test(), columns);
    }
  }

  private static List<Expr> operands(Expr value) {
    if (value instanceof Expr.Field field) {
      return List.of(field.struct());
    }
    if (value instanceof Expr.FieldOfEach field) {
      return List.of(field.list());
    }
    if (value instanceof Expr.Cond cond) {
      return List.of(cond.then(), cond.otherwise());
    }
    if (value instanceof Expr.Arithmetic arithmetic) {
      return List.of(arithmetic.left(), arithmetic.right());
    }
    if (value instanceof Expr.Cast cast) {
      return List.of(cast.value());
    }
    if (value instanceof Expr.Truncate truncate) {
      return List.of(truncate.value());
    }
    if (value instanceof Expr.Canonical canonical) {
      return List.of(canonical.value());
    }
    if (value instanceof Expr.ExactAverage average) {
      return List.of(average.sum(), average.count());
    }
    if (value instanceof Expr.Ratio ratio) {
      return List.of(ratio.numerator(), ratio.denominator());
    }
    if (value instanceof Expr.SquareRoot root) {
      return List.of(root.value());
    }
    if (value instanceof Expr.Pack pack) {
      return pack.values();
    }
    return List.of();
  }

  private static void collect(Pred predicate, Set<PlanColumn> columns) {
    if (predicate instanceof Pred.And and) {
      and.terms().forEach(term -> collect(term, columns));
    } else if (predicate instanceof Pred.Or or) {
      or.terms().forEach(term -> collect(term, columns));
    } else if (predicate instanceof Pred.Not not) {
      collect(not.term(), columns);
    } else if (predicate instanceof Pred.Compare compare) {
      collect(compare.value(), columns);
    } else if (predicate instanceof Pred.In in) {
      collect(in.value(), columns);
    } else if (predicate instanceof Pred.IsNull isNull) {
      collect(isNull.value(), columns);
    } else if (predicate instanceof Pred.StartsWith starts) {
      collect(starts.value(), columns);
    }
  }
}
