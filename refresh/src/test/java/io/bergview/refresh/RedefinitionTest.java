package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.define.DefinePlan;
import io.bergview.define.DefinitionDifference;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions that change: the table follows by evolution, at the next refresh. */
class RedefinitionTest {
  private static final String VIEW = "V";
  private static final String STATUS = "$from: Order\n$select: [order_id, status]\n";
  private static final String TOTALS = "$from: Order\n$select: [order_id, status, total]\n";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private RefreshResult redefine(String text) {
    project.define(VIEW, text);
    return project.refresh(VIEW);
  }

  private int id(String column) {
    return Objects.requireNonNull(project.tableOf(VIEW).schema().findField(column), column)
        .fieldId();
  }

  private List<String> columns() {
    return project.tableOf(VIEW).schema().columns().stream().map(Types.NestedField::name).toList();
  }

  private List<String> partitions() {
    return project.tableOf(VIEW).spec().fields().stream()
        .filter(field -> !field.transform().isVoid())
        .map(
            field ->
                field.transform()
                    + " "
                    + project.tableOf(VIEW).schema().findColumnName(field.sourceId()))
        .toList();
  }

  private List<String> sortedBy() {
    return project.tableOf(VIEW).sortOrder().fields().stream()
        .map(field -> project.tableOf(VIEW).schema().findColumnName(field.sourceId()))
        .toList();
  }

