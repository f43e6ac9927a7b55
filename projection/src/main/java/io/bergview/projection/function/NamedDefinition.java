package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * An aggregate that DuckDB computes by its name.
 *
 * @param form with {@code {distinct}} and {@code {order}}; an OVER may follow where it ends with a
 *     parenthesis
 */
record NamedDefinition(FunctionDocs docs, List<Signature> signatures, String form, Order order)
    implements AggregateDefinition {
  private static final Expr COMMA = new Expr.Constant(",", Types.StringType.get());

  /** How the values are ordered for a call that does not say, and after what it says. */
  enum Order {
    /** The order does not matter. */
    NONE,
    /** By value, NULLs last. */
    NULLS_LAST,
    /** By value, NULLs first. */
    NULLS_FIRST,
    /** What the call orders by is the argument: {@code WITHIN GROUP}. */
    IS_ARGUMENT
  }

  NamedDefinition {
    requireNonNull(docs, "docs is null");
    signatures = List.copyOf(signatures);
    requireNonNull(form, "form is null");
    requireNonNull(order, "order is null");
  }

  @Override
  public String name() {
    return docs.names().get(0);
  }

  @Override
  public boolean takesFilter() {
    return !form.startsWith("CASE");
  }

  @Override
  public AggregateParts bind(
      String label,
      List<Expr> arguments,
      boolean distinct,
      List<SortOrder> orderBy,
      BiFunction<String, Type, PlanColumn> columns) {
    Signature.Match match = match(name(), signatures, ordered(arguments, orderBy));
    List<Expr> values = values(match);
    if (distinct && !form.contains("{distinct}") && !takesRepeated()) {
      throw FunctionException.unsupported(name() + " of DISTINCT values is not available");
    }
    String written = form.replace("{distinct}", distinct ? "DISTINCT " : "");
    boolean compared = distinct && form.contains("{distinct}");
    NamedAggregate aggregate =
        new NamedAggregate(
            new ScalarFunction(name(), written),
            values.subList(1, values.size()),
            orders(values.get(0), compared, orderBy));
    GroupParts parts = new GroupParts(label, columns);
    Expr value = parts.named(values.get(0), aggregate, known(match.result()));
    return new AggregateParts(parts.calls(), value);
  }

  @Override
  public WindowParts overWindow(List<Expr> arguments) {
    if (form.startsWith("CASE")) {
      throw FunctionException.unsupported(name() + " is not available over a window");
    }
    Signature.Match match = match(name(), signatures, arguments);
    String written = form.replace("{distinct}", "").replace("{order}", "");
    return new WindowParts(
        new ScalarFunction(name(), written), values(match), known(match.result()));
  }

  /** Whether a value that occurs twice counts as one that occurs once. */
  private boolean takesRepeated() {
    return switch (name()) {
      case "min_by", "max_by", "bit_and", "bit_or", "first", "last" -> true;
      default -> false;
    };
  }

  /** With the separator that a string_agg has if the call names none. */
  private List<Expr> values(Signature.Match match) {
    List<Expr> values = new ArrayList<>(match.arguments());
    if (name().equals("string_agg") && values.size() == 1) {
      values.add(COMMA);
    }
    if (name().equals("min_by") || name().equals("max_by")) {
      values.set(1, NestedOrder.of(values.get(1)));
    }
    return values;
  }

  private List<Expr> ordered(List<Expr> arguments, List<SortOrder> orderBy) {
    if (order != Order.IS_ARGUMENT || orderBy.isEmpty()) {
      return arguments;
    }
    List<Expr> all = new ArrayList<>(List.of(orderBy.get(0).value()));
    for (Expr argument : arguments) {
      all.add(orderBy.get(0).descending() ? complement(argument) : argument);
    }
    return all;
  }

  private static Expr complement(Expr fraction) {
    Expr number = Coercion.to(fraction, Types.DoubleType.get());
    return number instanceof Expr.Constant constant && constant.value() instanceof Double share
        ? new Expr.Constant(1 - share, number.type())
        : number;
  }

  private List<SortOrder> orders(Expr value, boolean distinct, List<SortOrder> orderBy) {
    if (order == Order.NONE || order == Order.IS_ARGUMENT) {
      return List.of();
    }
    if (distinct) {
      for (SortOrder by : orderBy) {
        if (!by.value().equals(value)) {
          throw FunctionException.unsupported(
              name() + " of DISTINCT values is ordered by the values only");
        }
      }
      if (!orderBy.isEmpty()) {
        return orderBy;
      }
    }
    List<SortOrder> all = new ArrayList<>(orderBy);
    all.add(new SortOrder(value, false, order == Order.NULLS_FIRST));
    return all;
  }

  private static Type known(Type type) {
    return type.typeId() == Type.TypeID.UNKNOWN ? Types.StringType.get() : type;
  }

  /** The arguments as the best of the signatures takes them. */
  static List<Expr> converted(String name, List<Signature> signatures, List<Expr> arguments) {
    return match(name, signatures, arguments).arguments();
  }

  static Signature.Match match(String name, List<Signature> signatures, List<Expr> arguments) {
    Signature.Match best = null;
    for (Signature signature : signatures) {
      Optional<Signature.Match> found = signature.match(arguments);
      if (found.isPresent() && (best == null || found.get().cost() < best.cost())) {
        best = found.get();
      }
    }
    if (best == null) {
      throw FunctionException.wrongArguments(
          name
              + " needs "
              + signatures.stream().map(Signature::needed).collect(Collectors.joining(" or "))
              + ", not "
              + SqlFunction.given(arguments));
    }
    return new Signature.Match(
        best.cost(),
        best.arguments().stream()
            .map(
                argument ->
                    Coercion.isUntyped(argument)
                        ? new Expr.Constant(null, known(argument.type()))
                        : argument)
            .toList(),
        best.result());
  }
}
