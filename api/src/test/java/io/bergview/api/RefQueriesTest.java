package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A query reads at the ref of its type, and only views over that ref answer it. */
class RefQueriesTest {
  private static final String TOTALS = "$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n";

  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void aBranchWithFewerOrders() throws IOException {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put("types/audit.yaml", "$type: AuditOrder\n$table: shop.orders@audit\n$id: order_id\n");
    files.put("views/Main.yaml", "$type: Main\n$from: Order\n" + TOTALS);
    files.put("views/Audited.yaml", "$type: Audited\n$from: AuditOrder\n" + TOTALS);
    bergview = Projects.create(folder, "settings: {memory-limit: 512MiB, threads: 2}\n", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 2), Progress.SILENT);
    Table orders = orders();
    orders.manageSnapshots().createBranch("audit", orders.currentSnapshot().snapshotId()).commit();
    try (CloseableIterable<FileScanTask> tasks = orders.newScan().planFiles()) {
      orders.newDelete().deleteFile(tasks.iterator().next().file()).toBranch("audit").commit();
    }
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private Table orders() {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
  }

  private Find totals(String type) {
    return bergview.find(type).groupBy("status").compute("{orders: {$count: '*'}}");
  }

  private static Map<String, Object> rows(QueryResult answer) throws IOException {
    Map<String, Object> rows = new TreeMap<>();
    answer.forEachRow(row -> rows.put(String.valueOf(row.get(0)), row.get(1)));
    return rows;
  }

  private Map<String, Object> fromSources(String type) throws IOException {
    try (QueryResult answer = totals(type).withoutRoute().answer()) {
      return rows(answer);
    }
  }

  private void assertAnsweredBy(String view, String type) throws IOException {
    try (QueryResult answer = totals(type).answer()) {
      assertThat(answer.origin().state().map(state -> state.view())).isEqualTo(Optional.of(view));
      assertThat(rows(answer)).isEqualTo(fromSources(type));
    }
  }

  @Test
  void eachTypeIsAnsweredByTheViewOverItsRef() throws IOException {
    assertThat(fromSources("AuditOrder")).isNotEqualTo(fromSources("Order"));
    assertAnsweredBy("Main", "Order");
    assertAnsweredBy("Audited", "AuditOrder");
  }

  @Test
  void aViewOverAnotherRefAnswersNothing() throws IOException {
    bergview.dropView("Audited");
    try (QueryResult answer = totals("AuditOrder").answer()) {
      assertThat(answer.origin().state()).isEmpty();
      assertThat(answer.origin().tables())
          .extracting(read -> read.table().toString())
          .containsExactly("shop.orders@audit");
    }
  }

  @Test
  void aStaleViewIsComputedFromItsRef() throws IOException {
    Table orders = orders();
    try (CloseableIterable<FileScanTask> tasks = orders.newScan().useRef("audit").planFiles()) {
      orders.newDelete().deleteFile(tasks.iterator().next().file()).toBranch("audit").commit();
    }
    try (QueryResult answer = bergview.find("Audited").answer()) {
      assertThat(rows(answer)).isEqualTo(fromSources("AuditOrder"));
    }
    try (QueryResult answer = bergview.find("Main").answer()) {
      assertThat(rows(answer)).isEqualTo(fromSources("Order"));
    }
  }

  @Test
  void aTypeWhoseRefIsGoneIsNotFound() {
    orders().manageSnapshots().removeBranch("audit").commit();
    assertThatThrownBy(() -> totals("AuditOrder").answer())
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_REF_NOT_FOUND))
        .hasMessage("Table shop.orders has no branch or tag 'audit'; it has main");
  }
}
