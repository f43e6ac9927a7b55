package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.Predicate.Operator;
import java.util.List;
import java.util.function.UnaryOperator;

/** A typed two-valued predicate: never null. */
public sealed interface Pred {
  /** The same predicate with each value that it or its terms test mapped. */
  Pred mapOperands(UnaryOperator<Expr> made);

  <R> R accept(PredVisitor<R> visitor);

  /** All of them; of none, true. */
  record And(List<Pred> terms) implements Pred {
    public And {
      terms = List.copyOf(terms);
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new And(terms.stream().map(term -> term.mapOperands(made)).toList());
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Any of them; of none, false. */
  record Or(List<Pred> terms) implements Pred {
    public Or {
      terms = List.copyOf(terms);
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new Or(terms.stream().map(term -> term.mapOperands(made)).toList());
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** True exactly where the term is false. */
  record Not(Pred term) implements Pred {
    public Not {
      requireNonNull(term, "term is null");
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new Not(term.mapOperands(made));
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** False where the value is null; ordered comparisons are false where either side is NaN. */
  record Compare(Expr value, Operator operator, Expr.Constant constant) implements Pred {
    public Compare {
      requireNonNull(value, "value is null");
      requireNonNull(operator, "operator is null");
      requireNonNull(constant, "constant is null");
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new Compare(made.apply(value), operator, constant);
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Equal to one of the constants, none of them null. */
  record In(Expr value, List<Expr.Constant> constants) implements Pred {
    public In {
      requireNonNull(value, "value is null");
      constants = List.copyOf(constants);
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new In(made.apply(value), constants);
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The value is null. */
  record IsNull(Expr value) implements Pred {
    public IsNull {
      requireNonNull(value, "value is null");
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new IsNull(made.apply(value));
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A string begins with the prefix; false where it is null. */
  record StartsWith(Expr value, String prefix) implements Pred {
    public StartsWith {
      requireNonNull(value, "value is null");
      requireNonNull(prefix, "prefix is null");
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new StartsWith(made.apply(value), prefix);
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A boolean value is true: not false, and not null. */
  record IsTrue(Expr value) implements Pred {
    public IsTrue {
      requireNonNull(value, "value is null");
    }

    @Override
    public Pred mapOperands(UnaryOperator<Expr> made) {
      return new IsTrue(made.apply(value));
    }

    @Override
    public <R> R accept(PredVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
