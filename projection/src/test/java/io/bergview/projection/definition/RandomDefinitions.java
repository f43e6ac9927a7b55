package io.bergview.projection.definition;

import io.bergview.projection.definition.Aggregate.Function;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.LayoutSettings.PartitionKey;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.LayoutSettings.Transform;
import io.bergview.projection.definition.Predicate.And;
import io.bergview.projection.definition.Predicate.Compare;
import io.bergview.projection.definition.Predicate.In;
import io.bergview.projection.definition.Predicate.IsNull;
import io.bergview.projection.definition.Predicate.Not;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.definition.Predicate.Or;
import io.bergview.projection.definition.Predicate.StartsWith;
import io.bergview.projection.definition.RefreshSettings.EventType;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.RefreshSettings.Strategy;
import io.bergview.projection.definition.Relation.Backward;
import io.bergview.projection.definition.Relation.Embedded;
import io.bergview.projection.definition.Relation.Forward;
import io.bergview.projection.definition.ValueExpression.Arithmetic;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.definition.ValueExpression.Column;
import io.bergview.projection.definition.ValueExpression.Cond;
import io.bergview.projection.definition.ValueExpression.Literal;
import io.bergview.projection.definition.ViewDefinition.Flatten;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Definitions by seed, well-formed but meaningless, with names as odd as the language allows. */
final class RandomDefinitions {
  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "status",
          "created at",
          "a.b",
          "sel`ect",
          "*",
          "\"quoted\"",
          "it's",
          "größe",
          "名前",
          "😀",
          "string",
          "null",
          "1",
          "true",
          "--",
          "x[0]",
          "a,b",
          " lead",
          "map",
          "yes");
  private static final List<ZoneId> ZONES =
      List.of(ZoneOffset.UTC, ZoneId.of("Europe/Berlin"), ZoneOffset.ofHoursMinutes(5, 30));

  private final Random random;

  RandomDefinitions(long seed) {
    this.random = new Random(seed);
  }

  Definition next() {
    return random.nextInt(3) == 0 ? type() : view();
  }

  private EntityType type() {
    Map<String, Relation> relations = new LinkedHashMap<>();
    for (String name : distinct(NAMES, 3)) {
      relations.put(name, relation(name));
    }
    Map<String, FieldType> fields = new LinkedHashMap<>();
    for (String name : distinct(NAMES, 4)) {
      if (!relations.containsKey(name)) {
        fields.put(name, new FieldType("as written", scalar(), random.nextBoolean()));
      }
    }
    return new EntityType(
        name(), maybe(this::table), distinct(NAMES, 3), relations, fields, Origin.NONE);
  }

  private Relation relation(String name) {
    return switch (random.nextInt(3)) {
      case 0 -> new Forward(name, name(), distinct(NAMES, 3));
      case 1 -> new Backward(name, name(), name(), random.nextBoolean());
      default -> new Embedded(name, name(), random.nextBoolean());
    };
  }

  private Type scalar() {
    int precision = random.nextInt(1, 39);
    return switch (random.nextInt(4)) {
      case 0 -> Types.DecimalType.of(precision, random.nextInt(precision + 1));
      case 1 -> Types.FixedType.ofLength(random.nextInt(1, 100));
      default -> one(List.copyOf(ScalarTypes.PLAIN.values()));
    };
  }

  private ViewDefinition view() {
    List<Flatten> flatten = new ArrayList<>();
    distinct(paths(4), 4).forEach(left -> flatten.add(new Flatten(left, path())));
    Map<String, Computation> compute = new LinkedHashMap<>();
    distinct(NAMES, 4)
        .forEach(
            name ->
                compute.put(
                    name, random.nextInt(5) == 0 ? new ComputedValue(sql(), "") : aggregate()));
    Optional<List<GroupKey>> groupBy =
        maybe(() -> Stream.generate(this::groupKey).limit(random.nextInt(4)).distinct().toList());
    return new ViewDefinition(
        name(),
        one(Projection.values()),
        name(),
        Optional.empty(),
        maybe(() -> predicate(0)),
        distinct(paths(4), 4),
        flatten,
        maybe(this::select),
        maybe(() -> new Unnest(path(), random.nextBoolean())),
        joins(),
        groupBy,
        compute,
        groupBy.flatMap(keys -> maybe(() -> predicate(0))),
        maybe(this::top),
        refresh(),
        layout(),
        maybe(this::table),
        maybe(this::table)
            .map(name -> new TableName(Optional.empty(), name.namespace(), name.name())),
        one(ZONES),
        random.nextInt(4) == 0 ? Optional.of("what it's for; \"odd\"") : Optional.empty(),
        Origin.NONE);
  }

  private List<Join> joins() {
    return distinct(NAMES, 3).stream()
        .map(name -> new Join(name, name(), predicate(2), one(Join.Kind.values()), ""))
        .toList();
  }

  private TopRows top() {
    return new TopRows(
        1 + random.nextInt(9),
        List.of(new SortKey(path(), random.nextBoolean())),
        distinct(paths(2), 2),
        one(TopRows.Ties.values()),
        "$top");
  }

  private List<Select> select() {
    List<Select> select = new ArrayList<>();
    boolean plain = random.nextBoolean();
    for (String name : distinct(NAMES, 4)) {
      select.add(new Select(name, plain ? ColumnPath.of(name) : path()));
    }
    return select;
  }

  private Predicate predicate(int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 8)) {
      case 0 -> new IsNull(path());
      case 1 -> new StartsWith(path(), name());
      case 2 -> new In(path(), Stream.generate(this::literal).limit(random.nextInt(4)).toList());
      case 3 -> new Compare(path(), one(Operator.values()), value());
      case 4 -> new Predicate.Sql(sql());
      case 5 -> new Not(predicate(depth + 1));
      case 6 -> new And(predicates(depth));
      default -> new Or(predicates(depth));
    };
  }

  private List<Predicate> predicates(int depth) {
    return Stream.generate(() -> predicate(depth + 1)).limit(random.nextInt(4)).toList();
  }

  private Object literal() {
    return random.nextInt(5) == 0 ? null : value();
  }

  private Object value() {
    return switch (random.nextInt(7)) {
      case 0 -> random.nextLong();
      case 1 -> new BigInteger(100, random).shiftLeft(64).add(BigInteger.ONE);
      case 2 ->
          new BigDecimal(
              new BigInteger(80, random), random.nextBoolean() ? -3 : random.nextInt(1, 30));
      case 3 -> random.nextBoolean();
      case 4 -> one(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
      case 5 -> "$" + name();
      default -> name();
    };
  }

  private Aggregate aggregate() {
    Function function = one(Function.values());
    boolean ordered = function == Function.FIRST || function == Function.LAST;
    boolean star = function == Function.COUNT && random.nextBoolean();
    return new Aggregate(
        function,
        star ? Optional.empty() : Optional.of(expression(0)),
        ordered ? distinct(paths(3), 3) : List.of(),
        "");
  }

  private ValueExpression expression(int depth) {
    return switch (random.nextInt(depth > 3 ? 3 : 5)) {
      case 0 -> new Column(path());
      case 1 -> new Literal(literal(), "");
      case 2 -> new ValueExpression.Sql(sql());
      case 3 ->
          new Arithmetic(
              one(ArithmeticOperator.values()), expression(depth + 1), expression(depth + 1), "");
      default -> new Cond(predicate(2), expression(depth + 1), expression(depth + 1), "");
    };
  }

  /** As far as texts differ, all expressions are alike to what reads and writes them. */
  private SqlExpression sql() {
    return new SqlExpression(
        one(
            List.of(
                "a * (b.\"odd name\" + 1)",
                "x > 2\n  AND y IS NOT NULL -- both",
                "'it''s \"quoted\"; and \\ more'",
                "CASE WHEN x THEN 1 ELSE 2 END")),
        "");
  }

  private GroupKey groupKey() {
    Optional<TimeUnit> unit = maybe(() -> one(TimeUnit.values()));
    if (random.nextInt(4) == 0) {
      return new GroupKey(
          new ValueExpression.Sql(sql()),
          unit,
          Optional.of(name()),
          unit.flatMap(u -> maybe(() -> one(ZONES))));
    }
    return new GroupKey(
        path(), unit, maybe(this::name), unit.flatMap(u -> maybe(() -> one(ZONES))));
  }

  private RefreshSettings refresh() {
    Mode mode = one(Mode.values());
    boolean scheduled = mode == Mode.SCHEDULED;
    Set<EventType> events = EnumSet.of(one(EventType.values()), one(EventType.values()));
    return new RefreshSettings(
        mode,
        scheduled
            ? Optional.of(one(List.of("0 2 * * *", "@weekly", "*/5 8-18 * * MON-FRI")))
            : Optional.empty(),
        one(ZONES),
        Duration.ofSeconds(random.nextInt(3) * random.nextLong(40_000L)),
        Duration.ofMillis(random.nextInt(3) * random.nextLong(40_000L)),
        scheduled ? one(Strategy.values()) : Strategy.REPLACE,
        Duration.ofMillis(random.nextInt(3) * random.nextLong(100_000_000L)),
        maybe(() -> Duration.ofSeconds(random.nextLong(1, 10_000_000L))),
        one(Policy.values()),
        maybe(() -> random.nextInt(1, 1001) / 1000.0),
        random.nextBoolean() ? Set.of(EventType.values()) : events,
        maybe(this::lease),
        maybe(() -> Duration.ofMillis(random.nextLong(1, 10_000_000L))),
        random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(101)),
        random.nextBoolean(),
        maybe(() -> one(EngineChoice.values())));
  }

  private LeaseSetting lease() {
    return switch (random.nextInt(3)) {
      case 0 -> LeaseSetting.ON;
      case 1 -> LeaseSetting.OFF;
      default -> LeaseSetting.of(Duration.ofMillis(random.nextLong(1, 10_000_000L)));
    };
  }

  private LayoutSettings layout() {
    List<SortKey> sort = new ArrayList<>();
    distinct(paths(3), 3).forEach(path -> sort.add(new SortKey(path, random.nextBoolean())));
    OptionalInt shards =
        random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(100));
    return new LayoutSettings(
        maybe(
            () -> Stream.generate(this::partitionKey).limit(random.nextInt(4)).distinct().toList()),
        maybe(() -> sort),
        shards,
        shards.orElse(0) > 0 ? maybe(this::path) : Optional.empty(),
        random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(1, 10)),
        distinct(paths(3), 3));
  }

  private PartitionKey partitionKey() {
    Transform transform = one(Transform.values());
    boolean width = transform == Transform.BUCKET || transform == Transform.TRUNCATE;
    return new PartitionKey(path(), transform, width ? random.nextInt(1, 1000) : 0);
  }

  private TableName table() {
    return new TableName(
        random.nextBoolean() ? Optional.empty() : Optional.of("cata.log"),
        List.of("ns" + name(), name()).subList(0, random.nextInt(1, 3)),
        name());
  }

  private List<ColumnPath> paths(int most) {
    return Stream.generate(this::path).limit(most).distinct().toList();
  }

  private ColumnPath path() {
    List<String> segments = Stream.generate(this::name).limit(random.nextInt(1, 4)).toList();
    return new ColumnPath(segments, "");
  }

  private String name() {
    return one(NAMES);
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
  }

  private <T> List<T> distinct(List<T> from, int most) {
    List<T> shuffled = new ArrayList<>(from);
    java.util.Collections.shuffle(shuffled, random);
    return List.copyOf(shuffled.subList(0, Math.min(from.size(), random.nextInt(most + 1))));
  }

  @SafeVarargs
  private <T> T one(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
