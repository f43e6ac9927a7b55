package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries to the views of a small shop. */
class FindTest {
  @TempDir private static Path folder;
  private static Cli cli;

  @BeforeAll
  static void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.02");
    cli.write(
        "views/RevenueByStatus.yaml",
        """
        $type: RevenueByStatus
        $from: DailyRevenue
        $groupBy: [status]
        $compute: {revenue: {$sum: revenue}, days: {$count: '*'}}
        """);
    cli.done("apply");
    cli.done("refreshView", "--all");
  }

  @Test
  void rowsAreFilteredSortedAndLimited() {
    List<JsonNode> all = rows("find", "OrderDetails", "--sort", "-total,order_id");
    assertThat(all).hasSize(200).isSortedAccordingTo(byTotalDescending());
    List<JsonNode> big =
        rows(
            "find",
            "OrderDetails",
            "--filter",
            "{total: {$gte: 1000}}",
            "--sort",
            "-total,order_id");
    assertThat(big)
        .isNotEmpty()
        .isEqualTo(
            all.stream()
                .filter(row -> !row.get("total").isNull())
                .filter(row -> total(row).compareTo(new BigDecimal(1000)) >= 0)
                .toList());
    List<JsonNode> page =
        rows("find", "OrderDetails", "--sort", "-total,order_id", "--skip", "20", "--limit", "10");
    assertThat(page).isEqualTo(all.subList(20, 30));
  }

  @Test
  void pagesFollowEachOtherThoughTheSortKeyHasTies() {
    List<JsonNode> paged = new ArrayList<>();
    for (int skip = 0; skip < 200; skip += 40) {
      paged.addAll(
          rows("find", "OrderDetails", "--sort", "status", "--skip", "" + skip, "--limit", "40"));
    }
    assertThat(paged.stream().map(row -> row.get("order_id").asLong())).doesNotHaveDuplicates();
    assertThat(paged).hasSize(200);
  }

  @Test
  void columnsComeInTheOrderSelectedAndStateIsNeverOneOfThem() {
    JsonNode row =
        rows("find", "DailyRevenue", "--select", "revenue,status", "--limit", "1").get(0);
    assertThat(row.fieldNames()).toIterable().containsExactly("revenue", "status");
    assertThat(rows("find", "DailyRevenue", "--limit", "1").get(0).has("_state")).isFalse();
    Cli.Result hidden = cli.run("find", "DailyRevenue", "--select", "_state");
    assertThat(hidden.exitCode()).isEqualTo(2);
  }

  @Test
  void sortingByAColumnThatIsNotSelectedWorks() {
    List<String> selected = new ArrayList<>();
    rows("find", "OrderDetails", "--select", "order_id", "--sort", "-total,order_id")
        .forEach(row -> selected.add(row.get("order_id").asText()));
    List<String> full = new ArrayList<>();
    rows("find", "OrderDetails", "--sort", "-total,order_id")
        .forEach(row -> full.add(row.get("order_id").asText()));
    assertThat(selected).isEqualTo(full);
  }

  @Test
  void aSortKeyThatLooksLikeAnOptionIsASortKey() {
    JsonNode last = rows("find", "OrderDetails", "--sort", "-order_id", "--limit", "1").get(0);
    assertThat(last.get("order_id").asLong()).isEqualTo(200);
  }

  @Test
  void structFieldsCanBeFiltered() {
    List<JsonNode> north =
        rows("find", "OrderDetails", "--filter", "{'shipping_location.lat': {$gt: 0}}");
    assertThat(north)
        .isNotEmpty()
        .allSatisfy(
            row -> assertThat(row.get("shipping_location").get("lat").asDouble()).isPositive());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--filter | {totl: 1} | has no column or relation 'totl' (did you mean 'total'?)",
        "--filter | {total: {$gtt: 1}} | $gtt",
        "--filter | {total: | --filter",
        "--filter | {total: 'much'} | total",
        "--filter | {\"total.x\": 1} | and has no fields",
        "--select | totl | has no column 'totl' (did you mean 'total'?)",
        "--select | total,total | twice",
        "--select | total, | empty name",
        "--sort | -totl | has no column 'totl' (did you mean 'total'?)",
        "--limit | -1 | cannot be negative",
        "--skip | -1 | cannot be negative"
      })
  void aQueryThatDoesNotFitTheViewIsWrongUsage(String option, String value, String message) {
    Cli.Result result = cli.run("find", "OrderDetails", option, value);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("error USAGE: ").contains(message);
    assertThat(result.err()).doesNotContain("\tat ");
  }

  @Test
  void aViewThatDoesNotExistIsNotFound() {
    Cli.Result result = cli.run("find", "OrderDetail");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo(
            "error VIEW_NOT_FOUND: There is no view or type 'OrderDetail' (did you mean"
                + " 'OrderDetails'?)\n");
  }

  @Test
  void typesAreQueriedThroughRelationsAndGroups() {
    List<JsonNode> gold =
        rows(
            "find",
            "Order",
            "--filter",
            "{customer.tier: gold}",
            "--include",
            "customer",
            "--sort",
            "order_id");
    assertThat(gold)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get("customer_tier").asText()).isEqualTo("gold"));
    List<JsonNode> groups =
        rows(
            "find",
            "Order",
            "--group-by",
            "customer.tier",
            "--compute",
            "{orders: {$count: '*'}}",
            "--filter",
            "{customer.tier: gold}");
    assertThat(groups).hasSize(1);
    assertThat(groups.get(0).get("orders").asInt()).isEqualTo(gold.size());
  }

  @Test
  void theOriginSaysWhichSnapshotsAnswered() {
    JsonNode answer =
        cli.done("find", "Order", "--filter", "{order_id: 1}", "--json", "--origin", "--no-route")
            .json();
    assertThat(answer.get("rows")).hasSize(1);
    JsonNode table = answer.get("origin").get("tables").get(0);
    assertThat(table.get("table").asText()).isEqualTo("shop.orders");
    String snapshot = "snapshot:" + table.get("snapshotId").asText();
    assertThat(
            cli.done("find", "Order", "--as-of", snapshot, "--json", "--origin").json().get("rows"))
        .hasSize(200);
    Cli.Result csv = cli.run("find", "Order", "--format", "csv", "--origin");
    assertThat(csv.exitCode()).isEqualTo(2);
    assertThat(cli.run("find", "Order", "--as-of", "2001-01-01").exitCode()).isEqualTo(3);
    assertThat(cli.run("find", "Order", "--as-of", "2001-99-01").exitCode()).isEqualTo(2);
  }

  /** The definition over the sources and the refreshed view must tell the same. */
  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "OrderDetails",
        "OrderWithItems",
        "DailyRevenue",
        "CategorySales",
        "RevenueByStatus"
      })
  void aStaleViewIsAnsweredFromItsSourcesAsItsRefreshWould(String view) throws IOException {
    Path copy = Files.createTempDirectory(folder.getParent(), "stale");
    Cli there = Cli.in(copy);
    there.done("init");
    Files.copy(
        folder.resolve("views/RevenueByStatus.yaml"), copy.resolve("views/RevenueByStatus.yaml"));
    there.done("generate", "shop", "--scale", "0.02");
    there.done("apply");
    Cli.Result never = there.done("find", view, "--format", "ndjson");
    assertThat(never.err()).contains("from the sources, since the view is invalid");
    there.done("refreshView", "--all");
    assertThat(lines(there.done("find", view, "--format", "ndjson"))).isEqualTo(lines(never));

    there.done("generate", "shop", "--changes", "1");
    Cli.Result stale = there.done("find", view, "--format", "ndjson");
    assertThat(stale.err()).contains("from the sources, since the view is stale");
    Cli.Result old = there.done("find", view, "--format", "ndjson", "--stale-ok");
    assertThat(old.err()).contains("from the view (stale");
    assertThat(lines(old)).isEqualTo(lines(never)).isNotEqualTo(lines(stale));
    there.done("refreshView", "--all");
    Cli.Result fresh = there.done("find", view, "--format", "ndjson");
    assertThat(fresh.err()).contains("from the view (fresh)");
    assertThat(lines(fresh)).isEqualTo(lines(stale));
  }

  @Test
  void everyFormatHoldsTheSameRows() throws IOException {
    String[] query = {
      "find", "DailyRevenue", "--select", "orders,revenue", "--sort", "-revenue,orders"
    };
    List<String> expected = new ArrayList<>();
    for (JsonNode row : rows(query)) {
      expected.add(row.get("orders").asText() + "," + text(row.get("revenue")));
    }
    List<String> json = new ArrayList<>();
    with(query, "--format", "json")
        .json()
        .forEach(row -> json.add(row.get("orders").asText() + "," + text(row.get("revenue"))));
    assertThat(json).isEqualTo(expected);
    assertThat(with(query, "--json").out()).isEqualTo(with(query, "--format", "json").out());
    List<String> csv = with(query, "--format", "csv").out().lines().toList();
    assertThat(csv.get(0)).isEqualTo("orders,revenue");
    assertThat(csv.subList(1, csv.size())).isEqualTo(expected);
    Path arrow = folder.resolve("answer.arrow");
    with(query, "--format", "arrow", "--output", arrow.toString());
    assertThat(arrowRows(arrow)).isEqualTo(expected);
    Path parquet = folder.resolve("answer.parquet");
    with(query, "--format", "parquet", "--output", parquet.toString());
    assertThat(Files.readAllBytes(parquet)).startsWith("PAR1".getBytes(StandardCharsets.UTF_8));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith(".answer")))
          .isEmpty();
    }
  }

  @Test
  void aTablePutsNumbersOnTheRightAndCutsNothingInAFile() {
    String text =
        cli.done(
                "find",
                "DailyRevenue",
                "--select",
                "status,revenue",
                "--sort",
                "-revenue",
                "--limit",
                "3")
            .out();
    List<String> lines = text.lines().toList();
    assertThat(lines).hasSize(7).allSatisfy(line -> assertThat(line).hasSameSizeAs(lines.get(0)));
    assertThat(lines.get(1)).matches("\\| status +\\| +revenue \\|");
    assertThat(lines.get(3)).matches("\\| \\w+ +\\| +[0-9.]+ \\|");
    String wide = cli.done("find", "OrderWithItems", "--limit", "1").out();
    assertThat(wide).contains("items_product_category_parent_id").doesNotContain("…", "...");
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "json", "ndjson", "csv", "arrow", "parquet"})
  void aSymbolicLinkIsFollowedAndStays(String format) throws IOException {
    Path target = Files.writeString(folder.resolve("target-" + format), "old");
    Path link = folder.resolve("link-" + format);
    Files.createSymbolicLink(link, target.getFileName());
    cli.done("find", "OrderDetails", "--format", format, "-o", link.toString());
    assertThat(link).isSymbolicLink();
    assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.readString(target, StandardCharsets.ISO_8859_1)).isNotEqualTo("old");
  }

  @Test
  void aDeviceIsWrittenThroughAndParquetIsNotWrittenToIt() {
    cli.done("find", "OrderDetails", "--format", "csv", "-o", "/dev/null");
    cli.done("lineage", "--format", "svg", "-o", "/dev/null");
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    Cli.Result parquet = cli.run("find", "OrderDetails", "--format", "parquet", "-o", "/dev/null");
    assertThat(parquet.exitCode()).isEqualTo(2);
    assertThat(parquet.err()).contains("error USAGE: Cannot write /dev/null", "regular file");
    Cli.Result full = cli.run("find", "OrderDetails", "--format", "csv", "-o", "/dev/full");
    assertThat(full.exitCode()).isEqualTo(1);
    assertThat(full.err())
        .contains("error STORAGE_FAILED: Cannot write /dev/full: No space left on device");
  }

  @Test
  void arrowIsRefusedToATerminal() {
    Cli.Result result =
        cli.onTerminal("").run("find", "DailyRevenue", "--format", "arrow", "--quiet");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aReaderThatLeavesIsNoError() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            StandardOutput.to(closed),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            folder,
            Clock.systemUTC());
    for (String format : List.of("table", "json", "ndjson", "csv", "arrow")) {
      int exitCode = Main.run(new String[] {"find", "OrderWithItems", "--format", format}, console);
      assertThat(exitCode).as(format + " " + err.toString(StandardCharsets.UTF_8)).isZero();
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aGracePeriodLetsAStaleViewAnswer() throws IOException {
    Path copy = Files.createTempDirectory(folder.getParent(), "grace");
    Cli there = Cli.in(copy);
    there.done("init");
    there.done("generate", "shop", "--scale", "0.01");
    Path file = copy.resolve("views/DailyRevenue.yaml");
    Files.writeString(file, Files.readString(file) + "$refresh: {mode: manual, gracePeriod: 1h}\n");
    there.done("apply");
    there.done("refreshView", "DailyRevenue");
    there.done("generate", "shop", "--changes", "1");
    assertThat(there.done("find", "DailyRevenue").err())
        .contains("from the view (stale for", "within its grace period");
  }

  private static Cli.Result with(String[] query, String... more) {
    return cli.done(Stream.concat(Stream.of(query), Stream.of(more)).toArray(String[]::new));
  }

  private static List<JsonNode> rows(String... query) {
    return with(query, "--format", "ndjson")
        .out()
        .lines()
        .map(line -> new Cli.Result(0, line, "").json())
        .toList();
  }

  private static List<String> lines(Cli.Result result) {
    return result.out().lines().sorted().toList();
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.decimalValue().setScale(2).toPlainString();
  }

  private static BigDecimal total(JsonNode row) {
    return row.get("total").decimalValue();
  }

  private static Comparator<JsonNode> byTotalDescending() {
    return Comparator.comparing(
        (JsonNode row) -> row.get("total").isNull() ? new BigDecimal(Long.MIN_VALUE) : total(row),
        Comparator.reverseOrder());
  }

  private static List<String> arrowRows(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(Files.newInputStream(file), allocator)) {
      while (reader.loadNextBatch()) {
        var batch = reader.getVectorSchemaRoot();
        for (int i = 0; i < batch.getRowCount(); i++) {
          Object revenue = batch.getVector("revenue").getObject(i);
          rows.add(batch.getVector("orders").getObject(i) + "," + (revenue == null ? "" : revenue));
        }
      }
    }
    return rows;
  }

  @Test
  void aViewThatCoversTheQueryAnswersIt() {
    String[] query = {
      "find", "Order", "--filter", "{customer.tier: gold}", "--select", "order_id,customer.name"
    };
    JsonNode routing = cli.done(and(query, "--explain", "--json")).json();
    JsonNode details =
        StreamSupport.stream(routing.spliterator(), false)
            .filter(candidate -> candidate.get("view").asText().equals("OrderDetails"))
            .findFirst()
            .orElseThrow();
    assertThat(details.get("verdict").asText()).isEqualTo("chosen");
    assertThat(cli.done(and(query, "--explain")).out())
        .contains("OrderDetails", "chosen", "(sources)");
    JsonNode routed = cli.done(and(query, "--json", "--origin", "--sort", "order_id")).json();
    assertThat(routed.get("origin").get("answeredBy").asText()).isEqualTo("view");
    JsonNode unrouted = cli.done(and(query, "--json", "--no-route", "--sort", "order_id")).json();
    assertThat(routed.get("rows")).isEqualTo(unrouted);
    assertThat(cli.run(and(query, "--max-staleness", "soon")).exitCode()).isEqualTo(2);
  }

  private static String[] and(String[] query, String... options) {
    return Stream.concat(Stream.of(query), Stream.of(options)).toArray(String[]::new);
  }
}
