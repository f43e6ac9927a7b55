package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The operators that queries in SQL have beyond those of the view language. */
public sealed interface QueryPlan extends Plan {
  /** How the rows of two inputs are brought together. */
  enum JoinKind {
    INNER,
    /** Left rows without a match are kept, with nulls. */
    LEFT,
    /** Left rows that have a match, each once. */
    SEMI,
    /** Left rows that have none. */
    ANTI;

    /** Whether the rows have the columns of the right input too. */
    public boolean showsRight() {
      return this == INNER || this == LEFT;
    }
  }

  /** Two values that are equal in a pair of rows: one of the left row, one of the right. */
  record Equality(Expr left, Expr right, DeltaPlan.Match match) {
    public Equality {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
      requireNonNull(match, "match is null");
    }
  }

  /**
   * Pairs of rows whose keys are equal, and for which the condition is true.
   *
   * @param on empty for all pairs
   * @param condition boolean, over the columns of both
   */
  record Join(Plan left, Plan right, JoinKind kind, List<Equality> on, Optional<Expr> condition)
      implements QueryPlan {
    public Join {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
      requireNonNull(kind, "kind is null");
      on = List.copyOf(on);
      requireNonNull(condition, "condition is null");
    }

    @Override
    public List<PlanColumn> columns() {
      if (!kind.showsRight()) {
        return left.columns();
      }
      List<PlanColumn> columns = new ArrayList<>(left.columns());
      columns.addAll(right.columns());
      return List.copyOf(columns);
    }

    @Override
    public List<Plan> inputs() {
      return List.of(left, right);
    }

    @Override
    public Join withInputs(List<Plan> inputs) {
      return new Join(inputs.get(0), inputs.get(1), kind, on, condition);
    }

    @Override
    public Optional<Plan> drivingInput() {
      return kind == JoinKind.INNER ? Optional.empty() : Optional.of(left);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** All rows of all inputs, whose columns correspond by position and have the same types. */
  record Union(List<Plan> inputs, List<PlanColumn> columns) implements QueryPlan {
    public Union {
      inputs = List.copyOf(inputs);
      columns = List.copyOf(columns);
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return new Union(inputs, columns);
    }

    @Override
    public Optional<Plan> drivingInput() {
      return Optional.empty();
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The input with further columns, each computed from a row and others of its partition. */
  record Window(Plan input, List<Expr> partitionBy, List<SortOrder> orderBy, List<WindowCall> calls)
      implements QueryPlan, Unary {
    public Window {
      requireNonNull(input, "input is null");
      partitionBy = List.copyOf(partitionBy);
      orderBy = List.copyOf(orderBy);
      calls = List.copyOf(calls);
    }

    @Override
    public List<PlanColumn> columns() {
      List<PlanColumn> columns = new ArrayList<>(input.columns());
      calls.forEach(call -> columns.add(call.column()));
      return List.copyOf(columns);
    }

    @Override
    public Window over(Plan other) {
      return new Window(other, partitionBy, orderBy, calls);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The rows in an order, perhaps only some of them.
   *
   * @param rows how many at most; empty for all
   * @param skipped how many are left out at the beginning
   */
  record Limit(Plan input, List<SortOrder> orderBy, OptionalLong rows, long skipped)
      implements QueryPlan, Unary {
    public Limit {
      requireNonNull(input, "input is null");
      orderBy = List.copyOf(orderBy);
      requireNonNull(rows, "rows is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return input.columns();
    }

    @Override
    public Limit over(Plan other) {
      return new Limit(other, orderBy, rows, skipped);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Rows of constants.
   *
   * @param rows each with a value for each column, of its type
   */
  record Values(List<PlanColumn> columns, List<List<Expr>> rows) implements QueryPlan {
    public Values {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
    }

    @Override
    public List<Plan> inputs() {
      return List.of();
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return this;
    }

    @Override
    public Optional<Plan> drivingInput() {
      return Optional.empty();
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
