package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.ResourceRequests;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refreshes that write position delete files. */
class DeleteFilesOfVersion2Test {
  @TempDir Path folder;

  @Test
  void aRefreshDoesNotReadTheDefaultsOfHadoop() {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE);
        ResourceRequests requests = ResourceRequests.ofThisThread()) {
      SmallShop shop = SmallShop.filled(project);
      project.define("OrderView", SmallShop.ORDER_VIEW + "$projection: oltp\n");
      project.refresh("OrderView");
      project
          .tableOf("OrderView")
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, "2")
          .commit();
      for (long order : List.of(12L, 10L)) {
        BigDecimal total = BigDecimal.valueOf(order, 2);
        CopyOnWrite.update(
            shop.orders(),
            Expressions.equal("order_id", order),
            row -> {
              row.setField("total", total);
              return row;
            });
        assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.MERGE);
        assertThat(project.tableOf("OrderView").currentSnapshot().summary())
            .containsKey(SnapshotSummary.ADD_POS_DELETE_FILES_PROP);
        shop.assertOrderViewIsRight();
      }
      assertThat(requests.names())
          .as("a configuration was created, and without its defaults")
          .contains("core-site.xml")
          .noneMatch(name -> name.endsWith("-default.xml"));
    }
  }
}
