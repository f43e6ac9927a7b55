package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import java.time.ZoneId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A typed scalar expression over the columns of a plan's input. */
public sealed interface Expr {
  Type type();

  /** The same expression with each operand mapped; a predicate in it maps its own operands. */
  Expr mapOperands(UnaryOperator<Expr> made);

  <R> R accept(ExprVisitor<R> visitor);

  /** A column of the input. */
  record Ref(PlanColumn column) implements Expr {
    public Ref {
      requireNonNull(column, "column is null");
    }

    @Override
    public Type type() {
      return column.type();
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return this;
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A field of a struct; null where the struct is null. */
  record Field(Expr struct, String name, Type type) implements Expr {
    public Field {
      requireNonNull(struct, "struct is null");
      requireNonNull(name, "name is null");
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Field(made.apply(struct), name, type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * One field of every element of a list of structs, as a list; a null list gives an empty one, a
   * null element a null.
   */
  record FieldOfEach(Expr list, List<String> path, Type type) implements Expr {
    public FieldOfEach {
      requireNonNull(list, "list is null");
      path = List.copyOf(path);
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new FieldOfEach(made.apply(list), path, type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A constant: {@link Boolean}, {@link Long}, {@link java.math.BigDecimal}, {@link Double}, {@link
   * String}, {@link java.time.LocalDate}, {@link java.time.LocalTime}, {@link
   * java.time.LocalDateTime}, {@link java.time.Instant}, {@link java.util.UUID}, {@link
   * java.nio.ByteBuffer}, or null.
   */
  record Constant(@Nullable Object value, Type type) implements Expr {
    public Constant {
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return this;
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * {@code CASE WHEN test THEN then ELSE otherwise END}; both branches have the expression's type.
   */
  record Cond(Pred test, Expr then, Expr otherwise, Type type) implements Expr {
    public Cond {
      requireNonNull(test, "test is null");
      requireNonNull(then, "then is null");
      requireNonNull(otherwise, "otherwise is null");
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Cond(test.mapOperands(made), made.apply(then), made.apply(otherwise), type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Exact for long and decimal (overflow is an error), IEEE for double. */
  record Arithmetic(ArithmeticOperator operator, Expr left, Expr right, Type type) implements Expr {
    public Arithmetic {
      requireNonNull(operator, "operator is null");
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Arithmetic(operator, made.apply(left), made.apply(right), type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A value in another type; a value that does not fit is an error. */
  record Cast(Expr value, Type type) implements Expr {
    public Cast {
      requireNonNull(value, "value is null");
      requireNonNull(type, "type is null");
    }

    /** Whether the value can be taken back from what it becomes. */
    public boolean isExact() {
      return value.type() instanceof Types.DecimalType given
          && (type instanceof Types.DecimalType other
              ? other.scale() == given.scale()
              : type instanceof Types.LongType && given.scale() == 0);
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Cast(made.apply(value), type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The start of the unit of time that holds the value: a date for year to day, otherwise of the
   * input's type.
   */
  record Truncate(Expr value, TimeUnit unit, ZoneId zone, Type type) implements Expr {
    public Truncate {
      requireNonNull(value, "value is null");
      requireNonNull(unit, "unit is null");
      requireNonNull(zone, "zone is null");
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Truncate(made.apply(value), unit, zone, type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A floating-point value as a group key: -0.0 becomes 0.0 and every NaN the same NaN. */
  record Canonical(Expr value) implements Expr {
    public Canonical {
      requireNonNull(value, "value is null");
    }

    @Override
    public Type type() {
      return value.type();
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Canonical(made.apply(value));
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * {@code sum / count}, rounded HALF_UP to a decimal by exact arithmetic; null where the count is
   * 0.
   */
  record ExactAverage(Expr sum, Expr count, Types.DecimalType type) implements Expr {
    public ExactAverage {
      requireNonNull(sum, "sum is null");
      requireNonNull(count, "count is null");
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new ExactAverage(made.apply(sum), made.apply(count), type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code numerator / denominator} in double; null where the denominator is not positive. */
  record Ratio(Expr numerator, Expr denominator) implements Expr {
    public Ratio {
      requireNonNull(numerator, "numerator is null");
      requireNonNull(denominator, "denominator is null");
    }

    @Override
    public Type type() {
      return Types.DoubleType.get();
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Ratio(made.apply(numerator), made.apply(denominator));
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The square root of a double. */
  record SquareRoot(Expr value) implements Expr {
    public SquareRoot {
      requireNonNull(value, "value is null");
    }

    @Override
    public Type type() {
      return Types.DoubleType.get();
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new SquareRoot(made.apply(value));
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A function of SQL, by its own rule for nulls; booleans are three-valued. */
  record Call(ScalarFunction function, List<Expr> arguments, Type type) implements Expr {
    public Call {
      requireNonNull(function, "function is null");
      arguments = List.copyOf(arguments);
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Call(function, arguments.stream().map(made).toList(), type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A struct of values, never null itself; the fields' names are those of its type. */
  record Pack(List<Expr> values, Types.StructType type) implements Expr {
    public Pack {
      values = List.copyOf(values);
      requireNonNull(type, "type is null");
    }

    @Override
    public Expr mapOperands(UnaryOperator<Expr> made) {
      return new Pack(values.stream().map(made).toList(), type);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
