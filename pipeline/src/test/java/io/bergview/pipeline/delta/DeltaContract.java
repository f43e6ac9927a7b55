package io.bergview.pipeline.delta;

import static org.apache.iceberg.expressions.Expressions.alwaysTrue;
import static org.apache.iceberg.expressions.Expressions.and;
import static org.apache.iceberg.expressions.Expressions.equal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.Overwrites;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.pipeline.delta.DeltaCheck.Checked;
import io.bergview.staleness.delta.DeltaMethod;
import io.bergview.staleness.delta.RedeletedFile;
import io.bergview.staleness.delta.SourceDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each change of a table's files and deletes, in each format version: what of it is in the delta.
 */
abstract class DeltaContract extends DeltaTables {
  // Files

  @Test
  void nothingIsTheDeltaOfASnapshotToItself() {
    Table table = table(false);
    Checked same = since(table, now(table));
    assertThat(same.delta().isEmpty()).isTrue();
    assertThat(same.delta().way()).isEqualTo(DeltaMethod.NONE);
    assertThat(same.counts()).isEqualTo(new ChangeCounts(0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void appendsAreAdded(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 35));
    RowFiles.append(table, FileFormat.AVRO, rows(table, 35, 40));
    Checked appended = since(table, from);
    assertThat(appended.counts()).isEqualTo(new ChangeCounts(10, 0, 0));
    assertThat(appended.delta().removed()).isEmpty();
    assertThat(appended.delta().redeleted()).isEmpty();
    assertThat(appended.delta().way()).isEqualTo(DeltaMethod.CHAIN);
  }

  @Test
  void theFirstRowsComeFromNoSnapshot() {
    Table table = table(false);
    Checked all = since(table, OptionalLong.empty());
    assertThat(all.counts()).isEqualTo(new ChangeCounts(30, 0, 0));
    Checked none = check.check(table, now(table), OptionalLong.empty());
    assertThat(none.counts()).isEqualTo(new ChangeCounts(0, 0, 30));
    Checked nothing = check.check(table, OptionalLong.empty(), OptionalLong.empty());
    assertThat(nothing.delta().isEmpty()).isTrue();
  }

  @Test
  void rowsAppendedTwiceAreTwoRows() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 3, 5));
    RowFiles.append(table, rows(table, 3, 5));
    CopyOnWrite.delete(table, ids(3, 4));
    Checked changed = since(table, from);
    assertThat(changed.rows().added()).hasSize(2);
    assertThat(changed.rows().removed()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rowsThatCopyOnWriteCarriesOverCancel(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    CopyOnWrite.update(table, ids(4, 6), set("size", -1));
    CopyOnWrite.delete(table, ids(20, 23));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 2, 3));
  }

  @Test
  void aChangedSignOfZeroIsAChangeAndNaNIsNot() {
    Table table = table(false);
    RowFiles.append(
        table,
        List.of(
            zeros(table, 100, 0.0, 0.0f),
            zeros(table, 101, 0.0, 0.0f),
            zeros(table, 102, Double.NaN, Float.NaN),
            zeros(table, 103, 0.0, 0.0f)));
    OptionalLong from = now(table);
    CopyOnWrite.update(table, equal("id", 100L), row -> zeros(table, 100, -0.0, 0.0f));
    CopyOnWrite.update(table, equal("id", 101L), row -> zeros(table, 101, 0.0, -0.0f));
    CopyOnWrite.update(table, equal("id", 102L), row -> zeros(table, 102, Double.NaN, Float.NaN));
    CopyOnWrite.update(table, equal("id", 103L), row -> zeros(table, 103, 0.0, 0.0f));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 2, 0));
  }

  @Test
  void changesOfColumnsThatAreNotReadCancel() {
    Table table = table(false);
    OptionalLong from = now(table);
    CopyOnWrite.update(table, ids(4, 6), set("size", -1));
    Checked read = check.check(table, from, now(table), table.schema().select("id", "kind"), "");
    assertThat(read.counts()).isEqualTo(new ChangeCounts(0, 0, 0));
    assertThat(read.delta().isEmpty()).isFalse();
  }

  @Test
  void fewRowsCancelAgainstManyOnEitherSide() {
    Table table = table(false);
    RowFiles.append(table, rows(table, 30, 33));
    OptionalLong from = now(table);
    CopyOnWrite.update(
        table,
        ids(30, 33),
        row -> (Long) row.getField("id") == 31L ? zeros(table, 31, -0.0, 1f) : row);
    RowFiles.append(table, rows(table, 40, 70));
    RowFiles.append(table, rows(table, 31, 32));
    Checked grown = since(table, from);
    // Row 31 came back as it was, beside what was made of it.
    assertThat(grown.rows().removed()).isEmpty();
    assertThat(grown.rows().added()).hasSize(31);
    Checked shrunk = check.check(table, now(table), from);
    assertThat(shrunk.rows().removed()).hasSize(31);
  }

  @Test
  void overwriteByFilterTakesWholeFiles() {
    Table table = table(true);
    OptionalLong from = now(table);
    Overwrites.byFilter(table, equal("kind", "b"), List.of());
    Overwrites.byFilter(table, equal("kind", "c"), rows(table, 32, 33));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(1, 0, 20));
  }

  @Test
  void dynamicOverwriteReplacesPartitions() {
    Table table = table(true);
    OptionalLong from = now(table);
    Overwrites.ofPartitions(table, List.of(row(SCHEMA, 4), row(SCHEMA, 31)));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(1, 0, 9));
  }

  @Test
  void aWholeTableOverwriteIsADeltaOfWhatDiffers() {
    Table table = table(false);
    OptionalLong from = now(table);
    Overwrites.byFilter(table, alwaysTrue(), rows(table, 5, 35));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(5, 0, 5));
  }

  @Test
  void createOrReplaceComparesTheEnds() {
    Table table = table(false);
    OptionalLong from = now(table);
    Transaction replace =
        catalog
            .buildTable(TableIdentifier.of("t", "t"), SCHEMA)
            .withProperty(TableProperties.FORMAT_VERSION, "" + formatVersion())
            .createOrReplaceTransaction();
    AppendFiles append = replace.newFastAppend();
    RowFiles.write(replace.table(), FileFormat.PARQUET, 0, rows(replace.table(), 10, 32))
        .forEach(append::appendFile);
    append.commit();
    replace.commitTransaction();
    Checked replaced = since(table, from);
    assertThat(replaced.delta().way()).isEqualTo(DeltaMethod.ENDS);
    assertThat(replaced.counts()).isEqualTo(new ChangeCounts(2, 0, 10));
  }

  @Test
  void anEmptyCommitIsNoChange() {
    Table table = table(false);
    OptionalLong from = now(table);
    table.newAppend().commit();
    Checked empty = since(table, from);
    assertThat(empty.delta().isEmpty()).isTrue();
    assertThat(empty.delta().manifestsRead()).isZero();
  }

  // Deletes by position

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deletesByPositionAreReadAsTheRowsThatTheyDelete(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    deleteRows(table, ids(4, 6));
    deleteRows(table, ids(5, 12));
    Checked deleted = since(table, from);
    assertThat(deleted.counts()).isEqualTo(new ChangeCounts(0, 0, 8));
    assertThat(deleted.delta().removed()).isEmpty();
    assertThat(deleted.delta().added()).isEmpty();
    assertThat(deleted.delta().rows()).isEqualTo(8);
    assertThat(deleted.delta().equalityScopes()).isEmpty();
  }

  @Test
  void aSecondVectorOfAFileIsOnlyItsNewRows() {
    Table table = table(false);
    deleteRows(table, ids(4, 6));
    OptionalLong from = now(table);
    deleteRows(table, ids(0, 5));
    deleteRows(table, ids(8, 9));
    Checked deleted = since(table, from);
    assertThat(deleted.counts()).isEqualTo(new ChangeCounts(0, 0, 5));
    assertThat(deleted.delta().likelyRows()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void positionDeletesOfAPartitionTouchOnlyTheFilesThatTheyName(boolean partitioned) {
    assumeTrue(formatVersion() == 2, "format version 3 has no position delete files of partitions");
    Table table = table(partitioned);
    OptionalLong from = now(table);
    RowDeletes.byPositionInPartition(table, ids(8, 12));
    RowFiles.append(table, rows(table, 30, 33));
    RowDeletes.byPositionInPartition(table, ids(11, 31));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(2, 0, 22));
  }

  @Test
  void anUpdateByDeleteAndInsertIsAnUpdate() {
    Table table = table(false);
    OptionalLong from = now(table);
    deleteRows(table, ids(4, 7));
    Record changed = row(SCHEMA, 4);
    changed.setField("size", 7);
    RowFiles.append(table, List.of(changed, row(SCHEMA, 5)));
    // Row 5 came back as it was, row 6 did not come back.
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 1, 1));
  }

  @Test
  void deletesOfRowsAddedMeanwhileAreNotSeen() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowFiles.append(table, rows(table, 30, 40));
    deleteRows(table, ids(28, 35));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(5, 0, 2));
  }

  @Test
  void deletesOfFilesThatDuckDbDoesNotReadAreRead() {
    Table table = table(false);
    RowFiles.append(table, FileFormat.AVRO, rows(table, 30, 40));
    RowFiles.append(table, FileFormat.ORC, rows(table, 40, 50));
    OptionalLong from = now(table);
    deleteRows(table, ids(35, 45));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 0, 10));
  }

  @Test
  void deletesInMoreFilesThanAreReadOneByOneAreRead() {
    Table table = table(false);
    for (int from = 30; from < 90; from += 5) {
      RowFiles.append(table, rows(table, from, from + 5));
    }
    OptionalLong from = now(table);
    deleteRows(table, ids(8, 88));
    Checked deleted = since(table, from);
    assertThat(deleted.delta().redeleted()).hasSize(15);
    assertThat(deleted.counts()).isEqualTo(new ChangeCounts(0, 0, 80));
  }

  @Test
  void copyOnWriteFoldsDeletesIn() {
    Table table = table(false);
    deleteRows(table, ids(4, 6));
    OptionalLong from = now(table);
    CopyOnWrite.update(table, ids(3, 8), set("size", -1));
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 3, 0));
  }

  // Deletes by equality

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void equalityDeletesAreTheRowsThatTheyMatch(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    RowDeletes.byEquality(table, ids(4, 7), "id");
    RowDeletes.byEquality(table, ids(6, 9), "id");
    Checked deleted = since(table, from);
    assertThat(deleted.counts()).isEqualTo(new ChangeCounts(0, 0, 5));
    assertThat(deleted.delta().equalityScopes())
        .isEqualTo(
            partitioned ? List.of("kind=a", "kind=b", "kind=c") : List.of(SourceDelta.WHOLE_TABLE));
    assertThat(deleted.delta().redeleted()).allMatch(RedeletedFile::hasEqualityDeletes);
  }

  @Test
  void equalityDeletesOfOnePartitionLeaveTheOthersAlone() {
    Table table = table(true);
    OptionalLong from = now(table);
    RowDeletes.byEquality(table, equal("id", 4L), "size");
    Checked deleted = since(table, from);
    assertThat(deleted.counts()).isEqualTo(new ChangeCounts(0, 0, 1));
    assertThat(deleted.delta().equalityScopes()).containsExactly("kind=b");
    assertThat(deleted.delta().redeleted())
        .allMatch(file -> "b".equals(file.after().file().partition().get(0, String.class)));
  }

  @Test
  void equalityDeletesOfNullsDeleteNulls() {
    Table table = table(false);
    CopyOnWrite.update(table, ids(3, 6), set("kind", null));
    OptionalLong from = now(table);
    RowDeletes.byEquality(table, equal("id", 4L), "kind");
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 0, 3));
  }

  @Test
  void equalityDeletesWithoutPartitionsReachFilesOfEverySpec() {
    Table table = table(false);
    table.updateSpec().addField(Expressions.bucket("id", 2)).commit();
    RowFiles.append(table, rows(table, 25, 40));
    OptionalLong from = now(table);
    // Rows of unpartitioned files give deletes of the unpartitioned spec.
    RowDeletes.byEquality(table, ids(24, 28), "id");
    Checked deleted = since(table, from);
    assertThat(deleted.rows().removed()).hasSize(7);
    assertThat(deleted.delta().equalityScopes()).contains(SourceDelta.WHOLE_TABLE);
  }

  @Test
  void equalityDeletesAfterAPartitionChangeStayInTheirSpec() {
    Table table = table(true);
    table.updateSpec().removeField("kind").addField(Expressions.bucket("id", 2)).commit();
    RowFiles.append(table, rows(table, 25, 40));
    OptionalLong from = now(table);
    RowDeletes.byEquality(table, and(ids(30, 34), equal("kind", "a")), "kind");
    assertThat(since(table, from).rows().removed()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void upsertsAreUpdatesAndInserts(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    for (int round = 1; round < 4; round++) {
      List<Record> rows = new ArrayList<>(rows(table, 27, 31 + round));
      int size = round;
      rows.forEach(row -> row.setField("size", size));
      RowDeletes.upsert(table, rows, "id");
    }
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(4, 3, 0));
  }

  @Test
  void equalityAndPositionDeletesOfOneFileMix() {
    Table table = table(false);
    RowDeletes.byEquality(table, ids(0, 3), "id");
    deleteRows(table, ids(3, 5));
    OptionalLong from = now(table);
    // Rows that are deleted already, by the other kind, and rows that are not.
    RowDeletes.byEquality(table, ids(5, 6), "kind");
    deleteRows(table, ids(6, 8));
    assertThat(since(table, from).rows().removed()).hasSize(11);
  }

  @Test
  void aColumnThatEqualityDeletesCompareMayBeDropped() {
    Table table = table(false);
    OptionalLong from = now(table);
    RowDeletes.byEquality(table, ids(4, 7), "size");
    SchemaChanges.drop(table, "size");
    assertThat(since(table, from).counts()).isEqualTo(new ChangeCounts(0, 0, 3));
  }

  private static Record zeros(Table table, long id, double price, float x) {
    Record row = row(table.schema(), id);
    row.setField("price", price);
    Record point = GenericRecord.create(SCHEMA.findType("point").asStructType());
    point.setField("x", x);
    row.setField("point", point);
    row.setField("tags", List.of(price, -0.0, Double.NaN));
    return row;
  }
}
