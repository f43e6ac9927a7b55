package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.fixtures.Compaction;
import io.bergview.history.TickJournal;
import io.bergview.history.TicksMissed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code history}, over a small shop. */
@Tag("contract")
class HistoryTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.01");
    cli.done("apply");
  }

  private static Table view(Bergview bergview, String name) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", name));
  }

  @Test
  void everyRefreshIsThereWithWhatItDidNewestFirst() {
    assertThat(cli.done("history", "OrderDetails").out())
        .isEqualTo(
            "OrderDetails has no history yet; 'bergview refreshView OrderDetails' fills"
                + " it.\n");
    cli.done("refreshView", "OrderDetails");
    cli.done("generate", "shop", "--changes", "3");
    JsonNode last = cli.done("refreshView", "OrderDetails", "--json").json().get(0);

    JsonNode json = cli.done("history", "OrderDetails", "--json").json();
    assertThat(json).hasSize(2);
    JsonNode newest = json.get(0);
    for (String same : new String[] {"snapshotId", "kind", "reason", "rowsAdded", "rowsRemoved"}) {
      assertThat(newest.get(same)).as(same).isEqualTo(last.get(same));
    }
    assertThat(newest.get("what").asText()).isEqualTo("refresh");
    assertThat(newest.get("sources")).isNotEmpty();
    assertThat(newest.get("sources").get(0).get("snapshotId").asLong()).isPositive();
    assertThat(json.get(1).get("reason").asText()).isEqualTo("FIRST_REFRESH");
    assertThat(json.get(1).get("rowsAdded").asLong()).isEqualTo(100);
    assertThat(json.get(1).get("bytesWritten").asLong()).isPositive();

    assertThat(cli.done("history", "OrderDetails", "--limit", "1", "--json").json()).hasSize(1);
    assertThat(cli.done("history", "OrderDetails").out())
        .startsWith(" TIME")
        .containsPattern("full +FIRST_REFRESH +100 +0 +\\d+\\.\\d kB +\\d+\\.\\d s +#+");
  }

  @Test
  void whatOthersDidAndChangesOfTheDefinitionAreThereToo() {
    cli.done("refreshView", "OrderDetails");
    try (Bergview bergview = Bergview.open(folder)) {
      Compaction.rewrite(view(bergview, "order_details"));
      view(bergview, "order_details")
          .newDelete()
          .deleteFromRowFilter(org.apache.iceberg.expressions.Expressions.alwaysTrue())
          .commit();
    }
    JsonNode json = cli.done("history", "OrderDetails", "--json").json();
    assertThat(json.findValuesAsText("what")).containsExactly("foreign", "maintenance", "refresh");
    assertThat(json.get(0).get("operation").asText()).isEqualTo("delete");
    assertThat(json.get(0).get("kind").isNull()).isTrue();
    assertThat(json.get(0).get("sources")).isEmpty();
    assertThat(cli.done("history", "OrderDetails").out())
        .containsPattern("foreign +delete")
        .containsPattern("maintenance +replace");
  }

  @Test
  void missedTicksAreThereWithTheFirstAndTheLast() {
    try (Bergview bergview = Bergview.open(folder)) {
      Instant first = Instant.parse("2026-03-01T09:00:00Z");
      new TickJournal(bergview.project())
          .add(
              new TicksMissed(
                  first.plusSeconds(10_900),
                  "OrderDetails",
                  view(bergview, "order_details").uuid().toString(),
                  first,
                  first.plusSeconds(7_200),
                  3,
                  first.plusSeconds(10_800)));
    }
    assertThat(whats()).containsExactly("ticks-missed");
    assertThat(cli.done("history", "OrderDetails").out())
        .containsPattern(
            "2026-03-01T12:01:40Z +3 ticks missed +2026-03-01T09:00:00Z to 2026-03-01T11:00:00Z");
  }

  @Test
  void refreshesThatFailedAreThereWithTheirReasonAndGoWithTheView() {
    cli.done("refreshView", "OrderDetails");
    cli.done("alterView", "OrderDetails", "--set", "refresh.policy=strict");
    cli.done("generate", "shop", "--changes", "1");
    try (Bergview bergview = Bergview.open(folder)) {
      Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
      orders.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    }
    cli.run("refreshView", "OrderDetails", "--dry-run");
    assertThat(whats()).as("a dry run is no event").containsExactly("definition", "refresh");
    Cli.Result failed = cli.run("refreshView", "OrderDetails");
    assertThat(failed.exitCode()).isEqualTo(5);
    assertThat(whats()).containsExactly("failure", "definition", "refresh");
    JsonNode newest = cli.done("history", "OrderDetails", "--limit", "1", "--json").json().get(0);
    assertThat(newest.get("reason").asText()).isEqualTo("POLICY_REFUSED");
    assertThat(failed.err()).contains(newest.get("message").asText());
    assertThat(newest.get("process").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(cli.done("history", "OrderDetails").out())
        .containsPattern("failed +POLICY_REFUSED +\\d+\\.\\d s");
    cli.done("refreshView", "OrderDetails", "--full");
    assertThat(whats()).containsExactly("refresh", "failure", "definition", "refresh");
    cli.done("refreshView", "OrderDetails");
    assertThat(whats()).as("a skip is no event").hasSize(4);

    cli.done("dropView", "OrderDetails", "--yes");
    cli.done("apply");
    assertThat(whats()).isEmpty();
  }

  @Test
  @Tag("long")
  void expiredCommitsAreListedFromTheJournalAndNoneTwice() {
    for (int i = 0; i < 4; i++) {
      cli.done("refreshView", "OrderDetails", "--full");
      cli.done("generate", "shop", "--changes", "1");
    }
    try (Bergview bergview = Bergview.open(folder)) {
      // A tag holds a snapshot to which no way leads when those after it are gone.
      Table view = view(bergview, "order_details");
      long second =
          cli.done("history", "OrderDetails", "--json").json().get(2).get("snapshotId").asLong();
      view.manageSnapshots().createTag("kept", second).commit();
    }
    JsonNode before = cli.done("history", "OrderDetails", "--json").json();
    assertThat(before).hasSize(4);

    cli.done("vacuumView", "OrderDetails", "--retention-days", "0", "--dry-run");
    assertThat(folder.resolve(".bergview/journal")).doesNotExist();
    JsonNode freed =
        cli.done("vacuumView", "OrderDetails", "--retention-days", "0", "--json").json();
    assertThat(freed.get(0).get("freed").get("snapshots").asInt()).isEqualTo(1);
    assertThat(cli.done("history", "OrderDetails", "--json").json()).isEqualTo(before);

    cli.done("refreshView", "OrderDetails", "--full");
    cli.done("vacuumView", "OrderDetails", "--retention-days", "0");
    JsonNode after = cli.done("history", "OrderDetails", "--json").json();
    assertThat(after).hasSize(5);
    for (int i = 0; i < 4; i++) {
      assertThat(after.get(i + 1)).isEqualTo(before.get(i));
    }
    assertThat(cli.done("history", "OrderDetails", "--limit", "3", "--json").json()).hasSize(3);
    cli.done("dropView", "OrderDetails", "--yes");
    cli.done("apply");
    assertThat(whats()).isEmpty();
  }

  private List<String> whats() {
    return cli.done("history", "OrderDetails", "--json").json().findValuesAsText("what");
  }

  @Test
  void whatWasTriedIsSaidOfAFailure() {
    cli.write("views/Broken.yaml", "$type: Broken\n$from: Order\n$select: [order_id]\n");
    cli.done("apply");
    try (Bergview bergview = Bergview.open(folder)) {
      Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
      orders.newScan().planFiles().forEach(task -> orders.io().deleteFile(task.file().location()));
    }
    assertThat(cli.run("refreshView", "Broken").exitCode()).isEqualTo(1);
    JsonNode failure = cli.done("history", "Broken", "--json").json().get(0);
    assertThat(failure.get("kind").asText()).isEqualTo("full");
    assertThat(cli.done("history", "Broken").out()).contains("failed (full)");
  }

  @Test
  void badInputIsRefused() {
    assertThat(cli.run("history", "OrderDetail").err())
        .startsWith("error VIEW_NOT_FOUND")
        .contains("OrderDetails");
    assertThat(cli.run("history", "OrderDetails", "--limit", "0").exitCode()).isEqualTo(2);
  }
}
