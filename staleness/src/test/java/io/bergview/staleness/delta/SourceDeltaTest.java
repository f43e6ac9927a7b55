package io.bergview.staleness.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.MissingFileException;
import io.bergview.fixtures.Warehouses;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Rare turns of the way from one snapshot to another, in tables of a few files. */
class SourceDeltaTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "day", Types.IntegerType.get()));
  private static final PartitionSpec PLAIN = PartitionSpec.unpartitioned();
  private static final PartitionSpec BY_DAY =
      PartitionSpec.builderFor(SCHEMA).identity("day").build();

  @TempDir static Path dir;
  private static JdbcCatalog catalog;
  private String name;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(dir);
    catalog.createNamespace(Namespace.of("small"));
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @BeforeEach
  void begin(TestInfo test) {
    name = test.getDisplayName().replace("()", "");
  }

  private Table create(int version, PartitionSpec spec) {
    return catalog.createTable(
        TableIdentifier.of("small", name + version + spec.isPartitioned()),
        SCHEMA,
        spec,
        Map.of(
            TableProperties.FORMAT_VERSION,
            Integer.toString(version),
            TableProperties.MANIFEST_MERGE_ENABLED,
            "false"));
  }

  private static OptionalLong now(Table table) {
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  /** The delta since {@code from}, for which so many manifests are opened. */
  private static SourceDelta delta(Table table, OptionalLong from, int manifests) {
    CountingTable counted = new CountingTable(table);
    SourceDelta delta = SourceDelta.between(counted.table(), from, now(table));
    assertThat(counted.manifestsOpened()).hasSize(manifests);
    return delta;
  }

  private static void compact(Table table, List<DataFile> files, DataFile into) {
    table.newRewrite().rewriteFiles(Set.copyOf(files), Set.of(into)).commit();
  }

  @Test
  void compactionAfterAnExpiredSnapshotOpensNothing() {
    Table table = create(3, PLAIN);
    List<DataFile> first = FakeFiles.data(5, PLAIN);
    FakeFiles.append(table, first);
    OptionalLong from = now(table);
    FakeFiles.append(table, FakeFiles.data(1, PLAIN));
    long expired = table.currentSnapshot().snapshotId();
    FakeFiles.append(table, FakeFiles.data(1, PLAIN));
    compact(table, first, FakeFiles.compacted(5, PLAIN));
    table.expireSnapshots().expireSnapshotId(expired).commit();
    SourceDelta delta = delta(table, from, 2);
    assertThat(delta.added()).hasSize(2);
    assertThat(delta.removed()).isEmpty();
    assertThat(delta.way()).isEqualTo(DeltaMethod.ENDS);
  }

  /** Adds rows and a delete in one commit, and takes the delete back. */
  private static OptionalLong upsertAndUndo(Table table, DataFile rows, DeleteFile delete) {
    table.newRowDelta().addRows(rows).addDeletes(delete).commit();
    OptionalLong from = now(table);
    DeleteFile known = table.currentSnapshot().addedDeleteFiles(table.io()).iterator().next();
    table.newRowDelta().removeDeletes(known).commit();
    return from;
  }

  @Test
  void equalityDeleteThatIsTakenBackReachesOlderFilesOnly() {
    Table plain = create(2, PLAIN);
    FakeFiles.append(plain, FakeFiles.data(1, PLAIN));
    OptionalLong from = upsertAndUndo(plain, FakeFiles.data(PLAIN), FakeFiles.equality(PLAIN));
    // The delete manifest to see what changed and to plan the end that has it; the older data
    // manifest at both ends.
    assertThat(delta(plain, from, 4).redeleted()).hasSize(1);
    Table byDay = create(2, BY_DAY);
    FakeFiles.append(byDay, FakeFiles.data(1, byDay.spec(), 7));
    from =
        upsertAndUndo(byDay, FakeFiles.data(byDay.spec(), 7), FakeFiles.equality(byDay.spec(), 7));
    assertThat(delta(byDay, from, 4).redeleted()).hasSize(1);
  }

  @Test
  void positionDeleteThatIsTakenBackReachesFilesOfItsOwnCommitToo() {
    Table byDay = create(2, BY_DAY);
    FakeFiles.append(byDay, FakeFiles.data(1, byDay.spec(), 7));
    OptionalLong from =
        upsertAndUndo(byDay, FakeFiles.data(byDay.spec(), 7), FakeFiles.positions(byDay.spec(), 7));
    assertThat(delta(byDay, from, 6).redeleted()).hasSize(2);
  }

  @Test
  void vectorThatGrewLikelyDeletesTheDifferenceInAddition() {
    Table table = create(3, PLAIN);
    DataFile file = FakeFiles.data(PLAIN);
    FakeFiles.append(table, List.of(file));
    OptionalLong whole = now(table);
    DeleteFile small = FakeFiles.vector(PLAIN, file, 3);
    table.newRowDelta().addDeletes(small).commit();
    OptionalLong some = now(table);
    DeleteFile known = table.currentSnapshot().addedDeleteFiles(table.io()).iterator().next();
    table
        .newRowDelta()
        .validateFromSnapshot(some.getAsLong())
        .removeDeletes(known)
        .addDeletes(FakeFiles.vector(PLAIN, file, 5))
        .commit();
    SourceDelta grown = SourceDelta.between(table, some, now(table));
    assertThat(grown.rows()).isEqualTo(8);
    assertThat(grown.likelyRows()).isEqualTo(2);
    SourceDelta all = SourceDelta.between(table, whole, now(table));
    assertThat(all.rows()).isEqualTo(5);
    assertThat(all.likelyRows()).isEqualTo(5);
    FakeFiles.append(table, FakeFiles.data(1, PLAIN));
    assertThat(SourceDelta.between(table, some, now(table)).likelyRows()).isEqualTo(12);
    assertThat(SourceDelta.between(table, now(table), some).likelyRows()).isEqualTo(12);
  }

  @Test
  void deletesByPositionOrEqualityMayBeAsManyAsTheyAre() {
    Table table = create(2, BY_DAY);
    FakeFiles.append(table, FakeFiles.data(1, table.spec(), 7));
    OptionalLong from = now(table);
    table.newRowDelta().addDeletes(FakeFiles.positions(table.spec(), 7)).commit();
    OptionalLong some = now(table);
    assertThat(SourceDelta.between(table, from, some).likelyRows()).isEqualTo(3);
    DeleteFile known = table.currentSnapshot().addedDeleteFiles(table.io()).iterator().next();
    table
        .newRowDelta()
        .removeDeletes(known)
        .addDeletes(FakeFiles.positions(table.spec(), 7))
        .commit();
    assertThat(SourceDelta.between(table, some, now(table)).likelyRows()).isEqualTo(6);
    table.newRowDelta().addDeletes(FakeFiles.equality(table.spec(), 7)).commit();
    assertThat(SourceDelta.between(table, some, now(table)).likelyRows()).isEqualTo(10);
  }

  @Test
  void manifestThatIsGoneOnTheWayIsPassedByAndAtAnEndIsSaid() {
    Table table = create(3, PLAIN);
    FakeFiles.append(table, FakeFiles.data(1, PLAIN));
    OptionalLong from = now(table);
    List<DataFile> files = FakeFiles.data(2, PLAIN);
    FakeFiles.append(table, files);
    String between = table.currentSnapshot().dataManifests(table.io()).get(0).path();
    compact(table, files, FakeFiles.compacted(2, PLAIN));
    table.io().deleteFile(between);
    SourceDelta delta = SourceDelta.between(table, from, now(table));
    assertThat(delta.added()).hasSize(1);
    assertThat(delta.way()).isEqualTo(DeltaMethod.ENDS);
    String last = table.currentSnapshot().dataManifests(table.io()).get(0).path();
    table.io().deleteFile(last);
    assertThatThrownBy(() -> SourceDelta.between(table, from, now(table)))
        .isInstanceOf(MissingFileException.class);
    assertThatThrownBy(() -> SourceDelta.between(table, OptionalLong.empty(), now(table)))
        .isInstanceOf(MissingFileException.class);
  }
}
