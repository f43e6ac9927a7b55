package io.bergview.pipeline.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.SourceException;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.Overwrites;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.pipeline.delta.DeltaCheck.Checked;
import io.bergview.staleness.delta.DeltaMethod;
import io.bergview.staleness.delta.SourceDelta;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What compaction, moved branches, expired snapshots and new schemas leave of a delta. */
abstract class DeltaHistoryContract extends DeltaTables {
  // Compaction

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void compactionThatFoldsDeletesInIsNoChange(boolean partitioned) {
    Table table = table(partitioned);
    deleteRows(table, ids(4, 7));
    RowDeletes.byEquality(table, ids(20, 22), "id");
    OptionalLong from = now(table);
    Compaction.rewrite(table);
    table.rewriteManifests().clusterBy(DataFile::format).commit();
    Checked compacted = since(table, from);
    assertThat(compacted.delta().way()).isEqualTo(DeltaMethod.NONE);
    assertThat(compacted.delta().isEmpty()).isTrue();
    assertThat(compacted.delta().manifestsRead()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void compactionBetweenChangesIsLeftOut(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 32));
    deleteRows(table, ids(4, 7));
    Compaction.rewrite(table);
    RowFiles.append(table, rows(table, 32, 34));
    table.rewriteManifests().clusterBy(DataFile::format).commit();
    deleteRows(table, ids(20, 22));
    Checked changed = since(table, from);
    assertThat(changed.counts()).isEqualTo(new ChangeCounts(4, 0, 5));
    assertThat(changed.delta().way()).isEqualTo(DeltaMethod.CHAIN);
    assertThat(changed.delta().removed()).isEmpty();
    assertThat(changed.delta().rows()).isEqualTo(9);
  }

