package io.bergview.projection.plan;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.Predicate.Operator;
import java.util.List;
import java.util.Locale;

/** Expressions and predicates for display, by the labels of their columns. */
final class ExprText implements ExprVisitor<String>, PredVisitor<String> {
  private static final ExprText TEXT = new ExprText();

  private ExprText() {}

  static String of(Expr value) {
    return value.accept(TEXT);
  }

  static String of(Pred predicate) {
    return predicate.accept(TEXT);
  }

  @Override
  public String visit(Expr.Ref ref) {
    return ref.column().label();
  }

  @Override
  public String visit(Expr.Field field) {
    return of(field.struct()) + "." + field.name();
  }

  @Override
  public String visit(Expr.FieldOfEach each) {
    return of(each.list()) + "[]" + each.path().stream().map(name -> "." + name).collect(joining());
  }

  @Override
  public String visit(Expr.Constant constant) {
    return constant.value() instanceof String text
        ? "'" + text + "'"
        : String.valueOf(constant.value());
  }

  @Override
  public String visit(Expr.Cond cond) {
    return "if " + of(cond.test()) + " then " + of(cond.then()) + " else " + of(cond.otherwise());
  }

  @Override
  public String visit(Expr.Arithmetic arithmetic) {
    return arithmetic.operator().name().toLowerCase(Locale.ROOT)
        + ("(" + of(arithmetic.left()) + ", " + of(arithmetic.right()) + ")");
  }

  @Override
  public String visit(Expr.Cast cast) {
    return of(cast.value());
  }

  @Override
  public String visit(Expr.Truncate truncate) {
    return truncate.unit().name().toLowerCase(Locale.ROOT) + "(" + of(truncate.value()) + ")";
  }

  @Override
  public String visit(Expr.Canonical canonical) {
    return of(canonical.value());
  }

  @Override
  public String visit(Expr.ExactAverage average) {
    return ratio(average.sum(), average.count());
  }

  @Override
  public String visit(Expr.Ratio ratio) {
    return ratio(ratio.numerator(), ratio.denominator());
  }

  private static String ratio(Expr numerator, Expr denominator) {
    return "ratio(" + of(numerator) + ", " + of(denominator) + ")";
  }

  @Override
  public String visit(Expr.SquareRoot root) {
    return "sqrt(" + of(root.value()) + ")";
  }

  @Override
  public String visit(Expr.Call call) {
    List<String> arguments = call.arguments().stream().map(ExprText::of).toList();
    boolean infix = arguments.size() == 2 && call.function().duckDb().startsWith("({0} ");
    return infix
        ? "(" + String.join(" " + call.function().name() + " ", arguments) + ")"
        : call.function().name() + "(" + String.join(", ", arguments) + ")";
  }

  @Override
  public String visit(Expr.Pack pack) {
    return "Pack";
  }

  @Override
  public String visit(Pred.And and) {
    return and.terms().stream().map(ExprText::of).collect(joining(" and ", "(", ")"));
  }

  @Override
  public String visit(Pred.Or or) {
    return or.terms().isEmpty()
        ? "false"
        : or.terms().stream().map(ExprText::of).collect(joining(" or ", "(", ")"));
  }

  @Override
  public String visit(Pred.Not not) {
    return "not " + of(not.term());
  }

  @Override
  public String visit(Pred.Compare compare) {
    return of(compare.value()) + symbol(compare.operator()) + of(compare.constant());
  }

  private static String symbol(Operator operator) {
    return switch (operator) {
      case EQ -> " = ";
      case GT -> " > ";
      case GTE -> " >= ";
      case LT -> " < ";
      case LTE -> " <= ";
    };
  }

  @Override
  public String visit(Pred.In in) {
    return of(in.value()) + " in " + in.constants().stream().map(ExprText::of).toList();
  }

  @Override
  public String visit(Pred.IsNull isNull) {
    return of(isNull.value()) + " is null";
  }

  @Override
  public String visit(Pred.IsTrue isTrue) {
    return of(isTrue.value());
  }

  @Override
  public String visit(Pred.StartsWith starts) {
    return of(starts.value()) + " starts with '" + starts.prefix() + "'";
  }
}
