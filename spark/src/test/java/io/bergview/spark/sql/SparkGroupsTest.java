package io.bergview.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Seeds;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DeltaPlan.MergedGroups;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.TypeShapes;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans of groups: Spark's rows are DuckDB's. */
class SparkGroupsTest {
  private static final Type INT = Types.IntegerType.get();
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type STRING = Types.StringType.get();
  private static final Type BOOLEAN = Types.BooleanType.get();
  private static final Types.DecimalType DECIMAL = Types.DecimalType.of(38, 9);

  private static final List<PlanColumn> COLUMNS =
      List.of(
          column(1, STRING),
          column(2, INT),
          column(3, LONG),
          column(4, DOUBLE),
          column(5, DECIMAL),
          column(6, STRING));

  private static BothEngines engines;
  private int next = 100;

  @BeforeAll
  static void open() throws SQLException {
    engines = new BothEngines();
  }

  @AfterAll
  static void close() throws SQLException {
    engines.close();
  }

  private static PlanColumn column(int id, Type type) {
    return new PlanColumn(id, "x" + id, type);
  }

  private static Expr ref(int id) {
    return new Expr.Ref(COLUMNS.get(id - 1));
  }

  private static List<String> assertSame(Plan plan) throws SQLException {
    List<String> rows = engines.spark(plan);
    assertThat(rows).isEqualTo(engines.duckDb(plan));
    return rows;
  }

  private AggregateCall call(AggregateFunction kind, Expr argument, Type type, Expr... orderBy) {
    return new AggregateCall(column(next++, type), kind, argument, List.of(orderBy));
  }

  private AggregateCall few(AggregateFunction kind, Expr argument, int limit) {
    return new AggregateCall(
        column(next++, TypeShapes.listOf(argument.type())),
        kind,
        argument,
        List.of(),
        limit,
        Optional.empty());
  }

  private static List<Assignment> keys() {
    return List.of(
        new Assignment(column(90, STRING), ref(1)),
        new Assignment(column(91, DOUBLE), new Expr.Canonical(ref(4))));
  }

  private static Plan rows() {
    return values(
        COLUMNS,
        row("a", 1L, Long.MAX_VALUE, -0.0, "1.000000001", "x"),
        row("a", null, Long.MAX_VALUE, 0.0, "9999999999999999999999999999.999999999", "y"),
        row("a", 3L, 1L, 0.0, "-0.000000001", null),
        row("a", 3L, null, Double.NaN, null, "Z"),
        row("b", 5L, 2L, 1.5, "0.100000000", "\u00e9"),
        row("b", 5L, 2L, 0.1, "0.200000000", "\uD83D\uDE00"),
        row("b", 2L, -4L, 1e17, "0.300000000", "\uFFFD"),
        row("b", null, null, null, null, null),
        row(null, null, null, Double.POSITIVE_INFINITY, null, null));
  }

  private static @Nullable Object[] row(
      @Nullable String key,
      @Nullable Long small,
      @Nullable Long large,
      @Nullable Double number,
      @Nullable String decimal,
      @Nullable String text) {
    return new @Nullable Object[] {
      key, small, large, number, decimal == null ? null : new BigDecimal(decimal), text
    };
  }

  private static QueryPlan.Values values(List<PlanColumn> columns, @Nullable Object[]... rows) {
    List<@Nullable Object> flat = new ArrayList<>();
    for (Object[] row : rows) {
      flat.addAll(Arrays.asList(row));
    }
    return BothEngines.values(columns, flat.toArray());
  }

  private static Plan noRows() {
    return new Plan.Filter(rows(), new Pred.Or(List.of()));
  }

  private List<AggregateCall> exactCalls() {
    Expr number = new Expr.Canonical(ref(4));
    Type sum = Types.DecimalType.of(38, 0);
    return List.of(
        call(AggregateFunction.COUNT_ROWS, ref(1), LONG),
        call(AggregateFunction.COUNT, ref(2), LONG),
        call(AggregateFunction.COUNT_DISTINCT, number, LONG),
        call(AggregateFunction.COUNT_DISTINCT, ref(6), LONG),
        call(AggregateFunction.SUM, ref(2), sum),
        call(AggregateFunction.SUM, ref(3), sum),
        call(AggregateFunction.SUM, ref(4), DOUBLE, ref(3), ref(4)),
        call(AggregateFunction.MIN, number, DOUBLE),
        call(AggregateFunction.MAX, number, DOUBLE),
        call(AggregateFunction.MIN, ref(6), STRING),
        call(AggregateFunction.MAX, ref(6), STRING),
        call(AggregateFunction.MIN, ref(5), DECIMAL),
        few(AggregateFunction.LEAST, number, 2),
        few(AggregateFunction.GREATEST, number, 2),
        few(AggregateFunction.LEAST, ref(2), 3),
        few(AggregateFunction.GREATEST, ref(6), 2),
        call(AggregateFunction.FIRST, ref(6), STRING, ref(2), ref(3), ref(6)),
        call(AggregateFunction.LAST, ref(6), STRING, ref(2), ref(3), ref(6)),
        call(AggregateFunction.FIRST, ref(3), LONG, number, ref(3)),
        call(AggregateFunction.LAST, ref(3), LONG, number, ref(3)),
        call(AggregateFunction.MEAN, ref(2), DOUBLE, ref(2)),
        call(AggregateFunction.SQUARED_DEVIATIONS, ref(2), DOUBLE, ref(2)),
        call(AggregateFunction.MEAN, ref(4), DOUBLE, ref(4)),
        call(AggregateFunction.SQUARED_DEVIATIONS, ref(4), DOUBLE, ref(4)),
        call(AggregateFunction.MEAN, ref(2), DOUBLE),
        call(AggregateFunction.SQUARED_DEVIATIONS, ref(2), DOUBLE));
  }

