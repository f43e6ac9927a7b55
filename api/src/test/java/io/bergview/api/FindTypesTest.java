package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.query.ResultOrigin.TableRead;
import io.bergview.refresh.RefreshRequest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries to entity types, against the rows of their tables. */
class FindTypesTest {
  @TempDir private static Path folder;
  private static Bergview bergview;
  private static List<Record> orders;
  private static Map<Object, Record> customers;

  @BeforeAll
  static void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/Paid.yaml",
        """
        $type: Paid
        $from: Order
        $filter: {status: {$ne: 'cancelled'}, customer.tier: {$in: ['gold', null]}}
        $expand: [customer, customer.address, items, items.product]
        """);
    files.put(
        "views/Daily.yaml",
        """
        $type: Daily
        $from: Order
        $unnest: items
        $filter: {items.quantity: {$gt: 1}}
        $groupBy: [status, customer.tier, {month: created_at}]
        $compute: {lines: {$count: '*'}, pieces: {$sum: items.quantity}, most: {$max: items.price}}
        """);
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.05, 7), Progress.SILENT);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
    orders = LiveRows.of(table("orders"));
    customers = new HashMap<>();
    LiveRows.of(table("customers")).forEach(row -> customers.put(row.getField("customer_id"), row));
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private static Table table(String name) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop", name));
  }

  private static Object customer(Record order, String column) {
    Record customer = customers.get(order.getField("customer_id"));
    return customer == null ? null : customer.getField(column);
  }

  @Test
  void aTypeGivesTheRowsOfItsTable() {
    List<Map<String, Object>> found = rows(bergview.find("Order"));
    assertThat(found.get(0).keySet())
        .containsExactlyElementsOf(
            table("orders").schema().columns().stream().map(c -> c.name()).toList());
    assertThat(found.stream().map(row -> Arrays.asList(row.get("order_id"), row.get("status"))))
        .containsExactlyInAnyOrderElementsOf(
            orders.stream()
                .map(row -> Arrays.asList(row.getField("order_id"), row.getField("status")))
                .toList());
  }

  @Test
  void includedToOneRelationsGiveColumnsAndToManyLists() {
    List<Map<String, Object>> found =
        rows(
            bergview
                .find("Order")
                .include("customer", "items")
                .select("order_id", "customer_name", "items_item_id")
                .sort("order_id"));
    Map<Object, List<Object>> items = new HashMap<>();
    LiveRows.of(table("order_items")).stream()
        .filter(row -> row.getField("order_id") != null)
        .sorted((a, b) -> Long.compare((long) a.getField("item_id"), (long) b.getField("item_id")))
        .forEach(
            row ->
                items
                    .computeIfAbsent(row.getField("order_id"), id -> new ArrayList<>())
                    .add(row.getField("item_id")));
    List<List<Object>> expected =
        orders.stream()
            .sorted(
                (a, b) ->
                    Long.compare((long) a.getField("order_id"), (long) b.getField("order_id")))
            .map(
                row ->
                    Arrays.asList(
                        row.getField("order_id"),
                        customer(row, "name"),
                        items.getOrDefault(row.getField("order_id"), List.of())))
            .toList();
    assertThat(found.stream().<List<Object>>map(row -> new ArrayList<>(row.values())))
        .isEqualTo(expected);
  }

  @Test
  void pathsThatAreNotIncludedCanBeFilteredSortedAndSelected() {
    List<Map<String, Object>> found =
        rows(
            bergview
                .find("Order")
                .filter("{customer.tier: gold, total: {$gte: 50}}")
                .sort("-customer.name", "order_id")
                .select("order_id", "customer.name"));
    List<Object> expected =
        orders.stream()
            .filter(row -> "gold".equals(customer(row, "tier")))
            .filter(
                row ->
                    row.getField("total") != null
                        && ((BigDecimal) row.getField("total")).compareTo(new BigDecimal(50)) >= 0)
            .map(row -> row.getField("order_id"))
            .toList();
    assertThat(found).isNotEmpty();
    assertThat(found.get(0).keySet()).containsExactly("order_id", "customer_name");
    assertThat(found.stream().map(row -> row.get("order_id")))
        .containsExactlyInAnyOrderElementsOf(expected);
    List<String> names = found.stream().map(row -> (String) row.get("customer_name")).toList();
    List<String> known = names.stream().filter(Objects::nonNull).toList();
    assertThat(known).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(names.subList(0, known.size())).doesNotContainNull();
  }

  @Test
  void groupsCountAndSum() {
    Map<List<Object>, long[]> expected = new HashMap<>();
    for (Record row : orders) {
      OffsetDateTime at = (OffsetDateTime) row.getField("created_at");
      LocalDate day = at == null ? null : at.toLocalDate();
      expected.computeIfAbsent(Arrays.asList(row.getField("status"), day), key -> new long[1])[0]++;
    }
    Map<List<Object>, Object> found = new HashMap<>();
    rows(bergview.find("Order").groupBy("status", "day(created_at)").compute("{n: {$count: '*'}}"))
        .forEach(
            row ->
                found.put(
                    Arrays.asList(row.get("status"), row.get("created_at_day")), row.get("n")));
    Map<List<Object>, Object> counts = new HashMap<>();
    expected.forEach((key, count) -> counts.put(key, count[0]));
    assertThat(found).isEqualTo(counts);
    assertThat(rows(bergview.find("Order").groupBy("").compute("{n: {$count: '*'}}")))
        .containsExactly(Map.of("n", (long) orders.size()));
  }

  /** A query is resolved as a definition, so a view that says the same holds the same. */
  @Test
  void aQueryHasTheRowsOfAViewOfTheSameDefinition() {
    assertThat(
            rows(
                bergview
                    .find("Order")
                    .filter("{status: {$ne: cancelled}, customer.tier: {$in: [gold, null]}}")
                    .include("customer", "customer.address", "items", "items.product")))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(rows(bergview.find("Paid")));
    assertThat(
            rows(
                bergview
                    .find("Order")
                    .unnest("items")
                    .filter("{items.quantity: {$gt: 1}}")
                    .groupBy("status, customer.tier", "{month: created_at}")
                    .compute(
                        "{lines: {$count: '*'}, pieces: {$sum: items.quantity}, most: {$max:"
                            + " items.price}}")))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(rows(bergview.find("Daily")));
  }

  @Test
  void aViewIsGroupedAndIncludedLikeAType() {
    Map<Object, Long> perTier = new HashMap<>();
    rows(bergview.find("Paid"))
        .forEach(row -> perTier.merge(row.get("customer_tier"), 1L, Long::sum));
    Map<Object, Object> found = new HashMap<>();
    rows(bergview.find("Paid").groupBy("customer_tier").compute("{n: {$count: '*'}}"))
        .forEach(row -> found.put(row.get("customer_tier"), row.get("n")));
    assertThat(found).isEqualTo(perTier);
    Map<Object, Object> cities = new HashMap<>();
    rows(bergview.find("Paid"))
        .forEach(row -> cities.put(row.get("order_id"), row.get("customer_address_city")));
    Map<Object, Object> reached = new HashMap<>();
    rows(bergview.find("Paid").select("order_id", "customer.address.city"))
        .forEach(row -> reached.put(row.get("order_id"), row.get("customer_address_city")));
    assertThat(reached)
        .as("the view's relation leads where its columns came from")
        .isEqualTo(cities);
  }

  @Test
  void resultsNameTheirSourceSnapshots() {
    try (QueryResult answer = bergview.find("Order").filter("{customer.tier: gold}").answer()) {
      assertThat(answer.origin().by()).isEqualTo(AnsweredBy.SOURCES);
      assertThat(answer.origin().state()).isEmpty();
      assertThat(answer.origin().tables())
          .extracting(table -> table.table() + " " + table.snapshotId())
          .containsExactlyInAnyOrder(
              "shop.orders " + table("orders").currentSnapshot().snapshotId(),
              "shop.customers " + table("customers").currentSnapshot().snapshotId());
      assertThat(answer.origin().toJson().get("tables").get(0).get("table").asText())
          .isEqualTo("shop.orders");
    }
    try (QueryResult answer = bergview.find("Paid").answer()) {
      assertThat(answer.origin().by()).isEqualTo(AnsweredBy.VIEW);
      assertThat(answer.origin().state()).isPresent();
      assertThat(answer.origin().tables()).extracting(TableRead::files).isNotEmpty();
    }
  }

  @Test
  void onlyColumnsThatAreUsedAreRead() {
    try (QueryResult answer = bergview.find("Order").select("order_id").answer()) {
      assertThat(answer.sql())
          .contains("order_id")
          .doesNotContain("created_at")
          .doesNotContain("lines");
    }
    try (QueryResult answer =
        bergview.find("Order").groupBy("status").compute("{n: {$count: '*'}}").answer()) {
      assertThat(answer.sql())
          .contains("status")
          .doesNotContain("total")
          .doesNotContain("order_id");
    }
  }

  @Test
  void aNameThatIsNeitherSuggestsBoth() {
    assertThatThrownBy(() -> bergview.find("Ordr").answer())
        .isInstanceOf(NotFoundException.class)
        .hasMessage("There is no view or type 'Ordr' (did you mean 'Order'?)");
    assertThatThrownBy(() -> bergview.find("Piad").answer())
        .hasMessage("There is no view or type 'Piad' (did you mean 'Paid'?)");
  }

  @Test
  void tableIsQueriedByItsType() {
    assertThatThrownBy(() -> bergview.find("shop.customers").answer())
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "There is no view or type 'shop.customers'; query table shop.customers by its type:"
                + " Customer");
    assertThatThrownBy(() -> bergview.find("lake.shop.customers").answer())
        .hasMessageEndingWith("; query table lake.shop.customers by its type: Customer");
    assertThatThrownBy(() -> bergview.find("stock.shelves").answer())
        .hasMessage(
            "There is no view or type 'stock.shelves'; to query a table, declare a type for it in"
                + " types/, such as {$type: Name, $table: stock.shelves, $id: its key}");
    assertThatThrownBy(() -> bergview.find("Nothing").answer())
        .hasMessageContaining("; views are defined in views/ and registered by 'bergview apply'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "include | custmer | has no column or relation 'custmer' (did you mean 'customer'?)",
        "include | status | it is a column of type string, not a relation",
        "filter | {items.quantity: 1} | leads to many rows",
        "filter | {customer: 1} | is a relation to Customer, not a column",
        "unnest | customer | it leads to at most one row",
        "select | totl | Order has no column 'totl' (did you mean 'total'?)",
        "sort | customer.nme | has no column or relation 'nme' (did you mean 'name'?)",
        "groupBy | items.price | leads to many rows",
        "compute | {n: {$count: '*'}} | add $groupBy",
        "compute | {n: {$summ: total}} | unknown aggregate '$summ'"
      })
  void aQueryThatDoesNotFitTheTypeIsWrongUsage(String part, String text, String message) {
    assertThatThrownBy(
            () -> {
              Find find = bergview.find("Order");
              Find asked =
                  switch (part) {
                    case "include" -> find.include(text);
                    case "filter" -> find.filter(text);
                    case "unnest" -> find.unnest(text);
                    case "select" -> find.select(text);
                    case "sort" -> find.sort(text);
                    case "groupBy" -> find.groupBy(text);
                    default -> find.compute(text);
                  };
              asked.answer().close();
            })
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  /** To-one keys are checked for the rows that the filter on the root's own columns keeps. */
  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void aKeyThatOccursTwiceIsAnErrorWhereItMatters(String name) {
    Path place = folder.resolve(name);
    try (Bergview own = Projects.create(place, "", Projects.in("types", Shop.entityTypes()))) {
      Shop.generate(
          own.catalog("lake"),
          new Shop.Options(0.01, 3, name.equals("v2") ? 2 : 3),
          Progress.SILENT);
      Table table = own.catalog("lake").loadTable(TableIdentifier.of("shop", "customers"));
      List<Map<String, Object>> some =
          rows(own.find("Order").filter("{customer.name: {$exists: true}}").sort("order_id"));
      Object twice = some.get(0).get("customer_id");
      LiveRows.of(table).stream()
          .filter(row -> row.getField("customer_id").equals(twice))
          .findFirst()
          .ifPresent(row -> RowFiles.append(table, List.of(row)));
      assertThatThrownBy(() -> rows(own.find("Order").include("customer")))
          .isInstanceOf(DataException.class)
          .satisfies(
              e -> assertThat(((BergviewException) e).code()).isEqualTo(ErrorCode.DUPLICATE_KEY));
      assertThatThrownBy(
              () ->
                  rows(
                      own.find("Order")
                          .include("customer")
                          .filter("{order_id: %s}".formatted(some.get(0).get("order_id")))))
          .isInstanceOf(DataException.class);
      Map<String, Object> other =
          some.stream().filter(row -> !row.get("customer_id").equals(twice)).findFirst().get();
      assertThat(
              rows(
                  own.find("Order")
                      .include("customer")
                      .filter("{order_id: %s}".formatted(other.get("order_id")))))
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "snapshots", "history"})
  void metadataTableCannotBeQueried(String kind) {
    Projects.write(
        folder.resolve("types/Meta.yaml"), "$type: Meta\n$table: shop.orders." + kind + "\n");
    assertThatThrownBy(() -> rows(bergview.find("Meta")))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNSUPPORTED))
        .hasMessageContaining("shop.orders." + kind + " is the metadata table");
  }
}
