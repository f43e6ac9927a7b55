package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SetClock;
import io.bergview.pipeline.SessionPool;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.alter.ViewAlteration;
import io.bergview.refresh.alter.ViewAlterer;
import io.bergview.refresh.define.ProjectApply;
import io.bergview.refresh.run.Refresher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/** A project with one table, and a clock that tests set. */
final class ScheduledProject implements AutoCloseable {
  private static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "status", Types.StringType.get()));
  private static final TableIdentifier TABLE = TableIdentifier.of("shop", "orders");

  final Catalogs catalogs;
  final ViewRegistry registry;
  final SetClock time = new SetClock();
  private final Project project;
  private final SessionPool sessions;

  ScheduledProject(Path folder, String settings) {
    write(folder.resolve(Project.FILE), settings);
    write(folder.resolve("types/Order.yaml"), "$type: Order\n$table: shop.orders\n$id: id\n");
    this.project = Project.open(folder);
    this.catalogs = new Catalogs(project);
    this.registry = new ViewRegistry(catalogs, Clock.systemUTC(), Duration.ZERO);
    this.sessions = new SessionPool(project.settings());
    ((SupportsNamespaces) catalogs.catalog("lake")).createNamespace(Namespace.of("shop"));
    createTable();
    addOrder(1);
  }

  /** Instead of the type of the orders that is there. */
  void type(String order) {
    write(project.directory().resolve("types/Order.yaml"), order);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void createTable() {
    catalogs.catalog("lake").createTable(TABLE, ORDERS, PartitionSpec.unpartitioned(), Map.of());
  }

  void dropTable() {
    catalogs.catalog("lake").dropTable(TABLE, false);
  }

  void compact() {
    Compaction.rewrite(catalogs.catalog("lake").loadTable(TABLE));
  }

  void addOrder(long id) {
    addOrder(id, "paid");
  }

  void addOrder(long id, String status) {
    Table table = catalogs.catalog("lake").loadTable(TABLE);
    Record row = GenericRecord.create(ORDERS);
    row.setField("id", id);
    row.setField("status", status);
    RowFiles.append(table, List.of(row));
  }

  void define(String view, String definition) {
    write(
        project.directory().resolve("views/" + view + ".yaml"),
        "$type: " + view + "\n" + definition);
    assertThat(new ProjectApply(project, catalogs, registry).apply().steps()).isNotEmpty();
  }

  void alter(ViewAlteration alteration) {
    new ViewAlterer(catalogs, registry, time).alter(alteration);
  }

  RegisteredView view(String name) {
    return registry.find(name);
  }

  RefreshOutcome refresh(RefreshRequest request) {
    return new Refresher(catalogs, registry, sessions, time, RefreshProgress.SILENT)
        .refresh(request);
  }

  @Override
  public void close() {
    sessions.close();
    catalogs.close();
  }
}
