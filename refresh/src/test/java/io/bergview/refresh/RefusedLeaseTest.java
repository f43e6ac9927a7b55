package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.SourceLease;
import io.bergview.history.HistoryEntry;
import io.bergview.history.LeaseRefused;
import io.bergview.history.ViewHistory;
import io.bergview.refresh.FaultyCatalog.Fault;
import io.bergview.refresh.pin.SourceLeases;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedLeaseTest {
  private static final String VIEW = "OrderView";

  @TempDir private Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.withFaultyCommits(folder);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW + "$refresh: {pin: 2d}\n");
  }

  @AfterEach
  void close() {
    FaultyCatalog.protect("");
    project.close();
  }

  private long lineageOfOrders() {
    return project.state(VIEW).sources().stream()
        .filter(source -> source.table().name().equals("orders"))
        .findFirst()
        .orElseThrow()
        .lineageSnapshotId();
  }

  @Test
  void aReadOnlySourceIsNotedOnceAndFailsNoRefresh() {
    FaultyCatalog.protect(TableIdentifier.of("shop", "orders").toString());
    project.refresh(VIEW);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    List<HistoryEntry> events = ViewHistory.of(project.view(VIEW), project.context().project(), 20);
    assertThat(events)
        .filteredOn(LeaseRefused.class::isInstance)
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.toJson().toString())
                    .contains("\"lease-refused\"", "shop.orders", "read-only"));
    assertThat(project.state(VIEW).leases())
        .extracting(lease -> lease.source().toString())
        .containsExactly("shop.customers");
    FaultyCatalog.protect("");
    SourceLeases.renewAll(project.context());
    assertThat(project.state(VIEW).leases())
        .extracting(SourceLease::snapshotId)
        .contains(lineageOfOrders());
  }

  @Test
  void aCommitOfALeaseWithoutAnAnswerIsTriedAgain() {
    for (Fault fault : List.of(Fault.LANDS_UNKNOWN, Fault.LOST_UNKNOWN)) {
      project.refresh(VIEW);
      shop.orders().manageSnapshots().removeTag(SourceLease.tagsOf(project.tableOf(VIEW))).commit();
      FaultyCatalog.failNext(fault);
      SourceLeases.renewAll(project.context());
      assertThat(FaultyCatalog.failed()).isTrue();
      assertThat(project.state(VIEW).leases())
          .extracting(SourceLease::snapshotId)
          .contains(lineageOfOrders());
    }
  }
}
