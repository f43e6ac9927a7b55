package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LocalDisk;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.staleness.Freshness;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A view over a small shop whose table is maintained. */
abstract class MaintainedView {
  static final Duration LATER = Duration.ofDays(30);
  static final Duration NOW = Duration.ZERO;
  static final String OLTP = SmallShop.ORDER_VIEW + "$projection: oltp\n";

  @TempDir Path temp;
  Path folder;
  TestProject project;
  SmallShop shop;
  long nextOrder = 100;

  abstract String projectText();

  @BeforeEach
  void open() {
    folder = temp.resolve("a shop, 100% größer");
    project = TestProject.create(folder, projectText());
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  /** A view with so many snapshots, each with a row more than the one before. */
  void refreshed(String definition, int times) {
    project.define("OrderView", definition);
    project.refresh("OrderView");
    for (int i = 1; i < times; i++) {
      refreshAgain();
    }
  }

  RefreshResult refreshAgain() {
    shop.addOrder(nextOrder++);
    return project.refresh("OrderView");
  }

  /** Changes an order, takes one away and adds one. */
  void changeOrders() {
    long changed = nextOrder - 1;
    CopyOnWrite.update(
        shop.orders(),
        Expressions.in("order_id", changed, changed - 1),
        row -> {
          row.setField("total", BigDecimal.valueOf(nextOrder, 2));
          return row.getField("order_id").equals(changed) ? row : null;
        });
    shop.addOrder(nextOrder++);
  }

  Table view() {
    return project.tableOf("OrderView");
  }

  int snapshots() {
    int count = 0;
    for (Snapshot ignored : view().snapshots()) {
      count++;
    }
    return count;
  }

  static <T> T only(MaintenanceOutcome<T> outcome) {
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done()).hasSize(1);
    return outcome.done().get(0);
  }

  VacuumResult vacuum(Duration later) {
    return only(project.maintenance(later).vacuum(MaintenanceRequest.of("OrderView")));
  }

  CompactionResult compact() {
    return only(project.maintenance(NOW).compact(MaintenanceRequest.of("OrderView")));
  }

  Path location(Table table) {
    return LocalDisk.path(table.location());
  }

  List<FileScanTask> tasks() throws IOException {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = view().newScan().planFiles()) {
      planned.forEach(tasks::add);
    }
    return tasks;
  }

  void assertGoesOn() {
    shop.assertOrderViewIsRight();
    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
    assertThat(refreshAgain().kind()).isEqualTo(RefreshKind.APPEND);
    changeOrders();
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.MERGE);
    shop.assertOrderViewIsRight();
    assertThat(project.verify("OrderView").equal()).isTrue();
  }

  long metadataFiles() throws IOException {
    try (Stream<Path> files = Files.list(location(view()).resolve("metadata"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".metadata.json"))
          .count();
    }
  }
}
