package io.bergview.spark.sql;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.function.BoundExamples;
import io.bergview.projection.function.FunctionDocs;
import io.bergview.projection.function.FunctionExample;
import io.bergview.projection.function.FunctionGroup;
import io.bergview.projection.function.Functions;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * On Spark, functions have the values that are documented, or are refused by their names, as {@code
 * refused.golden} lists them. Run with {@code -Dbergview.golden=write} to write the list anew.
 */
@Tag("long")
class SparkFormsTest {
  private static final Path VALUES =
      Path.of("../projection/src/test/resources/io/bergview/projection/function/values.golden");
  private static final Path REFUSED =
      Path.of("src/test/resources/io/bergview/spark/sql/refused.golden");

  private static @Nullable SparkSession spark;

  private final BoundExamples examples = new BoundExamples();
  private final List<String> wrong = new ArrayList<>();
  private final TreeSet<String> refused = new TreeSet<>();
  private final List<String> equal = new ArrayList<>();

  /** One value that is compared. */
  private record Case(String what, String sql, String value) {}

  @BeforeAll
  static void start() {
    spark = ExampleSession.start();
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.stop();
    }
  }

  @Test
  void functionsHaveTheDocumentedValues() throws IOException {
    List<Case> scalars = new ArrayList<>();
    List<String> functions = new ArrayList<>();
    for (FunctionGroup group : Functions.all()) {
      for (FunctionDocs function : group.functions()) {
        String name = function.names().get(0);
        functions.add(name);
        for (FunctionExample example : function.examples()) {
          add(name, group.title(), example.sql(), example.value(), scalars);
        }
      }
    }
    for (String line : Files.readAllLines(VALUES)) {
      String[] parts = line.split(" => ", -1);
      String group = parts[0].contains(" of ") ? "Aggregates" : "";
      add("values: " + parts[0], group, parts[0], parts[1], scalars);
    }
    for (int i = 0; i < scalars.size(); i += 40) {
      compareAll(scalars.subList(i, Math.min(i + 40, scalars.size())));
    }
    if ("write".equals(System.getProperty("bergview.golden"))) {
      Files.write(REFUSED, refused);
    }
    assertThat(wrong).isEmpty();
    assertThat(refused).containsExactlyElementsOf(Files.readAllLines(REFUSED));
    functions.removeIf(name -> refused.stream().anyMatch(line -> line.startsWith(name + " | ")));
    assertThat(functions).hasSizeGreaterThan(280);
    assertThat(equal).hasSizeGreaterThan(800);
  }

  /** Of the rows (1, 5), (2, NULL), (NULL, 7), (2, 7) of x and y. */
  private static String aggregate(String form, Type result, String window) {
    List<Expr> arguments = new ArrayList<>();
    for (int id = 1; id <= 2; id++) {
      arguments.add(new Expr.Ref(new PlanColumn(id, "c", Types.LongType.get())));
    }
    String value =
        SparkForms.over(
            new ScalarFunction("f", form), arguments, List.of("c1", "c2"), result, window);
    List<Row> rows =
        session()
            .sql(
                "SELECT %s FROM VALUES (1L, 5L), (2L, NULL), (NULL, 7L), (2L, 7L) AS t(c1, c2)"
                    .formatted(value))
            .collectAsList();
    return rows.stream().map(row -> DuckDbText.of(row.get(0))).collect(joining("; "));
  }

  @Test
  void aggregatesOfAnOrder() {
    Type one = Types.LongType.get();
    Type many = TypeShapes.listOf(one);
    String order = "ORDER BY {1} DESC NULLS LAST, {0} ASC NULLS FIRST";
    assertThat(aggregate("list({0} " + order + ")", many, "")).isEqualTo("[NULL, 2, 1, 2]");
    assertThat(aggregate("list({0} " + order + ") FILTER (WHERE {1} = 7)", many, ""))
        .isEqualTo("[NULL, 2]");
    assertThat(aggregate("list({0}) FILTER (WHERE {1} = 8)", many, "")).isEqualTo("NULL");
    assertThat(aggregate("list(DISTINCT {0} ORDER BY {0} DESC NULLS FIRST)", many, ""))
        .isEqualTo("[NULL, 2, 1]");
    assertThat(aggregate("first({0} " + order + ")", one, "")).isEqualTo("NULL");
    assertThat(aggregate("last({0} " + order + ")", one, "")).isEqualTo("2");
    assertThat(aggregate("first({0} ORDER BY {1} ASC NULLS FIRST)", one, "")).isEqualTo("2");
    assertThat(aggregate("last({0} ORDER BY {1} ASC NULLS FIRST, {0} ASC NULLS FIRST)", one, ""))
        .isEqualTo("2");
    assertThat(aggregate("arg_max_null({0}, {1} ORDER BY {0} ASC NULLS LAST)", one, ""))
        .isEqualTo("2");
    assertThat(aggregate("arg_min_null({0}, {1} ORDER BY {0} ASC NULLS LAST)", one, ""))
        .isEqualTo("1");
    assertThat(aggregate("mode({0} ORDER BY {0} DESC NULLS LAST)", one, "")).isEqualTo("2");
    assertThat(aggregate("count(*) FILTER (WHERE {0} = 2)", one, "")).isEqualTo("2");
    assertThat(aggregate("sum(DISTINCT {0})", one, "")).isEqualTo("3");
  }

  @Test
  void aggregatesOverAWindow() {
    Type one = Types.LongType.get();
    Type many = TypeShapes.listOf(one);
    String all = "OVER (ORDER BY c1 NULLS LAST, c2 NULLS LAST)";
    assertThat(aggregate("list({0} ORDER BY {0} DESC NULLS LAST)", many, all))
        .isEqualTo("[1]; [2, 1]; [2, 2, 1]; [2, 2, 1, NULL]");
    assertThat(aggregate("count({1}) FILTER (WHERE {0} = 2)", one, all)).isEqualTo("0; 1; 1; 1");
    assertThat(aggregate("count(DISTINCT {1})", one, all)).isEqualTo("1; 2; 2; 2");
    assertThat(aggregate("first_value({1} IGNORE NULLS)", one, all)).isEqualTo("5; 5; 5; 5");
    assertThat(aggregate("last_value({1} IGNORE NULLS)", one, all)).isEqualTo("5; 7; 7; 7");
    assertThat(aggregate("lag({0}, 1, {1})", one, all)).isEqualTo("5; 1; 2; 2");
    assertThat(aggregate("nth_value({1}, 2 ORDER BY {1} DESC NULLS LAST)", one, all))
        .isEqualTo("NULL; 5; 5; 7");
    assertThat(aggregate("row_number()", one, all)).isEqualTo("1; 2; 3; 4");
  }

  private void add(
      String function, String group, String example, String value, List<Case> scalars) {
    try {
      switch (group) {
        case "Aggregates" ->
            rows(function, example, ExampleSql.grouped(examples.grouped(example)), List.of(value));
        case "Window functions" ->
            rows(
                function,
                example,
                ExampleSql.windowed(examples.windowed(example)),
                List.of(value.split(", ")));
        default ->
            scalars.add(
                new Case(
                    function + ": " + example, ExampleSql.sql(examples.scalar(example)), value));
      }
    } catch (UnsupportedOnSpark e) {
      refused.add(function + " | " + e.what());
    } catch (RuntimeException e) {
      wrong.add(function + ": " + example + " cannot be written: " + e);
    }
  }

  private void rows(String function, String example, String sql, List<String> values) {
    try {
      List<Row> rows = session().sql(sql).collectAsList();
      for (int i = 0; i < values.size(); i++) {
        compare(new Case(function + ": " + example, sql, values.get(i)), rows.get(i).get(0));
      }
    } catch (Exception e) {
      wrong.add(function + ": " + example + " fails: " + sql + "\n   " + first(e));
    }
  }

  private static String first(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void compareAll(List<Case> cases) {
    StringBuilder query = new StringBuilder("SELECT ");
    for (int i = 0; i < cases.size(); i++) {
      query.append(i == 0 ? "" : ", ").append(cases.get(i).sql()).append(" AS v").append(i);
    }
    try {
      Row row = session().sql(query + " FROM range(1)").collectAsList().get(0);
      for (int i = 0; i < cases.size(); i++) {
        compare(cases.get(i), row.get(i));
      }
    } catch (Exception e) {
      if (cases.size() > 1) {
        int half = cases.size() / 2;
        compareAll(cases.subList(0, half));
        compareAll(cases.subList(half, cases.size()));
      } else if (cases.get(0).value().equals("an error")) {
        equal.add(cases.get(0).what());
      } else {
        wrong.add(cases.get(0).what() + " fails: " + cases.get(0).sql() + "\n   " + first(e));
      }
    }
  }

  private void compare(Case each, @Nullable Object value) {
    if (DuckDbText.same(value, each.value())) {
      equal.add(each.what());
    } else {
      wrong.add(
          "%s is %s, not %s: %s"
              .formatted(each.what(), DuckDbText.of(value), each.value(), each.sql()));
    }
  }

  private static SparkSession session() {
    return requireNonNull(spark, "spark is null");
  }
}
