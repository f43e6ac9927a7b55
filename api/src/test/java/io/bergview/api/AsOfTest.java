package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.projection.definition.AsOf;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries about the past. */
class AsOfTest {
  @TempDir private static Path folder;
  private static Bergview bergview;
  private static Instant before;
  private static List<Map<String, Object>> ordersBefore;
  private static List<Map<String, Object>> joinedBefore;
  private static List<Map<String, Object>> viewBefore;

  @BeforeAll
  static void shop() throws InterruptedException {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/Paid.yaml",
        "$type: Paid\n$from: Order\n$filter: {status: paid}\n$expand: [customer]\n");
    bergview = Projects.create(folder, "", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 11), Progress.SILENT);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
    ordersBefore = rows(bergview.find("Order"));
    joinedBefore = rows(joined(bergview.find("Order")));
    viewBefore = rows(bergview.find("Paid"));
    Thread.sleep(5);
    before = Instant.now();
    Thread.sleep(5);
    for (int seed = 1; seed <= 3; seed++) {
      Shop.change(bergview.catalog("lake"), seed);
    }
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  private static Find joined(Find find) {
    return find.include("customer").filter("{customer.tier: {$exists: true}}");
  }

  private static Table table(String namespace, String name) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of(namespace, name));
  }

  private static void assertSame(
      List<Map<String, Object>> found, List<Map<String, Object>> expected) {
    assertThat(found).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aTypeShowsItsTablesAsTheyWere() {
    assertSame(rows(bergview.find("Order").asOf(before)), ordersBefore);
    assertSame(rows(joined(bergview.find("Order").asOf(before))), joinedBefore);
    assertThat(rows(joined(bergview.find("Order"))))
        .as("the tables have changed since")
        .isNotEqualTo(joinedBefore);
    assertSame(
        rows(bergview.find("Order").asOf(Long.toString(before.toEpochMilli()))), ordersBefore);
    assertSame(rows(bergview.find("Order").asOf(before.toString())), ordersBefore);
    assertSame(rows(bergview.find("Order").asOf(before.toString().replace("Z", ""))), ordersBefore);
  }

  @Test
  void aViewShowsWhatItShowedAndOfWhichSnapshots() {
    try (QueryResult answer = bergview.find("Paid").asOf(before).answer()) {
      assertThat(answer.origin().by()).isEqualTo(AnsweredBy.VIEW);
      assertThat(answer.origin().asOf()).contains(new AsOf.Time(before));
      assertThat(answer.origin().state()).isEmpty();
      assertThat(answer.origin().tables()).hasSize(1);
      assertThat(answer.origin().derivedFrom())
          .extracting(source -> source.table().toString() + " " + source.snapshotId())
          .contains("shop.orders " + snapshotAt(table("shop", "orders"), before))
          .doesNotContain("shop.orders " + table("shop", "orders").currentSnapshot().snapshotId());
    }
    assertSame(rows(bergview.find("Paid").asOf(before)), viewBefore);
  }

  private static long snapshotAt(Table table, Instant instant) {
    return table.history().stream()
        .filter(entry -> entry.timestampMillis() <= instant.toEpochMilli())
        .reduce((one, other) -> other)
        .orElseThrow()
        .snapshotId();
  }

  @Test
  void severalQueriesShareOneInstant() {
    Past past = bergview.asOf(before);
    assertThat(past.instant()).isEqualTo(before);
    assertSame(rows(past.find("Paid")), viewBefore);
    assertSame(rows(past.find("Order")), ordersBefore);
    assertSame(rows(joined(past.find("Order"))), joinedBefore);
  }

  @Test
  void aSnapshotOrATagIsOfOneTable() {
    Table orders = table("shop", "orders");
    long then = snapshotAt(orders, before);
    orders.manageSnapshots().createTag("month-end", then).commit();
    assertSame(rows(bergview.find("Order").asOf("snapshot:" + then)), ordersBefore);
    if (Long.toString(then).length() > 14) {
      assertSame(rows(bergview.find("Order").asOf(Long.toString(then))), ordersBefore);
    }
    assertSame(rows(bergview.find("Order").asOf("month-end")), ordersBefore);
    assertSame(rows(bergview.find("Order").asOf("ref:month-end")), ordersBefore);
    assertSame(rows(bergview.find("Order").asOf("main")), rows(bergview.find("Order")));
    refused(
        () -> rows(bergview.find("Order").include("customer").asOf("month-end")),
        ErrorCode.USAGE,
        "use a time instead");
    refused(
        () -> rows(bergview.find("Order").asOf("month-ed")),
        ErrorCode.SNAPSHOT_NOT_FOUND,
        "did you mean 'month-end'?");
    refused(
        () -> rows(bergview.find("Order").asOf("snapshot:4711")),
        ErrorCode.SNAPSHOT_NOT_FOUND,
        "has no snapshot 4711");
  }

  @Test
  void whatWasBeforeTheFirstSnapshotIsAnErrorThatSaysWhatWorks() {
    HistoryEntry first = table("shop", "orders").history().get(0);
    String earliest = Instant.ofEpochMilli(first.timestampMillis()).toString();
    refused(
        () -> rows(bergview.find("Order").asOf("2001-01-01")),
        ErrorCode.AS_OF_TOO_EARLY,
        "the earliest time that works is " + earliest);
    assertThat(rows(bergview.find("Order").asOf(earliest))).isNotEmpty();
    refused(
        () -> rows(bergview.find("Paid").asOf(first.timestampMillis() - 1 + "")),
        ErrorCode.AS_OF_TOO_EARLY,
        "shop_views.paid");
  }

  @Test
  void whatHasExpiredIsAnErrorThatSaysWhatWorks() {
    Table products = table("shop", "products");
    for (int i = 0; i < 2; i++) {
      products.newAppend().commit();
    }
    products.expireSnapshots().expireOlderThan(System.currentTimeMillis() + 1000).commit();
    String earliest =
        Instant.ofEpochMilli(table("shop", "products").history().get(0).timestampMillis())
            .toString();
    refused(
        () -> rows(bergview.find("Product").asOf(before)),
        ErrorCode.SOURCE_SNAPSHOT_EXPIRED,
        "the earliest time that works is " + earliest);
    assertThat(rows(bergview.find("Product").asOf(earliest))).isNotEmpty();
  }

  private static void refused(ThrowingCallable query, ErrorCode code, String message) {
    assertThatThrownBy(query)
        .isInstanceOf(BergviewException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(((BergviewException) e).code()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31,2026-01-31T00:00:00Z",
    "2026-01-31T12:00,2026-01-31T12:00:00Z",
    "2026-01-31 12:00:00.5,2026-01-31T12:00:00.5Z",
    "2026-01-31T12:00:00+02:00,2026-01-31T10:00:00Z",
    "1769860800000,2026-01-31T12:00:00Z"
  })
  void timesAreReadWithAndWithoutZone(String text, Instant instant) {
    assertThat(AsOf.parse(text)).isEqualTo(new AsOf.Time(instant));
  }

  @Test
  void anythingElseIsASnapshotOrAReference() {
    assertThat(AsOf.parse("3051729675574597004"))
        .isEqualTo(new AsOf.SnapshotId(3051729675574597004L));
    assertThat(AsOf.parse("snapshot:12")).isEqualTo(new AsOf.SnapshotId(12));
    assertThat(AsOf.parse("audit")).isEqualTo(new AsOf.Ref("audit"));
    assertThat(AsOf.parse("ref:2026-01-31")).isEqualTo(new AsOf.Ref("2026-01-31"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "2026-13-31", "2026-01-31T25:00", "snapshot:x", "99999999999999999999"})
  void whatIsNoMomentIsWrongUsage(String text) {
    refused(() -> AsOf.parse(text), ErrorCode.USAGE, "--as-of");
  }
}
