package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.TableRead;
import io.bergview.refresh.RefreshRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that cannot hold what a query asks for are not read, and no row is lost by it. */
@Tag("contract")
@Tag("seeded")
class FilePruningTest {
  private static final Schema EVENTS =
      new Schema(
          Types.NestedField.optional(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()),
          Types.NestedField.optional(3, "ratio", Types.DoubleType.get()),
          Types.NestedField.optional(4, "small", Types.FloatType.get()));
  private static final long ROWS = 1_000;
  private static final int BATCHES = 5;
  private static final int FILTERS = Seeds.many() ? 60 : 20;

  @TempDir Path folder;

  private Bergview project(String settings) {
    return Projects.create(
        folder,
        settings,
        Map.of(
            "types/Event.yaml",
            "$type: Event\n$table: shop.events\n$id: id\n",
            "views/EventLookup.yaml",
            "$type: EventLookup\n$from: Event\n$projection: oltp\n"));
  }

  private static Table events(Bergview bergview) {
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    return bergview.catalog("lake").createTable(TableIdentifier.of("shop", "events"), EVENTS);
  }

  private static Record event(long id, double ratio) {
    Record row = GenericRecord.create(EVENTS);
    row.setField("id", id);
    row.setField("name", Long.toString(id * 2_654_435_761L % 1_000_003, 36) + "-" + id);
    row.setField("ratio", ratio);
    row.setField("small", (float) ratio);
    return row;
  }

  private static TableRead read(Find find) {
    try (QueryResult answer = find.answer()) {
      return answer.origin().tables().get(0);
    }
  }

  @Test
  void aPointLookupOpensOnlyTheFileThatCanHoldTheKey() {
    try (Bergview bergview = project("")) {
      Table table = events(bergview);
      bergview.apply();
      for (int batch = 0; batch < BATCHES; batch++) {
        long from = batch * ROWS;
        RowFiles.append(
            table,
            () ->
                LongStream.range(0, ROWS)
                    .map(n -> from + n * 71 % ROWS)
                    .mapToObj(n -> event(n, n))
                    .iterator());
        bergview.refreshView(RefreshRequest.ofAll());
      }
      assertThat(read(bergview.find("EventLookup")).files()).isEqualTo(BATCHES);
      for (long key : List.of(0L, 3_333L, BATCHES * ROWS - 1)) {
        Find find = bergview.find("EventLookup").filter("{id: " + key + "}");
        assertThat(read(find).files()).as("files for %d", key).isEqualTo(1);
        assertThat(rows(find)).extracting(row -> row.get("id")).containsExactly(key);
      }
      assertThat(read(bergview.find("EventLookup").filter("{id: -1}")).files()).isZero();
      assertThat(rows(bergview.find("EventLookup").filter("{id: -1}"))).isEmpty();
    }
  }

  /** The rows of a query in SQL, and how many files of each table were read for them. */
  private static void assertRead(Bergview bergview, String sql, List<Object> ids, Long... files) {
    Find find = bergview.find(FindQuery.select(SqlText.of(sql)));
    assertThat(rows(find)).as(sql).extracting(row -> row.get("id")).hasSameElementsAs(ids);
    try (QueryResult answer = find.answer()) {
      assertThat(answer.origin().tables())
          .as(sql)
          .extracting(TableRead::files)
          .containsExactlyInAnyOrder(files);
    }
  }

