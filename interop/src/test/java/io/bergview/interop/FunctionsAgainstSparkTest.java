package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.function.FunctionDocs;
import io.bergview.projection.function.FunctionExample;
import io.bergview.projection.function.FunctionGroup;
import io.bergview.projection.function.Functions;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where Spark SQL has a function of docs/functions.md, its value is the documented one. */
@Tag("long")
class FunctionsAgainstSparkTest {
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .toFormatter(Locale.ROOT);

  private static final Path VALUES =
      Path.of("../projection/src/test/resources/io/bergview/projection/function/values.golden");

  @TempDir private Path folder;

  @Test
  void sparkGivesTheDocumentedValues() {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    try (Lake lake = Lake.create(folder, Map.of())) {
      for (FunctionGroup group : Functions.all()) {
        for (FunctionDocs function : group.functions()) {
          for (FunctionExample example : function.examples()) {
            if (!example.spark().isEmpty()) {
              compared++;
              compare(lake, query(group.title(), example.spark()), example, wrong);
            }
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(200);
  }

  @Test
  void sparkGivesTheValuesAtTheEdges() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> lines = Files.readAllLines(VALUES);
    try (Lake lake = Lake.create(folder, Map.of())) {
      for (String line : lines) {
        String[] parts = line.split(" => ", -1);
        String spark = parts[parts.length > 2 ? 2 : 0];
        FunctionExample example = new FunctionExample(parts[0], parts[1], spark);
        if (!spark.equals("-")) {
          compare(lake, query(spark.contains(" of ") ? "Aggregates" : "", spark), example, wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(lines).hasSizeGreaterThan(200);
  }

  private static String query(String group, String example) {
    return switch (group) {
      case "Aggregates" -> {
        String[] parts = example.split(" of ", 2);
        boolean pairs = parts[1].startsWith("(");
        yield "SELECT %s FROM VALUES %s AS t(%s)"
            .formatted(
                parts[0],
                pairs ? parts[1] : "(" + parts[1].replace(", ", "), (") + ")",
                pairs ? "y, x" : "x");
      }
      case "Window functions" ->
          "SELECT %s OVER (ORDER BY x) FROM VALUES (1), (2), (2) AS t(x) ORDER BY x"
              .formatted(example);
      default -> "SELECT " + example;
    };
  }

  private static void compare(
      Lake lake, String query, FunctionExample example, List<String> wrong) {
    try {
      List<List<@Nullable Object>> rows = Spark.sql(lake.folder(), query).rows();
      List<String> expected =
          rows.size() == 1 ? List.of(example.value()) : List.of(example.value().split(", "));
      for (int i = 0; i < rows.size(); i++) {
        if (!same(rows.get(i).get(0), expected.get(i))) {
          wrong.add(query + " is " + text(rows.get(i).get(0)) + ", not " + expected.get(i));
        }
      }
    } catch (AssertionError e) {
      wrong.add(query + ": " + e.getMessage());
    }
  }

  private static boolean same(@Nullable Object value, String expected) {
    if (value instanceof Double number && !expected.equals("NULL")) {
      double other = number(expected);
      return number.equals(other) || Math.abs(number - other) <= 1e-12 * Math.abs(other);
    }
    if (value instanceof BigDecimal decimal && !expected.equals("NULL")) {
      return decimal.compareTo(new BigDecimal(expected)) == 0;
    }
    String plain =
        expected.endsWith("+00") ? expected.substring(0, expected.length() - 3) : expected;
    return text(value).equals(plain);
  }

  private static double number(String duckDb) {
    return switch (duckDb) {
      case "nan", "-nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(duckDb);
    };
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof LocalDateTime time) {
      return TIMESTAMP.format(time);
    }
    if (value instanceof Instant instant) {
      return TIMESTAMP.format(instant.atOffset(ZoneOffset.UTC));
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(element -> "".equals(element) ? "''" : text(element))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return value.toString();
  }
}
