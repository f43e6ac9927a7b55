package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.view.ReachableFiles;
import io.bergview.catalog.view.ReachableFiles.MissingPolicy;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.KilledSteps;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.Seeds;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.refresh.DyingMaintenance.Work;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that vacuum, compact or reshard a view and are killed at a step. The view has the rows
 * and the lineage that it had, every snapshot that is left can be read, the next refresh follows
 * the changes, and the next vacuum removes what the dead left behind.
 *
 * <p>Two steps of each kind of work are tried, by chance, and in a build two of a compaction.
 * {@code -Dbergview.kills=all} tries every step; pass it as {@code
 * -Dbergview.test.flags=-Dbergview.kills=all}.
 */
@Tag("seeded")
class KilledMaintenanceTest {
  private static final long SEED = 20261121;
  private static final String VIEW = "OrderView";

  @TempDir static Path folder;
  private static TestProject project;
  private static SmallShop shop;
  private static long nextOrder = 100;
  private static long changes;

  @BeforeAll
  static void open() {
    project = TestProject.ofDyingProcesses(folder);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW + "$projection: oltp\n");
  }

  @AfterAll
  static void close() {
    project.close();
  }

  /** Makes small files, delete files and snapshots; the orders of before are in one file. */
  private static void makeWork() {
    Compaction.rewrite(shop.orders());
    project.refreshFully(VIEW);
    for (int i = 0; i < 5; i++) {
      shop.addOrder(nextOrder++);
      project.refresh(VIEW);
    }
    change();
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.MERGE);
  }

  private static void change() {
    long changed = nextOrder - 1;
    CopyOnWrite.update(
        shop.orders(),
        Expressions.in("order_id", changed, changed - 1),
        row -> {
          row.setField("total", BigDecimal.valueOf(++changes, 2));
          return row.getField("order_id").equals(changed) ? row : null;
        });
  }

  static Stream<Work> works() {
    return Stream.of(Work.values())
        .filter(work -> KilledSteps.ALL || Seeds.many() || work == Work.COMPACTION);
  }

  @ParameterizedTest
  @MethodSource("works")
  @Tag("long")
  void killedMaintenanceLeavesTheViewAsItWas(Work work) throws Exception {
    makeWork();
    DyingMaintenance.run(project, VIEW, work, ProtocolSteps.NONE);
    int steps = ProtocolSteps.taken().size();
    assertThat(steps).isGreaterThan(4);
    assertIsRight("nobody dies");
    if (KilledSteps.ALL) {
      KilledSteps.takeEach(work.name(), steps, step -> killAndGoOn(work, step));
      return;
    }
    Random random = new Random(SEED + work.ordinal());
    killAndGoOn(work, 1 + random.nextInt(steps / 2));
    killAndGoOn(work, steps / 2 + random.nextInt(steps / 2));
  }

  private static void killAndGoOn(Work work, int step) throws Exception {
    Lineage before;
    Optional<String> death;
    try (DyingMaintenance victim = DyingMaintenance.start(folder)) {
      makeWork();
      before = project.lineageOf(VIEW).lineage();
      death = victim.die(VIEW, work, step);
    }
    String context = work + " " + death;
    assertThat(project.lineageOf(VIEW).lineage()).as(context).isEqualTo(before);
    assertIsRight(context);
    change();
    assertThat(project.refresh(VIEW).kind()).as(context).isEqualTo(RefreshKind.MERGE);
    assertIsRight(context);
    VacuumResult vacuum =
        project
            .maintenance(DyingMaintenance.LATER)
            .vacuum(MaintenanceRequest.of(VIEW))
            .done()
            .get(0);
    assertThat(vacuum.remarks()).isEmpty();
    assertNothingIsLeftOver(context);
    assertIsRight(context);
    if (work == Work.RESHARDING) {
      goOnSharding(context);
    }
  }

  /** What the dead has not brought into the shards, the next compaction does. */
  private static void goOnSharding(String context) {
    project.maintenance(DyingMaintenance.LATER).compact(MaintenanceRequest.of(VIEW));
    project
        .explain(VIEW)
        .shards()
        .sizes()
        .ifPresent(sizes -> assertThat(sizes.filesOfOtherLayouts()).as(context).isZero());
    assertIsRight(context);
  }

  private static void assertIsRight(String context) {
    Table table = project.tableOf(VIEW);
    for (Snapshot snapshot : table.snapshots()) {
      assertThat(project.contentsAt(VIEW, snapshot.snapshotId()))
          .as(context)
          .containsExactlyInAnyOrderElementsOf(
              shop.orderViewAt(SmallShop.lineageAt(table, snapshot)));
    }
    assertThat(project.verify(VIEW).equal()).as(context).isTrue();
  }

  /** Data and delete files, manifests and half-written files. */
  private static void assertNothingIsLeftOver(String context) throws IOException {
    Table table = project.tableOf(VIEW);
    List<Snapshot> snapshots = new ArrayList<>();
    table.snapshots().forEach(snapshots::add);
    Path home = LocalDisk.path(table.location());
    List<String> files;
    try (Stream<Path> all = Files.walk(home)) {
      files =
          all.filter(Files::isRegularFile)
              .map(Path::toString)
              .filter(file -> !file.endsWith(".metadata.json"))
              .sorted()
              .toList();
    }
    assertThat(files)
        .as(context)
        .containsExactlyElementsOf(
            ReachableFiles.of(table, snapshots, MissingPolicy.FAIL).values().stream()
                .map(file -> file.location().replaceFirst("^(file|remote):/*", "/"))
                .collect(Collectors.toCollection(TreeSet::new)));
  }
}