  @Test
  void changedDefinitionMakesTheViewInvalidUntilItsFullRefresh() {
    redefine(STATUS);
    List<Map<String, @Nullable Object>> before = project.contents(VIEW);
    DefinePlan plan = TestProject.step(project.define(VIEW, TOTALS), VIEW);
    assertThat(plan.action()).isEqualTo(DefinePlan.Action.ALTER);
    assertThat(plan.changes()).anyMatch(change -> change.text().contains("$select"));
    assertThat(project.state(VIEW).state()).isEqualTo(Freshness.INVALID);
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.DEFINITION_CHANGED);
    assertThat(project.contents(VIEW)).as("rows until then").isEqualTo(before);
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.reason()).isEqualTo("DEFINITION_CHANGED");
    assertThat(project.state(VIEW).state()).isEqualTo(Freshness.FRESH);
    assertThat(columns()).containsExactly("order_id", "status", "total");
    assertThat(project.rows(VIEW)).hasSize(5).anyMatch(row -> row.getField("total") != null);
  }

  @Test
  void columnsKeepTheirIdsAndOldSnapshotsTheirRows() {
    long first = redefine(TOTALS).snapshotId();
    String uuid = project.tableOf(VIEW).uuid().toString();
    List<Map<String, @Nullable Object>> before = project.contents(VIEW);
    int order = id("order_id");
    int total = id("total");
    long second = redefine("$from: Order\n$select: [total, quantity, order_id]\n").snapshotId();
    assertThat(columns()).containsExactly("total", "quantity", "order_id");
    assertThat(id("order_id")).isEqualTo(order);
    assertThat(id("total")).isEqualTo(total);
    int quantity = id("quantity");
    redefine(TOTALS);
    assertThat(columns()).containsExactly("order_id", "status", "total");
    assertThat(List.of(order, total, quantity)).doesNotContain(id("status"));
    assertThat(project.tableOf(VIEW).uuid()).hasToString(uuid);
    assertThat(project.contentsAt(VIEW, first)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(project.contentsAt(VIEW, second))
        .hasSize(5)
        .allMatch(row -> row.keySet().equals(Set.of("total", "quantity", "order_id")));
    assertThat(project.contents(VIEW)).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void columnOfAnotherTypeGetsAnotherId() {
    long first =
        redefine("$from: Order\n$select: {order_id: order_id, value: status}\n").snapshotId();
    int text = id("value");
    redefine("$from: Order\n$select: {order_id: order_id, value: quantity}\n");
    assertThat(id("value")).isNotEqualTo(text);
    assertThat(project.tableOf(VIEW).schema().findType("value")).isEqualTo(Types.IntegerType.get());
    assertThat(project.rows(VIEW))
        .extracting(row -> row.getField("value"))
        .containsExactlyInAnyOrder(1, 2, null, 4, 5);
    assertThat(project.contentsAt(VIEW, first))
        .extracting(row -> row.get("value"))
        .containsExactlyInAnyOrder("paid", "open", "paid", null, "open");
  }

  @Test
  void rowsBecomeGroupsAndGroupsRowsAgain() {
    redefine(STATUS);
    redefine(SmallShop.STATUS_TOTALS);
    assertThat(project.contents(VIEW)).hasSize(3).allMatch(row -> row.containsKey("revenue"));
    redefine(STATUS);
    assertThat(project.contents(VIEW)).hasSize(5);
    assertThat(columns()).containsExactly("order_id", "status");
  }

  @Test
  void partitionsFollowTheDefinition() {
    redefine(TOTALS);
    assertThat(partitions()).isEmpty();
    redefine(TOTALS + "$partitionBy: [status]\n");
    assertThat(partitions()).containsExactly("identity status");
    assertThat(project.tableOf(VIEW).newScan().planFiles()).as("as they were").hasSize(1);
    project.refreshFully(VIEW);
    assertThat(project.tableOf(VIEW).newScan().planFiles()).hasSize(3);
    redefine(TOTALS + "$partitionBy: [{bucket: 4, of: order_id}]\n");
    assertThat(partitions()).containsExactly("bucket[4] order_id");
    redefine(TOTALS + "$partitionBy: [{bucket: 8, of: order_id}, status]\n");
    assertThat(partitions()).containsExactly("bucket[8] order_id", "identity status");
    redefine(TOTALS + "$partitionBy: [status]\n");
    assertThat(partitions()).containsExactly("identity status");
    redefine(TOTALS);
    assertThat(partitions()).isEmpty();
    assertThat(project.rows(VIEW)).hasSize(5);
  }

  @Test
  void columnThatPartitionsMayBeDropped() {
    long first = redefine(TOTALS + "$partitionBy: [status]\n$sortBy: [total]\n").snapshotId();
    redefine(
        "$from: Order\n"
            + "$select: [order_id, quantity]\n"
            + "$partitionBy: [{truncate: 10, of: quantity}]\n");
    assertThat(partitions()).containsExactly("truncate[10] quantity");
    assertThat(sortedBy()).isEmpty();
    assertThat(columns()).containsExactly("order_id", "quantity");
    assertThat(project.rows(VIEW)).hasSize(5);
    assertThat(project.contentsAt(VIEW, first))
        .hasSize(5)
        .anyMatch(row -> "paid".equals(row.get("status")));
    redefine(TOTALS + "$partitionBy: [status]\n$sortBy: [total]\n");
    assertThat(partitions()).containsExactly("identity status");
    assertThat(sortedBy()).containsExactly("total");
    assertThat(project.rows(VIEW)).hasSize(5);
  }

  @Test
  void columnThatPartitionsMayChangeItsType() {
    redefine(
        "$from: Order\n"
            + "$select: {order_id: order_id, value: status}\n"
            + "$partitionBy: [value]\n"
            + "$sortBy: [value]\n");
    redefine(
        "$from: Order\n"
            + "$select: {order_id: order_id, value: quantity}\n"
            + "$partitionBy: [value]\n"
            + "$sortBy: [value]\n");
    assertThat(partitions()).containsExactly("identity value");
    assertThat(sortedBy()).containsExactly("value");
    assertThat(project.rows(VIEW)).hasSize(5);
    try (var tasks = project.tableOf(VIEW).newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        assertThat(task.file().recordCount()).as("one row per value").isEqualTo(1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void orderFollowsTheDefinition() {
    redefine(TOTALS + "$sortBy: [status]\n");
    assertThat(sortedBy()).containsExactly("status");
    redefine(TOTALS + "$sortBy: [{total: desc}, order_id]\n");
    assertThat(sortedBy()).containsExactly("total", "order_id");
    redefine(TOTALS);
    assertThat(sortedBy()).isEmpty();
  }

  @Test
  void projectionFollowsTheDefinition() {
    redefine("$projection: olap\n" + TOTALS);
    assertThat(project.tableOf(VIEW).properties())
        .containsEntry("write.merge.mode", "copy-on-write");
    redefine("$projection: oltp\n" + TOTALS);
    assertThat(project.tableOf(VIEW).properties())
        .containsEntry("write.merge.mode", "merge-on-read");
    assertThat(sortedBy()).containsExactly("order_id");
    redefine("$projection: olap\n" + TOTALS);
    assertThat(project.tableOf(VIEW).properties())
        .containsEntry("write.merge.mode", "copy-on-write");
    assertThat(sortedBy()).isEmpty();
  }

  @Test
  void definitionChangedBeforeTheFirstRefreshIsTheOneThatIsLaidOut() {
    project.define(VIEW, STATUS);
    redefine("$projection: oltp\n" + TOTALS + "$partitionBy: [status]\n");
    assertThat(columns()).containsExactly("order_id", "status", "total");
    assertThat(partitions()).containsExactly("identity status");
    assertThat(sortedBy()).containsExactly("order_id");
    assertThat(project.rows(VIEW)).hasSize(5);
  }

  @Test
  void definitionChangedUnderForeignRowsIsLaidOutByTheFullRefresh() {
    redefine(STATUS);
    project.define(VIEW, STATUS + "$partitionBy: [status]\n");
    RowFiles.append(project.tableOf(VIEW), List.of(project.rows(VIEW).get(0)));
    project.refreshFully(VIEW);
    assertThat(partitions()).containsExactly("identity status");
    assertThat(project.rows(VIEW)).hasSize(5);
  }

  @Tag("long")
  @Test
  void backAndForthManyTimesLosesNothing() {
    List<String> texts =
        List.of(
            STATUS,
            TOTALS + "$partitionBy: [status]\n",
            SmallShop.STATUS_TOTALS,
            SmallShop.ORDER_VIEW + "$sortBy: [customer_name]\n",
            "$from: Order\n"
                + "$groupBy: []\n"
                + "$compute: {orders: {$count: '*'}, average: {$avg: total}}\n");
    List<Integer> rows = List.of(5, 5, 3, 5, 1);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < texts.size(); i++) {
        assertThat(redefine(texts.get(i)).kind()).isEqualTo(RefreshKind.FULL);
        assertThat(project.rows(VIEW)).hasSize(rows.get(i));
      }
    }
    assertThat(project.view(VIEW).definitionVersion()).isEqualTo(15);
    Table table = project.tableOf(VIEW);
    table
        .snapshots()
        .forEach(
            snapshot -> assertThat(project.contentsAt(VIEW, snapshot.snapshotId())).isNotEmpty());
    assertThat(table.spec().fields())
        .allMatch((PartitionField field) -> field.transform().isVoid());
  }

  @Test
  void applyingTheSameDefinitionAgainWritesNothing() {
    redefine(TOTALS);
    Table before = project.tableOf(VIEW);
    DefinePlan plan = TestProject.step(project.apply(), VIEW);
    assertThat(plan.action()).isEqualTo(DefinePlan.Action.UNCHANGED);
    assertThat(project.tableOf(VIEW).currentSnapshot().snapshotId())
        .isEqualTo(before.currentSnapshot().snapshotId());
    assertThat(project.view(VIEW).definitionVersion()).isEqualTo(1);
  }

  @Test
  void settingsOfTheRefreshAloneNeedNoRecompute() {
    redefine(TOTALS);
    List<Map<String, @Nullable Object>> before = project.contents(VIEW);
    DefinePlan plan =
        TestProject.step(
            project.define(VIEW, TOTALS + "$refresh: {gracePeriod: 2h, policy: strict}\n"), VIEW);
    assertThat(plan.action()).isEqualTo(DefinePlan.Action.ALTER_SETTINGS);
    assertThat(plan.changes())
        .extracting(DefinitionDifference::text)
        .containsExactly("+ $refresh.gracePeriod: \"2h\"", "+ $refresh.policy: \"strict\"");
    assertThat(plan.changes()).allMatch(change -> change.cost() == DefinitionDifference.Cost.FREE);
    assertThat(project.contents(VIEW)).isEqualTo(before);
    assertThat(project.state(VIEW).state()).isEqualTo(Freshness.FRESH);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.view(VIEW).definition().view().refresh().gracePeriod()).hasHours(2);
    shop.addOrder(20);
    assertThat(project.state(VIEW).withinGrace()).isTrue();
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.rows(VIEW)).hasSize(6);
  }

  @Test
  void changedSettingsDoNotHideAnEarlierChangeOfTheDefinition() {
    redefine(STATUS);
    project.define(VIEW, TOTALS);
    project.define(VIEW, TOTALS + "$refresh: {gracePeriod: 2h}\n");
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.DEFINITION_CHANGED);
    assertThat(project.refresh(VIEW).reason()).isEqualTo("DEFINITION_CHANGED");
    assertThat(columns()).containsExactly("order_id", "status", "total");
  }

  @Test
  void settingsTogetherWithAColumnThatIsNewAreAChangeOfTheDefinition() {
    redefine("$from: Order\n");
    SchemaChanges.add(shop.orders(), "note", Types.StringType.get());
    DefinePlan plan =
        TestProject.step(project.define(VIEW, "$from: Order\n$refresh: {policy: full}\n"), VIEW);
    assertThat(plan.action()).isEqualTo(DefinePlan.Action.ALTER);
    assertThat(project.refresh(VIEW).reason()).isEqualTo("DEFINITION_CHANGED");
    assertThat(columns()).contains("note");
  }

  @Test
  void viewOfAViewWhoseSettingsChangedStaysFresh() {
    redefine(TOTALS);
    project.define("Above", "$from: V\n$groupBy: [status]\n$compute: {n: {$count: '*'}}\n");
    project.refresh("Above");
    project.define(VIEW, TOTALS + "$refresh: {policy: strict}\n");
    assertThat(project.state("Above").state()).isEqualTo(Freshness.FRESH);
    shop.addOrder(20);
    project.refresh(VIEW);
    assertThat(project.refresh("Above").kind()).isEqualTo(RefreshKind.MERGE);
  }

  @Test
  void pinsFollowTheSettingsAtOnce() {
    redefine(TOTALS);
    long read = shop.orders().currentSnapshot().snapshotId();
    project.define(VIEW, TOTALS + "$refresh: {pin: 2d}\n");
    assertThat(pins()).containsOnly(Map.entry(read, Duration.ofDays(2)));
    project.define(VIEW, TOTALS + "$refresh: {pin: 3d}\n");
    assertThat(pins()).containsOnly(Map.entry(read, Duration.ofDays(3)));
    project.define(VIEW, TOTALS);
    assertThat(pins()).isEmpty();
  }

  /** The snapshots of the source that tags hold, and for how many whole days. */
  private Map<Long, Duration> pins() {
    Map<Long, Duration> pins = new HashMap<>();
    shop.orders()
        .refs()
        .values()
        .forEach(
            ref -> {
              if (ref.isTag()) {
                pins.put(
                    ref.snapshotId(),
                    Duration.ofDays(Duration.ofMillis(ref.maxRefAgeMs()).toDays()));
              }
            });
    return pins;
  }

  @Test
  void sourceChangesAfterARedefinitionAreStillSeen() {
    redefine(TOTALS);
    redefine(STATUS);
    shop.addOrder(20);
    assertThat(project.refresh(VIEW).reason()).isEqualTo("SOURCE_CHANGED");
    assertThat(project.rows(VIEW)).hasSize(6);
  }
}