  @Test
  void aggregatesOfGroups() throws SQLException {
    assertThat(assertSame(new Plan.Aggregate(rows(), keys(), exactCalls()))).hasSize(7);
    List<Assignment> one = keys().subList(0, 1);
    assertThat(assertSame(new Plan.Aggregate(rows(), one, exactCalls()))).hasSize(3);
    assertThat(assertSame(new Plan.Aggregate(rows(), one, List.of()))).hasSize(3);
  }

  @Test
  void aggregatesOfAll() throws SQLException {
    assertThat(assertSame(new Plan.Aggregate(rows(), List.of(), exactCalls()))).hasSize(1);
    assertThat(assertSame(new Plan.Aggregate(noRows(), List.of(), exactCalls()))).hasSize(1);
    assertThat(assertSame(new Plan.Aggregate(noRows(), keys(), exactCalls()))).isEmpty();
    assertThat(assertSame(new Plan.Aggregate(rows(), List.of(), List.of()))).hasSize(1);
  }

  @Test
  void sumsOfManyDigits() throws SQLException {
    AggregateCall sum = call(AggregateFunction.SUM, ref(5), DECIMAL);
    assertThat(
            assertSame(
                new Plan.Aggregate(
                    new Plan.Filter(rows(), new Pred.Not(new Pred.StartsWith(ref(6), "y"))),
                    keys().subList(0, 1),
                    List.of(sum))))
        .contains("a | 1.000000000", "b | 0.600000000", "null | null");
  }

  @Test
  void firstOfNestedValuesIsDecidedAsInDuckDb() throws SQLException {
    Type struct = TypeShapes.structOf(List.of("a", "l"), List.of(INT, TypeShapes.listOf(INT)));
    Type map = TypeShapes.mapOf(STRING, INT);
    Plan rows =
        engines.written(
            "nested",
            List.of(column(1, struct), column(2, map)),
            """
            SELECT * FROM (VALUES
              ({'a': 1, 'l': [1, NULL]}, MAP {'k': 1}), ({'a': NULL, 'l': [1]}, MAP {'k': NULL}),
              ({'a': 1, 'l': [1, 0]}, MAP {'j': 5, 'k': 7}), ({'a': 1, 'l': NULL}, NULL),
              ({'a': 1, 'l': []}, MAP {}), (NULL, NULL)) AS t(c1, c2)\
            """,
            """
            SELECT * FROM VALUES
              (named_struct('a', 1, 'l', array(1, NULL)), map('k', 1)),
              (named_struct('a', NULL, 'l', array(1)), map('k', NULL)),
              (named_struct('a', 1, 'l', array(1, 0)), map('j', 5, 'k', 7)),
              (named_struct('a', 1, 'l', NULL), NULL),
              (named_struct('a', 1, 'l', array()), map()),
              (NULL, NULL) AS t(c1, c2)\
            """);
    Expr structs = new Expr.Ref(column(1, struct));
    Expr maps = new Expr.Ref(column(2, map));
    assertSame(
        new Plan.Aggregate(
            rows,
            List.of(),
            List.of(
                call(AggregateFunction.FIRST, structs, struct, structs),
                call(AggregateFunction.LAST, structs, struct, structs),
                call(AggregateFunction.FIRST, maps, map, maps),
                call(AggregateFunction.LAST, maps, map, maps))));
    Plan one = BothEngines.values(List.of(column(50, INT)), 1L);
    Type lists = TypeShapes.listOf(struct);
    Type listOfMaps = TypeShapes.listOf(map);
    assertThat(
            assertSame(
                new Plan.NestedAggregate(
                    one,
                    rows,
                    List.of(),
                    List.of(),
                    List.of(call(AggregateFunction.LIST, structs, lists)))))
        .containsExactly(
            "1 | [null, [1, []], [1, [1, 0]], [1, [1, null]], [1, null], [null, [1]]]");
    assertSame(
        new Plan.NestedAggregate(
            one,
            rows,
            List.of(),
            List.of(),
            List.of(
                call(AggregateFunction.LIST, maps, listOfMaps),
                call(AggregateFunction.LIST, structs, lists))));
  }

