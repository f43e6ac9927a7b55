package io.bergview.catalog.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockManagerTest {
  private static final TableIdentifier TABLE = TableIdentifier.of("db", "t");

  @TempDir Path dir;
  private Path metadata;

  @BeforeEach
  void makeMetadataFolder() throws Exception {
    metadata = Files.createDirectories(dir.resolve("t/metadata"));
  }

  private static FileLockManager manager() {
    FileLockManager manager = new FileLockManager();
    manager.initialize(Map.of(CatalogProperties.LOCK_ACQUIRE_TIMEOUT_MS, "100"));
    return manager;
  }

  private String version(int number) {
    return metadata.resolve("v" + number + ".metadata.json").toString();
  }

  @Test
  void twoManagersNeverHoldOneTable() {
    try (FileLockManager first = manager();
        FileLockManager second = manager()) {
      assertThat(first.acquire(version(1), "a")).isTrue();
      assertThat(second.acquire(version(1), "b")).isFalse();
      assertThat(second.acquire(version(2), "b")).isFalse();
      assertThat(first.release(version(1), "a")).isTrue();
      assertThat(second.acquire(version(1), "b")).isTrue();
      assertThat(second.release(version(1), "b")).isTrue();
    }
  }

  @Test
  void tablesDoNotWaitForEachOther() throws Exception {
    Path other = Files.createDirectories(dir.resolve("u/metadata"));
    try (FileLockManager manager = manager()) {
      assertThat(manager.acquire(version(1), "a")).isTrue();
      assertThat(manager.acquire(other + "/v1.metadata.json", "a")).isTrue();
    }
  }

  @Test
  void onlyTheOwnerReleases() {
    try (FileLockManager manager = manager()) {
      assertThat(manager.release(version(1), "a")).isFalse();
      assertThat(manager.acquire(version(1), "a")).isTrue();
      assertThat(manager.release(version(1), "b")).isFalse();
      assertThat(manager.acquire(version(1), "b")).isFalse();
    }
  }

  @Test
  void closingReleases() {
    FileLockManager first = manager();
    assertThat(first.acquire(version(1), "a")).isTrue();
    first.close();
    try (FileLockManager second = manager()) {
      assertThat(second.acquire(version(1), "b")).isTrue();
    }
  }

  @Test
  void aVersionThatTheTableHasPassedIsRefused() throws Exception {
    Files.writeString(Path.of(version(7)), "{}");
    try (FileLockManager manager = manager()) {
      assertThat(manager.acquire(version(3), "slow")).isFalse();
      assertThat(manager.acquire(version(8), "next")).isTrue();
    }
  }

  @Test
  void commitsOfTwoProcessesAllLand() throws Exception {
    int commits = 25;
    try (HadoopCatalog catalog = catalog(dir)) {
      Table table =
          catalog.createTable(
              TABLE,
              new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
              null,
              Map.of("commit.retry.num-retries", "1000", "commit.retry.min-wait-ms", "1"));
      Process other = startCommitter(commits);
      while (table.currentSnapshot() == null && other.isAlive()) {
        Thread.sleep(5);
        table.refresh();
      }
      int own = 0;
      while (own < commits && other.isAlive()) {
        table.newFastAppend().commit();
        own++;
      }
      assertThat(other.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue()).isZero();
      table.refresh();
      assertThat(own).as("commits beside those of the other process").isPositive();
      assertThat(SnapshotUtil.currentAncestorIds(table)).hasSize(commits + own);
    }
  }

  private Process startCommitter(int commits) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Committer.class.getName(),
            dir.toString(),
            Integer.toString(commits))
        .redirectErrorStream(true)
        .redirectOutput(new File(dir.toFile(), "committer.log"))
        .start();
  }

  private static HadoopCatalog catalog(Path dir) {
    HadoopCatalog catalog = new HadoopCatalog();
    catalog.setConf(new Configuration());
    catalog.initialize(
        "lake",
        Map.of(
            CatalogProperties.WAREHOUSE_LOCATION,
            "file://" + dir.resolve("warehouse"),
            CatalogProperties.FILE_IO_IMPL,
            LocalFileIO.class.getName(),
            CatalogProperties.LOCK_IMPL,
            FileLockManager.class.getName()));
    return catalog;
  }

  /** Another process that commits to the table. */
  public static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) throws Exception {
      try (HadoopCatalog catalog = catalog(Path.of(arguments[0]))) {
        Table table = catalog.loadTable(TABLE);
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
          table.newFastAppend().commit();
        }
      }
    }
  }
}
