package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The 22 queries of TPC-H at scale 1 have the published answers, every row in the order of the
 * query; views of them have the same rows.
 *
 * <p>A line of {@code tpch-answers.tsv} is a published answer: the query, the number of digits
 * after the point, the number of rows, the SHA-256 of the rows as {@link #row} writes them, and the
 * first row. Those with two digits are the answers that the TPC publishes with its generator; it
 * has other values in a row of q09 and in q17, by less than a cent in a thousand, as TPC Benchmark
 * H, section 2.1.3.5, allows. Those with four digits are the answers that DuckDB publishes
 * (extension/tpch/dbgen/answers/sf1), of queries that show no generated text, as DuckDB generates
 * other texts.
 */
@Tag("long")
class TpchAnswersTest {
  private static final int SHOWN = 20;

  @TempDir private static Path folder;
  private static Bergview bergview;

  /** What is known of an answer: how many rows, with so many digits, and their hash. */
  private record Published(String query, int digits, int rows, String sha256, String firstRow) {
    static Published of(String line) {
      String[] fields = line.split("\t", -1);
      return new Published(
          fields[0],
          Integer.parseInt(fields[1]),
          Integer.parseInt(fields[2]),
          fields[3],
          fields[4]);
    }

    void assertSame(List<Map<String, Object>> answer) {
      List<String> found = answer.stream().map(row -> row(row, digits)).toList();
      String context = "%s: %s".formatted(query, found.stream().limit(SHOWN).toList());
      assertThat(found).as(context).hasSize(rows);
      assertThat(found.get(0)).as(context).isEqualTo(firstRow);
      assertThat(hash(String.join("\n", found))).as(context).isEqualTo(sha256);
    }
  }

  private static List<Published> published() throws IOException {
    try (InputStream in = TpchAnswersTest.class.getResourceAsStream("tpch-answers.tsv")) {
      return new String(in.readAllBytes(), UTF_8).lines().map(Published::of).toList();
    }
  }

  @BeforeAll
  static void generate() {
    bergview = Projects.create(folder, "settings: {memory-limit: 2GiB, threads: 2}\n", Map.of());
    Tpch.generate(bergview.catalog("lake"), new Tpch.Options(1), Progress.SILENT);
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  @Test
  void queriesAndViewsOfThemHaveThePublishedAnswers() throws IOException {
    Map<String, List<Map<String, Object>>> answers = new TreeMap<>();
    Tpch.queries().forEach((name, sql) -> answers.put(name, rows(select(sql))));
    List<Published> published = published();
    assertThat(published.stream().map(Published::query)).containsAll(answers.keySet());
    published.forEach(answer -> answer.assertSame(answers.get(answer.query())));
    Tpch.queries()
        .forEach(
            (name, sql) ->
                Projects.write(
                    folder.resolve("views/" + view(name) + ".yaml"),
                    "$type: %s\n$sql: |\n%s".formatted(view(name), sql.indent(2))));
    bergview.apply();
    assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
    Tpch.queries()
        .forEach(
            (name, sql) -> {
              assertThat(rows(bergview.find(view(name))))
                  .as(name)
                  .containsExactlyInAnyOrderElementsOf(answers.get(name));
              assertThat(select(sql).explain().chosen().orElseThrow().view()).contains(view(name));
              assertThat(rows(select(sql))).as(name).isEqualTo(answers.get(name));
            });
  }

  private static Find select(String sql) {
    return bergview.find(FindQuery.select(SqlText.of(sql)));
  }

  private static String view(String query) {
    return query.toUpperCase(Locale.ROOT);
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** The values with a bar between two, without blanks around them. */
  private static String row(Map<String, Object> row, int digits) {
    return row.values().stream().map(value -> text(value, digits)).collect(Collectors.joining("|"));
  }

  private static String text(@Nullable Object value, int digits) {
    if (value instanceof Number number) {
      BigDecimal rounded = new BigDecimal(number.toString()).setScale(digits, RoundingMode.HALF_UP);
      return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
    return String.valueOf(value).strip();
  }
}
