package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.KilledSteps;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.SteppedCatalog.Writing;
import io.bergview.refresh.DyingRefresh.Meanwhile;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that follow a change of the sources and are killed at a step of the protocol. The view
 * is then as before or as after, and the next refresh goes on from there.
 *
 * <p>A few steps are tried, by chance: for each way one within the commit, for some one before or
 * after it; in a build for two ways only. {@code -Dbergview.kills=all} tries every step of every
 * way, or as many as there is time for ({@link KilledSteps}); pass it as {@code
 * -Dbergview.test.flags=-Dbergview.kills=all}.
 */
@Tag("seeded")
class KilledRefreshTest {
  private static final long SEED = 20261122;
  private static final long FIRST_ORDER = 1_000;

  /** Each change takes two of these, so that all changes meet the same files. */
  private static final int ORDERS = KilledSteps.ALL ? 4_000 : 200;

  /** What following a change comes to. */
  enum Way {
    APPEND("Appended", RefreshKind.APPEND, SmallShop.ORDER_VIEW + "$projection: olap\n"),
    POSITIONS("Marked", RefreshKind.MERGE, SmallShop.ORDER_VIEW + "$projection: oltp\n"),
    REWRITE("Rewritten", RefreshKind.MERGE, SmallShop.ORDER_VIEW + "$projection: olap\n"),
    GROUPS("Grouped", RefreshKind.MERGE, SmallShop.STATUS_TOTALS + "$refresh: {pin: true}\n"),
    VECTORS("Masked", RefreshKind.MERGE, SmallShop.ORDER_VIEW + "$projection: oltp\n"),
    /** Somebody else commits first, so that what was written is removed and planned again. */
    AGAIN("Overtaken", RefreshKind.MERGE, SmallShop.ORDER_VIEW + "$projection: oltp\n");

    private final String view;
    private final RefreshKind kind;
    private final String definition;

    Way(String view, RefreshKind kind, String definition) {
      this.view = view;
      this.kind = kind;
      this.definition = definition;
    }

    private Meanwhile meanwhile() {
      return this == AGAIN ? Meanwhile.COMPACTION : Meanwhile.NOTHING;
    }
  }

  /** What a build tries, each once. */
  private static final Set<Way> BUILD = EnumSet.of(Way.GROUPS);

  @TempDir static Path folder;
  private static TestProject project;
  private static SmallShop shop;
  private static long changes;

  @BeforeAll
  static void open() {
    project = TestProject.ofDyingProcesses(folder);
    shop = SmallShop.filled(project);
    shop.addOrders(
        LongStream.range(FIRST_ORDER, FIRST_ORDER + ORDERS)
            .mapToObj(id -> shop.order(id, 1 + id % 4, id % 3 == 0 ? "paid" : "open", "2.50", 1))
            .toArray(Record[]::new));
    for (Way way : Way.values()) {
      project.define(way.view, way.definition);
    }
    project
        .tableOf(Way.VECTORS.view)
        .updateProperties()
        .set(TableProperties.FORMAT_VERSION, "3")
        .commit();
  }

  @AfterAll
  static void close() {
    project.close();
  }

