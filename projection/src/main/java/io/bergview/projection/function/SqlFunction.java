package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A function that is defined by its signatures.
 *
 * @param names the first is its own
 */
record SqlFunction(
    List<String> names, String description, List<Form> forms, List<FunctionExample> examples)
    implements ScalarDefinition {
  /** What a call becomes, of arguments as the signature takes them. */
  interface Binding {
    Expr bind(List<Expr> arguments, Type result);
  }

  /** One way to call it. */
  record Form(Signature signature, Binding binding) {
    Form {
      requireNonNull(signature, "signature is null");
      requireNonNull(binding, "binding is null");
    }
  }

  SqlFunction {
    names = List.copyOf(names);
    requireNonNull(description, "description is null");
    forms = List.copyOf(forms);
    examples = List.copyOf(examples);
  }

  static SqlFunction define(String description, String... names) {
    return new SqlFunction(List.of(names), description, List.of(), List.of());
  }

  /**
   * A further way to call it.
   *
   * @param duckDb as in {@link ScalarFunction}
   */
  SqlFunction form(String signature, String duckDb) {
    ScalarFunction function = new ScalarFunction(names.get(0), duckDb);
    return form(
        signature,
        (arguments, type) ->
            new Expr.Call(function, arguments.stream().map(SqlFunction::typed).toList(), type));
  }

  SqlFunction form(String signature, Binding binding) {
    List<Form> more = new ArrayList<>(forms);
    more.add(new Form(Signature.parse(signature), binding));
    return new SqlFunction(names, description, more, examples);
  }

  /** With forms that it shares with other functions. */
  SqlFunction with(UnaryOperator<SqlFunction> forms) {
    return forms.apply(this);
  }

  /** An example that Spark SQL reads as it is. */
  SqlFunction example(String sql, String value) {
    return example(sql, value, sql);
  }

  /** An example that Spark SQL has no function for. */
  SqlFunction ours(String sql, String value) {
    return example(sql, value, "");
  }

  SqlFunction example(String sql, String value, String spark) {
    List<FunctionExample> more = new ArrayList<>(examples);
    more.add(new FunctionExample(sql, value, spark));
    return new SqlFunction(names, description, forms, more);
  }

  @Override
  public String name() {
    return names.get(0);
  }

  @Override
  public FunctionDocs docs() {
    return new FunctionDocs(
        names, forms.stream().map(form -> form.signature().text()).toList(), description, examples);
  }

  @Override
  public Expr bind(List<Expr> arguments) {
    Form best = null;
    Signature.Match match = null;
    for (Form form : forms) {
      Optional<Signature.Match> found = form.signature().match(arguments);
      if (found.isPresent() && (match == null || found.get().cost() < match.cost())) {
        best = form;
        match = found.get();
      }
    }
    if (best == null || match == null) {
      throw FunctionException.wrongArguments(
          name()
              + " needs "
              + forms.stream()
                  .map(form -> form.signature().needed())
                  .filter(needed -> !needed.contains("stored interval"))
                  .distinct()
                  .collect(Collectors.joining(" or "))
              + ", not "
              + given(arguments));
    }
    Type result =
        match.result().typeId() == Type.TypeID.UNKNOWN ? Types.StringType.get() : match.result();
    return best.binding().bind(match.arguments(), result);
  }

  /** A NULL that no other argument gave a type. */
  static Expr typed(Expr argument) {
    return argument.type().typeId() == Type.TypeID.UNKNOWN
        ? new Expr.Constant(null, Types.StringType.get())
        : argument;
  }

  static String given(List<Expr> arguments) {
    return arguments.stream()
        .map(argument -> Coercion.shown(argument.type()))
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
