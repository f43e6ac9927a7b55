package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.api.sql.SqlResult;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.query.ResultOrigin.TableRead;
import io.bergview.query.Routing.RoutingCandidate;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Queries in SQL over tables as they were. Table {@code shop.items} is made, updated, thinned out,
 * given other columns, filled up, rolled back and filled up again, which is when its first snapshot
 * expires. What was read of each snapshot is what is read of it in the end.
 */
class TimeTravelSqlTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "low", Types.IntegerType.get()),
          Types.NestedField.optional(3, "high", Types.IntegerType.get()),
          Types.NestedField.optional(4, "note", Types.StringType.get()));

  @TempDir private static Path folder;
  private static Bergview bergview;
  private static Table items;

  /** What was read when each snapshot was current, and when that was. */
  private static final Map<String, Moment> MOMENTS = new LinkedHashMap<>();

  private static List<Map<String, Object>> viewBefore;
  private static long viewSnapshot;
  private static long expired;

  private record Moment(long id, Instant from, List<Map<String, Object>> rows) {}

  @BeforeAll
  static void history() {
    bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 1GiB, threads: 2}\n",
            Map.of(
                "types/Item.yaml",
                "$type: Item\n$table: shop.items\n$id: id\n",
                "views/Notes.sql",
                "CREATE MATERIALIZED VIEW Notes AS SELECT id % 2 AS odd, count(*) AS n, max(high)"
                    + " AS most FROM shop.items GROUP BY 1;"));
    items = create(bergview.catalog("lake"));
    append(0, 3);
    expired = items.currentSnapshot().snapshotId();
    append(3, 10);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
    moment("inserted");
    viewBefore = query("SELECT * FROM Notes");
    viewSnapshot = view().currentSnapshot().snapshotId();
    RowDeletes.update(
        items,
        Expressions.lessThan("id", 4L),
        row -> {
          row.setField("high", 7_000);
          return row;
        });
    items.manageSnapshots().createTag("month-end", items.currentSnapshot().snapshotId()).commit();
    moment("updated");
    RowDeletes.byPosition(items, Expressions.in("id", 2L, 8L));
    items.manageSnapshots().createBranch("audit", items.currentSnapshot().snapshotId()).commit();
    moment("deleted");
    SchemaChanges.rename(items, "low", "tmp");
    SchemaChanges.rename(items, "high", "low");
    SchemaChanges.rename(items, "tmp", "high");
    SchemaChanges.promote(items, "high", Types.LongType.get());
    SchemaChanges.drop(items, "note");
    SchemaChanges.add(items, "extra", Types.StringType.get());
    append(10, 20);
    moment("evolved");
    items.manageSnapshots().rollbackTo(MOMENTS.get("updated").id()).commit();
    items.refresh();
    append(30, 33);
    moment("after rollback");
    items.expireSnapshots().expireSnapshotId(expired).commit();
    items.refresh();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private static Table create(Catalog catalog) {
    ((SupportsNamespaces) catalog).createNamespace(Namespace.of("shop"));
    return catalog.createTable(
        TableIdentifier.of("shop", "items"),
        SCHEMA,
        PartitionSpec.unpartitioned(),
        Map.of(TableProperties.FORMAT_VERSION, "2"));
  }

  private static Table view() {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", "notes"));
  }

  /** Low numbers below a hundred, high ones above a thousand; by id, not by name. */
  private static void append(long from, long to) {
    RowFiles.append(items, LongStream.range(from, to).mapToObj(TimeTravelSqlTest::row).toList());
  }

  private static Record row(long id) {
    Record row = GenericRecord.create(items.schema());
    for (Types.NestedField field : items.schema().columns()) {
      Object value =
          switch (field.fieldId()) {
            case 1 -> id;
            case 2 ->
                field.type().typeId() == Types.LongType.get().typeId() ? (Object) id : (int) id;
            case 3 -> 1_000 + (int) id;
            default -> "text " + id;
          };
      row.setField(field.name(), value);
    }
    return row;
  }

  private static void moment(String name) {
    items.refresh();
    MOMENTS.put(
        name,
        new Moment(
            items.currentSnapshot().snapshotId(),
            Instant.ofEpochMilli(items.currentSnapshot().timestampMillis()),
            query("SELECT * FROM shop.items")));
  }

  private static List<Map<String, Object>> query(String sql) {
    return rows(bergview.find(FindQuery.select(SqlText.of(sql))));
  }

  private static void assertSame(List<Map<String, Object>> found, String moment) {
    assertThat(found).containsExactlyInAnyOrderElementsOf(MOMENTS.get(moment).rows());
  }

  @Test
  void eachSnapshotHasTheRowsAndColumnsThatItHadThen() {
    assertThat(MOMENTS.values().stream().map(moment -> moment.rows().size()))
        .containsExactly(10, 10, 8, 18, 13);
    MOMENTS.forEach(
        (name, moment) -> {
          assertSame(query("SELECT * FROM shop.items FOR VERSION AS OF " + moment.id()), name);
          assertSame(
              query("SELECT * FROM shop.items FOR TIMESTAMP AS OF '" + moment.from() + "'"), name);
        });
    assertThat(MOMENTS.get("evolved").rows().get(0).keySet())
        .containsExactlyInAnyOrder("id", "low", "high", "extra");
  }

  /** The rollback made it current again, later than the snapshot that it undid. */
  @Test
  void timesAreThoseOfTheHistory() {
    Instant back =
        Instant.ofEpochMilli(items.history().get(items.history().size() - 2).timestampMillis());
    assertThat(back).isAfterOrEqualTo(MOMENTS.get("evolved").from());
    assertSame(query("SELECT * FROM shop.items TIMESTAMP AS OF '" + back + "'"), "updated");
    assertSame(
        query("SELECT * FROM shop.items TIMESTAMP AS OF '2100-01-01 00:00:00+01'"),
        "after rollback");
  }

  @Test
  void aTagHasTheColumnsOfItsSnapshotAndABranchThoseOfTheTable() {
    assertSame(query("SELECT * FROM shop.items FOR VERSION AS OF 'month-end'"), "updated");
    assertThat(query("SELECT * FROM shop.items VERSION AS OF 'audit' WHERE id = 5"))
        .containsExactly(row("id", 5L, "high", 5L, "low", 1_005, "extra", null));
    assertThat(query("SELECT count(*) AS n FROM shop.items VERSION AS OF 'audit'"))
        .containsExactly(Map.of("n", 8L));
  }

  private static Map<String, Object> row(Object... namesAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return row;
  }

  /** Files are left out by the names that columns have now, whose meanings were exchanged. */
  @Test
  void filtersAreOfTheColumnsOfThatTime() {
    long id = MOMENTS.get("inserted").id();
    String low = "SELECT count(*) AS n FROM shop.items VERSION AS OF %d WHERE low < 5";
    assertThat(query(low.formatted(id))).containsExactly(Map.of("n", 5L));
    assertThat(query(low.formatted(id).replace("low <", "high >")))
        .containsExactly(Map.of("n", 10L));
    assertThat(
            query(
                "SELECT count(*) AS n FROM shop.items VERSION AS OF %d WHERE note = 'text 3'"
                    .formatted(id)))
        .containsExactly(Map.of("n", 1L));
    assertThat(query("SELECT count(*) AS n FROM shop.items WHERE low < 5"))
        .containsExactly(Map.of("n", 0L));
    assertThat(rows(bergview.find("Item").filter("{low: {$lt: 5}}").asOf("snapshot:" + id)))
        .hasSize(5);
  }

  @Test
  void referencesOfOneTableMayHaveTwoMomentsOrNone() {
    assertThat(
            query(
                """
                SELECT o.id, o.high AS before, u.high AS after, n.low AS now
                FROM shop.items AS n
                JOIN shop.items FOR VERSION AS OF %d AS o ON o.id = n.id
                JOIN shop.items FOR VERSION AS OF 'month-end' AS u ON u.id = o.id
                WHERE o.high <> u.high OR u.high <> n.low ORDER BY o.id
                """
                    .formatted(MOMENTS.get("inserted").id())))
        .extracting(row -> List.copyOf(row.values()))
        .containsExactly(
            List.of(0L, 1_000, 7_000, 7_000),
            List.of(1L, 1_001, 7_000, 7_000),
            List.of(2L, 1_002, 7_000, 7_000),
            List.of(3L, 1_003, 7_000, 7_000));
    try (QueryResult answer =
        bergview
            .find(
                FindQuery.select(
                    SqlText.of(
                        "SELECT id FROM shop.items EXCEPT SELECT id FROM shop.items VERSION AS OF"
                            + " 'month-end'")))
            .answer()) {
      assertThat(answer.origin().tables())
          .extracting(TableRead::snapshotId)
          .containsExactlyInAnyOrder(
              MOMENTS.get("after rollback").id(), MOMENTS.get("updated").id());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM shop.items FOR SYSTEM_TIME AS OF TIMESTAMP 'T' AS o",
        "FROM shop.items FOR TIMESTAMP AS OF TIMESTAMP WITH TIME ZONE 'T' o",
        "FROM shop.items o FOR TIMESTAMP AS OF TIMESTAMP(3) 'T'",
        "FROM shop.items for /* then */ timestamp as of 'T' \"o\"",
        "FROM shop.items FOR SYSTEM_VERSION AS OF V AS o (id, low)",
        "FROM shop.items FOR VERSION AS OF 'month-end' AS o",
        "FROM shop.items FOR VERSION AS OF 'V' o",
        "FROM shop.items TIMESTAMP AS OF 'T' AS o",
        "FROM shop.items TIMESTAMP AS OF CAST('T' AS TIMESTAMP) AS o",
        "FROM shop.items TIMESTAMP AS OF 'T'::timestamp o",
        "FROM shop.items VERSION AS OF V o",
        "FROM shop.items\nVERSION AS OF\nV -- then\n AS o",
        "FROM items AT (VERSION => V) AS o",
        "FROM shop.items AT (TIMESTAMP => TIMESTAMP 'T') o",
        "FROM shop.items AS o AT (VERSION => 'month-end')",
        "FROM (SELECT * FROM shop.items VERSION AS OF V) AS o",
        "FROM (VALUES (1)) AS v (x), shop.items FOR VERSION AS OF V o",
        "FROM (VALUES (1)) AS v (x) JOIN shop.items FOR VERSION AS OF V o ON x = 1",
        "FROM shop.items VERSION AS OF V o CROSS JOIN (VALUES (1)) AS v (x)",
      })
  void everySpellingMeansTheSame(String from) {
    Moment moment = MOMENTS.get("updated");
    String sql =
        ("SELECT o.id, o.low " + from + " WHERE o.id BETWEEN 2 AND 8 ORDER BY o.id")
            .replace(
                "'T'",
                "'" + moment.from().toString().replace("T", " ").replace("Z", "+00:00") + "'")
            .replaceAll("\\bV\\b", Long.toString(moment.id()));
    assertThat(query(sql))
        .isEqualTo(
            query(
                "SELECT id, low FROM shop.items FOR VERSION AS OF %d WHERE id BETWEEN 2 AND 8 ORDER BY id"
                    .formatted(moment.id())))
        .hasSize(7);
  }

  @Test
  void wordsOfTheseFormsAreStillNames() {
    assertThat(
            query("SELECT version AS of FROM (SELECT id AS version FROM shop.items) AS timestamp"))
        .hasSize(13);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FOR TIMESTAMP AS OF '2001-01-01' | SOURCE_SNAPSHOT_EXPIRED | 48 | the earliest time that"
            + " works is",
        "FOR VERSION AS OF 4711 | SNAPSHOT_NOT_FOUND | 46 | has no snapshot 4711",
        "FOR VERSION AS OF 'month-ed' | SNAPSHOT_NOT_FOUND | 46 | did you mean 'month-end'?",
        "VERSION AS OF 'nothing' | SNAPSHOT_NOT_FOUND | 42 | it has ",
        "AT (VERSION => 1.5) | DEFINITION_INVALID | 43 | a version is the id of a snapshot",
        "TIMESTAMP AS OF now() - INTERVAL '1' DAY AS o | DEFINITION_INVALID | 44 | is written out",
        "TIMESTAMP AS OF '2026-02-30' | DEFINITION_INVALID | 44 | is not a time",
        "TIMESTAMP AS OF 1769860800 | DEFINITION_INVALID | 44 | is written out",
        "FOR SYSTEM_TIME FROM '2026-01-01' TO '2026-01-02' | DEFINITION_INVALID | 28 | a table is"
            + " read",
      })
  void whatIsNoMomentIsAnErrorAtItsPlace(
      String moment, ErrorCode code, int column, String message) {
    DefinitionProblem problem = refused("SELECT * FROM shop.items   " + moment, code);
    assertThat(problem.message()).contains(message);
    assertThat(problem.line()).isEqualTo(1);
    assertThat(problem.column()).isEqualTo(column);
  }

  @Test
  void whatHasExpiredIsAnErrorAtItsPlace() {
    assertThat(
            refused(
                    "SELECT * FROM shop.items VERSION AS OF " + expired,
                    ErrorCode.SNAPSHOT_NOT_FOUND)
                .message())
        .contains("it may have expired");
  }

  @Test
  void whatWasBeforeTheFirstSnapshotIsAnErrorThatSaysWhatWorks() {
    String first = Instant.ofEpochMilli(view().history().get(0).timestampMillis()).toString();
    assertThat(
            refused("SELECT * FROM Notes TIMESTAMP AS OF '2001-01-01'", ErrorCode.AS_OF_TOO_EARLY)
                .message())
        .contains("the earliest time that works is " + first);
    assertThat(query("SELECT * FROM Notes TIMESTAMP AS OF '%s'".formatted(first)))
        .containsExactlyInAnyOrderElementsOf(viewBefore);
  }

  @Test
  void aQueryOfWithHasNoPast() {
    assertThat(
            refused(
                    "WITH c AS (SELECT 1) SELECT * FROM c VERSION AS OF 3",
                    ErrorCode.DEFINITION_INVALID)
                .message())
        .contains("'c' is a query of WITH");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE MATERIALIZED VIEW Past AS ",
        "EXPLAIN CREATE MATERIALIZED VIEW Past AS ",
        "ALTER MATERIALIZED VIEW Notes AS "
      })
  void aDefinitionReadsTablesAsTheyAre(String statement) {
    DefinitionProblem problem =
        refused(
            statement + "SELECT count(*) AS n FROM shop.items FOR SYSTEM_TIME AS OF '2030-01-01'",
            ErrorCode.DEFINITION_INVALID);
    assertThat(problem.message()).contains("a view reads tables as they are");
    assertThat(problem.line()).isEqualTo(1);
    assertThat(problem.column()).isEqualTo(statement.length() + 60);
    assertThat(bergview.listViews().views())
        .extracting(view -> view.view())
        .containsExactly("Notes");
  }

  private static DefinitionProblem refused(String sql, ErrorCode code) {
    List<DefinitionProblem> problems = new ArrayList<>();
    assertThatThrownBy(() -> run(sql))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              Throwable placed = e instanceof DefinitionException ? e : e.getCause();
              problems.addAll(((DefinitionException) placed).problems());
            });
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  private static void run(String sql) {
    try (SqlResult result = bergview.sql(sql)) {
      assertThat(result).isNotNull();
    }
  }

  /** The stored rows of then, however stale; never those of a recompute. */
  @Test
  void aViewShowsWhatItsTableHeld() {
    assertThat(query("SELECT * FROM Notes FOR VERSION AS OF " + viewSnapshot))
        .containsExactlyInAnyOrderElementsOf(viewBefore);
    assertThat(query("SELECT * FROM Notes")).isNotEqualTo(viewBefore);
    assertThat(
            query("SELECT * FROM shop_views.notes AT (VERSION => %d) AS n".formatted(viewSnapshot)))
        .containsExactlyInAnyOrderElementsOf(viewBefore);
  }

  @Test
  void viewsDoNotStandForThePastOfTheirTables() {
    String groups = "SELECT id %% 2 AS odd, count(*) AS n FROM shop.items %s GROUP BY 1";
    RoutingCandidate now = candidates(groups.formatted("")).get("Notes");
    assertThat(now.verdict().label()).isEqualTo("chosen");
    Map<String, RoutingCandidate> past = candidates(groups.formatted("VERSION AS OF 'month-end'"));
    assertThat(past.get("Notes").verdict().label()).isEqualTo("lacks");
    assertThat(past.get("Notes").why()).contains("holds no past");
    assertThat(past.get("").verdict().label()).isEqualTo("chosen");
    assertThat(past.get("").why()).contains("shop.items as of ref:month-end");
  }

  /** The part of the query that reads the present is answered by a view all the same. */
  @Test
  void theOtherTablesOfTheQueryMayBeViews() {
    String sql =
        """
        SELECT a.odd, a.n AS now, b.n AS before
        FROM (SELECT id % 2 AS odd, count(*) AS n FROM shop.items GROUP BY 1) AS a
        JOIN (SELECT id % 2 AS odd, count(*) AS n FROM shop.items VERSION AS OF 'month-end' GROUP BY 1) AS b
          ON a.odd = b.odd
        """;
    assertThat(candidates(sql).get("Notes").verdict().label()).isEqualTo("chosen");
    try (QueryResult answer = bergview.find(FindQuery.select(SqlText.of(sql))).answer()) {
      assertThat(answer.origin().by()).isEqualTo(AnsweredBy.VIEW);
      assertThat(answer.origin().tables())
          .extracting(read -> read.table().toString())
          .containsExactlyInAnyOrder("shop_views.notes", "shop.items");
    }
    assertThat(query(sql))
        .extracting(row -> List.copyOf(row.values()))
        .containsExactlyInAnyOrder(List.of(0L, 7L, 5L), List.of(1L, 6L, 5L));
    assertThat(query(sql))
        .containsExactlyInAnyOrderElementsOf(
            rows(
                bergview.find(
                    FindQuery.select(SqlText.of(sql)).toBuilder().withoutRoute().build())));
  }

  private static Map<String, RoutingCandidate> candidates(String sql) {
    Map<String, RoutingCandidate> byView = new LinkedHashMap<>();
    bergview
        .find(FindQuery.select(SqlText.of(sql)))
        .explain()
        .candidates()
        .forEach(candidate -> byView.put(candidate.view().orElse(""), candidate));
    return byView;
  }
}
