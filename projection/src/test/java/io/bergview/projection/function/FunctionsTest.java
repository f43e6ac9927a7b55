package io.bergview.projection.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionsTest {
  private static final Type INT = Types.IntegerType.get();
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type STRING = Types.StringType.get();
  private static final Type DATE = Types.DateType.get();
  private static final Type TIMESTAMP = Types.TimestampType.withoutZone();

  private static Expr column(Type type) {
    return new Expr.Ref(new PlanColumn(1, "x", type));
  }

  private static Expr constant(long value) {
    return new Expr.Constant(value, INT);
  }

  private static Expr text(String value) {
    return new Expr.Constant(value, STRING);
  }

  private static Type type(String function, Expr... arguments) {
    return Functions.scalar(function).orElseThrow().bind(List.of(arguments)).type();
  }

  private static Type decimal(int precision, int scale) {
    return Types.DecimalType.of(precision, scale);
  }

  @Test
  void namesAreFoundInEitherCase() {
    assertThat(Functions.scalar("LOWER")).isEqualTo(Functions.scalar("lcase")).isPresent();
    assertThat(Functions.aggregate("Sum")).isPresent();
    assertThat(Functions.window("ROW_NUMBER")).isPresent();
    assertThat(Functions.scalar("no_such")).isEmpty();
    assertThat(Functions.names())
        .contains("substring", "sum", "row_number")
        .doesNotContain("+", "now", "is null");
  }

  @Test
  void everySubjectIsDocumentedWithExamples() {
    for (FunctionGroup group : Functions.all()) {
      for (FunctionDocs function : group.functions()) {
        assertThat(function.description()).as("%s", function.names()).endsWith(".");
        assertThat(function.signatures()).as("%s", function.names()).isNotEmpty();
      }
    }
  }

  @Test
  void arithmeticHasTheTypesOfSpark() {
    assertThat(type("+", column(INT), column(INT))).isEqualTo(LONG);
    assertThat(type("+", column(decimal(10, 2)), column(INT))).isEqualTo(decimal(13, 2));
    assertThat(type("+", column(decimal(10, 2)), constant(1))).isEqualTo(decimal(11, 2));
    assertThat(type("*", column(decimal(10, 2)), column(decimal(5, 3)))).isEqualTo(decimal(16, 5));
    assertThat(type("/", column(decimal(10, 2)), column(decimal(5, 3)))).isEqualTo(decimal(19, 8));
    assertThat(type("/", column(decimal(38, 10)), column(decimal(38, 10))))
        .isEqualTo(decimal(38, 6));
    assertThat(type("/", column(LONG), column(INT))).isEqualTo(DOUBLE);
    assertThat(type("%", column(decimal(10, 2)), column(decimal(5, 3)))).isEqualTo(decimal(5, 3));
    assertThat(type("-", column(DOUBLE), column(decimal(5, 3)))).isEqualTo(DOUBLE);
    assertThat(type("-", column(INT))).isEqualTo(LONG);
    assertThat(type("+", new Expr.Constant(null, Types.UnknownType.get()), constant(1)))
        .isEqualTo(LONG);
    assertThat(type("round", column(decimal(10, 4)), constant(2))).isEqualTo(decimal(9, 2));
    assertThat(type("floor", column(decimal(10, 4)))).isEqualTo(decimal(7, 0));
  }

  @Test
  void timesMovedByIntervalsKeepTheirTypeUnlessADateGetsAClock() {
    Expr month = Functions.scalar("to_months").orElseThrow().bind(List.of(constant(1)));
    Expr hour = Functions.scalar("to_hours").orElseThrow().bind(List.of(constant(1)));
    assertThat(month.type()).isEqualTo(Intervals.TYPE);
    assertThat(type("+", column(DATE), month)).isEqualTo(DATE);
    assertThat(type("-", column(DATE), hour)).isEqualTo(TIMESTAMP);
    assertThat(type("+", column(TIMESTAMP), month)).isEqualTo(TIMESTAMP);
    assertThat(type("-", column(DATE), column(DATE))).isEqualTo(LONG);
    assertThat(type("+", column(DATE), Coercion.cast(text("3 months 2 days"), Intervals.TYPE)))
        .isEqualTo(DATE);
  }

  @Test
  void aConstantTakesTheTypeOfTheColumnThatItIsComparedWith() {
    assertThat(arguments("=", column(INT), constant(5)).get(0)).isEqualTo(column(INT));
    assertThat(arguments("=", column(decimal(10, 2)), constant(5)).get(1))
        .isEqualTo(new Expr.Constant(new BigDecimal("5.00"), decimal(10, 2)));
    assertThat(arguments("<", column(DATE), text("2024-01-31")).get(1))
        .isEqualTo(new Expr.Constant(LocalDate.of(2024, 1, 31), DATE));
    assertThat(
            arguments("=", column(INT), new Expr.Constant(new BigDecimal("1.5"), decimal(2, 1)))
                .get(0))
        .isEqualTo(new Expr.Cast(column(INT), decimal(11, 1)));
  }

  private static List<Expr> arguments(String function, Expr... arguments) {
    return ((Expr.Call) Functions.scalar(function).orElseThrow().bind(List.of(arguments)))
        .arguments();
  }

  @Test
  void valuesAreOnlyWidenedUnasked() {
    assertThat(Coercion.to(column(INT), LONG)).isEqualTo(new Expr.Cast(column(INT), LONG));
    assertThat(Coercion.to(constant(5), LONG)).isEqualTo(new Expr.Constant(5L, LONG));
    assertThat(Coercion.common(List.of(column(INT), column(decimal(5, 2)))))
        .isEqualTo(Optional.of(decimal(12, 2)));
    assertThat(Coercion.common(List.of(column(DATE), column(TIMESTAMP))))
        .isEqualTo(Optional.of(TIMESTAMP));
    assertThat(Coercion.common(List.of(column(STRING), column(INT)))).isEmpty();
    assertThatExceptionOfType(FunctionException.class)
        .isThrownBy(() -> Coercion.to(column(LONG), INT))
        .withMessage("a value of type long is not a int; write CAST(... AS int)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "split_part  | split_part needs (string, constant string, constant long), not (long)",
        "like_escape | like_escape needs (string, string, constant string), not (long)",
        "date_part   | date_part needs (constant string, moment), not (long)",
        "in          | in needs (any, any...), not (long)",
        "greatest    | ",
      })
  void aCallThatDoesNotFitSaysWhatIsNeeded(String function, String message) {
    ScalarDefinition definition = Functions.scalar(function).orElseThrow();
    if (message == null) {
      assertThat(definition.bind(List.of(column(LONG))).type()).isEqualTo(LONG);
    } else {
      assertThatExceptionOfType(FunctionException.class)
          .isThrownBy(() -> definition.bind(List.of(column(LONG))))
          .withMessage(message)
          .matches(error -> error.kind() == FunctionException.Kind.WRONG_ARGUMENTS);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a(b      | 'a(b' is not a regular expression: Unclosed group",
        "(a)\\1 | the regular expression '(a)\\1' has a reference or a look-around, which is not"
            + " available",
        "(?=a)b   | the regular expression '(?=a)b' has a reference or a look-around, which is not"
            + " available",
      })
  void aRegularExpressionIsCheckedWhenTheCallIsRead(String pattern, String message) {
    assertThatExceptionOfType(FunctionException.class)
        .isThrownBy(
            () ->
                Functions.scalar("regexp_matches")
                    .orElseThrow()
                    .bind(List.of(column(STRING), text(pattern))))
        .withMessage(message);
  }

  @Test
  void functionsOfTheMomentAreKnownAndRefused() {
    for (String name : List.of("now", "random", "uuid", "current_date", "CURRENT_TIMESTAMP")) {
      assertThatExceptionOfType(FunctionException.class)
          .isThrownBy(() -> Functions.scalar(name).orElseThrow().bind(List.of()))
          .withMessageStartingWith(name.toLowerCase(java.util.Locale.ROOT) + " has another value")
          .matches(error -> error.kind() == FunctionException.Kind.NOT_DETERMINISTIC);
    }
  }

  private static List<AggregateCall> calls(String aggregate, boolean distinct, Type type) {
    int[] ids = {10};
    return Functions.aggregate(aggregate)
        .orElseThrow()
        .bind(
            "a",
            List.of(column(type)),
            distinct,
            List.of(),
            (label, of) -> new PlanColumn(ids[0]++, label, of))
        .calls();
  }

  @Test
  void whatCanBeKeptUpToDateIsComposedOfMergeableCalls() {
    assertThat(calls("sum", false, LONG))
        .extracting(AggregateCall::kind)
        .containsExactly(AggregateFunction.COUNT, AggregateFunction.SUM);
    assertThat(calls("stddev", false, LONG))
        .extracting(AggregateCall::kind)
        .containsExactly(
            AggregateFunction.COUNT, AggregateFunction.MEAN, AggregateFunction.SQUARED_DEVIATIONS);
    assertThat(calls("bool_and", false, Types.BooleanType.get()))
        .extracting(AggregateCall::kind)
        .containsExactly(AggregateFunction.MIN);
    assertThat(calls("approx_count_distinct", false, STRING))
        .extracting(AggregateCall::kind)
        .containsExactly(AggregateFunction.COUNT_DISTINCT);
    assertThat(calls("sum", true, LONG))
        .extracting(AggregateCall::kind)
        .containsExactly(AggregateFunction.NAMED);
    assertThat(calls("min", true, DOUBLE).get(0).argument()).isInstanceOf(Expr.Canonical.class);
  }

  @Test
  void aggregatesOverAWindowHaveTheirTypes() {
    AggregateDefinition average = Functions.aggregate("avg").orElseThrow();
    assertThat(average.overWindow(List.of(column(LONG))).type()).isEqualTo(DOUBLE);
    assertThat(
            Functions.aggregate("sum")
                .orElseThrow()
                .overWindow(List.of(column(decimal(10, 2))))
                .type())
        .isEqualTo(decimal(20, 2));
  }

  @Test
  void aWholeConstantBesideADecimalHasTheDigitsOfAnInteger() {
    assertThat(Coercion.common(List.of(column(decimal(18, 2)), constant(0))))
        .contains(decimal(18, 2));
    assertThat(Coercion.common(List.of(column(decimal(18, 2)), column(LONG))))
        .contains(decimal(22, 2));
  }

  @Test
  void aFieldOfAStructIsFoundInEitherCase() {
    Type struct = Types.StructType.of(Types.NestedField.optional(1, "City", STRING));
    assertThat(
            Functions.scalar("struct_extract")
                .orElseThrow()
                .bind(List.of(column(struct), text("city"))))
        .isEqualTo(new Expr.Field(column(struct), "City", STRING));
    assertThatExceptionOfType(FunctionException.class)
        .isThrownBy(
            () ->
                Functions.scalar("array_extract")
                    .orElseThrow()
                    .bind(List.of(column(struct), text("town"))))
        .withMessage("the struct has no field 'town'; it has City");
  }
}
