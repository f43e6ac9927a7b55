package io.bergview.pipeline.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RepeatedFiles;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.pipeline.delta.DeltaCheck.Checked;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A data file that is listed several times has each of its rows as often, and a delete takes all of
 * them. The table has rows 0 to 29, ten a file; the file of rows 0 to 9 is the one that is
 * repeated.
 */
abstract class RepeatedFileContract extends DeltaTables {
  private static void repeat(Table table) {
    RepeatedFiles.append(table, filesOf(table, 0));
  }

  /** The files, several in a partitioned table, that hold rows of the ten from {@code id} on. */
  private static List<DataFile> filesOf(Table table, long id) {
    return RepeatedFiles.live(table).stream()
        .filter(file -> file.dataSequenceNumber() == 1 + id / 10)
        .toList();
  }

  private static void assertRows(Checked checked, int removed, int added) {
    assertThat(checked.rows().removed()).hasSize(removed);
    assertThat(checked.rows().added()).hasSize(added);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherListingIsItsRowsOnceMore(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    repeat(table);
    assertRows(since(table, from), 0, 10);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeleteTakesTheRowOfEveryListing(boolean partitioned) {
    Table table = table(partitioned);
    repeat(table);
    OptionalLong from = now(table);
    deleteRows(table, ids(1, 3));
    assertRows(since(table, from), 4, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeleteOfAFileThatIsListedAgainInTheSameDelta(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    repeat(table);
    deleteRows(table, ids(1, 3));
    assertRows(since(table, from), 2, 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeleteThatIsRolledBackGivesBackTheRowOfEveryListing(boolean partitioned) {
    Table table = table(partitioned);
    repeat(table);
    OptionalLong back = now(table);
    deleteRows(table, ids(1, 3));
    OptionalLong from = now(table);
    table.manageSnapshots().rollbackTo(back.getAsLong()).commit();
    assertRows(since(table, from), 0, 4);
  }

  @Test
  void aListingAndADeleteThatAreRolledBackLeaveTheFileAsItWas() {
    Table table = table(false);
    OptionalLong back = now(table);
    repeat(table);
    deleteRows(table, ids(1, 3));
    OptionalLong from = now(table);
    table.manageSnapshots().rollbackTo(back.getAsLong()).commit();
    assertRows(since(table, from), 8, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listingsOfOneManifestAreAsMany(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    int rows = 0;
    for (DataFile file : filesOf(table, 0)) {
      RepeatedFiles.appendInOneManifest(table, file, 3);
      rows += 3 * (int) file.recordCount();
    }
    assertThat(rows).isEqualTo(30);
    assertRows(since(table, from), 0, 30);
    OptionalLong listed = now(table);
    deleteRows(table, ids(1, 3));
    assertRows(since(table, listed), 8, 0);
    assertRows(since(table, from), 2, 24);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listingsThatManifestsAreRewrittenToBesideEachOther(boolean partitioned) {
    Table table = table(partitioned);
    repeat(table);
    table.rewriteManifests().clusterBy(file -> "one").commit();
    OptionalLong from = now(table);
    deleteRows(table, ids(1, 3));
    assertRows(since(table, from), 4, 0);
  }

  @Test
  void listingsOfMergedManifests() {
    Table table = table(false);
    table
        .updateProperties()
        .set(TableProperties.MANIFEST_MIN_MERGE_COUNT, "2")
        .set(TableProperties.MANIFEST_MERGE_ENABLED, "true")
        .commit();
    OptionalLong from = now(table);
    var append = table.newAppend();
    filesOf(table, 0).forEach(append::appendFile);
    append.commit();
    OptionalLong listed = now(table);
    assertThat(table.currentSnapshot().dataManifests(table.io())).hasSize(1);
    assertRows(since(table, from), 0, 10);
    deleteRows(table, ids(1, 3));
    assertRows(since(table, listed), 4, 0);
    assertRows(since(table, from), 2, 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void threeListingsInManifestsOfTheirOwn(boolean partitioned) {
    Table table = table(partitioned);
    List<DataFile> files = filesOf(table, 0);
    RepeatedFiles.append(table, files);
    OptionalLong from = now(table);
    RepeatedFiles.append(table, files);
    assertRows(since(table, from), 0, 10);
    OptionalLong listed = now(table);
    deleteRows(table, ids(0, 1));
    assertRows(since(table, listed), 3, 0);
    assertRows(since(table, from), 2, 9);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removingAFileByLocationRemovesAllItsListings(boolean partitioned) {
    Table table = table(partitioned);
    repeat(table);
    OptionalLong from = now(table);
    DeleteFiles delete = table.newDelete();
    filesOf(table, 0).forEach(file -> delete.deleteFile(file.location()));
    delete.commit();
    assertRows(since(table, from), 20, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aListingThatIsRemovedLeavesTheOther(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    repeat(table);
    OptionalLong listed = now(table);
    // Iceberg looks for a scanned file in the manifest that it was found in, and in no other.
    DeleteFiles delete = table.newDelete();
    filesOf(table, 0).forEach(delete::deleteFile);
    delete.commit();
    assertRows(since(table, listed), 10, 0);
    assertThat(since(table, from).delta().isEmpty()).isTrue();
    deleteRows(table, ids(1, 3));
    assertRows(since(table, listed), 12, 0);
    assertRows(since(table, from), 2, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aListingThatIsRolledBackLeavesTheOther(boolean partitioned) {
    Table table = table(partitioned);
    deleteRows(table, ids(5, 6));
    OptionalLong back = now(table);
    if (formatVersion() == 2) {
      repeat(table);
    } else {
      // Format v3 does not let a file come after its deletion vector.
      RepeatedFiles.append(table, filesOf(table, 10));
    }
    OptionalLong from = now(table);
    table.manageSnapshots().rollbackTo(back.getAsLong()).commit();
    assertRows(since(table, from), 10, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void copyOnWriteRewritesAllListings(boolean partitioned) {
    Table table = table(partitioned);
    repeat(table);
    OptionalLong from = now(table);
    CopyOnWrite.delete(table, ids(1, 3));
    assertRows(since(table, from), 4, 0);
    OptionalLong deleted = now(table);
    CopyOnWrite.update(table, ids(4, 5), set("size", -1));
    assertRows(since(table, deleted), 2, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void copyOnWriteOfAFileThatIsListedAgainInTheSameDelta(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    repeat(table);
    CopyOnWrite.delete(table, ids(1, 3));
    assertRows(since(table, from), 2, 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEqualityDeleteTakesTheRowOfEveryListing(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    repeat(table);
    OptionalLong listed = now(table);
    RowDeletes.byEquality(table, ids(1, 3), "id");
    assertRows(since(table, listed), 4, 0);
    assertRows(since(table, from), 2, 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEqualityDeleteTakesNothingOfAListingThatComesAfterIt(boolean partitioned) {
    Table table = table(partitioned);
    OptionalLong from = now(table);
    RowDeletes.byEquality(table, ids(1, 3), "id");
    OptionalLong deleted = now(table);
    repeat(table);
    assertRows(since(table, deleted), 0, 10);
    assertRows(since(table, from), 0, 8);
    OptionalLong listed = now(table);
    deleteRows(table, ids(2, 5));
    // Rows 3 and 4 of both listings, and row 2 of the second.
    assertRows(since(table, listed), 5, 0);
    RowDeletes.byEquality(table, ids(1, 2), "id");
    assertRows(since(table, listed), 6, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPositionDeleteFileTakesNothingOfAListingThatComesAfterIt(boolean partitioned) {
    assumeTrue(formatVersion() == 2, "a file cannot come after its deletion vector");
    Table table = table(partitioned);
    OptionalLong from = now(table);
    deleteRows(table, ids(1, 3));
    OptionalLong deleted = now(table);
    repeat(table);
    assertRows(since(table, deleted), 0, 10);
    assertRows(since(table, from), 0, 8);
    OptionalLong listed = now(table);
    RowDeletes.byPositionInPartition(table, ids(2, 4));
    assertRows(since(table, listed), 3, 0);
  }

  @Test
  void deletesByPartitionTakeTheRowOfEveryListing() {
    assumeTrue(formatVersion() == 2, "format v3 has deletion vectors only");
    Table table = table(true);
    OptionalLong from = now(table);
    repeat(table);
    OptionalLong listed = now(table);
    RowDeletes.byPositionInPartition(table, ids(1, 3));
    assertRows(since(table, listed), 4, 0);
    assertRows(since(table, from), 2, 8);
  }

  @Test
  void aListingUnderAnotherSpecIsItsRowsOnceMore() {
    Table table = table(false);
    table.updateSpec().addField(Expressions.bucket("id", 2)).commit();
    OptionalLong from = now(table);
    DataFile file = filesOf(table, 0).get(0);
    RepeatedFiles.appendTo(table, file, partition(table, 0));
    RepeatedFiles.appendTo(table, file, partition(table, 1));
    OptionalLong listed = now(table);
    assertRows(since(table, from), 0, 20);
    // Written in the partitions in which such rows are found: in that of each listing.
    RowDeletes.byEquality(table, ids(1, 3), "id");
    assertRows(since(table, listed), 6, 0);
    assertRows(since(table, from), 2, 16);
    OptionalLong deleted = now(table);
    table.manageSnapshots().rollbackTo(listed.getAsLong()).commit();
    assertRows(since(table, deleted), 0, 6);
    DeleteFiles delete = table.newDelete();
    delete.deleteFile(RepeatedFiles.live(table).get(0)).commit();
    assertRows(since(table, listed), 10, 0);
  }

  /** As an import of a folder of another partition does, whose files do not hold its column. */
  @Test
  void aColumnThatTheFileLacksIsOfThePartitionOfEachListing() {
    Table table = table(false);
    OptionalLong before = now(table);
    SchemaChanges.add(table, "region", Types.StringType.get());
    table.updateSpec().addField("region").commit();
    DataFile file = filesOf(table, 0).get(0);
    RepeatedFiles.appendTo(table, file, partition(table, "north"));
    RepeatedFiles.appendTo(table, file, partition(table, "south"));
    OptionalLong listed = now(table);
    Checked added = since(table, before);
    assertThat(added.rows().added())
        .extracting(row -> row.get("region"))
        .containsOnly("north", "south")
        .hasSize(20);
    DataFile north =
        RepeatedFiles.live(table).stream()
            .filter(live -> live.partition().size() == 1)
            .filter(live -> "north".equals(live.partition().get(0, String.class)))
            .findFirst()
            .orElseThrow();
    table.newDelete().deleteFile(north).commit();
    Checked removed = since(table, listed);
    assertThat(removed.rows().removed())
        .extracting(row -> row.get("region"))
        .containsOnly("north")
        .hasSize(10);
    assertRows(since(table, before), 0, 10);
  }

  private static PartitionData partition(Table table, Object value) {
    var partition = new PartitionData(table.spec().partitionType());
    partition.set(0, value);
    return partition;
  }
}
