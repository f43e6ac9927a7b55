package io.bergview.projection.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code $top} refuses once the types are known, each with its kind and place. */
class TopRowsErrorsTest {
  private SampleTables tables;

  @BeforeEach
  void open() throws SQLException {
    tables = new SampleTables();
  }

  @AfterEach
  void close() throws Exception {
    tables.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'$top: {rows: 1, orderBy: totle}' | UNKNOWN_COLUMN 3:26: $top.orderBy: 'totle' of view V:"
            + " type Order has no column or relation 'totle' (did you mean 'total'?)",
        "'$top: {rows: 1, orderBy: total, by: [id, statsu]}' | UNKNOWN_COLUMN 3:42: $top.by[1]:"
            + " 'statsu' of view V: type Order has no column or relation 'statsu' (did you mean"
            + " 'status'?)",
        "'$top: {rows: 1, orderBy: tags}' | WRONG_TYPE 3:26: $top.orderBy: $top of view V names"
            + " 'tags', which is list<string>; order and group by plain columns",
        "'{$groupBy: status, $compute: {n: {$count: \"*\"}}, $top: {rows: 1, orderBy: total}}' |"
            + " UNKNOWN_COLUMN 3:74: $top.orderBy: the groups of view V have no 'total'; named here"
            + " are keys and aggregates: status, n",
      })
  void whatItNamesMustBeThere(String body, String problem) {
    String text =
        body.startsWith("{")
            ? "{$type: V,\n$from: Order,\n" + body.substring(1)
            : "$type: V\n$from: Order\n" + body;
    DefinitionException failure =
        catchThrowableOfType(DefinitionException.class, () -> tables.resolve(text));
    assertThat(failure).isNotNull();
    assertThat(
            failure.problems().stream()
                .map(
                    one ->
                        "%s %d:%d: %s: %s"
                            .formatted(
                                one.kind(), one.line(), one.column(), one.at(), one.message()))
                .toList())
        .containsExactly(problem);
  }
}
