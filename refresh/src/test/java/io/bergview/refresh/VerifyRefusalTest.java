package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.verify.VerifyOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views of which it cannot be known what they should hold. */
class VerifyRefusalTest {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void assertRefused(ErrorCode code, String... words) {
    BergviewException refused =
        catchThrowableOfType(BergviewException.class, () -> project.verify(VIEW));
    assertThat(refused).as("verifying is refused").isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.getMessage()).contains(VIEW).contains(words);
  }

  @Test
  void aViewThatWasNeverRefreshed() {
    assertRefused(ErrorCode.VIEW_INVALID, "not been refreshed");
  }

  @Test
  void aViewWhoseDefinitionChangedSince() {
    project.refresh(VIEW);
    project.define(VIEW, SmallShop.ORDER_VIEW + "$filter: {status: paid}\n");
    assertRefused(ErrorCode.VIEW_INVALID, "version 1", "version 2");
  }

  @Test
  void aViewIntoWhichOthersWrote() {
    project.refresh(VIEW);
    RowFiles.append(project.tableOf(VIEW), List.of(project.rows(VIEW).get(0)));
    assertRefused(ErrorCode.FOREIGN_WRITES, "refreshView --full");
  }

  @Test
  void aViewWhoseLineageIsLost() {
    project.refresh(VIEW);
    Table table = project.tableOf(VIEW);
    Compaction.rewrite(table);
    table.updateProperties().remove("bergview.lineage").commit();
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertRefused(ErrorCode.VIEW_INVALID, "lineage", "refreshView --full");
  }

  @Test
  void aViewWithForeignColumnChangesIsRefused() {
    project.refresh(VIEW);
    project.tableOf(VIEW).updateSchema().deleteColumn("quantity").commit();
    assertRefused(ErrorCode.VIEW_INVALID, "columns", "refreshView --full");
  }

  @Test
  void aSourceWhoseSnapshotHasExpired() {
    project.refresh(VIEW);
    shop.addOrder(20);
    shop.orders().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertRefused(ErrorCode.SOURCE_SNAPSHOT_EXPIRED, "shop.orders", "pin: true");
  }

  @Test
  void aSourceThatIsGoneOrAnother() {
    project.refresh(VIEW);
    TableIdentifier customers = TableIdentifier.of("shop", "customers");
    project.catalog().dropTable(customers, false);
    assertRefused(ErrorCode.SOURCE_NOT_FOUND, "shop.customers");
    project
        .catalog()
        .createTable(customers, SmallShop.CUSTOMERS, PartitionSpec.unpartitioned(), Map.of());
    assertRefused(ErrorCode.SOURCE_SNAPSHOT_EXPIRED, "shop.customers", "made again");
  }

  @Test
  void columnsThatWerePromotedOrDroppedSinceAreReadAsTheyWere() {
    project.refresh(VIEW);
    shop.orders().updateSchema().updateColumn("quantity", Types.LongType.get()).commit();
    shop.customers().updateSchema().deleteColumn("address").commit();
    assertThat(project.verify(VIEW).equal()).isTrue();
    assertThat(project.verify(VIEW).rowsCompared()).isEqualTo(5);
  }

  @Test
  void aSampleOfAViewWithoutKeyIsNotRepaired() {
    project.write("types/bare.yaml", "$type: Bare\n$table: shop.orders\n");
    project.define("Statuses", "$from: Bare\n$select: [status]\n");
    project.refresh("Statuses");
    VerifyOptions half = VerifyOptions.defaults().sample(50);
    assertThat(project.verify("Statuses", half).equal()).isTrue();
    assertThatThrownBy(() -> project.verify("Statuses", half.repairing()))
        .hasMessageContaining("refreshView --full")
        .extracting(e -> ((BergviewException) e).code())
        .isEqualTo(ErrorCode.POLICY_REFUSED);
  }

  @Test
  void optionsThatMeanNothing() {
    VerifyOptions options = VerifyOptions.defaults();
    for (double percent : new double[] {0, -1, 100.1, Double.NaN}) {
      assertThatThrownBy(() -> options.sample(percent)).hasMessageContaining("percent");
    }
    assertThatThrownBy(() -> options.showing(-1)).hasMessageContaining("limit");
  }
}
