package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.ViewResolver;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.DuckDbTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.DecimalType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code $add}, {@code $subtract} and {@code $multiply} of decimals against {@link BigDecimal}. */
@Tag("long")
class DecimalArithmeticTest {
  private static final int MOST_DIGITS = 38;
  private static DuckDbSession session;

  @BeforeAll
  static void open() {
    session = DuckDbSession.open(SessionSettings.defaults().withThreads(1));
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private enum Operation {
    ADD("$add"),
    SUBTRACT("$subtract"),
    MULTIPLY("$multiply");

    private final String word;

    Operation(String word) {
      this.word = word;
    }

    BigDecimal exact(BigDecimal left, BigDecimal right) {
      return switch (this) {
        case ADD -> left.add(right);
        case SUBTRACT -> left.subtract(right);
        case MULTIPLY -> left.multiply(right);
      };
    }

    /** The type that docs/language.md gives. */
    DecimalType of(DecimalType left, DecimalType right) {
      int scale =
          this == MULTIPLY ? left.scale() + right.scale() : Math.max(left.scale(), right.scale());
      int precision =
          this == MULTIPLY
              ? left.precision() + right.precision() + 1
              : Math.max(left.precision() - left.scale(), right.precision() - right.scale())
                  + scale
                  + 1;
      return precision <= MOST_DIGITS
          ? DecimalType.of(precision, scale)
          : DecimalType.of(
              MOST_DIGITS, Math.max(MOST_DIGITS - (precision - scale), Math.min(scale, 6)));
    }
  }

  private static Stream<DecimalType> types() {
    return Stream.of(
        DecimalType.of(1, 0),
        DecimalType.of(2, 1),
        DecimalType.of(9, 2),
        DecimalType.of(18, 0),
        DecimalType.of(18, 4),
        DecimalType.of(18, 18),
        DecimalType.of(19, 4),
        DecimalType.of(20, 0),
        DecimalType.of(28, 10),
        DecimalType.of(37, 1),
        DecimalType.of(38, 0),
        DecimalType.of(38, 10),
        DecimalType.of(38, 37),
        DecimalType.of(38, 38));
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyResultThatItsTypeHoldsIsExact(DecimalType left) {
    types().forEach(right -> exactOrOverflow(left, right));
  }

  private static void exactOrOverflow(DecimalType left, DecimalType right) {
    for (Operation operation : Operation.values()) {
      DecimalType type = operation.of(left, right);
      ResolvedView view = view(left, right, operation.word + ": [a, b]");
      assertThat(view.columns().get(1).type()).isEqualTo(type);
      List<List<@Nullable BigDecimal>> operands = new ArrayList<>();
      List<BigDecimal> expected = new ArrayList<>();
      boolean overflown = false;
      for (BigDecimal a : values(left)) {
        for (BigDecimal b : values(right)) {
          BigDecimal result = operation.exact(a, b).setScale(type.scale(), RoundingMode.HALF_UP);
          if (result.precision() <= type.precision()) {
            operands.add(List.of(a, b));
            expected.add(result);
          } else if (!overflown) {
            overflown = true;
            assertOverflow(view, left, right, a, b);
          }
        }
      }
      assertThat(run(view, left, right, operands))
          .as("%s of %s and %s, %s", operation, left, right, operands)
          .isEqualTo(expected);
    }
  }

  private static void assertOverflow(
      ResolvedView view, DecimalType left, DecimalType right, BigDecimal a, BigDecimal b) {
    assertThatThrownBy(() -> run(view, left, right, List.of(List.of(a, b))))
        .as("%s, %s", a, b)
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERFLOW));
  }

