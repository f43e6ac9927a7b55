package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * One way to call a function, as it is written for the user: {@code substring(string, long) ->
 * string}, {@code concat(string...) -> string}.
 *
 * @param variadic whether the last parameter is there once or several times
 * @param result a word as those of parameters; {@code decimal} and the like are the type of the
 *     first argument
 */
record Signature(String text, List<Parameter> parameters, boolean variadic, String result) {
  private static final Pattern TEXT = Pattern.compile("[^(]*\\((.*)\\) -> (\\S+)");

  Signature {
    requireNonNull(text, "text is null");
    parameters = List.copyOf(parameters);
    requireNonNull(result, "result is null");
  }

  /**
   * @param cost the sum of those of the arguments
   * @param arguments as the function takes them
   */
  record Match(int cost, List<Expr> arguments, Type result) {
    Match {
      arguments = List.copyOf(arguments);
      requireNonNull(result, "result is null");
    }
  }

  static Signature parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a signature: " + text);
    }
    String list = parts.group(1);
    boolean variadic = list.endsWith("...");
    String plain = variadic ? list.substring(0, list.length() - "...".length()) : list;
    List<Parameter> parameters = new ArrayList<>();
    for (String word : plain.isEmpty() ? new String[0] : plain.split(", ", -1)) {
      parameters.add(Parameter.parse(word));
    }
    return new Signature(text, parameters, variadic, parts.group(2));
  }

  /** The list of parameters in parentheses. */
  String needed() {
    String list = String.join(", ", parameters.stream().map(Parameter::toString).toList());
    return "(" + list + (variadic ? "..." : "") + ")";
  }

  /** The call with these arguments; empty where they do not fit. */
  Optional<Match> match(List<Expr> arguments) {
    boolean counted =
        variadic ? arguments.size() >= parameters.size() : arguments.size() == parameters.size();
    if (!counted) {
      return Optional.empty();
    }
    Optional<Type> shared = shared(arguments).map(this::known);
    if (shared.isEmpty()) {
      return Optional.empty();
    }
    int total = 0;
    List<Expr> converted = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      Parameter parameter = parameter(i);
      OptionalInt cost = parameter.cost(arguments.get(i));
      if (cost.isEmpty()) {
        return Optional.empty();
      }
      total += cost.getAsInt();
      converted.add(
          switch (parameter.word()) {
            case "T" -> Coercion.to(arguments.get(i), shared.get());
            case "list<T>" -> Coercion.to(arguments.get(i), TypeShapes.listOf(shared.get()));
            default -> parameter.converted(arguments.get(i));
          });
    }
    return Optional.of(new Match(total, converted, result(converted, shared.get())));
  }

  private Parameter parameter(int position) {
    return parameters.get(Math.min(position, parameters.size() - 1));
  }

  /** The type that T stands for; empty where the arguments have none in common. */
  private Optional<Type> shared(List<Expr> arguments) {
    List<Expr> sharing = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      Expr argument = arguments.get(i);
      if (parameter(i).word().equals("T")) {
        sharing.add(argument);
      } else if (parameter(i).isShared() && !Coercion.isUntyped(argument)) {
        if (!argument.type().isListType()) {
          return Optional.empty();
        }
        sharing.add(Coercion.valueOf(argument.type().asListType().elementType()));
      }
    }
    return sharing.isEmpty()
        ? Optional.of(Types.UnknownType.get())
        : Coercion.common(sharing).filter(type -> !type.equals(Intervals.TYPE));
  }

  /** Elements have a type even where all are NULL. */
  private Type known(Type shared) {
    return shared.typeId() == Type.TypeID.UNKNOWN && text.contains("list<T>")
        ? Types.StringType.get()
        : shared;
  }

  private Type result(List<Expr> arguments, Type shared) {
    Type type = Parameter.TYPES.get(result);
    if (type != null) {
      return type;
    }
    return switch (result) {
      case "T" -> shared;
      case "list<T>" -> TypeShapes.listOf(shared);
      case "map<T,long>" -> TypeShapes.mapOf(shared, Types.LongType.get());
      case "interval" -> Intervals.TYPE;
      default -> arguments.isEmpty() ? Types.UnknownType.get() : arguments.get(0).type();
    };
  }
}
