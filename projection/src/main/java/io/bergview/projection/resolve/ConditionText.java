package io.bergview.projection.resolve;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.Predicate;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters as conditions in SQL.
 *
 * @param exactly whether a condition that is not true must be false: where it is negated. Elsewhere
 *     it may be null
 */
record ConditionText(PathTexts paths, boolean exactly) implements Predicate.Visitor<String> {
  /** True where the filter holds, else false or null. */
  static String of(Predicate filter, PathTexts paths) {
    return filter.accept(new ConditionText(paths, false));
  }

  /** The terms of a condition that all must hold, on a line each. */
  static String lines(Predicate filter, PathTexts paths) {
    return RootTerms.conjuncts(filter).stream()
        .map(term -> of(term, paths))
        .collect(joining("\n  AND "));
  }

  @Override
  public String visit(Predicate.And and) {
    return all(and.terms(), " AND ", "true");
  }

  @Override
  public String visit(Predicate.Or or) {
    return all(or.terms(), " OR ", "false");
  }

  private String all(List<Predicate> terms, String operator, String none) {
    return terms.isEmpty()
        ? none
        : terms.stream().map(term -> term.accept(this)).collect(joining(operator, "(", ")"));
  }

  @Override
  public String visit(Predicate.Not not) {
    if (not.term() instanceof Predicate.IsNull isNull) {
      return paths.presence(isNull.path()) + " IS NOT NULL";
    }
    if (not.term() instanceof Predicate.Compare compare
        && compare.operator() == Predicate.Operator.EQ
        && resolved(compare) instanceof Pred.Compare equal) {
      return "%s IS DISTINCT FROM %s"
          .formatted(paths.column(compare.path()), ConstantText.of(equal.constant()));
    }
    return "NOT " + not.term().accept(new ConditionText(paths, true));
  }

  private Pred resolved(Predicate leaf) {
    return PredicateResolver.resolve(leaf, paths.scope());
  }

  private String twoValued(String condition) {
    return exactly ? "coalesce(%s, false)".formatted(condition) : condition;
  }

  @Override
  public String visit(Predicate.Compare compare) {
    return resolved(compare) instanceof Pred.Compare bound
        ? twoValued(comparison(paths.column(compare.path()), bound))
        : "false";
  }

  /** Of floating point the two differ: to SQL, NaN is greater than every number. */
  private String comparison(String value, Pred.Compare compare) {
    String condition =
        value + " " + compare.operator().symbol() + " " + ConstantText.of(compare.constant());
    boolean ordered = compare.operator() != Predicate.Operator.EQ;
    if (!ordered || !NumericTypes.isFloating(compare.value().type())) {
      return condition;
    }
    boolean never = compare.constant().value() instanceof Double number && number.isNaN();
    return never ? "false" : "(%s AND NOT isnan(%s))".formatted(condition, value);
  }

  @Override
  public String visit(Predicate.In in) {
    String value = paths.column(in.path());
    Pred resolved = resolved(in);
    List<Pred> parts = resolved instanceof Pred.Or or ? or.terms() : List.of(resolved);
    List<String> any = new ArrayList<>();
    for (Pred part : parts) {
      if (part instanceof Pred.In listed) {
        String constants = listed.constants().stream().map(ConstantText::of).collect(joining(", "));
        any.add(twoValued("%s IN (%s)".formatted(value, constants)));
      } else if (part instanceof Pred.IsNull) {
        any.add(value + " IS NULL");
      }
    }
    return any.isEmpty()
        ? "false"
        : any.size() == 1 ? any.get(0) : "(" + String.join(" OR ", any) + ")";
  }

  @Override
  public String visit(Predicate.IsNull isNull) {
    return paths.presence(isNull.path()) + " IS NULL";
  }

  @Override
  public String visit(Predicate.StartsWith starts) {
    resolved(starts);
    return twoValued(
        "starts_with(%s, %s)"
            .formatted(paths.column(starts.path()), ConstantText.quoted(starts.prefix())));
  }

  @Override
  public String visit(Predicate.Sql sql) {
    return twoValued(ValueText.of(sql.expression(), paths));
  }
}
