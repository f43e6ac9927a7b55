package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.fixtures.Tpcds;
import io.bergview.fixtures.TpcdsChanges;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The queries of TPC-DS, asked and kept as views. Values are compared as {@link Bags} does: doubles
 * to 1e-9 of their size, everything else exactly, decimals in all digits of their types.
 */
@Tag("long")
@TestMethodOrder(MethodOrderer.MethodName.class)
class TpcdsQueriesTest {
  /** From 0.01 to here only the customers, addresses and web sales become more. */
  private static final double SCALE = 0.05;

  /** What the small warehouse has no rows for. */
  private static final List<String> EMPTY = List.of("q4", "q31");

  private static final Map<String, String> QUERIES = TpcdsQueries.all();

  @TempDir private static Path folder;
  private static Lake lake;
  private static Bergview bergview;

  /** By query, one for each kind of change. */
  private final Map<String, List<RefreshResult>> refreshes = new LinkedHashMap<>();

  @BeforeAll
  static void generate() {
    Map<String, String> types = new TreeMap<>();
    for (String table : Tpcds.tables()) {
      types.put(table + ".yaml", "$type: %s\n$table: tpcds.%1$s\n".formatted(table));
    }
    lake = Lake.create(folder, types);
    Tpcds.generate(lake.catalog(), SCALE);
    bergview = Bergview.open(folder);
  }

  @AfterAll
  static void close() {
    bergview.close();
    lake.close();
  }

  @Test
  void everyQueryHasSparksAnswer() {
    lake.spark("USE lake.tpcds");
    List<String> empty = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    QUERIES.forEach(
        (name, sql) -> {
          ComparableRows found = answer(TpcdsQueries.quoted(sql));
          if (found.rows().isEmpty()) {
            empty.add(name);
          }
          try {
            ComparableRows spark = lake.spark(sql).named(found.columns());
            Bags.assertSame("Bergview", found, "Spark", spark.mapped(TpcdsQueriesTest::widened));
          } catch (AssertionError e) {
            wrong.add(name + ": " + e.getMessage());
          }
        });
    assertThat(wrong).isEmpty();
    assertThat(empty).isEqualTo(EMPTY);
  }

  private static ComparableRows answer(String sql) {
    try (QueryResult answer = bergview.find(FindQuery.select(SqlText.of(sql))).answer()) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      answer.forEachRow(row -> rows.add(new ArrayList<>(row)));
      List<String> columns =
          answer.schema().columns().stream().map(Types.NestedField::name).toList();
      return ComparableRows.of(columns, rows).mapped(TpcdsQueriesTest::widened);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whole literals are 64 bits wide here, 32 in Spark, and 8 if from grouping(). */
  private static @Nullable Object widened(@Nullable Object value) {
    return value instanceof Integer || value instanceof Byte
        ? (Object) ((Number) value).longValue()
        : value;
  }

  @Test
  void viewsOfTheQueriesAreFollowed() throws IOException {
    QUERIES.forEach(
        (name, sql) ->
            bergview.sql(
                "CREATE MATERIALIZED VIEW %s AS %s".formatted(name, TpcdsQueries.quoted(sql))));
    refreshed();
    Catalog catalog = lake.catalog();
    for (TpcdsChanges.Kind kind : TpcdsChanges.Kind.values()) {
      TpcdsChanges.play(catalog, kind, 1);
      Map<String, RefreshResult> results = refreshed();
      assertThat(results.keySet()).containsExactlyInAnyOrderElementsOf(QUERIES.keySet());
      QUERIES.keySet().forEach(name -> record(name, results.get(name)));
      results.values().stream().filter(TpcdsQueriesTest::mayBeWrong).forEach(this::verify);
    }
    TpcdsTable table = new TpcdsTable(refreshes);
    Files.writeString(Path.of(System.getProperty("interop.target"), "tpcds.md"), table.toString());
    assertThat(table.followed()).as("%s", table).isGreaterThanOrEqualTo(60);
  }

  private void record(String name, RefreshResult result) {
    refreshes.computeIfAbsent(name, unused -> new ArrayList<>()).add(result);
  }

  private static Map<String, RefreshResult> refreshed() {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    Map<String, RefreshResult> results = new TreeMap<>();
    outcome.done().forEach(result -> results.put(result.view(), result));
    return results;
  }

  /** What was recomputed, or reads nothing of what changed, is as right as a recompute. */
  private static boolean mayBeWrong(RefreshResult result) {
    return result.kind() != RefreshKind.FULL && result.kind() != RefreshKind.SKIP;
  }

  private void verify(RefreshResult result) {
    VerifyResult verified = bergview.verifyView(result.view(), VerifyOptions.defaults());
    assertThat(verified.equal()).as("%s after %s", verified, result).isTrue();
  }
}