  @Test
  void aggregatesOfChildren() throws SQLException {
    Plan parents =
        BothEngines.values(List.of(column(50, STRING)), "a", "b", "without children", null);
    Plan.JoinKey on = new Plan.JoinKey(new Expr.Ref(column(50, STRING)), ref(1));
    List<AggregateCall> calls = new ArrayList<>(exactCalls());
    assertSame(new Plan.NestedAggregate(parents, rows(), List.of(on), List.of(), calls));
    AggregateCall texts = call(AggregateFunction.LIST, ref(6), TypeShapes.listOf(STRING));
    AggregateCall numbers = call(AggregateFunction.LIST, ref(4), TypeShapes.listOf(DOUBLE));
    calls.add(texts);
    assertSame(new Plan.NestedAggregate(parents, rows(), List.of(on), List.of(ref(2)), calls));
    calls.add(numbers);
    assertThat(
            assertSame(
                new Plan.NestedAggregate(
                    parents,
                    rows(),
                    List.of(on),
                    List.of(ref(2), new Expr.Constant(1L, LONG)),
                    List.of(texts, numbers))))
        .contains(
            "without children | [] | []",
            "b | [null, \uFFFD, \u00e9, \uD83D\uDE00] | [null, 1.0E17, 1.5, 0.1]");
    assertSame(
        new Plan.NestedAggregate(
            parents,
            rows(),
            List.of(on),
            List.of(),
            List.of(
                call(AggregateFunction.LIST, new Expr.Constant(1L, INT), TypeShapes.listOf(INT)))));
  }

  @Test
  void groupsRollUp() throws SQLException {
    List<PlanColumn> columns =
        List.of(
            column(1, STRING),
            column(2, LONG),
            column(3, DECIMAL),
            column(4, DOUBLE),
            column(5, DOUBLE),
            column(6, DOUBLE));
    Plan smaller =
        BothEngines.values(
            columns,
            "a",
            2L,
            new BigDecimal("1.500000000"),
            1.0,
            0.5,
            -0.0,
            "a",
            4L,
            new BigDecimal("2.500000000"),
            3.0,
            8.0,
            4.0,
            "a",
            0L,
            null,
            null,
            null,
            null,
            "b",
            0L,
            null,
            null,
            null,
            null,
            null,
            1L,
            new BigDecimal("7.000000000"),
            Double.NaN,
            Double.NaN,
            Double.NaN);
    Optional<PlanColumn> count = Optional.of(columns.get(1));
    Optional<PlanColumn> mean = Optional.of(columns.get(3));
    Expr.Ref any = new Expr.Ref(column(99, DOUBLE));
    List<RollUp.Part> parts =
        List.of(
            part(call(AggregateFunction.COUNT, any, LONG), columns.get(1)),
            part(call(AggregateFunction.SUM, any, DECIMAL), columns.get(2)),
            part(call(AggregateFunction.MIN, new Expr.Canonical(any), DOUBLE), columns.get(5)),
            part(call(AggregateFunction.MAX, new Expr.Canonical(any), DOUBLE), columns.get(5)),
            new RollUp.Part(
                call(AggregateFunction.MEAN, any, DOUBLE), columns.get(3), count, Optional.empty()),
            new RollUp.Part(
                call(AggregateFunction.SQUARED_DEVIATIONS, any, DOUBLE),
                columns.get(4),
                count,
                mean));
    Assignment key = new Assignment(column(90, STRING), new Expr.Ref(columns.get(0)));
    assertThat(assertSame(new RollUp(smaller, List.of(key), parts))).hasSize(3);
    assertSame(new RollUp(smaller, List.of(), parts));
  }

  private static RollUp.Part part(AggregateCall call, PlanColumn value) {
    return new RollUp.Part(call, value, Optional.empty(), Optional.empty());
  }

  static LongStream seeds() {
    return Seeds.of(1, 4);
  }

