package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.at;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.LambdaFunction;
import io.bergview.projection.function.LambdaFunction.Lambda;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/** The parameters of the lambdas around an expression, and the calls that have lambdas. */
final class LambdaBinder {
  private final ExpressionBinder binder;

  /** By name in lower case. */
  private Map<String, Expr> parameters = Map.of();

  private int depth;

  LambdaBinder(ExpressionBinder binder) {
    this.binder = binder;
  }

  /** Whether an expression stands within a lambda. */
  boolean isWithin() {
    return depth > 0;
  }

  /** Whether an expression names a parameter. */
  boolean names(SyntaxNode node) {
    return isWithin()
        && node.all("COLUMN_REF").stream().anyMatch(column -> parameters.containsKey(name(column)));
  }

  private static String name(SyntaxNode column) {
    return column.strings("column_names").get(0).toLowerCase(Locale.ROOT);
  }

  /** The parameter, or a field of it, that a name means; empty where it means something else. */
  Optional<Expr> parameter(SyntaxNode column) {
    Expr value = parameters.get(name(column));
    if (value == null) {
      return Optional.empty();
    }
    List<String> path = column.strings("column_names");
    for (String field : path.subList(1, path.size())) {
      Expr name = new Expr.Constant(field, Types.StringType.get());
      value = binder.call("struct_extract", column, value, name);
    }
    return Optional.of(value);
  }

  Expr call(LambdaFunction function, SyntaxNode call) {
    List<Expr> values = new ArrayList<>();
    List<Lambda> lambdas = new ArrayList<>();
    for (SyntaxNode argument : ExpressionBinder.arguments(call)) {
      if (argument.nodeClass().equals("LAMBDA")) {
        lambdas.add(lambda(argument));
      } else {
        values.add(binder.bind(argument));
      }
    }
    int around = depth;
    return at(call, () -> function.bind(values, lambdas, around));
  }

  private Lambda lambda(SyntaxNode lambda) {
    List<String> names = new ArrayList<>();
    for (SyntaxNode parameter : ExpressionBinder.row(lambda.required("lhs"))) {
      if (!parameter.nodeClass().equals("COLUMN_REF")
          || parameter.strings("column_names").size() > 1) {
        throw new SqlException(
            ProblemKind.SYNTAX,
            parameter.offset(),
            "a parameter of a lambda is a name: x -> x + 1");
      }
      names.add(name(parameter));
    }
    return new Lambda() {
      @Override
      public int parameters() {
        if (names.size() > 2) {
          throw wrongCount(lambda, names.size(), 2);
        }
        return names.size();
      }

      @Override
      public Expr body(List<Expr> values) {
        if (values.size() != names.size()) {
          throw wrongCount(lambda, names.size(), values.size());
        }
        return within(names, values, lambda.required("expr"));
      }
    };
  }

  private static SqlException wrongCount(SyntaxNode lambda, int given, int needed) {
    return new SqlException(
        ProblemKind.WRONG_TYPE,
        lambda.offset(),
        "the lambda has %d parameters, and %d are given".formatted(given, needed));
  }

  private Expr within(List<String> names, List<Expr> values, SyntaxNode body) {
    Map<String, Expr> before = parameters;
    Map<String, Expr> inner = new HashMap<>(before);
    for (int i = 0; i < names.size(); i++) {
      inner.put(names.get(i), values.get(i));
    }
    parameters = inner;
    depth++;
    try {
      return binder.bind(body);
    } finally {
      parameters = before;
      depth--;
    }
  }
}
