package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowDeletes;
import io.bergview.refresh.explain.ViewExplanation;
import java.nio.file.Path;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many rows {@code explainView} says that a source has. */
class ExplainedSourcesTest {
  private static final String VIEW = "V";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define(VIEW, "$from: Order\n$select: [order_id, total]\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private ViewExplanation.Source orders() {
    return project.explain(VIEW).sources().get(0);
  }

  private void assertRows(long rows, boolean exact) {
    assertThat(orders().rows()).isEqualTo(rows);
    assertThat(orders().rowsAreExact()).isEqualTo(exact);
  }

  @Test
  void rowsThatWereRewrittenAwayDoNotCount() {
    assertRows(5, true);
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10L));
    assertRows(4, true);
  }

  @Test
  void rowsUnderDeletionVectorsDoNotCount() {
    shop.orders().updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
    RowDeletes.byVector(shop.orders(), Expressions.in("order_id", 10L, 12L));
    assertRows(3, true);
    RowDeletes.byVector(shop.orders(), Expressions.equal("order_id", 13L));
    assertRows(2, true);
  }

  @Test
  void positionDeletesAreTakenOffAndMayOutliveTheirFiles() {
    RowDeletes.byPositionInPartition(shop.orders(), Expressions.in("order_id", 10L, 12L));
    assertRows(3, false);
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 11L));
    assertThat(orders().rows()).isBetween(0L, 2L);
    assertThat(orders().rowsAreExact()).isFalse();
  }

  @Test
  void equalityDeletesAreNotTakenOff() {
    RowDeletes.byEquality(shop.orders(), Expressions.equal("status", "paid"), "status");
    assertRows(5, false);
  }

  @Test
  void tableWithoutSnapshotHasNone() {
    try (TestProject other = TestProject.create(folder.resolve("other"), TestProject.SQLITE)) {
      SmallShop.empty(other);
      other.define(VIEW, "$from: Order\n$select: [order_id, total]\n");
      ViewExplanation.Source orders = other.explain(VIEW).sources().get(0);
      assertThat(orders.rows()).isZero();
      assertThat(orders.rowsAreExact()).isTrue();
    }
  }
}
