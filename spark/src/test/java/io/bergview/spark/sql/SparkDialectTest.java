package io.bergview.spark.sql;

import static io.bergview.spark.sql.BothEngines.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.sql.DuckDbDialect;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Plans of one row at a time: Spark's rows are DuckDB's. */
class SparkDialectTest {
  private static final Type INT = Types.IntegerType.get();
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type FLOAT = Types.FloatType.get();
  private static final Type STRING = Types.StringType.get();
  private static final Type BOOLEAN = Types.BooleanType.get();
  private static final Type DATE = Types.DateType.get();
  private static final Type TIMESTAMP = Types.TimestampType.withoutZone();
  private static final Type ZONED = Types.TimestampType.withZone();

  private static BothEngines engines;

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

  private static Expr ref(int id, Type type) {
    return new Expr.Ref(column(id, type));
  }

  private static Plan project(Plan input, Expr... values) {
    List<Assignment> outputs = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      outputs.add(new Assignment(column(100 + i, values[i].type()), values[i]));
    }
    return new Plan.Project(input, outputs);
  }

  private static List<String> assertSame(Plan plan) throws SQLException {
    List<String> rows = engines.spark(plan);
    assertThat(rows).isEqualTo(engines.duckDb(plan));
    return rows;
  }

  private static Plan column(Type type, @Nullable Object... constants) {
    return values(List.of(column(1, type)), constants);
  }

  @Test
  void constantsOfEveryType() throws SQLException {
    assertSame(column(BOOLEAN, true, false, null));
    assertSame(column(INT, 0L, -5L, (long) Integer.MIN_VALUE, null));
    assertSame(column(LONG, Long.MIN_VALUE, Long.MAX_VALUE));
    assertSame(column(FLOAT, 0.1, -0.0, Double.NaN, Double.NEGATIVE_INFINITY));
    assertSame(
        column(
            DOUBLE, 0.1, -0.0, 0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, 1e300));
    assertSame(
        column(
            Types.DecimalType.of(38, 10),
            new BigDecimal("9999999999999999999999999999.9999999999"),
            new BigDecimal("-0.0000000001")));
    assertSame(column(DATE, LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)));
    assertSame(column(TIMESTAMP, LocalDateTime.parse("1582-10-10T23:59:59.999999"), null));
    assertSame(column(ZONED, Instant.parse("2024-11-03T04:30:00.000001Z")));
    assertSame(
        column(Types.UUIDType.get(), UUID.fromString("F79C3E09-677C-4BBD-A479-3F349CB785E7")));
    assertSame(
        column(
            Types.BinaryType.get(),
            ByteBuffer.wrap(new byte[] {0, -1, 92, 39}),
            ByteBuffer.allocate(0)));
  }

  @Test
  void stringConstantsAreWhatTheyAre() throws SQLException {
    assertThat(
            assertSame(
                column(
                    STRING,
                    "it's \"quoted\"",
                    "a\\b\\n\\\\ %_\\%",
                    "line\nbreak\r\ttab",
                    "${env:HOME} $ ${",
                    "nul\0nul\0007",
                    "Grüße \uD83D\uDE00 \u2028",
                    "-- /* no comment */ ; ''",
                    "")))
        .contains("${env:HOME} $ ${", "nul\0nul\0007");
  }

  @Test
  void timesAreRefused() {
    assertThatThrownBy(() -> engines.spark(column(Types.TimeType.get(), LocalTime.NOON)))
        .isInstanceOf(UnsupportedOnSpark.class)
        .hasMessageContaining("type time");
  }

  @Test
  void comparisonsOfFloatingPoint() throws SQLException {
    Plan numbers = column(DOUBLE, -1.0, -0.0, 0.0, 2.0, Double.NaN, Double.POSITIVE_INFINITY, null);
    for (Operator operator : Operator.values()) {
      for (double constant : new double[] {0.0, -0.0, 2.0, Double.NaN}) {
        Pred test = new Pred.Compare(ref(1, DOUBLE), operator, new Expr.Constant(constant, DOUBLE));
        assertSame(new Plan.Filter(numbers, test));
        assertSame(new Plan.Filter(numbers, new Pred.Not(test)));
      }
    }
    Expr.Constant nan = new Expr.Constant(Double.NaN, DOUBLE);
    Expr.Constant zero = new Expr.Constant(0.0, DOUBLE);
    assertSame(new Plan.Filter(numbers, new Pred.In(ref(1, DOUBLE), List.of(nan, zero))));
    assertSame(project(numbers, new Expr.Canonical(ref(1, DOUBLE))));
  }

  @Test
  void predicatesAreNeverNull() throws SQLException {
    Plan strings = column(STRING, "ab", "a", "a%c", "A", null, "b\\", "\uD83D\uDE00");
    Expr value = ref(1, STRING);
    Pred starts = new Pred.StartsWith(value, "a");
    Pred in =
        new Pred.In(
            value, List.of(new Expr.Constant("A", STRING), new Expr.Constant("b\\", STRING)));
    for (Pred pred :
        List.of(
            starts,
            in,
            new Pred.StartsWith(value, ""),
            new Pred.StartsWith(value, "a%"),
            new Pred.IsNull(value),
            new Pred.And(List.of()),
            new Pred.Or(List.of()),
            new Pred.And(List.of(in, starts)),
            new Pred.Or(List.of(in, starts)),
            new Pred.Compare(value, Operator.GT, new Expr.Constant("a", STRING)))) {
      assertSame(new Plan.Filter(strings, pred));
      assertSame(new Plan.Filter(strings, new Pred.Not(pred)));
      assertSame(
          project(strings, new Expr.Cond(pred, value, new Expr.Constant(null, STRING), STRING)));
    }
    Plan truths = column(BOOLEAN, true, false, null);
    assertSame(new Plan.Filter(truths, new Pred.Not(new Pred.IsTrue(ref(1, BOOLEAN)))));
  }

  @Test
  void decimalsAtTheirBounds() throws SQLException {
    Types.DecimalType narrow = Types.DecimalType.of(18, 4);
    Plan rows =
        values(
            List.of(column(1, narrow), column(2, narrow)),
            new BigDecimal("99999999999999.9999"),
            new BigDecimal("-99999999999999.9999"),
            new BigDecimal("0.0001"),
            new BigDecimal("0.5000"),
            new BigDecimal("-0.0003"),
            new BigDecimal("0.5000"),
            null,
            new BigDecimal("1.0000"));
    for (ArithmeticOperator operator : ArithmeticOperator.values()) {
      for (int scale : new int[] {0, 4, 8}) {
        assertSame(
            project(
                rows,
                new Expr.Arithmetic(
                    operator, ref(1, narrow), ref(2, narrow), Types.DecimalType.of(38, scale))));
      }
    }
  }

  @Test
  void decimalsOfManyDigitsAreExact() {
    Types.DecimalType wide = Types.DecimalType.of(38, 20);
    Plan rows =
        values(
            List.of(column(1, wide), column(2, wide)),
            new BigDecimal("123456789012345678.12345678901234567891"),
            new BigDecimal("1.00000000000000000005"));
    assertThat(
            engines.spark(
                project(
                    rows,
                    arithmetic(ArithmeticOperator.ADD, wide, wide),
                    arithmetic(ArithmeticOperator.SUBTRACT, wide, wide),
                    arithmetic(ArithmeticOperator.MULTIPLY, wide, Types.DecimalType.of(38, 10)),
                    new Expr.ExactAverage(
                        ref(1, wide), new Expr.Constant(3L, LONG), Types.DecimalType.of(38, 20)),
                    new Expr.ExactAverage(
                        ref(1, wide), new Expr.Constant(0L, LONG), Types.DecimalType.of(38, 20)))))
        .containsExactly(
            "123456789012345679.12345678901234567896 | 123456789012345677.12345678901234567886 |"
                + " 123456789012345678.1296296285 | 41152263004115226.04115226300411522630 | null");
  }

  private static Expr arithmetic(
      ArithmeticOperator operator, Types.DecimalType of, Types.DecimalType type) {
    return new Expr.Arithmetic(operator, ref(1, of), ref(2, of), type);
  }

  @Test
  void tooLargeIsAnError() {
    Types.DecimalType wide = Types.DecimalType.of(38, 0);
    BigDecimal most = new BigDecimal("9".repeat(38));
    Plan rows = values(List.of(column(1, wide), column(2, wide)), most, most);
    assertThatThrownBy(
            () -> engines.spark(project(rows, arithmetic(ArithmeticOperator.ADD, wide, wide))))
        .rootCause()
        .hasMessageContaining("bergview:OVERFLOW:the result 1999");
    Plan longs = column(LONG, Long.MAX_VALUE);
    Expr twice = new Expr.Arithmetic(ArithmeticOperator.ADD, ref(1, LONG), ref(1, LONG), LONG);
    assertThatThrownBy(() -> engines.spark(project(longs, twice)))
        .hasMessageContaining("ARITHMETIC_OVERFLOW");
    assertThatThrownBy(() -> engines.spark(project(longs, new Expr.Cast(ref(1, LONG), INT))))
        .hasMessageContaining("CAST_OVERFLOW");
  }

  @Test
  void castsRoundAsDuckDb() throws SQLException {
    Plan doubles =
        column(DOUBLE, 0.5, 1.5, 2.5, -2.5, -0.5, 0.285, 1.005, 2.675, 0.125, -0.125, null);
    for (Type type :
        List.of(INT, LONG, FLOAT, Types.DecimalType.of(20, 2), Types.DecimalType.of(38, 18))) {
      assertSame(project(doubles, new Expr.Cast(ref(1, DOUBLE), type)));
    }
    Plan large = column(DOUBLE, -1e15 - 0.5, 1.2345678901234567e18, 123456789.987654321);
    assertSame(project(large, new Expr.Cast(ref(1, DOUBLE), LONG)));
    assertSame(project(large, new Expr.Cast(ref(1, DOUBLE), Types.DecimalType.of(38, 4))));
    Plan floats = column(FLOAT, 0.1, 2.5, -3.5, 16777216.0);
    assertSame(project(floats, new Expr.Cast(ref(1, FLOAT), Types.DecimalType.of(20, 6))));
    assertSame(project(floats, new Expr.Cast(ref(1, FLOAT), DOUBLE)));
    Types.DecimalType decimal = Types.DecimalType.of(20, 3);
    Plan decimals =
        column(decimal, new BigDecimal("2.500"), new BigDecimal("-2.500"), new BigDecimal("3.145"));
    for (Type type : List.of(INT, LONG, DOUBLE, STRING, Types.DecimalType.of(38, 2))) {
      assertSame(project(decimals, new Expr.Cast(ref(1, decimal), type)));
    }
    Plan times =
        column(
            TIMESTAMP,
            LocalDateTime.parse("2024-02-29T12:00:00.500"),
            LocalDateTime.parse("1969-12-31T23:59:59.000001"));
    for (Type type : List.of(DATE, ZONED, STRING)) {
      assertSame(project(times, new Expr.Cast(ref(1, TIMESTAMP), type)));
    }
    assertThatThrownBy(() -> engines.spark(project(doubles, new Expr.Cast(ref(1, DOUBLE), STRING))))
        .isInstanceOf(UnsupportedOnSpark.class)
        .hasMessageContaining("cast of double to string");
  }

  @Test
  void unitsOfTimeInZonesWhereClocksChange() throws SQLException {
    Plan times =
        column(
            ZONED,
            Instant.parse("2024-11-03T03:30:59.999999Z"),
            Instant.parse("2024-11-03T04:29:00Z"),
            Instant.parse("2024-11-03T04:31:00Z"),
            Instant.parse("2024-03-10T05:29:59Z"),
            Instant.parse("2024-03-10T05:30:01Z"),
            Instant.parse("2024-12-31T23:59:59Z"),
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            null);
    for (TimeUnit unit : TimeUnit.values()) {
      boolean fine = unit == TimeUnit.HOUR || unit == TimeUnit.MINUTE;
      for (String zone : List.of("UTC", "+05:30", "-03:30", "America/St_Johns", "Asia/Kolkata")) {
        Expr start = new Expr.Truncate(ref(1, ZONED), unit, ZoneId.of(zone), fine ? ZONED : DATE);
        Plan plan = project(times, ref(1, ZONED), start);
        if (fine && zone.contains("/")) {
          assertThat(engines.spark(plan)).hasSize(8);
        } else {
          assertSame(plan);
        }
      }
      Plan local =
          column(
              TIMESTAMP,
              LocalDateTime.parse("2024-12-31T23:59:59.999999"),
              LocalDateTime.parse("1969-12-28T00:00:00"));
      assertSame(
          project(
              local,
              new Expr.Truncate(
                  ref(1, TIMESTAMP), unit, ZoneId.of("UTC"), fine ? TIMESTAMP : DATE)));
      if (!fine) {
        Plan dates = column(DATE, LocalDate.of(2024, 12, 30), LocalDate.of(1969, 12, 31));
        assertSame(project(dates, new Expr.Truncate(ref(1, DATE), unit, ZoneId.of("UTC"), DATE)));
      }
    }
  }

  @Test
  void bothHoursOfAFoldStay() {
    Plan times =
        column(ZONED, Instant.parse("2024-11-03T03:45:00Z"), Instant.parse("2024-11-03T04:45:00Z"));
    Expr hour =
        new Expr.Truncate(ref(1, ZONED), TimeUnit.HOUR, ZoneId.of("America/St_Johns"), ZONED);
    assertThat(engines.spark(project(times, hour)))
        .containsExactly(micros("2024-11-03T03:30:00Z"), micros("2024-11-03T04:30:00Z"));
  }

  private static String micros(String instant) {
    return Long.toString(Instant.parse(instant).getEpochSecond() * 1_000_000);
  }

  @Test
  void listsAndStructs() throws SQLException {
    Types.StructType struct =
        TypeShapes.structOf(List.of("a b", "q\"`'"), List.of(INT, TypeShapes.listOf(STRING)));
    Type list = TypeShapes.listOf(struct);
    Plan rows =
        engines.written(
            "nested",
            List.of(column(1, LONG), column(2, list)),
            """
            SELECT CAST(1 AS BIGINT) AS c1, [{'a b': 1, 'q"`''': ['x', NULL]}, NULL, {'a b': NULL, 'q"`''': NULL}] AS c2
            UNION ALL SELECT 2, [] UNION ALL SELECT 3, NULL\
            """,
            """
            SELECT CAST(1 AS BIGINT) AS c1, array(named_struct('a b', 1, 'q"`\\'', array('x', NULL)), NULL, named_struct('a b', CAST(NULL AS INT), 'q"`\\'', NULL)) AS c2
            UNION ALL SELECT 2, array() UNION ALL SELECT 3, NULL\
            """);
    Type ints = TypeShapes.listOf(INT);
    Type texts = TypeShapes.listOf(TypeShapes.listOf(STRING));
    assertThat(
            assertSame(
                project(
                    rows,
                    ref(1, LONG),
                    new Expr.FieldOfEach(ref(2, list), List.of("a b"), ints),
                    new Expr.FieldOfEach(ref(2, list), List.of("q\"`'"), texts),
                    new Expr.FieldOfEach(ref(2, list), List.of(), list))))
        .contains("3 | [] | [] | []");
    for (boolean keepEmpty : new boolean[] {true, false}) {
      Plan unnested =
          new Plan.Unnest(rows, ref(2, list), column(3, INT), column(4, struct), keepEmpty);
      assertThat(assertSame(unnested)).hasSize(keepEmpty ? 5 : 3);
      assertSame(
          project(
              unnested,
              ref(1, LONG),
              ref(3, INT),
              new Expr.Field(ref(4, struct), "a b", INT),
              new Expr.Field(ref(4, struct), "q\"`'", TypeShapes.listOf(STRING)),
              new Expr.Pack(
                  List.of(ref(1, LONG), ref(4, struct)),
                  TypeShapes.structOf(List.of("n n", "s"), List.of(LONG, struct)))));
    }
  }

  @Test
  void joins() throws SQLException {
    Plan left = column(STRING, "a", "b", "b", null, "z");
    Plan right =
        values(List.of(column(2, STRING), column(3, INT)), "a", 1L, "b", 2L, "b", 3L, null, 4L);
    Plan.JoinKey on = new Plan.JoinKey(ref(1, STRING), ref(2, STRING));
    assertSame(new Plan.LeftJoin(left, right, List.of(on)));
    assertSame(new Plan.LeftJoin(left, right, List.of()));
    assertSame(new Plan.JoinToMany(left, right, List.of(on), true));
    assertSame(new Plan.JoinToMany(left, right, List.of(on), false));
    for (DeltaPlan.Match match : DeltaPlan.Match.values()) {
      assertSame(new DeltaPlan.SemiJoin(left, right, List.of(on), match));
      for (QueryPlan.JoinKind kind : QueryPlan.JoinKind.values()) {
        QueryPlan.Equality equal = new QueryPlan.Equality(ref(1, STRING), ref(2, STRING), match);
        Expr less =
            new Expr.Call(
                ScalarFunction.infix("<"),
                List.of(ref(3, INT), new Expr.Constant(3L, INT)),
                BOOLEAN);
        for (Optional<Expr> condition : List.of(Optional.<Expr>empty(), Optional.of(less))) {
          assertSame(new QueryPlan.Join(left, right, kind, List.of(equal), condition));
        }
      }
    }
    Plan doubles = column(DOUBLE, 0.0, -0.0, Double.NaN, null);
    Plan others = values(List.of(column(2, DOUBLE)), -0.0, Double.NaN, null);
    assertSame(
        new Plan.LeftJoin(
            doubles, others, List.of(new Plan.JoinKey(ref(1, DOUBLE), ref(2, DOUBLE)))));
  }

  @Test
  void unionsLimitsAndWindows() throws SQLException {
    Plan rows =
        values(List.of(column(1, STRING), column(2, INT)), "a", 1L, "a", 2L, "b", null, "b", 3L);
    PlanColumn joined = column(5, STRING);
    assertSame(
        new QueryPlan.Union(
            List.of(
                project(rows, ref(1, STRING)),
                new Plan.Project(
                    rows, List.of(new Assignment(column(200, STRING), ref(1, STRING))))),
            List.of(joined)));
    List<SortOrder> order = List.of(new SortOrder(ref(2, INT), true, false));
    assertSame(new QueryPlan.Limit(rows, order, OptionalLong.of(2), 1));
    assertSame(new QueryPlan.Limit(rows, order, OptionalLong.empty(), 3));
    assertSame(
        new QueryPlan.Window(
            rows,
            List.of(ref(1, STRING)),
            order,
            List.of(
                window(6, "row_number()", ""),
                new WindowCall(
                    column(7, LONG),
                    ScalarFunction.named("sum"),
                    List.of(ref(2, INT)),
                    "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW"))));
    assertSame(
        project(
            new QueryPlan.Window(rows, List.of(), List.of(), List.of(window(6, "rank()", ""))),
            ref(6, LONG)));
    assertThatThrownBy(
            () ->
                engines.spark(
                    new QueryPlan.Window(
                        rows,
                        List.of(),
                        order,
                        List.of(
                            window(6, "rank()", "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW")))))
        .isInstanceOf(UnsupportedOnSpark.class)
        .hasMessageContaining("frame GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW");
  }

  private static WindowCall window(int id, String form, String frame) {
    return new WindowCall(
        column(id, LONG), new ScalarFunction(form.replace("()", ""), form), List.of(), frame);
  }

  @Test
  void unknownFunctionsAreRefused() {
    Expr call = new Expr.Call(ScalarFunction.named("soundex"), List.of(ref(1, STRING)), STRING);
    assertThatThrownBy(() -> engines.spark(project(column(STRING, "a"), call)))
        .isInstanceOf(UnsupportedOnSpark.class)
        .hasMessageContaining("function soundex");
  }

  @Test
  void rowsAreRepeated() throws SQLException {
    String duckDb =
        "(SELECT * FROM (VALUES (1, 2), (2, 0), (3, -1), (4, 1)) AS v(c1, copies)) AS t";
    String spark =
        "(SELECT * FROM VALUES (1, 2L), (2, 0L), (3, -1L), (4, 1L) AS v(c1, copies)) AS t";
    for (String copies : List.of("copies", "-copies")) {
      assertThat(engines.sparkRows(SparkDialect.SPARK.repeated("c1", copies, spark), List.of(INT)))
          .isEqualTo(
              engines.duckDbRows(
                  DuckDbDialect.DUCKDB.repeated("c1", copies, duckDb), List.of(INT)));
    }
  }

  @Test
  void hashesAreTheSameWhereValuesAre() {
    String one = "CAST('-0.0' AS DOUBLE)";
    String other = "CAST('0.0' AS DOUBLE)";
    List<String> left = List.of(one, "array(" + one + ")", "CAST('NaN' AS FLOAT)", "NULL", "'a'");
    List<String> right =
        List.of(other, "array(" + other + ")", "CAST('NaN' AS FLOAT)", "NULL", "'a'");
    assertThat(
            engines.sparkRows(
                "SELECT " + SparkDialect.SPARK.hash(left) + " = " + SparkDialect.SPARK.hash(right),
                List.of(BOOLEAN)))
        .containsExactly("true");
  }

  @Test
  void signedZerosAreToldApart() {
    Type struct = TypeShapes.structOf(List.of("x"), List.of(TypeShapes.listOf(FLOAT)));
    String zero = SparkDialect.SPARK.signedZero("d", DOUBLE).orElseThrow();
    String nested = SparkDialect.SPARK.signedZero("s", struct).orElseThrow();
    assertThat(SparkDialect.SPARK.signedZero("i", TypeShapes.listOf(INT))).isEmpty();
    assertThat(
            engines.sparkRows(
                "SELECT count(*), count(DISTINCT "
                    + zero
                    + "), count(DISTINCT "
                    + nested
                    + ") FROM (SELECT d, named_struct('x', array(CAST(d AS FLOAT))) AS s FROM"
                    + " VALUES (CAST('-0.0' AS DOUBLE)), (CAST('0.0' AS DOUBLE)) AS t(d))",
                List.of(LONG, LONG, LONG)))
        .containsExactly("2 | 2 | 2");
  }
}
