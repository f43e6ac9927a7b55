package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Questions that views of groups answer, against values worked out by hand: nulls beside values, a
 * filter that is never true, zeros of both signs.
 */
class AnswersFromGroupsTest {
  private static final Schema SALES =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "state", Types.StringType.get()),
          Types.NestedField.optional(3, "part", Types.IntegerType.get()),
          Types.NestedField.optional(4, "discount", Types.DoubleType.get()),
          Types.NestedField.required(5, "weight", Types.DoubleType.get()),
          Types.NestedField.optional(6, "note", Types.StringType.get()));

  /** No row, no count, no distinct value; of everything else null. */
  private static final String OF_NOTHING =
      "{n: {$count: '*'}, revenue: {$sum: discount}, kinds: {$countDistinct: part}, spread:"
          + " {$stddev: discount}, last: {$last: discount, $orderBy: id}}";

  @TempDir private Path folder;
  private Bergview bergview;
  private Table sales;

  @BeforeEach
  void project() {
    bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 1GiB, threads: 2}\n",
            Map.of("types/Sale.yaml", "$type: Sale\n$table: shop.sales\n$id: id\n"));
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    sales = bergview.catalog("lake").createTable(TableIdentifier.of("shop", "sales"), SALES);
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private static Record sale(long id, String state, Integer part, Double discount) {
    Record row = GenericRecord.create(SALES);
    row.setField("id", id);
    row.setField("state", state);
    row.setField("part", part);
    row.setField("discount", discount);
    row.setField("weight", discount == null ? 0.0 : discount);
    row.setField("note", note(id));
    return row;
  }

  /** Long, and of no pattern, so that the table is larger than any view of it. */
  private static String note(long id) {
    StringBuilder note = new StringBuilder();
    new Random(id).ints(5_000, 'a', 'z').forEach(letter -> note.append((char) letter));
    return note.toString();
  }

  /** Parts 1 and null of state a, 5 and 9 of another: their variance is 16. */
  private void nullsBesideValues() {
    RowFiles.append(
        sales,
        List.of(
            sale(1, "a", 1, 1.0),
            sale(2, "a", 1, null),
            sale(3, "a", 2, 5.0),
            sale(4, "a", 2, 9.0)));
  }

  private void view(String name, String definition) {
    Projects.write(
        folder.resolve("views/" + name + ".yaml"),
        "$type: " + name + "\n$from: Sale\n" + definition + "\n");
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  /** The one row that a view answers, which is what the table answers. */
  private Map<String, Object> fromView(String view, Find find) {
    assertThat(find.explain().chosen().orElseThrow().view()).contains(view);
    List<Map<String, Object>> routed = rows(find);
    assertThat(routed).hasSize(1);
    assertThat(rows(find.withoutRoute())).hasSize(1);
    return routed.get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{n: {$count: '*'}, v: {$variance: discount}}",
        "{v: {$variance: discount}, n: {$count: '*'}}",
        "{n: {$count: id}, v: {$variance: discount}, m: {$count: discount}}"
      })
  void aVarianceOfValuesBesideNullsIsThatOfTheValues(String compute) {
    nullsBesideValues();
    view("ByPart", "$groupBy: [state, part]\n$compute: {d: {$stddev: discount}, n: {$count: '*'}}");
    Find find = bergview.find("Sale").groupBy("state").compute(compute);
    assertThat(fromView("ByPart", find).get("n")).isEqualTo(4L);
    assertThat((Double) fromView("ByPart", find).get("v")).isCloseTo(16, offset(1e-9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{state: {$in: []}}",
        "{$or: []}",
        "{id: 1.5}",
        "{id: {$in: [2.5]}}",
        "{state: {$not: {$nin: []}}}",
        "{$and: [{state: a}, {$or: []}]}"
      })
  void aGrandTotalOfNothingHasOneRow(String never) {
    nullsBesideValues();
    view("Totals", "$groupBy: []\n$compute: " + OF_NOTHING);
    Map<String, Object> nothing = new LinkedHashMap<>();
    nothing.put("n", 0L);
    nothing.put("revenue", null);
    nothing.put("kinds", 0L);
    nothing.put("spread", null);
    nothing.put("last", null);
    Find find = bergview.find("Sale").groupBy("").compute(OF_NOTHING).filter(never);
    assertThat(rows(find.withoutRoute())).containsExactly(nothing);
    assertThat(rows(find)).containsExactly(nothing);
  }
}
