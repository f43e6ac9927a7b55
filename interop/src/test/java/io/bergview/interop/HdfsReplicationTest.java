package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How many copies HDFS keeps of a view's files, as its name node says. */
@Tag("engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HdfsReplicationTest {
  private static final int NODES = 3;

  private HdfsCluster hdfs;
  private Path folder;
  private Bergview bergview;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    hdfs = HdfsCluster.start(temporary.resolve("hdfs"), NODES, NODES);
    folder = temporary.resolve("project");
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), hdfs.project());
    for (Map.Entry<String, String> type : Shop.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    bergview = Bergview.open(folder);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 7), Progress.SILENT);
  }

  @AfterAll
  void stop() {
    bergview.close();
    hdfs.close();
  }

  private Table table(String view) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop_views", view));
  }

  private List<String> files(Table table) throws IOException {
    List<String> locations = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        DataFile file = task.file();
        locations.add(file.location());
        task.deletes().stream().map(DeleteFile::location).forEach(locations::add);
      }
    }
    return locations;
  }

  @Test
  void aViewsFilesHaveItsOwnNumberOfCopies() throws IOException {
    Table orders = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
    assertThat(hdfs.copies(files(orders)).values()).isNotEmpty().containsOnly(NODES);
    Files.writeString(
        folder.resolve("views/OrderRows.yaml"),
        "{$type: OrderRows, $from: Order, $table: shop_views.OrderRows, $shards: 12, $replication:"
            + " 2}");
    bergview.apply();
    bergview.refreshView(RefreshRequest.of("OrderRows"));
    Table view = table("OrderRows");
    assertThat(view.spec().fields())
        .singleElement()
        .satisfies(field -> assertThat(field.transform().toString()).isEqualTo("bucket[12]"));
    assertThat(hdfs.copies(files(view)).values()).isNotEmpty().containsOnly(2);
    Shop.change(bergview.catalog("lake"), 7);
    RefreshResult followed = bergview.refreshView(RefreshRequest.of("OrderRows")).done().get(0);
    assertThat(followed.kind()).isEqualTo(RefreshKind.MERGE);
    view.refresh();
    assertThat(hdfs.copies(files(view)).values()).isNotEmpty().containsOnly(2);
    bergview.compactView(MaintenanceRequest.of("OrderRows"));
    view.refresh();
    assertThat(hdfs.copies(files(view)).values()).isNotEmpty().containsOnly(2);
  }
}
