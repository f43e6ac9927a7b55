package io.bergview.catalog.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TestProject;
import io.bergview.projection.definition.TableName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceLeaseTest {
  private static final TableName SOURCE =
      new TableName(Optional.empty(), List.of("shop"), "orders");

  @Test
  void theTagIsTheDocumentedOneAndItsAgeCountsFromTheSnapshot(@TempDir Path folder) {
    try (Catalogs catalogs =
        TestProject.open(folder, "catalogs:\n  lake: {type: hadoop, warehouse: warehouse}\n")) {
      Table view = TestProject.createTable(catalogs, "shop_views", "v");
      Table source = TestProject.createTable(catalogs, "shop", "orders");
      String tag = "bergview-" + view.uuid();
      assertThat(SourceLease.tagOf(view, SOURCE)).isEqualTo(tag);
      assertThat(SourceLease.tagOf(view, SOURCE.at("audit"))).isEqualTo(tag + "@audit");
      assertThat(SourceLease.of(view, SOURCE, source)).isEmpty();
      source.newAppend().commit();
      long id = source.currentSnapshot().snapshotId();
      source.manageSnapshots().createTag(tag, id).setMaxRefAgeMs(tag, 90_000).commit();
      Instant until =
          Instant.ofEpochMilli(source.currentSnapshot().timestampMillis()).plusSeconds(90);
      assertThat(SourceLease.of(view, SOURCE, source)).contains(new SourceLease(SOURCE, id, until));
      assertThat(SourceLease.of(view, SOURCE, source).orElseThrow().toJson().toString())
          .isEqualTo(
              "{\"table\":\"shop.orders\",\"snapshotId\":%d,\"until\":\"%s\"}"
                  .formatted(id, until));
    }
  }
}
