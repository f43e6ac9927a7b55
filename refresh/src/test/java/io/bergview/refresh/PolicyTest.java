package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code $refresh.policy} allows a refresh to do. */
class PolicyTest {
  private static final String VIEW = "OrderView";

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

  private void define(String policy) {
    project.define(VIEW, SmallShop.ORDER_VIEW + "$refresh: {policy: " + policy + "}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "incremental", "strict", "full"})
  void firstRefreshAndFreshViewsAreAllowedByEveryPolicy(String policy) {
    define(policy);
    assertThat(project.refresh(VIEW).reason()).isEqualTo("FIRST_REFRESH");
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
    shop.assertOrderViewIsRight();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "incremental", "strict", "full"})
  void changesAreFollowedUnlessThePolicyIsToRecompute(String policy) {
    define(policy);
    project.refresh(VIEW);
    shop.addOrder(20);
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind())
        .isEqualTo(policy.equals("full") ? RefreshKind.FULL : RefreshKind.APPEND);
    assertThat(result.reason()).isEqualTo("SOURCE_CHANGED");
    shop.assertOrderViewIsRight();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "incremental", "full"})
  void recomputingWhatCannotBeFollowedIsAllowedAndSaid(String policy) {
    define(policy);
    project.refresh(VIEW);
    long seen = shop.orders().currentSnapshot().snapshotId();
    shop.addOrder(20);
    shop.orders().expireSnapshots().expireSnapshotId(seen).cleanExpiredFiles(false).commit();
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(result.reason()).isEqualTo("SOURCE_SNAPSHOT_EXPIRED");
    assertThat(result.message().contains("the policy asks for an incremental refresh"))
        .isEqualTo(policy.equals("incremental"));
    shop.assertOrderViewIsRight();
  }

  @Test
  void changeOfMoreThanMaxDeltaIsRecomputedUnderAutoOnly() {
    project.define(VIEW, SmallShop.ORDER_VIEW + "$refresh: {maxDelta: 10%}\n");
    project.define("Strict", SmallShop.ORDER_VIEW + "$refresh: {maxDelta: 10%, policy: strict}\n");
    project.refresh(VIEW);
    project.refresh("Strict");
    RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", 10L));
    assertThat(project.refresh(VIEW).reason()).isEqualTo("DELTA_TOO_LARGE");
    assertThat(project.refresh("Strict").kind()).isEqualTo(RefreshKind.MERGE);
    shop.assertOrderViewIsRight();
  }

  @Test
  void strictPolicyRefusesToRecomputeWithoutFull() {
    define("strict");
    long made = project.refresh(VIEW).snapshotId();
    shop.orders().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    shop.orders().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    BergviewException failure = project.failure(VIEW);
    assertThat(failure.code()).isEqualTo(ErrorCode.POLICY_REFUSED);
    assertThat(failure.code().exitCode()).isEqualTo(ErrorCode.ExitCode.REFUSED);
    assertThat(failure).hasMessageContaining("strict").hasMessageContaining("--full");
    assertThat(project.tableOf(VIEW).currentSnapshot().snapshotId()).isEqualTo(made);
    assertThat(project.refreshFully(VIEW).reason()).isEqualTo("SOURCE_SNAPSHOT_EXPIRED");
    shop.assertOrderViewIsRight();
  }

  @Test
  void strictAllowsANewDefinition() {
    define("strict");
    project.refresh(VIEW);
    project.define(VIEW, "$from: Order\n$refresh: {policy: strict}\n");
    assertThat(project.refresh(VIEW).reason()).isEqualTo("DEFINITION_CHANGED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "incremental", "strict", "full"})
  void noPolicyReplacesForeignRows(String policy) {
    define(policy);
    project.refresh(VIEW);
    RowFiles.append(project.tableOf(VIEW), List.of(project.rows(VIEW).get(0)));
    assertThat(project.failure(VIEW).code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(project.rows(VIEW)).hasSize(6);
  }

  @Test
  void definedMaxDeltaAppliesToInsertedRowsToo() {
    project.define("Told", SmallShop.ORDER_VIEW + "$refresh: {maxDelta: 20%}\n");
    project.define("Groups", SmallShop.STATUS_TOTALS + "$refresh: {maxDelta: 20%}\n");
    project.define("Strict", SmallShop.ORDER_VIEW + "$refresh: {maxDelta: 20%, policy: strict}\n");
    project.define("Untold", SmallShop.ORDER_VIEW);
    List<String> views = List.of("Told", "Groups", "Strict", "Untold");
    views.forEach(project::refresh);
    shop.addOrder(20);
    for (String view : views) {
      assertThat(project.refresh(view).kind()).as(view).isNotEqualTo(RefreshKind.FULL);
    }
    shop.addOrders(
        shop.order(21, 1L, "paid", "1.00", 1),
        shop.order(22, 1L, "paid", "1.00", 1),
        shop.order(23, 1L, "paid", "1.00", 1));
    for (String view : List.of("Told", "Groups")) {
      RefreshResult result = project.refresh(view);
      assertThat(result.kind()).as(view).isEqualTo(RefreshKind.FULL);
      assertThat(result.reason()).isEqualTo("DELTA_TOO_LARGE");
      assertThat(result.message()).contains("3 of about 9 rows", "maxDelta (20%)");
    }
    assertThat(project.refresh("Strict").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.refresh("Untold").kind()).isEqualTo(RefreshKind.APPEND);
  }
}
