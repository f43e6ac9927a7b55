package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.cli.Main;
import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.ChildJvm;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Shop;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.ViewState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private Table table(String namespace, String name) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of(namespace, name));
  }

  private Table tableOf(String view) {
    return bergview
        .catalog("lake")
        .loadTable(TableIdentifier.parse(bergview.explainView(view).table().toString()));
  }

  /** The copies of all data and delete files of a table, by location. */
  private Map<String, Integer> copies(Table table) throws IOException {
    List<String> locations = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        locations.add(task.file().location());
        task.deletes().stream().map(DeleteFile::location).forEach(locations::add);
      }
    }
    assertThat(locations).isNotEmpty();
    return hdfs.copies(locations);
  }

  private RefreshResult refresh(String view) {
    return bergview.refreshView(RefreshRequest.of(view)).done().get(0);
  }

  /** A command as a user types it: its output, where it succeeds. */
  private List<String> bergview(String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(1, List.of("--project", folder.toString()));
    List<String> output = new ArrayList<>();
    try (ChildJvm process = ChildJvm.start(Main.class, arguments.toArray(String[]::new))) {
      for (String line = process.nextLine(); line != null; line = process.nextLine()) {
        output.add(line);
      }
      assertThat(process.awaitEnd()).as("%s: %s", arguments, output).isZero();
    }
    return output;
  }

  private static List<String> partitions(Table table) {
    return table.spec().fields().stream().map(field -> field.transform().toString()).toList();
  }

  private List<String> explained(String view) throws IOException, InterruptedException {
    return bergview("explainView", view).stream().map(String::strip).toList();
  }

  /** A base of 24 shards and three copies, a view of 12 and two, and then of six and one. */
  @Test
  void aViewHasItsOwnShardsAndCopies() throws Exception {
    Table base = table("shop", "orders");
    base.updateSpec().addField(Expressions.bucket("customer_id", 24)).commit();
    Shop.change(bergview.catalog("lake"), 6);
    base.refresh();
    assertThat(copies(base).values()).containsOnly(NODES);
    assertThat(partitions(base)).contains("bucket[24]");
    String create =
        """
        CREATE MATERIALIZED VIEW own
          WITH SHARDS=12 REPLICATION_FACTOR=2
          SHARD KEY (customer_id)
        AS SELECT * FROM shop.orders
        """;
    assertThat(bergview("sql", "-e", create)).contains("created own (table shop._views.own)");
    assertThat(bergview("refreshView", "own")).anyMatch(line -> line.contains("full"));
    Table view = tableOf("own");
    assertThat(partitions(view)).containsExactly("bucket[12]");
    assertThat(copies(view).values()).hasSizeGreaterThan(6).containsOnly(2);
    Shop.change(bergview.catalog("lake"), 7);
    assertThat(bergview("refreshView", "own")).anyMatch(line -> line.contains("merge"));
    view.refresh();
    assertThat(copies(view).values()).containsOnly(2);
    bergview("compactView", "own");
    view.refresh();
    assertThat(copies(view).values()).containsOnly(2);
    assertThat(explained("own"))
        .contains("12 shards by customer_id, as declared")
        .contains("2 copies of each data file, where the storage is HDFS");
    assertThat(String.join("\n", bergview("sql", "-e", "SHOW CREATE MATERIALIZED VIEW own")))
        .contains("WITH (shards = 12, replication_factor = 2)\n  SHARD KEY (customer_id)");
    bergview("alterView", "own", "--set", "shards=6", "--set", "replication=1", "--rewrite");
    view.refresh();
    assertThat(copies(view).values()).hasSizeBetween(2, 7).containsOnly(1);
    assertThat(explained("own"))
        .contains("6 shards by customer_id, as declared")
        .contains("1 copy of each data file, where the storage is HDFS");
    assertThat(bergview("verifyView", "own"))
        .anyMatch(line -> line.contains("is what a recompute gives"));
    assertThat(copies(base).values()).containsOnly(NODES);
  }

  /** No file is written, and the name node wants another number of copies of each. */
  @Test
  void anotherNumberOfCopiesMovesNoData() throws IOException {
    bergview.sql("CREATE MATERIALIZED VIEW altered AS SELECT * FROM shop.orders");
    refresh("altered");
    Table view = tableOf("altered");
    Map<String, Integer> before = copies(view);
    assertThat(before.values()).containsOnly(NODES);
    bergview.sql("ALTER MATERIALIZED VIEW altered SET (replication_factor = 1)");
    assertThat(bergview.getViewState("altered").state()).isEqualTo(Freshness.FRESH);
    view.refresh();
    Map<String, Integer> after = copies(view);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.values()).containsOnly(1);
    // As if it had been interrupted before it came to the files.
    for (String location : after.keySet()) {
      hdfs.files().setReplication(new org.apache.hadoop.fs.Path(location), (short) NODES);
    }
    bergview.compactView(MaintenanceRequest.of("altered"));
    view.refresh();
    assertThat(copies(view).values()).containsOnly(1);
  }

  @Test
  void withoutANumberAViewHasAsManyCopiesAsItsBase() throws IOException {
    Schema columns =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));
    Table base =
        bergview.catalog("lake").createTable(TableIdentifier.of("shop", "places"), columns);
    Record row = GenericRecord.create(columns);
    row.setField("id", 1L);
    row.setField("name", "Gander");
    RowFiles.append(base, List.of(row));
    for (String location : copies(base).keySet()) {
      hdfs.files().setReplication(new org.apache.hadoop.fs.Path(location), (short) 1);
    }
    bergview.sql("CREATE MATERIALIZED VIEW derived AS SELECT * FROM shop.places");
    assertThat(bergview.explainView("derived").layout())
        .contains("1 copy of each data file, as those of its base");
    refresh("derived");
    Table view = tableOf("derived");
    assertThat(copies(view).values()).containsOnly(1);
    RowFiles.append(base, List.of(row.copy("id", 2L)));
    refresh("derived");
    view.refresh();
    assertThat(copies(view).values()).hasSizeGreaterThan(1).containsOnly(1);
    assertThat(bergview.explainView("derived").layout())
        .contains("1 copy of each data file, as those that it has");
  }

  /** How many copies its files had is asked of a manifest: where that is lost, of nobody. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aViewThatHasLostMetadataIsWrittenAnew(boolean manifestList) throws IOException {
    String name = manifestList ? "without_list" : "without_manifest";
    bergview.sql("CREATE MATERIALIZED VIEW %s AS SELECT * FROM shop.orders".formatted(name));
    refresh(name);
    Snapshot current = tableOf(name).currentSnapshot();
    String lost =
        manifestList
            ? current.manifestListLocation()
            : current.allManifests(tableOf(name).io()).get(0).path();
    hdfs.files().delete(new org.apache.hadoop.fs.Path(lost), false);
    Shop.change(bergview.catalog("lake"), manifestList ? 8 : 9);
    RefreshResult again = refresh(name);
    assertThat(again.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(again.reason()).isEqualTo("VIEW_FILES_LOST");
    assertThat(copies(tableOf(name)).values()).containsOnly(NODES);
  }

  @Test
  void moreCopiesThanNodesAreRefused() {
    assertThatThrownBy(
            () ->
                bergview.sql(
                    "CREATE MATERIALIZED VIEW many WITH REPLICATION_FACTOR=4"
                        + " AS SELECT * FROM shop.orders"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("has 3 data nodes, each of which keeps one")
        .hasMessageContaining("line 1:");
    assertThat(bergview.listViews().views()).extracting(ViewState::view).doesNotContain("many");
  }
}
