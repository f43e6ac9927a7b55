package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import org.apache.iceberg.types.Type;

/**
 * A function of lists or maps that takes expressions over their elements, {@code x -> x + 1}.
 *
 * @param docs what a user reads about it
 * @param values how many of its arguments are values
 * @param lambdas how many are lambdas at most; there is one at least
 * @param form what a call becomes
 */
public record LambdaFunction(FunctionDocs docs, int values, int lambdas, Form form)
    implements ScalarDefinition {
  /** An expression over parameters, as the query writes it. */
  public interface Lambda {
    /** How many parameters it names. */
    int parameters();

    /** The expression with these for the parameters. */
    Expr body(List<Expr> parameters);
  }

  /** What a call becomes. */
  public interface Form {
    /**
     * @param depth how many lambdas are around the call, from 0: parameters are called after it, so
     *     that equal calls are equal values
     */
    Expr bind(List<Expr> values, List<Lambda> lambdas, int depth);
  }

  public LambdaFunction {
    requireNonNull(docs, "docs is null");
    requireNonNull(form, "form is null");
  }

  @Override
  public String name() {
    return docs.names().get(0);
  }

  @Override
  public Expr bind(List<Expr> arguments) {
    throw wrongArguments();
  }

  public Expr bind(List<Expr> arguments, List<Lambda> given, int depth) {
    if (arguments.size() != values || given.isEmpty() || given.size() > lambdas) {
      throw wrongArguments();
    }
    return form.bind(arguments, given, depth);
  }

  private FunctionException wrongArguments() {
    return FunctionException.wrongArguments(
        name() + " needs a lambda, as in " + docs.examples().get(0).sql());
  }

  /** What DuckDB calls a parameter, of a number from 1. */
  static String parameterName(int depth, int number) {
    return "lambda_" + (depth + 1) + "_" + number;
  }

  static Expr parameter(int depth, int number, Type type) {
    return parameter(parameterName(depth, number), type);
  }

  /** A value that DuckDB's lambda knows by this expression. */
  static Expr parameter(String duckDb, Type type) {
    return new Expr.Call(new ScalarFunction(duckDb, duckDb), List.of(), type);
  }
}
