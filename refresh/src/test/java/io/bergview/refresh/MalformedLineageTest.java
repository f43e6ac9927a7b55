package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.history.ViewHistory;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lineage that cannot be what a refresh has written is none, whoever asks for it. */
class MalformedLineageTest {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  /** A snapshot without data that carries these entries beside those of the last refresh. */
  private void carry(Map<String, String> entries) {
    Table view = project.tableOf(VIEW);
    Map<String, String> summary = new TreeMap<>(view.currentSnapshot().summary());
    summary
        .keySet()
        .removeIf(key -> !key.equals(SummaryKeys.REFRESH_STATE) && !key.startsWith("bergview."));
    summary.putAll(entries);
    AppendFiles append = view.newAppend();
    summary.forEach(append::set);
    append.commit();
  }

  private static String state(String sources) {
    return "{\"view-version-id\":1,\"source-states\":"
        + sources
        + ",\"refresh-start-timestamp-ms\":0}";
  }

  private String source(String table) {
    return "{\"type\":\"table\",\"name\":\"%s\",\"namespace\":[\"shop\"],\"uuid\":\"%s\",\"snapshot-id\":%d}"
        .formatted(
            table,
            project.table("shop", table).uuid(),
            project.table("shop", table).currentSnapshot().snapshotId());
  }

  private void isLost(String... words) {
    ViewState state = project.state(VIEW);
    assertThat(state.reason()).isEqualTo(Reason.LINEAGE_LOST);
    assertThat(state.message()).contains(words).doesNotContain("Exception", "null");
    assertThat(project.states().views())
        .extracting(ViewState::reason)
        .containsExactly(Reason.LINEAGE_LOST);
    assertThat(project.states().unreadable()).isEmpty();
    assertThat(project.explain(VIEW).refreshNow().reason()).isEqualTo("LINEAGE_LOST");
    assertThat(project.lineage().toJson().toString()).contains("LINEAGE_LOST");
    assertThat(ViewHistory.of(project.tableOf(VIEW), 9)).hasSizeGreaterThanOrEqualTo(2);
    assertThatThrownBy(() -> project.verify(VIEW))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VIEW_INVALID));
    RefreshResult dry = project.refresh(RefreshRequest.of(VIEW).dry()).done().get(0);
    assertThat(dry.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(dry.reason()).isEqualTo("LINEAGE_LOST");
  }

  private void isMended() {
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(result.reason()).isEqualTo("LINEAGE_LOST");
    shop.assertOrderViewIsRight();
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.UP_TO_DATE);
  }

  @Test
  void anEmptyListOfSourcesIsNoLineage() {
    carry(Map.of(SummaryKeys.REFRESH_STATE, state("[]")));
    isLost("names no source");
    isMended();
  }

  @Test
  void sourcesThatAreNoListAreNoLineage() {
    for (String sources : List.of("{}", "\"shop.orders\"", "7", "null", "[7]", "[{}]")) {
      carry(Map.of(SummaryKeys.REFRESH_STATE, state(sources)));
      isLost("cannot be read");
    }
    isMended();
  }

  @Test
  void textThatIsNoStateIsNoLineage() {
    for (String state : List.of("", "null", "[]", "7", "\"x\"", "{", "{}")) {
      carry(Map.of(SummaryKeys.REFRESH_STATE, state));
      isLost("cannot be read");
    }
    isMended();
  }

  @Test
  void detailsOfAnotherFormAreNoLineage() {
    for (String details : List.of("", "7", "{}", "[7]", "[{\"table\": 1}]", "{")) {
      carry(Map.of(SummaryKeys.SOURCES, details));
      isLost("cannot be read");
    }
    isMended();
  }

  @Test
  void aSourceThatOccursTwiceIsNoLineage() {
    carry(
        Map.of(
            SummaryKeys.REFRESH_STATE,
            state(
                "[%s,%s,%s]"
                    .formatted(source("orders"), source("customers"), source("customers")))));
    isLost("occurs twice");
    isMended();
  }

  @Test
  void aSourceOfTheDefinitionThatIsNotNamedIsNoLineage() {
    carry(Map.of(SummaryKeys.REFRESH_STATE, state("[" + source("orders") + "]")));
    isLost("names as sources shop.orders,", "reads shop.customers, shop.orders");
    isMended();
  }

  @Test
  void aSourceThatTheDefinitionDoesNotMentionIsNoLineage() {
    project
        .catalog()
        .createTable(
            org.apache.iceberg.catalog.TableIdentifier.of("shop", "others"), SmallShop.ORDERS);
    String others = source("orders").replace("orders", "others");
    carry(
        Map.of(
            SummaryKeys.REFRESH_STATE,
            state("[%s,%s,%s]".formatted(source("orders"), source("customers"), others))));
    isLost("shop.others");
    isMended();
  }

  @Test
  void aViewOverAViewWithoutLineageIsRefusedUntilThatIsRefreshed() {
    project.define("Over", "$from: OrderView\n$select: [order_id]\n");
    project.refresh("Over");
    carry(Map.of(SummaryKeys.REFRESH_STATE, state("[" + source("orders") + "]")));
    assertThat(project.state("Over").reason()).isEqualTo(Reason.UPSTREAM_INVALID);
    assertThat(project.refresh("Over").kind()).isEqualTo(RefreshKind.SKIP);
    isMended();
    project.refresh("Over");
    assertThat(project.rows("Over")).hasSize(5);
  }
}
