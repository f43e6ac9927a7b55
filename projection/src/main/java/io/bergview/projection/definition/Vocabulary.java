package io.bergview.projection.definition;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.Transform;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.definition.RefreshSettings.EventType;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.RefreshSettings.Strategy;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * All words of the language. The parsers read by these tables, the writer writes by them, and a
 * test holds the JSON Schema against them.
 */
final class Vocabulary {
  /** For display; allowed in every map, and ignored. */
  static final Set<String> FREE_TEXT = Set.of("$description", "$comment");

  /** {@code $schema} is for editors. */
  static final List<String> TYPE_KEYS = List.of("$schema", "$type", "$table", "$id", "$keys");

  static final List<String> VIEW_KEYS =
      List.of(
          "$schema",
          "$type",
          "$projection",
          "$from",
          "$sql",
          "$filter",
          "$expand",
          "$flatten",
          "$select",
          "$unnest",
          "$join",
          "$groupBy",
          "$compute",
          "$having",
          "$top",
          "$refresh",
          "$engine",
          "$partitionBy",
          "$sortBy",
          "$shards",
          "$shardKey",
          "$replication",
          "$table",
          "$publish",
          "$timezone",
          "$lookup");

  /** Of a view, those that say which rows it has, without {@code $sql}. */
  static final List<String> QUERY_KEYS =
      List.of(
          "$from",
          "$filter",
          "$expand",
          "$flatten",
          "$select",
          "$unnest",
          "$join",
          "$groupBy",
          "$compute",
          "$having",
          "$top",
          "$lookup");

  static final List<String> REFRESH_KEYS =
      List.of(
          "mode",
          "schedule",
          "timezone",
          "jitter",
          "batchWindow",
          "strategy",
          "gracePeriod",
          "retention",
          "policy",
          "maxDelta",
          "eventTypes",
          "pin",
          "timeout",
          "retries",
          "cascade");

  /** Of a view, those that lay its table out. */
  static final List<String> LAYOUT_KEYS =
      List.of(
          "$projection",
          "$partitionBy",
          "$sortBy",
          "$shards",
          "$shardKey",
          "$replication",
          "$lookup");

  static final List<String> TOP_KEYS = List.of("rows", "orderBy", "by", "ties");

  static final List<String> UNNEST_KEYS = List.of("path", "keepEmpty");

  static final List<String> JOIN_KEYS = List.of("$from", "$on", "$kind");

  /** Keys allowed beside a unit of time. */
  static final List<String> GROUP_KEYS = List.of("path", SqlExpression.KEY, "$as", "$timezone");

  static final List<String> COND_KEYS = List.of("if", "then", "else");

  static final List<String> LOGICAL = List.of("$and", "$or", "$nor", "$not", SqlExpression.KEY);
  static final Map<String, Operator> COMPARISONS = comparisons();
  static final List<String> FIELD_OPERATORS =
      concat(COMPARISONS.keySet(), List.of("$ne", "$in", "$nin", "$not", "$exists", "$startsWith"));

  static final Map<String, Aggregate.Function> AGGREGATES =
      words(Aggregate.Function.values(), Aggregate.Function::symbol);
  static final Map<String, ArithmeticOperator> ARITHMETIC =
      words(ArithmeticOperator.values(), operator -> "$" + lower(operator));
  static final List<String> EXPRESSIONS =
      concat(ARITHMETIC.keySet(), List.of("$cond", "$literal", SqlExpression.KEY));

  static final Map<String, TimeUnit> UNITS = words(TimeUnit.values(), Vocabulary::lower);
  static final Map<String, Projection> PROJECTIONS = words(Projection.values(), Vocabulary::lower);
  static final Map<String, TopRows.Ties> TIES = words(TopRows.Ties.values(), Vocabulary::lower);
  static final Map<String, Join.Kind> JOIN_KINDS = words(Join.Kind.values(), Vocabulary::lower);
  static final Map<String, Mode> MODES = words(Mode.values(), Vocabulary::lower);
  static final Map<String, Strategy> STRATEGIES = words(Strategy.values(), Vocabulary::lower);
  static final Map<String, Policy> POLICIES = words(Policy.values(), Vocabulary::lower);
  static final Map<String, EngineChoice> ENGINES = words(EngineChoice.values(), Vocabulary::lower);
  static final Map<String, EventType> EVENT_TYPES = words(EventType.values(), EventType::name);
  static final Map<String, Boolean> DIRECTIONS = directions();

  /** Transforms written {@code {month: name}}. */
  static final Map<String, Transform> TIME_TRANSFORMS =
      words(
          new Transform[] {Transform.YEAR, Transform.MONTH, Transform.DAY, Transform.HOUR},
          Vocabulary::lower);

  /** Transforms written {@code {bucket: 16, of: name}}. */
  static final Map<String, Transform> WIDTH_TRANSFORMS =
      words(new Transform[] {Transform.BUCKET, Transform.TRUNCATE}, Vocabulary::lower);

  /** Output columns that Bergview adds by itself, in lower case. */
  static final Set<String> RESERVED_COLUMNS = Set.of("_state", "_refreshed_at");

  private Vocabulary() {}

  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  /** The word for a value. */
  static <T> String wordOf(Map<String, T> words, T value) {
    return words.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Operator> comparisons() {
    return words(Operator.values(), operator -> "$" + lower(operator));
  }

  private static Map<String, Boolean> directions() {
    Map<String, Boolean> descending = new LinkedHashMap<>();
    descending.put("asc", false);
    descending.put("desc", true);
    return Collections.unmodifiableMap(descending);
  }

  private static <E extends Enum<E>> Map<String, E> words(E[] values, Function<E, String> word) {
    Map<String, E> words = new LinkedHashMap<>();
    Arrays.stream(values).forEach(value -> words.put(word.apply(value), value));
    return Collections.unmodifiableMap(words);
  }

  private static List<String> concat(Iterable<String> first, List<String> second) {
    List<String> all = new ArrayList<>();
    first.forEach(all::add);
    all.addAll(second);
    return List.copyOf(all);
  }
}
