package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.Tpch;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries of TPC-H, asked and kept as views, over a warehouse that changes. */
class TpchQueriesTest {
  private static final double SCALE = 0.002;
  private static final double SHARE_PERCENT = 4;

  /** Those whose results at this scale are no rows, or nothing but null. */
  private static final Set<String> EMPTY = Set.of("q07", "q11", "q17", "q19", "q20", "q21");

  private static final Map<String, String> QUERIES = new TreeMap<>();

  @TempDir private static Path folder;
  private static Bergview bergview;
  private static Catalog catalog;

  @BeforeAll
  static void generate() {
    Map<String, String> files = new LinkedHashMap<>();
    QUERIES.putAll(Tpch.queries());
    QUERIES.forEach(
        (name, sql) ->
            files.put(
                "views/" + view(name) + ".yaml",
                "$type: %s\n$sql: |\n%s".formatted(view(name), sql.indent(2))));
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    catalog = bergview.catalog("lake");
    Tpch.generate(catalog, new Tpch.Options(SCALE), Progress.SILENT);
    bergview.apply();
    refreshed();
  }

  private static String view(String query) {
    return query.toUpperCase(Locale.ROOT);
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private static List<RefreshResult> refreshed() {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    return outcome.done();
  }

  @Test
  void everyQueryIsAnswered() {
    QUERIES.forEach(
        (name, sql) -> {
          List<Map<String, Object>> found = rows(bergview.find(FindQuery.select(SqlText.of(sql))));
          assertThat(found.stream().anyMatch(TpchQueriesTest::hasValues))
              .as("%s has rows: %s", name, found)
              .isEqualTo(!EMPTY.contains(name));
        });
  }

  private static boolean hasValues(Map<String, Object> row) {
    return row.values().stream().anyMatch(Objects::nonNull);
  }

  @Tag("long")
  @Test
  void viewsOfTheQueriesAreFollowed() {
    int rounds = Seeds.many() ? 2 : 0;
    for (int seed = 1; seed <= rounds; seed++) {
      for (ChangeOptions.Kind kind :
          List.of(
              ChangeOptions.Kind.INSERT, ChangeOptions.Kind.UPDATE, ChangeOptions.Kind.DELETE)) {
        change(kind, seed);
      }
    }
    change(ChangeOptions.Kind.MIXED, 1);
  }

  private void change(ChangeOptions.Kind kind, int seed) {
    Tpch.change(
        catalog,
        new ChangeOptions(
            kind, SHARE_PERCENT, ChangeOptions.Write.EITHER, ChangeOptions.Spread.SCATTERED),
        seed);
    for (RefreshResult result : refreshed()) {
      assertThat(result.kind()).as("%s", result).isNotEqualTo(RefreshKind.FULL);
    }
    for (String name : QUERIES.keySet()) {
      VerifyResult verified = bergview.verifyView(view(name), VerifyOptions.defaults());
      assertThat(verified.equal()).as("%s after %s %d: %s", name, kind, seed, verified).isTrue();
    }
  }
}