  @Test
  void constantsAndChainsAreExact() {
    DecimalType type = DecimalType.of(18, 4);
    BigDecimal most = values(type).get(0);
    Map.of(
            "$multiply: [a, 2.0]", most.multiply(new BigDecimal("2.0")),
            "$multiply: [2.0, a]", most.multiply(new BigDecimal("2.0")),
            "$multiply: [a, 99]", most.multiply(new BigDecimal(99)),
            "$add: [a, b, 0.00001]", most.add(most).add(new BigDecimal("0.00001")),
            "$multiply: [{$subtract: [1, a]}, b]", BigDecimal.ONE.subtract(most).multiply(most))
        .forEach(
            (expression, expected) ->
                assertThat(
                        run(view(type, type, expression), type, type, List.of(List.of(most, most))))
                    .as(expression)
                    .containsExactly(expected));
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void nullOperandGivesNull(Operation operation) {
    for (DecimalType type : List.of(DecimalType.of(18, 4), DecimalType.of(38, 10))) {
      List<@Nullable BigDecimal> one = new ArrayList<>(List.of(BigDecimal.ONE));
      one.add(null);
      List<@Nullable BigDecimal> other = new ArrayList<>(one.subList(1, 2));
      other.add(BigDecimal.ONE);
      assertThat(
              run(view(type, type, operation.word + ": [a, b]"), type, type, List.of(one, other)))
          .containsExactly(null, null);
    }
  }

  /** The ends of a type, what lies beside zero, halves, and something in between. */
  private static List<BigDecimal> values(DecimalType type) {
    BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    Random random = new Random(type.precision() * 100L + type.scale());
    return Stream.of(
            most,
            most.negate(),
            BigInteger.ONE,
            BigInteger.ONE.negate(),
            BigInteger.ZERO,
            BigInteger.TEN.pow(type.precision() - 1).multiply(BigInteger.valueOf(5)),
            new BigInteger(130, random).mod(most),
            new BigInteger(1 + most.bitLength() / 2, random).mod(most).negate())
        .map(unscaled -> new BigDecimal(unscaled, type.scale()))
        .toList();
  }

  private static ResolvedView view(DecimalType left, DecimalType right, String expression) {
    return ViewResolver.resolve(
        (ViewDefinition)
            read(
                "{$type: V, $from: T, $groupBy: [id], $compute: {r: {$max: {"
                    + expression
                    + "}}}}"),
        new Operands(
            (EntityType) read("{$type: T, $table: ns.t, $id: id}"),
            new Schema(
                Types.NestedField.required(1, "id", Types.IntegerType.get()),
                Types.NestedField.optional(2, "a", left),
                Types.NestedField.optional(3, "b", right))));
  }

  private static Definition read(String text) {
    return new DefinitionReader(Set.of()).read("test.yaml", text).get(0);
  }

  private static List<@Nullable Object> run(
      ResolvedView view,
      DecimalType left,
      DecimalType right,
      List<List<@Nullable BigDecimal>> operands) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      rows.add(
          "(%d, %s, %s)".formatted(i, sql(operands.get(i).get(0)), sql(operands.get(i).get(1))));
    }
    String from =
        "(SELECT id AS c1, CAST(a AS %s) AS c2, CAST(b AS %s) AS c3 FROM (VALUES %s) AS t(id, a, b))"
            .formatted(
                DuckDbTypes.sqlType(left), DuckDbTypes.sqlType(right), String.join(", ", rows));
    List<Type> types = new ArrayList<>();
    view.allColumns().forEach(column -> types.add(column.type()));
    Map<Object, @Nullable Object> results = new LinkedHashMap<>();
    Rows.read(session.query(DuckDbSql.select(view.plan(), source -> from)), types)
        .forEach(row -> results.put(String.valueOf(row.get(0)), row.get(1)));
    List<@Nullable Object> inOrder = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      inOrder.add(results.get(String.valueOf(i)));
    }
    return inOrder;
  }

  private static String sql(@Nullable BigDecimal value) {
    return value == null ? "NULL" : DuckDbTypes.text(value.toPlainString());
  }

  private record Operands(EntityType only, Schema columns) implements TypeSource {
    @Override
    public Collection<String> names() {
      return List.of(only.name());
    }

    @Override
    public Optional<EntityType> type(String name) {
      return only.name().equals(name) ? Optional.of(only) : Optional.empty();
    }

    @Override
    public Optional<EntityType> table(List<String> path) {
      return Optional.empty();
    }

    @Override
    public Schema schema(EntityType type) {
      return columns;
    }
  }
}