  @Test
  void rowsAddedThenCompactedThenDeletedCancel() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 40));
    Compaction.rewrite(table);
    CopyOnWrite.delete(table, ids(35, 45));
    Compaction.rewrite(table);
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(5, 0, 0));
  }

  // History

  @Test
  void aRollbackUndoes() {
    Table table = table(false);
    OptionalLong back = now(table);
    RowFiles.append(table, rows(table, 30, 32));
    Compaction.rewrite(table);
    deleteRows(table, ids(4, 7));
    OptionalLong from = now(table);
    table.manageSnapshots().rollbackTo(back.getAsLong()).commit();
    RowFiles.append(table, rows(table, 40, 41));
    Checked undone = since(table, from);
    assertThat(undone.counts()).isEqualTo(new ChangeCounts(4, 0, 2));
    assertThat(undone.delta().way()).isEqualTo(DeltaMethod.CHAIN);
    assertThat(undone.delta().rows()).isEqualTo(6);
  }

  @Test
  void rollingCompactionBackIsNoChange() {
    Table table = table(false);
    OptionalLong back = now(table);
    Compaction.rewrite(table);
    OptionalLong from = now(table);
    table.manageSnapshots().rollbackTo(back.getAsLong()).commit();
    assertThat(since(table, from).delta().way()).isEqualTo(DeltaMethod.NONE);
  }

  @Test
  void aBranchThatMainIsMovedToIsAChange() {
    Table table = table(false);
    OptionalLong from = now(table);
    table.manageSnapshots().createBranch("audit", from.getAsLong()).commit();
    AppendFiles append = table.newFastAppend().toBranch("audit");
    RowFiles.write(table, FileFormat.PARQUET, 0, rows(table, 30, 33)).forEach(append::appendFile);
    append.commit();
    assertThat(since(table, from).delta().isEmpty()).isTrue();
    table.manageSnapshots().fastForwardBranch(SnapshotRef.MAIN_BRANCH, "audit").commit();
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(3, 0, 0));
  }

  @Test
  void aCherryPickIsTheRowsThatItPicks() {
    Table table = table(false);
    AppendFiles staged = table.newAppend().stageOnly().set("wap.id", "1");
    RowFiles.write(table, FileFormat.PARQUET, 0, rows(table, 30, 33)).forEach(staged::appendFile);
    staged.commit();
    table.refresh();
    long pick = newest(table);
    RowFiles.append(table, rows(table, 33, 35));
    OptionalLong from = now(table);
    table.manageSnapshots().cherrypick(pick).commit();
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(3, 0, 0));
    // From the staged snapshot, which is no ancestor, only the other append is new.
    assertThat(since(table, OptionalLong.of(pick)).counts()).isEqualTo(new ChangeCounts(2, 0, 0));
  }

  private static long newest(Table table) {
    long newest = -1;
    for (var snapshot : table.snapshots()) {
      newest = snapshot.snapshotId();
    }
    return newest;
  }

  @Test
  void manyOperationsAreOneDelta() {
    Table table = table(true);
    OptionalLong from = now(table);
    CopyOnWrite.update(table, ids(0, 2), set("size", -1));
    deleteRows(table, ids(2, 4));
    RowDeletes.upsert(table, rows(table, 28, 32), "id");
    Overwrites.ofPartitions(table, List.of(row(SCHEMA, 7)));
    Compaction.rewrite(table);
    RowDeletes.byEquality(table, ids(9, 10), "id");
    RowFiles.append(table, FileFormat.ORC, rows(table, 50, 51));
    Checked changed = since(table, from);
    assertThat(changed.counts()).isEqualTo(new ChangeCounts(2, 1, 12));
    // The other way round it is the same with other signs.
    Checked back = check.check(table, now(table), from);
    assertThat(back.rows().added()).containsExactlyInAnyOrderElementsOf(changed.rows().removed());
  }

  // Expiry

  @Test
  void whereSnapshotsBetweenExpiredTheRestOfTheWayIsStillUsed() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 32));
    long expired = now(table).getAsLong();
    deleteRows(table, ids(4, 7));
    Compaction.rewrite(table);
    RowFiles.append(table, rows(table, 32, 33));
    table.expireSnapshots().expireSnapshotId(expired).commit();
    Checked changed = since(table, from);
    assertThat(changed.delta().way()).isEqualTo(DeltaMethod.ENDS);
    assertThat(changed.counts()).isEqualTo(new ChangeCounts(3, 0, 3));
    assertThat(changed.delta().removed()).isEmpty();
  }

  @Test
  void whereACompactionBetweenExpiredItsFilesAreReadAndCancel() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 32));
    Compaction.rewrite(table);
    long expired = now(table).getAsLong();
    RowFiles.append(table, rows(table, 32, 33));
    table.expireSnapshots().expireSnapshotId(expired).commit();
    Checked changed = since(table, from);
    assertThat(changed.delta().way()).isEqualTo(DeltaMethod.ENDS);
    assertThat(changed.counts()).isEqualTo(new ChangeCounts(3, 0, 0));
    assertThat(changed.delta().removed()).hasSize(3);
  }

  @Test
  void anExpiredStartIsNamed() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 32));
    table.expireSnapshots().expireSnapshotId(from.getAsLong()).commit();
    table.refresh();
    for (boolean back : List.of(false, true)) {
      SourceException refused =
          catchThrowableOfType(
              SourceException.class,
              () -> SourceDelta.between(table, back ? now(table) : from, back ? from : now(table)));
      assertThat(refused.code()).isEqualTo(ErrorCode.SOURCE_SNAPSHOT_EXPIRED);
      assertThat(refused).hasMessageContaining(from.toString().replaceAll("[^0-9]", ""));
    }
  }

  @Test
  void manifestsThatExpireAfterTheTableWasLoadedLeaveTheEnds() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 32));
    long between = now(table).getAsLong();
    Compaction.rewrite(table);
    RowFiles.append(table, rows(table, 32, 33));
    Table stale = catalog.loadTable(TableIdentifier.of("t", "t"));
    table.expireSnapshots().expireSnapshotId(between).commit();
    SourceDelta delta =
        SourceDelta.between(stale, from, OptionalLong.of(stale.currentSnapshot().snapshotId()));
    assertThat(delta.way()).isEqualTo(DeltaMethod.ENDS);
    assertThat(check.check(stale, from, now(table)).counts()).isEqualTo(new ChangeCounts(3, 0, 0));
  }

  @Test
  void aStartSnapshotThatExpiresAfterLoadingRequiresReplanning() {
    Table table = table(false);
    OptionalLong from = now(table);
    CopyOnWrite.delete(table, ids(0, 3));
    Table stale = catalog.loadTable(TableIdentifier.of("t", "t"));
    OptionalLong to = now(table);
    table.expireSnapshots().expireSnapshotId(from.getAsLong()).commit();
    assertThatThrownBy(() -> SourceDelta.between(stale, from, to))
        .isInstanceOf(MissingFileException.class);
  }

  @Test
  void aFileThatExpiresAfterPlanningRequiresReplanning() {
    Table table = table(false);
    OptionalLong from = now(table);
    CopyOnWrite.delete(table, ids(0, 3));
    SourceDelta delta = SourceDelta.between(table, from, now(table));
    RowFiles.append(table, rows(table, 30, 31));
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThatThrownBy(() -> check.reader().read(table, delta, table.schema()))
        .isInstanceOf(MissingFileException.class);
  }

  // Schema

  @Test
  void columnsAddedRenamedAndWidenedMeanwhileAreReadById() {
    Table table = table(false);
    OptionalLong from = now(table);
    SchemaChanges.add(table, "note", Types.StringType.get());
    SchemaChanges.rename(table, "kind", "sort");
    SchemaChanges.promote(table, "size", Types.LongType.get());
    SchemaChanges.promote(table, "point.x", Types.DoubleType.get());
    assertThat(since(table, from).delta().isEmpty()).isTrue();
    deleteRows(table, ids(3, 4));
    CopyOnWrite.update(table, ids(10, 12), set("size", 1L << 40));
    // A new column is null in the old rows, so that a rewrite of them is no change.
    CopyOnWrite.update(table, ids(20, 22), row -> row);
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 2, 1));
  }

  @Test
  void aDroppedColumnCanStillBeReadAtBothEnds() {
    Table table = table(false);
    Schema before = table.schema();
    OptionalLong from = now(table);
    deleteRows(table, ids(3, 4));
    SchemaChanges.drop(table, "size");
    deleteRows(table, ids(10, 12));
    assertThat(check.check(table, from, now(table), before, "").counts())
        .isEqualTo(new ChangeCounts(0, 0, 3));
  }

  @Test
  void deletesInPartitionsOfAColumnThatWasDroppedSinceAreFound() {
    Table table = table(true);
    OptionalLong from = now(table);
    deleteRows(table, ids(3, 5));
    RowDeletes.byEquality(table, ids(10, 12), "id");
    table.updateSpec().removeField("kind").commit();
    SchemaChanges.drop(table, "kind");
    RowFiles.append(table, rows(table, 30, 31));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(1, 0, 4));
  }

  @Test
  void aChangedPartitionSpecIsNoChangeOfRows() {
    Table table = table(true);
    OptionalLong from = now(table);
    table.updateSpec().removeField("kind").addField(Expressions.truncate("id", 7)).commit();
    RowFiles.append(table, rows(table, 30, 32));
    deleteRows(table, ids(9, 31));
    Compaction.rewrite(table);
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(1, 0, 21));
  }

  @Test
  void withoutColumnsRowsAreCounted() {
    Table table = table(false);
    OptionalLong from = now(table);
    CopyOnWrite.delete(table, ids(0, 3));
    RowFiles.append(table, rows(table, 30, 31));
    try (TableDelta rows =
        check.reader().read(table, SourceDelta.between(table, from, now(table)), new Schema())) {
      assertThat(rows.removedRows()).isEqualTo(2);
      assertThat(rows.addedRows()).isZero();
    }
  }
}