  /** Groups of random rows, some deleted and some inserted, merged with their stored state. */
  @ParameterizedTest
  @MethodSource("seeds")
  void groupsMerge(long seed) throws SQLException {
    Random random = new Random(seed);
    Plan stored = aggregate(random, 40);
    Plan removed = aggregate(random, seed % 2 == 0 ? 12 : 3);
    Plan added = aggregate(random, 12);
    List<PlanColumn> keys = stored.columns().subList(0, 2);
    List<AggregateCall> calls = merging();
    for (Optional<Plan> gone : List.of(Optional.of(removed), Optional.<Plan>empty())) {
      assertSame(new MergedGroups(stored, gone, added, keys, calls, column(89, BOOLEAN)));
      List<AggregateCall> sums = calls.subList(0, 4);
      assertSame(
          new MergedGroups(
              narrowed(stored, sums),
              gone.map(plan -> narrowed(plan, sums)),
              narrowed(added, sums),
              keys,
              sums,
              column(89, BOOLEAN)));
      List<AggregateCall> withExtreme = new ArrayList<>(sums);
      withExtreme.add(calls.get(4));
      assertSame(
          new MergedGroups(
              narrowed(stored, withExtreme),
              gone.map(plan -> narrowed(plan, withExtreme)),
              narrowed(added, withExtreme),
              keys,
              withExtreme,
              column(89, BOOLEAN)));
    }
  }

  private static Plan narrowed(Plan plan, List<AggregateCall> calls) {
    List<Assignment> outputs = new ArrayList<>();
    plan.columns().stream()
        .filter(
            each ->
                each.id() == 90
                    || each.id() == 91
                    || calls.stream().anyMatch(call -> call.column().id() == each.id()))
        .forEach(each -> outputs.add(new Assignment(each, new Expr.Ref(each))));
    return new Plan.Project(plan, outputs);
  }

  private static Plan aggregate(Random random, int count) {
    List<@Nullable Object> flat = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Double[] numbers = {-0.0, 0.0, 1.0, 2.5, Double.NaN, null};
      flat.add(random.nextInt(4) == 0 ? null : "k" + random.nextInt(2));
      flat.add(random.nextInt(4) == 0 ? null : (long) random.nextInt(5));
      flat.add((long) random.nextInt(9));
      flat.add(numbers[random.nextInt(numbers.length)]);
      flat.add(random.nextInt(4) == 0 ? null : BigDecimal.valueOf(random.nextInt(99), 9));
      flat.add(random.nextInt(4) == 0 ? null : "t" + random.nextInt(3));
    }
    Plan rows = BothEngines.values(COLUMNS, flat.toArray());
    List<Assignment> keys =
        List.of(
            new Assignment(column(90, STRING), ref(1)),
            new Assignment(column(91, BOOLEAN), new Expr.Constant(true, BOOLEAN)));
    return new Plan.Aggregate(rows, keys, merging());
  }

  private static List<AggregateCall> merging() {
    Expr number = new Expr.Canonical(ref(4));
    Expr.Pack order =
        new Expr.Pack(
            List.of(ref(2), ref(6)),
            TypeShapes.structOf(List.of("o 1", "o2"), List.of(INT, STRING)));
    List<Expr> by = List.of(ref(2), ref(6), ref(3));
    PlanColumn counted = column(11, LONG);
    PlanColumn numbers = column(12, LONG);
    return List.of(
        call(10, AggregateFunction.COUNT_ROWS, ref(1), LONG, List.of(), 0, null),
        call(11, AggregateFunction.COUNT, ref(5), LONG, List.of(), 0, null),
        call(12, AggregateFunction.COUNT, number, LONG, List.of(), 0, null),
        call(13, AggregateFunction.SUM, ref(5), DECIMAL, List.of(), 0, counted),
        call(14, AggregateFunction.MIN, number, DOUBLE, List.of(), 0, null),
        call(15, AggregateFunction.MAX, ref(6), STRING, List.of(), 0, null),
        call(16, AggregateFunction.LEAST, number, TypeShapes.listOf(DOUBLE), List.of(), 3, numbers),
        call(17, AggregateFunction.FIRST, ref(3), LONG, by, 0, null),
        call(18, AggregateFunction.FIRST, order, order.type(), by, 0, null),
        call(19, AggregateFunction.LAST, ref(3), LONG, by, 0, null),
        call(20, AggregateFunction.LAST, order, order.type(), by, 0, null),
        call(21, AggregateFunction.MEAN, ref(4), DOUBLE, List.of(ref(4)), 0, numbers),
        call(22, AggregateFunction.SQUARED_DEVIATIONS, ref(4), DOUBLE, List.of(ref(4)), 0, numbers),
        call(23, AggregateFunction.SUM, ref(4), DOUBLE, List.of(ref(4)), 0, null),
        call(24, AggregateFunction.COUNT_DISTINCT, ref(6), LONG, List.of(), 0, null),
        call(
            25,
            AggregateFunction.GREATEST,
            number,
            TypeShapes.listOf(DOUBLE),
            List.of(),
            2,
            numbers));
  }

  private static AggregateCall call(
      int id,
      AggregateFunction kind,
      Expr argument,
      Type type,
      List<Expr> orderBy,
      int limit,
      @Nullable PlanColumn counted) {
    return new AggregateCall(
        column(id, type), kind, argument, orderBy, limit, Optional.ofNullable(counted));
  }
}
