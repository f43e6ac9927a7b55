package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.define.DefinePlan;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.staleness.Freshness;
import java.nio.file.Path;
import org.apache.iceberg.catalog.TableIdentifier;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views over views. */
class CascadeTest {
  /** Named so that neither the alphabet nor the order of files is the order of refreshes. */
  private static final String TOP = "$from: M\n$groupBy: []\n$compute: {groups: {$count: '*'}}\n";

  private static final String MIDDLE =
      "$from: Z\n$groupBy: [status]\n$compute: {orders: {$count: '*'}, revenue: {$sum: total}}\n";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.write("views/a.yaml", "$type: A\n" + TOP);
    project.write("views/m.yaml", "$type: M\n" + MIDDLE);
    project.write("views/z.yaml", "$type: Z\n" + SmallShop.ORDER_VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private Object groups() {
    return project.contents("A").get(0).get("groups");
  }

  @Test
  void viewsAreAppliedAndRefreshedAfterThoseTheyRead() {
    assertThat(project.apply().steps()).extracting(DefinePlan::view).containsExactly("Z", "M", "A");
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done()).extracting(RefreshResult::view).containsExactly("Z", "M", "A");
    assertThat(groups()).isEqualTo(3L);
    assertThat(project.refresh(RefreshRequest.ofAll()).done())
        .allMatch(result -> result.kind() == RefreshKind.SKIP);
  }

  @Test
  void changeOfABaseTableReachesEveryViewInOneRun() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    shop.addOrders(shop.order(20, null, "lost", "1.00", 1));
    assertThat(project.state("A").state()).isEqualTo(Freshness.STALE);
    RefreshOutcome outcome = project.refresh(RefreshRequest.of("A", "M", "Z"));
    assertThat(outcome.done()).extracting(RefreshResult::view).containsExactly("Z", "M", "A");
    assertThat(outcome.done())
        .extracting(RefreshResult::kind)
        .containsExactly(RefreshKind.APPEND, RefreshKind.MERGE, RefreshKind.MERGE);
    assertThat(groups()).isEqualTo(4L);
    assertThat(project.state("A").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void lineageNamesTheBaseTablesToo() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    assertThat(project.lineageOf("A").lineage().sources())
        .extracting(
            source -> source.table().name(), SourceSnapshot::direct, SourceSnapshot::snapshotId)
        .containsExactlyInAnyOrder(
            Tuple.tuple("m", true, project.tableOf("M").currentSnapshot().snapshotId()),
            Tuple.tuple("z", false, project.tableOf("Z").currentSnapshot().snapshotId()),
            Tuple.tuple("orders", false, shop.orders().currentSnapshot().snapshotId()),
            Tuple.tuple("customers", false, shop.customers().currentSnapshot().snapshotId()));
  }

  @Test
  void upstreamThatWasNeverRefreshedIsNamed() {
    project.apply();
    BergviewException failure = project.failure("M");
    assertThat(failure.code()).isEqualTo(ErrorCode.POLICY_REFUSED);
    assertThat(failure).hasMessageContaining("refresh Z first");
    assertThat(project.tableOf("M").currentSnapshot()).isNull();
  }

  @Test
  void failureOfAnUpstreamStopsTheViewsAboveIt() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    shop.addOrder(20);
    long before = project.tableOf("M").currentSnapshot().snapshotId();
    project.catalog().dropTable(TableIdentifier.of("shop", "customers"), false);
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.done()).isEmpty();
    assertThat(outcome.failures())
        .extracting(RefreshOutcome.Failure::view)
        .containsExactly("Z", "M", "A");
    assertThat(outcome.failures().get(1).error()).hasMessageContaining("it reads Z");
    assertThat(project.tableOf("M").currentSnapshot().snapshotId()).isEqualTo(before);
  }

  @Test
  void viewOverAStaleViewIsLeftAloneAndSaysWhy() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    shop.addOrder(20);
    assertThat(project.state("M").state()).isEqualTo(Freshness.STALE);
    RefreshResult alone = project.refresh("M");
    assertThat(alone.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(alone.reason()).isEqualTo("UPSTREAM_STALE");
    assertThat(project.state("M").state()).isEqualTo(Freshness.STALE);
    project.refresh("Z");
    assertThat(project.refresh("M").reason()).isEqualTo("SOURCE_CHANGED");
    assertThat(project.state("M").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void refreshOfAnUpstreamThatFindsNothingNewSettlesTheViewsAbove() {
    project.define("Lost", "$from: Order\n$filter: {status: lost}\n");
    project.define("LostCount", "$from: Lost\n$groupBy: []\n$compute: {n: {$count: '*'}}\n");
    project.refresh(RefreshRequest.of("Lost", "LostCount"));
    shop.addOrder(20);
    project.refresh(RefreshRequest.of("Lost", "LostCount"));
    assertThat(project.state("LostCount").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void hiddenColumnsOfAnUpstreamAreNotInherited() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    project.define("Over", "$from: M\n");
    project.refresh("Over");
    assertThat(project.tableOf("M").schema().findField("_state")).isNotNull();
    assertThat(project.contents("Over"))
        .containsExactlyInAnyOrderElementsOf(project.contents("M"))
        .hasSize(3);
  }

  @Test
  void viewOverItselfIsRefused() {
    assertThatThrownBy(() -> project.define("Own", "$from: Own\n"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("Own -> Own");
  }

  @Test
  void circleInTheFolderIsRefusedAndShown() {
    project.write("views/z.yaml", "$type: Z\n$from: A\n");
    assertThatThrownBy(project::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("A -> M -> Z -> A");
    assertThat(project.registry().list()).isEmpty();
  }

  @Test
  void circleThroughRegisteredViewsIsRefusedAndShown() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    project.write("types/circle.yaml", "$type: Circle\n$table: shop_views.a\n");
    project.write("other.yaml", "$type: Z\n$from: Circle\n");
    assertThatThrownBy(() -> project.applying().define(folder.resolve("other.yaml")))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("Z -> A -> M -> Z");
    assertThat(project.view("Z").definitionVersion()).isEqualTo(1);
  }

  @Test
  void circleThroughAnUpstreamsRelationIsRefused() {
    project.apply();
    project.refresh(RefreshRequest.ofAll());
    project.write(
        "types/circle.yaml",
        "$type: Circle\n$table: shop_views.a\n$id: groups\n---\n"
            + "$type: Linked\n$table: shop.orders\n$id: order_id\ntop: '-> Circle'\n"
            + "$keys: {top: quantity}\n");
    project.write("views/z.yaml", "$type: Z\n$from: Linked\n$expand: [top]\n");
    assertThatThrownBy(project::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("Z -> A -> M -> Z");
    assertThat(project.view("Z").definitionVersion()).isEqualTo(1);
  }
}
