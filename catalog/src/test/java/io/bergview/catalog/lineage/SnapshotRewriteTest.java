package io.bergview.catalog.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TestProject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which replace snapshots are compactions. Files are only named: all is told by metadata. */
class SnapshotRewriteTest {
  private static final PartitionSpec SPEC = PartitionSpec.unpartitioned();

  @TempDir Path dir;
  private Catalogs catalogs;
  private Table table;

  @BeforeEach
  void open() {
    catalogs = TestProject.open(dir, TestProject.SQLITE);
    ((SupportsNamespaces) catalogs.catalog("lake")).createNamespace(Namespace.of("shop"));
    table = create("v2", 2);
  }

  @AfterEach
  void close() {
    catalogs.close();
  }

  private Table create(String name, int format) {
    return catalogs
        .catalog("lake")
        .createTable(
            TableIdentifier.of("shop", name),
            TestProject.ORDERS,
            SPEC,
            Map.of("format-version", Integer.toString(format)));
  }

  private static DataFile file(long rows) {
    return DataFiles.builder(SPEC)
        .withPath("file:///nowhere/" + UUID.randomUUID() + ".parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(rows)
        .build();
  }

  private static FileMetadata.Builder deletes(long rows) {
    return FileMetadata.deleteFileBuilder(SPEC)
        .withPath("file:///nowhere/" + UUID.randomUUID() + "-deletes.parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(rows);
  }

  private static DeleteFile positions(DataFile of, long rows) {
    return deletes(rows).ofPositionDeletes().withReferencedDataFile(of.location()).build();
  }

  private static DeleteFile positionsOfSeveralFiles(long rows) {
    return deletes(rows).ofPositionDeletes().build();
  }

  private static DeleteFile keys(long rows) {
    return deletes(rows).ofEqualityDeletes(1).build();
  }

  private static DeleteFile vector(DataFile of, long rows) {
    return FileMetadata.deleteFileBuilder(SPEC)
        .ofPositionDeletes()
        .withFormat(FileFormat.PUFFIN)
        .withPath("file:///nowhere/" + UUID.randomUUID() + ".puffin")
        .withFileSizeInBytes(100)
        .withReferencedDataFile(of.location())
        .withContentOffset(4)
        .withContentSizeInBytes(40)
        .withRecordCount(rows)
        .build();
  }

  private DataFile append(long rows) {
    DataFile file = file(rows);
    table.newAppend().appendFile(file).commit();
    return file;
  }

  private void delete(DeleteFile... deletes) {
    var delta = table.newRowDelta();
    List.of(deletes).forEach(delta::addDeletes);
    delta.commit();
  }

  private Snapshot rewrite(Set<DataFile> old, Set<DeleteFile> folded, DataFile... now) {
    return rewrite(old, folded, Set.of(now), Set.of());
  }

  private Snapshot rewrite(
      Set<DataFile> old, Set<DeleteFile> folded, Set<DataFile> now, Set<DeleteFile> deletes) {
    table
        .newRewrite()
        .validateFromSnapshot(table.currentSnapshot().snapshotId())
        .rewriteFiles(old, folded, now, deletes)
        .commit();
    return table.currentSnapshot();
  }

  private void keeps(Snapshot snapshot) {
    assertThat(SnapshotRewrite.keepsRows(table, snapshot)).isTrue();
  }

  private void changes(Snapshot snapshot) {
    assertThat(SnapshotRewrite.keepsRows(table, snapshot)).isFalse();
  }

  @Test
  void filesWithAsManyRowsAreACompaction() {
    DataFile one = append(3);
    DataFile two = append(4);
    append(5);
    keeps(rewrite(Set.of(one, two), Set.of(), file(7)));
  }

  @Test
  void anyOtherOperationIsNone() {
    append(3);
    changes(table.currentSnapshot());
  }

  @Test
  void fewerRowsAreAChange() {
    DataFile one = append(3);
    append(5);
    changes(rewrite(Set.of(one), Set.of(), file(2)));
  }

  @Test
  void rewrittenManifestsAreACompaction() {
    append(3);
    append(4);
    table.rewriteManifests().clusterBy(file -> "").commit();
    keeps(table.currentSnapshot());
  }

  @Test
  void rewrittenManifestsOfATableWithDeletesAreACompaction() {
    DataFile one = append(3);
    append(4);
    delete(positions(one, 1));
    table.rewriteManifests().clusterBy(file -> "").commit();
    keeps(table.currentSnapshot());
  }

  @Test
  void aFileThatIsListedTwiceCountsTwice() {
    DataFile twice = append(3);
    table.newAppend().appendFile(twice).commit();
    DeleteFile deleted = positions(twice, 1);
    delete(deleted);
    changes(rewrite(Set.of(twice), Set.of(deleted), file(2)));
    table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    keeps(rewrite(Set.of(twice), Set.of(deleted), file(4)));
  }

  @Test
  void positionDeletesThatAreFoldedInAreACompaction() {
    DataFile one = append(3);
    DataFile two = append(4);
    DeleteFile deleted = positions(one, 2);
    delete(deleted);
    keeps(rewrite(Set.of(one, two), Set.of(deleted), file(5)));
  }

  @Test
  void positionDeletesThatAreForgottenAreAChange() {
    DataFile one = append(3);
    DeleteFile deleted = positions(one, 2);
    delete(deleted);
    changes(rewrite(Set.of(one), Set.of(deleted), file(3)));
  }

  @Test
  void positionDeletesThatStayBehindTakeNothingOfTheNewFile() {
    DataFile one = append(3);
    delete(positions(one, 2));
    keeps(rewrite(Set.of(one), Set.of(), file(1)));
  }

  @Test
  void deletionVectorsAreCounted() {
    table = create("v3", 3);
    DataFile one = append(3);
    DataFile two = append(4);
    DeleteFile vector = vector(one, 2);
    delete(vector, vector(two, 1));
    keeps(rewrite(Set.of(one), Set.of(vector), file(1)));
    table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    changes(rewrite(Set.of(one), Set.of(vector), file(2)));
  }

  @Test
  void deletesOfAFileThatStaysAreCounted() {
    DataFile one = append(9);
    DeleteFile deleted = positions(one, 2);
    delete(deleted);
    keeps(rewrite(Set.of(), Set.of(deleted), Set.of(), Set.of(positions(one, 2))));
    table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    changes(rewrite(Set.of(), Set.of(deleted), Set.of(), Set.of(positions(one, 1))));
  }

  @Test
  void deletesOfAFileThatIsGoneMayGo() {
    DataFile one = append(3);
    append(1);
    DeleteFile deleted = positions(one, 2);
    delete(deleted);
    table.newDelete().deleteFile(one).commit();
    keeps(rewrite(Set.of(), Set.of(deleted), Set.of(), Set.of()));
  }

  @Test
  void positionDeletesOfSeveralFilesAreCountedOnce() {
    DataFile one = append(3);
    DataFile two = append(4);
    DeleteFile deleted = positionsOfSeveralFiles(3);
    delete(deleted);
    keeps(rewrite(Set.of(one, two), Set.of(deleted), file(4)));
    table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    changes(rewrite(Set.of(one, two), Set.of(deleted), file(5)));
  }

  @Test
  void whatEqualityDeletesTakeIsNotKnownButItIsNotMoreThanAll() {
    DataFile old = append(3);
    delete(keys(1));
    DataFile young = append(4);
    keeps(rewrite(Set.of(old), Set.of(), file(1)));
    changes(rewrite(Set.of(young), Set.of(), file(3)));
  }

  @Test
  void equalityDeletesMayBecomeOthers() {
    DataFile old = append(3);
    DeleteFile keys = keys(5);
    delete(keys);
    keeps(rewrite(Set.of(), Set.of(keys), Set.of(), Set.of(positions(old, 1))));
  }

  @Test
  void whatASnapshotSaysOfItselfCountsWhereItsParentHasExpired() {
    DataFile one = append(3);
    Snapshot compaction = rewrite(Set.of(one), Set.of(), file(3));
    expireAllBut(compaction);
    keeps(compaction);
  }

  @Test
  void rowsThatALoneReplaceLostAreAChangeToo() {
    DataFile one = append(3);
    append(1);
    Snapshot replace = rewrite(Set.of(one), Set.of(), file(2));
    expireAllBut(replace);
    changes(replace);
  }

  private void expireAllBut(Snapshot kept) {
    table
        .expireSnapshots()
        .expireOlderThan(Long.MAX_VALUE)
        .retainLast(1)
        .cleanExpiredFiles(false)
        .commit();
    assertThat(table.snapshots()).containsExactly(kept);
  }

  @Test
  void aLostManifestListLeavesTheWordOfTheSummary() throws Exception {
    DataFile one = append(3);
    DataFile two = append(3);
    Snapshot compaction = rewrite(Set.of(one), Set.of(), file(3));
    Snapshot replace = rewrite(Set.of(two), Set.of(), file(2));
    table.refresh();
    for (Snapshot snapshot : table.snapshots()) {
      Files.delete(Path.of(snapshot.manifestListLocation().replaceFirst("^file:/*", "/")));
    }
    Table fresh = catalogs.catalog("lake").loadTable(TableIdentifier.of("shop", "v2"));
    assertThat(SnapshotRewrite.keepsRows(fresh, fresh.snapshot(compaction.snapshotId()))).isTrue();
    assertThat(SnapshotRewrite.keepsRows(fresh, fresh.snapshot(replace.snapshotId()))).isFalse();
  }
}
