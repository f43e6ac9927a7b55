package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import io.bergview.query.Routing;
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
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Queries that views of groups answer, against values worked out by hand: nulls beside values, a
 * filter that is never true, zeros of both signs.
 */
class QueriesFromGroupsTest {
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
    Map<String, Object> nothing = total(0L, null, 0L, null, null);
    Find find = bergview.find("Sale").groupBy("").compute(OF_NOTHING).filter(never);
    assertThat(rows(find.withoutRoute())).containsExactly(nothing);
    assertThat(rows(find)).containsExactly(nothing);
  }

  /** A view whose own filter is never true, or whose table is empty, or was emptied. */
  @ParameterizedTest
  @ValueSource(strings = {"{$or: []}", "{id: 1.5}", "{state: gone}"})
  void aViewOfTheGrandTotalOfNothingHasOneRow(String filter) {
    List<Map<String, Object>> nothing = List.of(total(0L, null, 0L, null, null));
    view("Totals", "$filter: " + filter + "\n$groupBy: []\n$compute: " + OF_NOTHING);
    assertThat(rows(bergview.find("Totals"))).isEqualTo(nothing);
    nullsBesideValues();
    bergview.refreshView(RefreshRequest.ofAll());
    assertThat(rows(bergview.find("Totals"))).isEqualTo(nothing);
    RowFiles.append(sales, List.of(sale(5, "gone", 7, 2.5), sale(6, "gone", 7, null)));
    bergview.refreshView(RefreshRequest.ofAll());
    assertThat(rows(bergview.find("Totals")))
        .containsExactly(filter.contains("gone") ? total(2L, 2.5, 1L, null, null) : nothing.get(0));
    sales.refresh();
    CopyOnWrite.delete(sales, Expressions.alwaysTrue());
    bergview.refreshView(RefreshRequest.ofAll());
    assertThat(rows(bergview.find("Totals"))).isEqualTo(nothing);
    assertThat(rows(bergview.find("Totals").staleOk())).isEqualTo(nothing);
    assertThat(rows(bergview.find("Sale").groupBy("").compute(OF_NOTHING))).isEqualTo(nothing);
    assertThat(rows(bergview.find("Totals").limit(0))).isEmpty();
  }

  private static Map<String, Object> total(
      Long n, Double revenue, Long kinds, Double spread, Double last) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("n", n);
    row.put("revenue", revenue);
    row.put("kinds", kinds);
    row.put("spread", spread);
    row.put("last", last);
    return row;
  }

  @Test
  void groupsUnderAFilterThatIsNeverTrueAreNone() {
    nullsBesideValues();
    view("ByPart", "$groupBy: [state, part]\n$compute: {n: {$count: '*'}}");
    Find find =
        bergview.find("Sale").groupBy("state").compute("{n: {$count: '*'}}").filter("{$or: []}");
    assertThat(find.explain().chosen().orElseThrow().view()).contains("ByPart");
    assertThat(rows(find)).isEmpty();
    assertThat(rows(find.withoutRoute())).isEmpty();
  }

  /** Nothing lies beyond the view's filter that the query could ask for. */
  @Test
  void aViewWithAFilterAnswersAQueryWhoseFilterIsNeverTrue() {
    nullsBesideValues();
    view("OfA", "$filter: {state: a}\n$groupBy: [state, part]\n$compute: {n: {$count: '*'}}");
    Find find = bergview.find("Sale").groupBy("").compute("{n: {$count: '*'}}").filter("{id: 0.5}");
    assertThat(fromView("OfA", find)).containsEntry("n", 0L);
  }

  /** Comparisons with NaN are false, so that the view has no row; the query asks for one. */
  @Test
  void aFilterThatIsNeverTrueOfNaNIsNotImpliedByNaN() {
    RowFiles.append(sales, List.of(sale(1, "a", 1, Double.NaN), sale(2, "a", 1, 2.0)));
    view("Never", "$filter: {discount: {$gte: .nan}}");
    assertThat(rows(bergview.find("Never"))).isEmpty();
    Find find = bergview.find("Sale").filter("{discount: NaN}").select("id");
    assertThat(rows(find.withoutRoute())).containsExactly(Map.of("id", 1L));
    assertThat(rows(find)).containsExactly(Map.of("id", 1L));
  }

  /** What counts the values of a variance in a merge is the count of the values as well. */
  @Test
  void insertedAndDeletedNullsAreFollowed() {
    nullsBesideValues();
    view(
        "ByState",
        "$groupBy: [state]\n"
            + "$compute: {n: {$count: '*'}, i: {$count: id}, v: {$variance: discount}, a: {$avg:"
            + " discount}, s: {$sum: part}}");
    RowFiles.append(
        sales, List.of(sale(5, "a", null, null), sale(6, "a", 3, 3.0), sale(7, "b", 3, null)));
    bergview.refreshView(RefreshRequest.ofAll());
    Map<String, Object> a = rows(bergview.find("ByState").sort("state")).get(0);
    assertThat(a).containsEntry("n", 6L).containsEntry("i", 6L).containsEntry("s", 9L);
    // 1, 5, 9, 3: mean 4.5, squared deviations 12.25 + 0.25 + 20.25 + 2.25.
    assertThat((Double) a.get("v")).isCloseTo(35.0 / 3, offset(1e-9));
    assertThat((Double) a.get("a")).isCloseTo(4.5, offset(1e-9));
    sales.refresh();
    CopyOnWrite.delete(sales, Expressions.in("id", 2L, 5L, 4L));
    bergview.refreshView(RefreshRequest.ofAll());
    a = rows(bergview.find("ByState").sort("state")).get(0);
    assertThat(a).containsEntry("n", 3L).containsEntry("s", 6L);
    assertThat((Double) a.get("v")).isCloseTo(4, offset(1e-9));
    assertThat((Double) a.get("a")).isCloseTo(3, offset(1e-9));
  }

  /** A column of which the number of rows was the number of values may be given nulls later. */
  @Test
  void optionalColumnIsRecounted() {
    nullsBesideValues();
    view(
        "Weights",
        "$groupBy: [state]\n"
            + "$compute: {n: {$count: weight}, v: {$variance: weight}, a: {$avg: weight}}");
    sales.refresh();
    sales.updateSchema().makeColumnOptional("weight").commit();
    Find find =
        bergview
            .find("Sale")
            .groupBy("state")
            .compute("{rows: {$count: '*'}, n: {$count: weight}, v: {$variance: weight}}");
    assertThat(rows(find)).isEqualTo(rows(find.withoutRoute()));
    view("ByPart", "$groupBy: [state, part]\n$compute: {v: {$variance: weight}}");
    assertThat(rows(find).get(0)).containsEntry("rows", 4L).containsEntry("n", 4L);
    Record none = sale(8, "a", 1, 3.0);
    none.setField("weight", null);
    RowFiles.append(sales, List.of(none, sale(9, "a", 1, 3.0)));
    bergview.refreshView(RefreshRequest.ofAll());
    // Weights 1, 0, 5, 9, 3: mean 3.6, sum of squares 116.
    double variance = (116 - 5 * 3.6 * 3.6) / 4;
    Map<String, Object> after = rows(find).get(0);
    assertThat(after).containsEntry("rows", 6L).containsEntry("n", 5L);
    assertThat((Double) after.get("v")).isCloseTo(variance, offset(1e-9));
    Map<String, Object> kept = rows(bergview.find("Weights")).get(0);
    assertThat(kept).containsEntry("n", 5L);
    assertThat((Double) kept.get("v")).isCloseTo(variance, offset(1e-9));
    sales.refresh();
    CopyOnWrite.delete(sales, Expressions.notEqual("id", 8L));
    bergview.refreshView(RefreshRequest.ofAll());
    assertThat(rows(bergview.find("Weights")).get(0))
        .containsEntry("n", 0L)
        .containsEntry("v", null)
        .containsEntry("a", null);
  }

  /** By its name and its length the stale one would come first. */
  @Test
  void ofViewsThatAreAsGoodTheFreshOneAnswers() {
    nullsBesideValues();
    String definition =
        "$groupBy: [state, part]\n$compute: {n: {$count: '*'}}\n$refresh: {gracePeriod: 1d}";
    view("Aged", definition);
    view("Fresh", definition);
    Find find = bergview.find("Sale").groupBy("state").compute("{n: {$count: '*'}}");
    assertThat(find.explain().chosen().orElseThrow().view()).contains("Aged");
    RowFiles.append(
        sales, List.of(sale(5, "another state", 7, 2.5), sale(6, "and one more", 8, 0.5)));
    assertThat(find.explain().chosen().orElseThrow().view()).contains("Aged");
    bergview.refreshView(RefreshRequest.of("Fresh"));
    Routing routing = find.explain();
    assertThat(routing.chosen().orElseThrow().view()).contains("Fresh");
    assertThat(routing.candidates().get(0).view()).contains("Aged");
    assertThat(routing.candidates().get(0).why()).contains("staler");
    assertThat(rows(find)).hasSize(3);
    RowFiles.append(sales, List.of(sale(7, "a third", 9, 2.5)));
    assertThat(find.explain().chosen().orElseThrow().view()).contains("Fresh");
    bergview.refreshView(RefreshRequest.of("Aged"));
    assertThat(find.explain().chosen().orElseThrow().view()).contains("Aged");
  }
}
