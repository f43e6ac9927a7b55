package io.bergview.catalog.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TestProject;
import io.bergview.catalog.lineage.LineageLookup.Cause;
import io.bergview.catalog.lineage.LineageLookup.LostLineage;
import io.bergview.catalog.lineage.LineageLookup.NeverRefreshed;
import io.bergview.catalog.lineage.LineageLookup.RecordedLineage;
import io.bergview.projection.definition.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which lineage holds, on a real table of each kind of catalog. */
abstract class LineageLookupContract {
  @TempDir Path dir;
  private Catalogs catalogs;
  private Table table;

  abstract String projectText();

  @BeforeEach
  void createTable() {
    catalogs = TestProject.open(dir, projectText());
    table = TestProject.createTable(catalogs, "shop_views", "v");
  }

  @AfterEach
  void close() {
    catalogs.close();
  }

  private static Lineage lineage(long second) {
    return new Lineage(
        1,
        Instant.ofEpochSecond(second),
        List.of(
            new SourceSnapshot(
                new TableName(Optional.empty(), List.of("shop"), "orders"),
                "uuid",
                second,
                true,
                Map.of())));
  }

  /** As a refresh commits: data, lineage and mirror in one transaction. */
  private DataFile refresh(long second) {
    DataFile file = TestProject.writeFile(table);
    Transaction transaction = table.newTransaction();
    AppendFiles append = transaction.newAppend().appendFile(file);
    lineage(second).toSummary("lake", "lake").forEach(append::set);
    new RefreshRecord("r" + second, "append", "X", "", 1, 10, 0, 3, Duration.ZERO)
        .toSummary()
        .forEach(append::set);
    append.commit();
    transaction
        .updateProperties()
        .set(LineageLookup.MIRROR_PROPERTY, Lineage.mirrorOf(transaction.table().currentSnapshot()))
        .commit();
    transaction.commitTransaction();
    table.refresh();
    return file;
  }

  private void expireAllButCurrent() {
    table
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 1_000)
        .retainLast(1)
        .cleanExpiredFiles(false)
        .commit();
    table.refresh();
    assertThat(table.snapshots()).hasSize(1);
  }

  private RecordedLineage found() {
    LineageLookup lookup = LineageLookup.of(table);
    assertThat(lookup).isInstanceOf(RecordedLineage.class);
    return (RecordedLineage) lookup;
  }

  private void lost(Cause cause) {
    assertThat(LineageLookup.of(table))
        .isInstanceOfSatisfying(
            LostLineage.class, lost -> assertThat(lost.cause()).isEqualTo(cause));
  }

  @Test
  void anEmptyTableWasNeverRefreshed() {
    assertThat(LineageLookup.of(table)).isInstanceOf(NeverRefreshed.class);
  }

  @Test
  void theLastRefreshHolds() {
    refresh(1);
    refresh(2);
    assertThat(found().lineage()).isEqualTo(lineage(2));
    assertThat(found().snapshotId()).isEqualTo(table.currentSnapshot().snapshotId());
    assertThat(found().refresh().orElseThrow().refreshId()).isEqualTo("r2");
  }

  @Test
  void foreignCompactionKeepsIt() {
    DataFile file = refresh(1);
    long refreshed = table.currentSnapshot().snapshotId();
    DataFile compacted = TestProject.compact(table, file);
    TestProject.compact(table, compacted);
    assertThat(table.currentSnapshot().summary()).doesNotContainKey(SummaryKeys.REFRESH_STATE);
    assertThat(found().lineage()).isEqualTo(lineage(1));
    assertThat(found().snapshotId()).isEqualTo(refreshed);
  }

  @Test
  void foreignCompactionAndExpiryKeepIt() {
    DataFile file = refresh(1);
    long refreshed = table.currentSnapshot().snapshotId();
    TestProject.compact(table, file);
    expireAllButCurrent();
    assertThat(table.snapshot(refreshed)).isNull();
    assertThat(found().lineage()).isEqualTo(lineage(1));
    assertThat(found().snapshotId()).isEqualTo(refreshed);
    assertThat(found().refresh().orElseThrow().refreshId()).isEqualTo("r1");
  }

  @Test
  void anExpiredChainOfCompactionsLosesIt() {
    DataFile file = refresh(1);
    TestProject.compact(table, TestProject.compact(table, file));
    expireAllButCurrent();
    lost(Cause.LINEAGE_LOST);
  }

  @Test
  void aMirrorOfAnotherSnapshotIsNotBelieved() {
    refresh(1);
    String old = table.properties().get(LineageLookup.MIRROR_PROPERTY);
    DataFile file = refresh(2);
    table.updateProperties().set(LineageLookup.MIRROR_PROPERTY, old).commit();
    TestProject.compact(table, file);
    expireAllButCurrent();
    lost(Cause.LINEAGE_LOST);
  }

  @Test
  void anUnreadableMirrorLosesIt() {
    DataFile file = refresh(1);
    table.updateProperties().set(LineageLookup.MIRROR_PROPERTY, "{oops").commit();
    TestProject.compact(table, file);
    expireAllButCurrent();
    lost(Cause.LINEAGE_LOST);
  }

  @Test
  void foreignRowsLoseTheLineageAlsoBeforeACompaction() {
    refresh(1);
    DataFile foreign = TestProject.append(table);
    lost(Cause.FOREIGN_WRITES);
    TestProject.compact(table, foreign);
    lost(Cause.FOREIGN_WRITES);
  }

  @Test
  void foreignDeletesLoseIt() {
    DataFile file = refresh(1);
    table.newDelete().deleteFile(file).commit();
    lost(Cause.FOREIGN_WRITES);
  }

  @Test
  void aRollbackRestoresTheLineageOfThatTime() {
    refresh(1);
    long first = table.currentSnapshot().snapshotId();
    refresh(2);
    table.manageSnapshots().rollbackTo(first).commit();
    table.refresh();
    assertThat(found().lineage()).isEqualTo(lineage(1));
  }

  @Test
  void anUnreadableLineageIsLost() {
    table.newAppend().set(SummaryKeys.REFRESH_STATE, "{}").commit();
    lost(Cause.LINEAGE_LOST);
  }

  @Test
  void aReplacedTableIsLostNotNew() {
    refresh(1);
    catalogs
        .catalog("lake")
        .buildTable(
            org.apache.iceberg.catalog.TableIdentifier.of("shop_views", "v"), TestProject.ORDERS)
        .createOrReplaceTransaction()
        .commitTransaction();
    table.refresh();
    assertThat(table.currentSnapshot()).isNull();
    lost(Cause.LINEAGE_LOST);
  }
}
