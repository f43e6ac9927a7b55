package io.bergview.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.projection.plan.TypeShapes;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** DuckDB forms are read with DuckDB's precedence of operators. */
class FormParserTest {
  private static final Form ONE = new Form.Number("1");
  private static final Form FIRST = new Form.Place(0);
  private static final Form SECOND = new Form.Place(1);

  private static Form binary(String operator, Form left, Form right) {
    return new Form.Binary(operator, left, right);
  }

  @Test
  void operatorsBindAsInDuckDb() {
    assertThat(FormParser.parse("{0} + {1} * 1 || 'a'"))
        .isEqualTo(binary("||", binary("+", FIRST, binary("*", SECOND, ONE)), new Form.Text("a")));
    assertThat(FormParser.parse("NOT {0} = 1 AND {1} IS NOT NULL OR {0}"))
        .isEqualTo(
            binary(
                "OR",
                binary(
                    "AND",
                    new Form.Unary("NOT", binary("=", FIRST, ONE)),
                    new Form.IsNull(SECOND, true)),
                FIRST));
    assertThat(FormParser.parse("{0} BETWEEN -1 AND 1 AND {1}"))
        .isEqualTo(binary("AND", new Form.Between(FIRST, new Form.Unary("-", ONE), ONE), SECOND));
  }

  @Test
  void testsAndPatterns() {
    assertThat(FormParser.parse("{0} IS DISTINCT FROM {1}"))
        .isEqualTo(binary("IS DISTINCT FROM", FIRST, SECOND));
    assertThat(FormParser.parse("{0} IS NOT TRUE"))
        .isEqualTo(binary("IS DISTINCT FROM", FIRST, new Form.Truth(true)));
    assertThat(FormParser.parse("({0} NOT ILIKE {1} ESCAPE '\\')"))
        .isEqualTo(new Form.Like(FIRST, SECOND, Optional.of(new Form.Text("\\")), true, true));
    assertThat(FormParser.parse("{0} IN (1, {1})"))
        .isEqualTo(new Form.In(FIRST, List.of(ONE, SECOND)));
  }

  @Test
  void callsOfAggregates() {
    assertThat(
            FormParser.parse(
                "list(DISTINCT {0} ORDER BY {1} DESC NULLS FIRST, {0}) FILTER (WHERE {0} > 1)"))
        .isEqualTo(
            new Form.Call(
                "list",
                true,
                List.of(new Form.Argument(Optional.empty(), FIRST)),
                List.of(new Form.Order(SECOND, true, true), new Form.Order(FIRST, false, false)),
                false,
                Optional.of(binary(">", FIRST, ONE))));
  }

  @Test
  void castsListsAndLambdas() {
    assertThat(FormParser.parse("CAST([] AS DATE[])[1].v"))
        .isEqualTo(
            new Form.Member(
                FormParser.call(
                    "list_extract",
                    new Form.Cast(
                        new Form.ListOf(List.of()), TypeShapes.listOf(Types.DateType.get()), false),
                    ONE),
                "v"));
    assertThat(FormParser.parse("lambda x, i: x"))
        .isEqualTo(new Form.Lambda(List.of("x", "i"), new Form.Name("x")));
  }

  @Test
  void otherFormsAreRefused() {
    assertThatThrownBy(() -> FormParser.parse("{0} {1}")).hasMessageContaining("its end");
    assertThatThrownBy(() -> FormParser.parse("TIME '00:00:00'"))
        .isInstanceOf(UnsupportedOnSpark.class)
        .hasMessageContaining("type time");
  }
}