  static Stream<Arguments> ways() {
    return Stream.of(Way.values())
        .filter(way -> KilledSteps.ALL || (Seeds.many() ? way != Way.AGAIN : BUILD.contains(way)))
        .flatMap(
            way ->
                Stream.of(Writing.IN_PLACE, Writing.THROUGH_IO)
                    .filter(writing -> KilledSteps.ALL || way.ordinal() % 2 == writing.ordinal())
                    .map(writing -> Arguments.of(way, writing)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void killedRefreshIsAtomicAndTheNextSucceeds(Way way, Writing writing) throws Exception {
    project.refresh(way.view);
    change(way);
    RefreshResult whole =
        DyingRefresh.refresh(project, way.view, way.meanwhile(), writing, ProtocolSteps.NONE);
    List<String> steps = ProtocolSteps.taken();
    assertThat(whole.kind()).isEqualTo(way.kind);
    assertIsUpToDate(way);
    if (KilledSteps.ALL) {
      killAtEach(way, writing, steps.size());
    } else {
      for (int step : chosen(way, steps)) {
        assertThat(killAndGoOn(way, writing, step)).as("step %d of %s", step, steps).isTrue();
      }
    }
    assertThat(project.verify(way.view).equal()).isTrue();
    assertEverySnapshotIsWhatItsLineageSays(way);
    assertOldPinsGo(way);
  }

  /** As the view's files grow in number, a refresh may come to take a few steps more or less. */
  private static void killAtEach(Way way, Writing writing, int steps) throws Exception {
    if (!KilledSteps.areComplete()) {
      KilledSteps.takeEach(way + " " + writing, steps, step -> killAndGoOn(way, writing, step));
      return;
    }
    int step = 1;
    while (killAndGoOn(way, writing, step)) {
      step++;
    }
    assertThat(step).isCloseTo(steps, within(10));
  }

  private static int[] chosen(Way way, List<String> steps) {
    Random random = new Random(SEED + way.ordinal());
    String table = project.view(way.view).identifier().name();
    int committing = steps.lastIndexOf("phase committing") + 1;
    int landed = steps.lastIndexOf("landed " + table) + 1;
    int within = random.nextInt(committing, landed);
    if (way.ordinal() % 2 == 1) {
      return new int[] {within};
    }
    int outside =
        random.nextBoolean()
            ? random.nextInt(1, committing)
            : random.nextInt(landed, steps.size() + 1);
    return new int[] {within, outside};
  }

  /** An order comes; for a merge one changes, too, and one goes. */
  private static void change(Way way) {
    long changed = FIRST_ORDER + 2 * changes;
    long gone = changed + 1;
    changes++;
    if (way.kind == RefreshKind.MERGE) {
      CopyOnWrite.update(
          shop.orders(),
          Expressions.in("order_id", changed, gone),
          row -> {
            row.setField("quantity", null);
            row.setField("total", BigDecimal.valueOf(changes, 2));
            return row.getField("order_id").equals(gone) ? null : row;
          });
    }
    shop.addOrder(FIRST_ORDER + ORDERS + changes);
  }

  /** Whether the process has died, and not finished before. */
  private static boolean killAndGoOn(Way way, Writing writing, int step) throws Exception {
    long unchanged = shop.orders().currentSnapshot().snapshotId();
    long changed;
    Optional<String> death;
    try (DyingRefresh victim = DyingRefresh.start(folder)) {
      change(way);
      changed = shop.orders().currentSnapshot().snapshotId();
      death = victim.die(way.view, way.meanwhile(), writing, step);
    }
    Lineage lineage = project.lineageOf(way.view).lineage();
    boolean landed = SmallShop.snapshotOf("orders", lineage) == changed;
    assertThat(SmallShop.snapshotOf("orders", lineage))
        .as("%s", death)
        .isEqualTo(landed ? changed : unchanged);
    assertThat(project.contents(way.view))
        .as("%s", death)
        .containsExactlyInAnyOrderElementsOf(expected(way, lineage));
    RefreshResult result = project.refresh(way.view);
    assertThat(result.kind()).as("%s", death).isEqualTo(landed ? RefreshKind.SKIP : way.kind);
    assertIsUpToDate(way);
    return death.isPresent();
  }

  private static List<Map<String, @Nullable Object>> expected(Way way, Lineage lineage) {
    return way == Way.GROUPS ? shop.statusTotalsAt(lineage) : shop.orderViewAt(lineage);
  }

  private static void assertIsUpToDate(Way way) {
    Lineage lineage = project.lineageOf(way.view).lineage();
    assertThat(SmallShop.snapshotOf("orders", lineage))
        .isEqualTo(shop.orders().currentSnapshot().snapshotId());
    assertThat(project.contents(way.view))
        .containsExactlyInAnyOrderElementsOf(expected(way, lineage));
  }

  private static void assertEverySnapshotIsWhatItsLineageSays(Way way) {
    Table table = project.tableOf(way.view);
    for (Snapshot snapshot : table.snapshots()) {
      assertThat(project.contentsAt(way.view, snapshot.snapshotId()))
          .containsExactlyInAnyOrderElementsOf(expected(way, SmallShop.lineageAt(table, snapshot)));
    }
  }

  /** What killed processes have pinned is release by the next refresh that commits. */
  private static void assertOldPinsGo(Way way) {
    if (way == Way.GROUPS) {
      change(way);
      project.refresh(way.view);
      Table orders = shop.orders();
      assertThat(orders.refs().values().stream().filter(SnapshotRef::isTag))
          .extracting(SnapshotRef::snapshotId)
          .containsExactly(orders.currentSnapshot().snapshotId());
    }
  }
}
