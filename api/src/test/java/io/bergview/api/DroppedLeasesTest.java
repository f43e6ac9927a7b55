package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DroppedLeasesTest {
  @Test
  void aDroppedViewLetsGoOfItsSources(@TempDir Path folder) {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    for (String view : List.of("One", "Other")) {
      files.put("views/" + view + ".yaml", "$type: " + view + "\n$from: Order\n");
    }
    String settings = "settings: {memory-limit: 512MiB, threads: 2}\nmaintenance: {leases: true}\n";
    try (Bergview bergview = Projects.create(folder, settings, files)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 3), Progress.SILENT);
      bergview.apply();
      bergview.refreshView(RefreshRequest.of("One", "Other"));
      assertThat(tags(bergview)).isEqualTo(2);
      assertThat(bergview.getViewState("One").leases()).hasSize(1);
      bergview.dropView("One");
      assertThat(tags(bergview)).isEqualTo(1);
      bergview.sql("DROP MATERIALIZED VIEW Other");
      assertThat(tags(bergview)).isZero();
    }
  }

  private static long tags(Bergview bergview) {
    Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
    return orders.refs().values().stream().filter(SnapshotRef::isTag).count();
  }
}
