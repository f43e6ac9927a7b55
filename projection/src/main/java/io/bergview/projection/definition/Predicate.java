package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A filter. Two-valued, as Mongo's: a comparison with a null column is false, and {@link Not} turns
 * that false into true. Literals are as the document has them: {@link String}, {@link
 * java.math.BigDecimal}, {@link Long}, {@link java.math.BigInteger}, {@link Double} (only NaN and
 * infinities), {@link Boolean}, null.
 */
public sealed interface Predicate {
  /** Every path that it names; those of {@link Sql} may be spelt in another case. */
  List<ColumnPath> paths();

  <R> R accept(Visitor<R> visitor);

  /** A case for each kind of predicate. */
  interface Visitor<R> {
    R visit(And and);

    R visit(Or or);

    R visit(Not not);

    R visit(Compare compare);

    R visit(In in);

    R visit(IsNull isNull);

    R visit(StartsWith starts);

    R visit(Sql sql);
  }

  /** All of them; of none, true. */
  record And(List<Predicate> terms) implements Predicate {
    public And {
      terms = List.copyOf(terms);
    }

    @Override
    public List<ColumnPath> paths() {
      return terms.stream().flatMap(term -> term.paths().stream()).toList();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Any of them; of none, false. */
  record Or(List<Predicate> terms) implements Predicate {
    public Or {
      terms = List.copyOf(terms);
    }

    @Override
    public List<ColumnPath> paths() {
      return terms.stream().flatMap(term -> term.paths().stream()).toList();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * {@code $not}; also {@code $ne} and {@code $nin}, which are the negations of {@code $eq} and
   * {@code $in}.
   */
  record Not(Predicate term) implements Predicate {
    public Not {
      requireNonNull(term, "term is null");
    }

    @Override
    public List<ColumnPath> paths() {
      return term.paths();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code path op literal}; the literal is not null. */
  record Compare(ColumnPath path, Operator operator, Object literal) implements Predicate {
    public Compare {
      requireNonNull(path, "path is null");
      requireNonNull(operator, "operator is null");
      requireNonNull(literal, "literal is null");
    }

    @Override
    public List<ColumnPath> paths() {
      return List.of(path);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code $in}; a null among the literals matches null. */
  record In(ColumnPath path, List<@Nullable Object> literals) implements Predicate {
    public In {
      requireNonNull(path, "path is null");
      literals = Collections.unmodifiableList(new ArrayList<>(literals));
    }

    @Override
    public List<ColumnPath> paths() {
      return List.of(path);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code {f: null}} or {@code $exists: false}. */
  record IsNull(ColumnPath path) implements Predicate {
    public IsNull {
      requireNonNull(path, "path is null");
    }

    @Override
    public List<ColumnPath> paths() {
      return List.of(path);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code {$expr: 'price > 2 * cost'}}: true, by SQL's rules; neither false nor null. */
  record Sql(SqlExpression expression) implements Predicate {
    public Sql {
      requireNonNull(expression, "expression is null");
    }

    @Override
    public List<ColumnPath> paths() {
      return expression.paths();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code $startsWith}, by Unicode code points, case-sensitive. */
  record StartsWith(ColumnPath path, String prefix) implements Predicate {
    public StartsWith {
      requireNonNull(path, "path is null");
      requireNonNull(prefix, "prefix is null");
    }

    @Override
    public List<ColumnPath> paths() {
      return List.of(path);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The comparisons. */
  enum Operator {
    EQ("="),
    GT(">"),
    GTE(">="),
    LT("<"),
    LTE("<=");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    /** As SQL writes it. */
    public String symbol() {
      return symbol;
    }

    /** What SQL writes so; empty if it is no comparison. */
    public static Optional<Operator> of(String symbol) {
      return Arrays.stream(values()).filter(each -> each.symbol.equals(symbol)).findFirst();
    }

    /** The same comparison with its sides exchanged. */
    public Operator turned() {
      return switch (this) {
        case EQ -> EQ;
        case GT -> LT;
        case GTE -> LTE;
        case LT -> GT;
        case LTE -> GTE;
      };
    }
  }
}
