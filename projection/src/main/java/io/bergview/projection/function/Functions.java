package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The functions and operators that SQL may use. Operators are found by the names that DuckDB's
 * syntax tree has for them: {@code +}, {@code ~~} for LIKE, {@code is null}.
 *
 * <p>Each is deterministic, and gives the same values in DuckDB as its Spark form does in Spark.
 */
public final class Functions {
  private static final Map<String, List<? extends ScalarDefinition>> GROUPS = groups();
  private static final Map<String, ScalarDefinition> SCALARS = scalars();
  private static final List<AggregateDefinition> AGGREGATE_LIST = aggregateList();
  private static final Map<String, AggregateDefinition> AGGREGATES =
      byName(AGGREGATE_LIST, AggregateDefinition::docs);
  private static final Map<String, WindowDefinition> WINDOWS =
      byName(WindowFunctions.all(), WindowDefinition::docs);

  private Functions() {}

  /** Names are matched without regard to case. */
  public static Optional<ScalarDefinition> scalar(String name) {
    return Optional.ofNullable(SCALARS.get(name.toLowerCase(Locale.ROOT)));
  }

  /** {@code count_star} is {@code count(*)}. */
  public static Optional<AggregateDefinition> aggregate(String name) {
    return Optional.ofNullable(AGGREGATES.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Those that are not aggregates, which {@link AggregateDefinition#overWindow} gives. */
  public static Optional<WindowDefinition> window(String name) {
    return Optional.ofNullable(WINDOWS.get(name.toLowerCase(Locale.ROOT)));
  }

  /** All names that are words, in order. */
  public static List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    GROUPS.values().forEach(group -> group.forEach(each -> names.addAll(each.docs().names())));
    names.addAll(AGGREGATES.keySet());
    names.addAll(WINDOWS.keySet());
    names.removeIf(name -> !name.matches("[a-z][a-z0-9_]*"));
    return List.copyOf(names);
  }

  /** All functions, by subject. */
  public static List<FunctionGroup> all() {
    List<FunctionGroup> all = new ArrayList<>();
    GROUPS.forEach(
        (title, functions) ->
            all.add(
                new FunctionGroup(title, functions.stream().map(each -> each.docs()).toList())));
    all.add(
        new FunctionGroup(
            "Aggregates", AGGREGATE_LIST.stream().map(AggregateDefinition::docs).toList()));
    all.add(
        new FunctionGroup(
            "Window functions",
            WindowFunctions.all().stream().map(WindowDefinition::docs).toList()));
    return List.copyOf(all);
  }

  /** A call of a function that is known to be there. */
  static Expr bound(String name, List<Expr> arguments) {
    return scalar(name).orElseThrow().bind(arguments);
  }

  private static Map<String, List<? extends ScalarDefinition>> groups() {
    Map<String, List<? extends ScalarDefinition>> groups = new LinkedHashMap<>();
    groups.put("Comparisons and logic", ComparisonOperators.all());
    groups.put("Conditions", ConditionalFunctions.all());
    groups.put("Arithmetic", ArithmeticOperators.all());
    groups.put("Numbers", NumberFunctions.all());
    List<SqlFunction> strings = new ArrayList<>(StringFunctions.all());
    strings.addAll(FormatFunctions.all());
    groups.put("Strings", strings);
    List<SqlFunction> times = new ArrayList<>(TimeFunctions.all());
    times.addAll(TimeUnitFunctions.all());
    times.addAll(Periods.all());
    groups.put("Dates and times", times);
    List<ScalarDefinition> lists = new ArrayList<>(ListFunctions.all());
    lists.addAll(ListOperations.all());
    lists.addAll(SeriesFunctions.all());
    lists.addAll(LambdaFunctions.all());
    groups.put("Lists, maps and structs", lists);
    return groups;
  }

  private static Map<String, ScalarDefinition> scalars() {
    List<ScalarDefinition> all = new ArrayList<>();
    GROUPS.values().forEach(all::addAll);
    all.addAll(VolatileFunctions.all());
    all.addAll(UnportableFunctions.all());
    return byName(all, ScalarDefinition::docs);
  }

  private static List<AggregateDefinition> aggregateList() {
    List<AggregateDefinition> all = new ArrayList<>(ComposedAggregates.all());
    all.addAll(NamedAggregates.all());
    return List.copyOf(all);
  }

  private static <D> Map<String, D> byName(List<D> definitions, Function<D, FunctionDocs> docs) {
    Map<String, D> named = new LinkedHashMap<>();
    for (D definition : definitions) {
      for (String name : docs.apply(definition).names()) {
        if (named.put(name, definition) != null) {
          throw new IllegalStateException("two functions are called " + name);
        }
      }
    }
    return Map.copyOf(named);
  }
}
