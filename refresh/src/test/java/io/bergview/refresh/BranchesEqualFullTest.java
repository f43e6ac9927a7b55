package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of incremental refresh for views at branches and tags: whatever is done to the refs, the
 * result is that of a full refresh, and of the views that show rows as they are that of Iceberg's
 * own reader. A view whose ref is gone fails, and follows once it is there again. {@code
 * -Dbergview.seed=17} runs that seed alone.
 */
@Tag("seeded")
class BranchesEqualFullTest {
  private static final int STEPS = 7;
  private static final int MOST_CHANGES = 3;
  private static final int SEEDS_WITH_EVERY_CHANGE = 2;
  private static final int SEEDS_WITH_EVERY_REFRESH = 10;

  /** By name, without a last line. */
  private static final Map<String, String> VIEWS = new LinkedHashMap<>();

  /** The refs that each view reads. */
  private static final Map<String, Set<String>> READS = new LinkedHashMap<>();

  static {
    view("Audited", "$from: AuditOrder\n$expand: [customer]\n", "audit");
    view("Plain", "$from: shop.orders@audit\n", "audit");
    view(
        "Totals",
        "$from: shop.orders@audit\n$groupBy: [status]\n"
            + "$compute: {orders: {$count: '*'}, revenue: {$sum: total}, most: {$max: total}}\n",
        "audit");
    view(
        "Differing",
        """
        $sql: |
          SELECT coalesce(a.order_id, o.order_id) AS id, o.total AS before, a.total AS after
          FROM shop.orders FOR VERSION AS OF 'audit' a
          FULL JOIN shop.orders o ON o.order_id = a.order_id
          WHERE a.total IS DISTINCT FROM o.total OR a.status IS DISTINCT FROM o.status
        """,
        "audit");
    view(
        "Unpublished",
        """
        $from: shop.orders@staging
        $join:
          published: {$from: Order, $on: {$expr: 'order_id = published.order_id'}, $kind: anti}
        """,
        "staging");
    view(
        "SinceClosing",
        """
        $sql: |
          SELECT o.status, count(*) AS orders, sum(o.total) AS revenue
          FROM "Order" o ANTI JOIN "Order" FOR VERSION AS OF 'closed' c ON c.order_id = o.order_id
          GROUP BY o.status
        """,
        "closed");
    view("Main", SmallShop.STATUS_TOTALS);
    view(
        "Above",
        """
        $sql: |
          SELECT t.status, t.orders, s.total
          FROM Totals t JOIN shop.orders FOR VERSION AS OF 'staging' s ON s.status = t.status
        """,
        "audit",
        "staging");
  }

  private static final Map<RefChanges.Kind, Integer> CHANGES = new TreeMap<>();
  private static final Map<String, Integer> REFRESHES = new TreeMap<>();
  private static int seedsRun;

  @TempDir Path folder;

  private static void view(String name, String definition, String... refs) {
    VIEWS.put(name, definition);
    READS.put(name, Set.of(refs));
  }

  static LongStream seeds() {
    return Seeds.of(2, 16);
  }

  @AfterAll
  static void everyKindOfChangeAndRefreshOccurred() {
    System.out.println("changes: " + CHANGES + "\nrefreshes: " + REFRESHES);
    if (!Seeds.arePreset()) {
      return;
    }
    if (seedsRun >= SEEDS_WITH_EVERY_CHANGE) {
      assertThat(CHANGES.keySet()).containsExactly(RefChanges.Kind.values());
      assertThat(REFRESHES.keySet())
          .contains("failed SOURCE_REF_DROPPED", "merge SOURCE_CHANGED", "skip UP_TO_DATE");
    }
    if (seedsRun >= SEEDS_WITH_EVERY_REFRESH) {
      assertThat(REFRESHES.keySet())
          .contains(
              "append SOURCE_CHANGED",
              "full SOURCE_SNAPSHOT_EXPIRED",
              "merge SOURCE_ROLLED_BACK",
              "skip ONLY_COMPACTION");
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void incrementalEqualsFull(long seed) {
    String settings = seed % 2 == 0 ? TestProject.HADOOP : TestProject.SQLITE;
    try (TestProject project = TestProject.create(folder, settings)) {
      SmallShop shop = SmallShop.filled(project);
      Table orders = shop.orders();
      orders
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, seed % 4 < 2 ? "2" : "3")
          .commit();
      long first = orders.currentSnapshot().snapshotId();
      orders
          .manageSnapshots()
          .createBranch("audit", first)
          .createBranch("staging", first)
          .createTag(RefChanges.TAG, first)
          .commit();
      define(project);
      seedsRun++;
      List<String> history = new ArrayList<>();
      refresh(project, shop, "seed " + seed + ", at first");
      Random random = new Random(seed);
      RefChanges changes = new RefChanges(shop, random);
      for (int step = 1; step <= STEPS; step++) {
        for (int change = random.nextInt(MOST_CHANGES); change >= 0; change--) {
          RefChanges.Change made = changes.next();
          CHANGES.merge(made.kind(), 1, Integer::sum);
          history.add(made.toString());
        }
        history.add("refresh");
        refresh(project, shop, "seed " + seed + ", after " + history);
      }
    }
  }

  private static void define(TestProject project) {
    project.write(
        "types/audit.yaml",
        """
        $type: AuditOrder
        $table: shop.orders@audit
        $id: order_id
        customer: '-> Customer'
        """);
    VIEWS.forEach(
        (name, text) -> {
          project.write("views/" + name + ".yaml", "$type: " + name + "\n" + text);
          project.write(
              "views/" + name + "Full.yaml",
              "$type: " + name + "Full\n" + text + "$refresh: {policy: full}\n");
        });
    project.apply();
  }

  private static void refresh(TestProject project, SmallShop shop, String context) {
    Set<String> names = new TreeSet<>();
    VIEWS.keySet().forEach(name -> names.addAll(Set.of(name, name + "Full")));
    RefreshOutcome outcome = project.refresh(RefreshRequest.of(names.toArray(String[]::new)));
    Map<String, ErrorCode> failed = new TreeMap<>();
    outcome.failures().forEach(failure -> failed.put(failure.view(), failure.error().code()));
    outcome.done().stream()
        .filter(result -> VIEWS.containsKey(result.view()))
        .forEach(
            result ->
                REFRESHES.merge(result.kind().label() + " " + result.reason(), 1, Integer::sum));
    Table orders = shop.orders();
    VIEWS
        .keySet()
        .forEach(
            name -> {
              String about = name + ", " + context + "\n" + outcome;
              boolean there = orders.refs().keySet().containsAll(READS.get(name));
              if (!there) {
                REFRESHES.merge("failed " + failed.get(name), 1, Integer::sum);
                assertThat(failed).as(about).containsKeys(name, name + "Full");
                return;
              }
              assertThat(failed).as(about).doesNotContainKeys(name, name + "Full");
              assertThat(
                      CloseRows.differences(
                          RowContents.of(project.rows(name + "Full")),
                          RowContents.of(project.rows(name))))
                  .as(about)
                  .isEmpty();
            });
    if (orders.refs().containsKey("audit")) {
      List<Map<String, @Nullable Object>> read =
          RowContents.of(
              LiveRows.at(orders, orders.refs().get("audit").snapshotId(), SmallShop.ORDERS));
      assertThat(project.contents("Plain")).as(context).containsExactlyInAnyOrderElementsOf(read);
    }
  }
}