  /** Nine files of each table, the rows of one of which have the ids n * 10 to n * 10 + 9. */
  @Test
  void conditionsOfSqlLeaveFilesOut() {
    try (Bergview bergview = project("")) {
      Table table = events(bergview);
      Table others =
          bergview.catalog("lake").createTable(TableIdentifier.of("shop", "others"), EVENTS);
      for (int file = 0; file < 9; file++) {
        long from = file * 10;
        List<Record> batch =
            LongStream.range(from, from + 10)
                .mapToObj(
                    n -> {
                      Record row = event(n, n);
                      row.setField("name", "n" + n / 10 + "-" + n);
                      return row;
                    })
                .toList();
        RowFiles.append(table, batch);
        RowFiles.append(others, batch);
      }
      RowFiles.append(table, List.of(event(100, Double.NaN)));
      String from = "SELECT id FROM shop.events WHERE ";
      assertRead(bergview, from + "id IN (3, 4, 85)", List.of(3L, 4L, 85L), 2L);
      assertRead(bergview, from + "id IN (3, NULL)", List.of(3L), 1L);
      assertRead(bergview, from + "id = 3 OR id IN (55, 56)", List.of(3L, 55L, 56L), 2L);
      assertRead(bergview, from + "id BETWEEN 38 AND 41", List.of(38L, 39L, 40L, 41L), 2L);
      assertRead(bergview, from + "5 > id AND id > 2", List.of(3L, 4L), 1L);
      assertRead(bergview, from + "name LIKE 'n7-7%' AND id < 71", List.of(70L), 1L);
      assertRead(bergview, from + "name LIKE 'n7-72'", List.of(72L), 10L);
      assertRead(bergview, from + "starts_with(name, 'n7-71')", List.of(71L), 1L);
      assertRead(bergview, from + "ratio IN (3, 44)", List.of(3L, 44L), 2L);
      assertRead(bergview, from + "ratio <= 1", List.of(0L, 1L), 1L);
      assertRead(bergview, from + "ratio > 88", List.of(89L, 100L), 10L);
      assertRead(bergview, from + "id NOT IN (3, 4) AND id < 5", List.of(0L, 1L, 2L), 1L);
      assertRead(
          bergview,
          "SELECT e.id FROM shop.events e JOIN shop.others o ON e.id = o.id"
              + " WHERE o.id IN (11, 12) AND e.ratio < 20",
          List.of(11L, 12L),
          2L,
          1L);
      assertRead(
          bergview,
          "SELECT e.id FROM shop.events e WHERE id < 20 AND EXISTS"
              + " (SELECT 1 FROM shop.others o WHERE o.id = e.id AND o.id IN (5, 55, 95))",
          List.of(5L),
          2L,
          2L);
      assertRead(
          bergview,
          "SELECT e.id FROM shop.events e LEFT JOIN shop.others o ON e.id = o.id AND o.id IN (5)"
              + " WHERE e.id IN (5, 6, 71) AND o.id IS NULL",
          List.of(6L, 71L),
          2L,
          1L);
      assertRead(
          bergview,
          "SELECT id FROM shop.events WHERE id = 5 UNION ALL SELECT id FROM shop.events WHERE id ="
              + " 71",
          List.of(5L, 71L),
          10L);
    }
  }

  /** Bounds tell the two zeros apart, and know nothing of NaN. */
  @Test
  void zerosAndNaNAreFoundInFilesOfTheirOwn() {
    try (Bergview bergview = project("")) {
      Table table = events(bergview);
      double[] values = {0.0, -0.0, Double.NaN, 1.5, Double.POSITIVE_INFINITY, -1.5};
      for (int i = 0; i < values.length; i++) {
        RowFiles.append(table, List.of(event(i, values[i])));
      }
      for (String column : List.of("ratio", "small")) {
        assertThat(ids(bergview, "{" + column + ": 0}")).containsExactly(0L, 1L);
        assertThat(ids(bergview, "{" + column + ": -0.0}")).containsExactly(0L, 1L);
        assertThat(ids(bergview, "{" + column + ": {$gte: 0}}")).containsExactly(0L, 1L, 3L, 4L);
        assertThat(ids(bergview, "{" + column + ": {$lte: 0}}")).containsExactly(0L, 1L, 5L);
        assertThat(ids(bergview, "{" + column + ": {$gt: 1}}")).containsExactly(3L, 4L);
        assertThat(ids(bergview, "{" + column + ": NaN}")).containsExactly(2L);
        assertThat(ids(bergview, "{" + column + ": {$not: {$gt: 1}}}"))
            .containsExactly(0L, 1L, 2L, 5L);
        assertThat(ids(bergview, "{" + column + ": {$in: [0, 1.5]}}")).containsExactly(0L, 1L, 3L);
      }
      assertThat(read(bergview.find("Event").filter("{ratio: 1.5}")).files()).isLessThan(3);
    }
  }

  private static List<Object> ids(Bergview bergview, String filter) {
    return rows(bergview.find("Event").filter(filter).sort("id")).stream()
        .map(row -> row.get("id"))
        .toList();
  }

  @Test
  void columnsThatWereRenamedAddedOrPromotedSinceAreStillPruned() {
    try (Bergview bergview = project("")) {
      Table table = events(bergview);
      RowFiles.append(table, List.of(event(1, 1), event(2, 2)));
      RowFiles.append(table, List.of(event(3, 3)));
      table.updateSchema().renameColumn("id", "key").commit();
      table.updateSchema().addColumn("id", Types.LongType.get()).commit();
      table.updateSchema().updateColumn("small", Types.DoubleType.get()).commit();
      Projects.write(folder.resolve("types/Event.yaml"), "$type: Event\n$table: shop.events\n");
      Find byKey = bergview.find("Event").filter("{key: 3}");
      assertThat(rows(byKey)).hasSize(1);
      assertThat(rows(bergview.find("Event").filter("{id: 3}"))).isEmpty();
      assertThat(rows(bergview.find("Event").filter("{id: null}"))).hasSize(3);
      assertThat(rows(bergview.find("Event").filter("{small: {$gt: 2}}"))).hasSize(1);
    }
  }

