package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What is aggregated, or grouped by. */
public sealed interface ValueExpression {
  <R> R accept(Visitor<R> visitor);

  /** A case for each kind of expression. */
  interface Visitor<R> {
    R visit(Column column);

    R visit(Literal literal);

    R visit(Cond cond);

    R visit(Arithmetic arithmetic);

    R visit(Sql sql);
  }

  /** A column, by its path from the view's {@code $from}. */
  record Column(ColumnPath path) implements ValueExpression {
    public Column {
      requireNonNull(path, "path is null");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A constant, as in {@link Predicate}; null is SQL's NULL.
   *
   * @param at where in the document it stands
   */
  record Literal(@Nullable Object value, String at) implements ValueExpression {
    public Literal {
      requireNonNull(at, "at is null");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code {$cond: [test, then, otherwise]}}. */
  record Cond(Predicate test, ValueExpression then, ValueExpression otherwise, String at)
      implements ValueExpression {
    public Cond {
      requireNonNull(test, "test is null");
      requireNonNull(then, "then is null");
      requireNonNull(otherwise, "otherwise is null");
      requireNonNull(at, "at is null");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code {$multiply: [a, b]}}; more than two operands are nested to the left by the parser. */
  record Arithmetic(
      ArithmeticOperator operator, ValueExpression left, ValueExpression right, String at)
      implements ValueExpression {
    public Arithmetic {
      requireNonNull(operator, "operator is null");
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
      requireNonNull(at, "at is null");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code {$expr: 'price * quantity'}}. */
  record Sql(SqlExpression expression) implements ValueExpression {
    public Sql {
      requireNonNull(expression, "expression is null");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Exact on integers and decimals, typed as Spark types them; overflow is an error. */
  enum ArithmeticOperator {
    ADD,
    SUBTRACT,
    MULTIPLY
  }
}
