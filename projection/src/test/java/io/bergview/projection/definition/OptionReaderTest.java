package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.Predicate.And;
import io.bergview.projection.definition.Predicate.Compare;
import io.bergview.projection.definition.Predicate.Operator;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionReaderTest {
  @Test
  void pathsStandBetweenCommas() {
    assertThat(OptionReader.paths("--include", "a, b.c ,`d,e`.$f"))
        .containsExactly(ColumnPath.of("a"), ColumnPath.of("b", "c"), ColumnPath.of("d,e", "$f"));
  }

  @Test
  void sortKeysMayHaveADirection() {
    assertThat(OptionReader.sort("--sort", "a,b.c:desc, d : asc,`e:desc`,`f`:desc"))
        .containsExactly(
            new SortKey(ColumnPath.of("a"), false),
            new SortKey(ColumnPath.of("b", "c"), true),
            new SortKey(ColumnPath.of("d"), false),
            new SortKey(ColumnPath.of("e:desc"), false),
            new SortKey(ColumnPath.of("f"), true));
    assertThat(OptionReader.sort("--sort", "-a, b.c,-`-d`"))
        .containsExactly(
            new SortKey(ColumnPath.of("a"), true),
            new SortKey(ColumnPath.of("b", "c"), false),
            new SortKey(ColumnPath.of("-d"), true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,,b", "a,", "`a", "a:down", "a:", ":desc", "a:desc:asc"})
  void brokenSortKeysNameTheOption(String text) {
    assertThatThrownBy(() -> OptionReader.sort("--sort", text))
        .isInstanceOf(DefinitionException.class)
        .hasMessageStartingWith("--sort: ");
  }

  @Test
  void aFilterIsReadByItself() {
    assertThat(FindClauseParser.filter("{status: 'open', total: {$gte: 1.50}}"))
        .isEqualTo(
            new And(
                List.of(
                    new Compare(ColumnPath.of("status"), Operator.EQ, "open"),
                    new Compare(ColumnPath.of("total"), Operator.GTE, new BigDecimal("1.50")))));
  }

  @Test
  void plainWordsOfAFilterNeedNoQuotes() {
    assertThat(FindClauseParser.filter("{status: open, 'customer.tier': gold}"))
        .isEqualTo(FindClauseParser.filter("{status: 'open', 'customer.tier': 'gold'}"));
  }

  @Test
  void groupKeysAreColumnsAndUnitsOfTime() {
    GroupKey status = key("status", null);
    GroupKey day = key("created_at", TimeUnit.DAY);
    assertThat(FindClauseParser.groupBy("status, day(created_at)")).containsExactly(status, day);
    assertThat(FindClauseParser.groupBy("status, {day: $created_at}")).containsExactly(status, day);
    assertThat(FindClauseParser.groupBy("['status', {day: 'created_at'}]"))
        .containsExactly(status, day);
    assertThat(FindClauseParser.groupBy("{month: at, $as: m, $timezone: Europe/Berlin}, `a,b`"))
        .containsExactly(
            new GroupKey(
                ColumnPath.of("at"),
                Optional.of(TimeUnit.MONTH),
                Optional.of("m"),
                Optional.of(ZoneId.of("Europe/Berlin"))),
            key("a,b", null));
    assertThat(FindClauseParser.groupBy("")).isEmpty();
    assertThat(FindClauseParser.groupBy("[]")).isEmpty();
  }

  @Test
  void aggregatesNeedNoQuotes() {
    assertThat(FindClauseParser.compute("{orders: {$count: '*'}, revenue: {$sum: total}}"))
        .isEqualTo(
            FindClauseParser.compute(
                "{\"orders\": {\"$count\": \"*\"}, revenue: {$sum: 'total'}}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dya(at)", "day()", "a,,b", "{dya: at}", "`a"})
  void brokenGroupKeysNameTheOption(String text) {
    assertThatThrownBy(() -> FindClauseParser.groupBy(text))
        .isInstanceOf(DefinitionException.class)
        .hasMessageStartingWith("--group-by");
  }

  private static GroupKey key(String column, @Nullable TimeUnit unit) {
    return new GroupKey(
        ColumnPath.of(column), Optional.ofNullable(unit), Optional.empty(), Optional.empty());
  }

  @Test
  void problemsOfAFilterNameTheOptionAndThePlace() {
    DefinitionException failure =
        catchThrowableOfType(
            DefinitionException.class,
            () -> FindClauseParser.filter("{a: {$gtt: 1},\n b: {$lt: null}}"));
    assertThat(failure.problems())
        .containsExactly(
            new DefinitionProblem(
                ProblemKind.UNKNOWN_OPERATOR,
                "--filter",
                "a.$gtt",
                1,
                6,
                "unknown operator '$gtt' (did you mean '$gt'?)"),
            new DefinitionProblem(
                ProblemKind.WRONG_VALUE,
                "--filter",
                "b.$lt",
                2,
                11,
                "nothing is less or greater than null; compare with a value"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "[{a: 1}, {b: 1}]", "{a: open: b}", "5", "{a: 1"})
  void whatIsNoFilterIsRefused(String text) {
    assertThatThrownBy(() -> FindClauseParser.filter(text))
        .isInstanceOf(DefinitionException.class)
        .hasMessageStartingWith("--filter:1:");
  }
}