  static LongStream seeds() {
    return Seeds.of(1, 4);
  }

  /** A doubly negated filter says the same, and nothing that Iceberg could plan by. */
  @ParameterizedTest
  @MethodSource("seeds")
  void prunedAnswersEqualUnprunedOnes(long seed) {
    try (Bergview bergview = Projects.create(folder.resolve("w"), "", Map.of())) {
      RandomWarehouse tables =
          RandomWarehouse.create(
              bergview.catalog("lake"),
              seed,
              new RandomWarehouse.Options(seed % 2 == 0 ? 2 : 3, Partitioning.MIXED));
      tables
          .entityTypes()
          .forEach((name, text) -> Projects.write(folder.resolve("w/types/" + name), text));
      Random random = new Random(seed);
      long pruned = 0;
      for (int i = 0; i < FILTERS; i++) {
        String type = random.nextBoolean() ? "Order" : "Item";
        String filter = filter(tables.table(type), random);
        Find asked = bergview.find(type).filter(filter);
        Find whole = bergview.find(type).filter("{$not: {$not: " + filter + "}}");
        assertThat(rows(asked))
            .as("seed %d, %s, filter %s", seed, type, filter)
            .containsExactlyInAnyOrderElementsOf(rows(whole));
        pruned += files(whole) - files(asked);
      }
      System.out.println("seed " + seed + ", files that were left out: " + pruned);
      if (Seeds.arePreset()) {
        assertThat(pruned).as("files that were left out").isPositive();
      }
    }
  }

  private static long files(Find find) {
    try (QueryResult answer = find.answer()) {
      return answer.origin().tables().stream().mapToLong(TableRead::files).sum();
    }
  }

  /** One to three comparisons with values that the table has, or nearly. */
  private static String filter(Table table, Random random) {
    List<Types.NestedField> columns =
        table.schema().columns().stream().filter(c -> c.type().isPrimitiveType()).toList();
    List<Record> rows = LiveRows.of(table);
    List<String> terms = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      Types.NestedField column = columns.get(random.nextInt(columns.size()));
      terms.add("{\"%s\": %s}".formatted(column.name(), term(column, rows, random)));
    }
    String join = random.nextInt(3) == 0 ? "$or" : "$and";
    return "{" + join + ": [" + String.join(", ", terms) + "]}";
  }

  private static String term(Types.NestedField column, List<Record> rows, Random random) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 3 && !rows.isEmpty(); i++) {
      Object value = rows.get(random.nextInt(rows.size())).getField(column.name());
      if (value != null) {
        values.add(literal(value));
      }
    }
    if (values.isEmpty() || random.nextInt(8) == 0) {
      return random.nextBoolean() ? "null" : "{$exists: true}";
    }
    String value = values.get(0);
    boolean ordered =
        switch (column.type().typeId()) {
          case BOOLEAN, UUID, FIXED, BINARY -> false;
          default -> true;
        };
    boolean text = column.type().typeId() == Type.TypeID.STRING;
    return switch (random.nextInt(text ? 8 : 7)) {
      case 0 -> value;
      case 1 -> "{$in: [" + String.join(", ", values) + "]}";
      case 2 -> "{$ne: " + value + "}";
      case 3 -> ordered ? "{$gt: " + value + "}" : value;
      case 4 -> ordered ? "{$gte: " + value + "}" : value;
      case 5 -> ordered ? "{$lt: " + value + "}" : value;
      case 6 -> ordered ? "{$not: {$lte: " + value + "}}" : "{$not: {$eq: " + value + "}}";
      default -> "{$startsWith: " + value + "}";
    };
  }

  private static String literal(Object value) {
    if (value instanceof Number number) {
      return number instanceof Double d && !Double.isFinite(d)
              || number instanceof Float f && !Float.isFinite(f)
          ? number.toString()
          : new java.math.BigDecimal(number.toString()).toPlainString();
    }
    if (value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return "\"0x" + HexFormat.of().formatHex(bytes) + "\"";
    }
    if (value instanceof byte[] bytes) {
      return "\"0x" + HexFormat.of().formatHex(bytes) + "\"";
    }
    if (value instanceof OffsetDateTime at) {
      return "\"" + at.toInstant() + "\"";
    }
    if (value instanceof UUID || value instanceof java.time.temporal.Temporal) {
      return "\"" + value + "\"";
    }
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(value.toString()).toString();
  }
}
