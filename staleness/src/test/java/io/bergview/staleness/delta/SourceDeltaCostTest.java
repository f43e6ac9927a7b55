package io.bergview.staleness.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.Warehouses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Planning a small change reads the manifests of that change, in tables of 20,000 data files in 200
 * manifests: one unpartitioned, one with a manifest for each partition. {@code
 * -Dbergview.manifests=20} makes do with fewer.
 */
@Tag("seeded")
class SourceDeltaCostTest {
  private static final int MANIFESTS =
      Integer.getInteger("bergview.manifests", Seeds.many() ? 200 : 60);
  private static final int FILES_PER_MANIFEST = 100;
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "day", Types.IntegerType.get()));
  private static final PartitionSpec BY_DAY =
      PartitionSpec.builderFor(SCHEMA).identity("day").build();

  @TempDir static Path dir;
  private static JdbcCatalog catalog;
  private static Table plain;
  private static Table partitioned;
  private static final List<DataFile> PLAIN_FILES = new ArrayList<>();
  private static final List<DataFile> PARTITIONED_FILES = new ArrayList<>();

  private long start;

  @BeforeAll
  static void fill() {
    catalog = Warehouses.sqlite(dir);
    catalog.createNamespace(Namespace.of("big"));
    plain = create("plain", PartitionSpec.unpartitioned());
    partitioned = create("partitioned", BY_DAY);
    PLAIN_FILES.addAll(append(plain, day -> FakeFiles.data(FILES_PER_MANIFEST, plain.spec())));
    PARTITIONED_FILES.addAll(
        append(partitioned, day -> FakeFiles.data(FILES_PER_MANIFEST, partitioned.spec(), day)));
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  private static Table create(String name, PartitionSpec spec) {
    return catalog.createTable(
        TableIdentifier.of("big", name),
        SCHEMA,
        spec,
        Map.of(
            TableProperties.FORMAT_VERSION, "3",
            TableProperties.MANIFEST_MERGE_ENABLED, "false"));
  }

  private static List<DataFile> append(Table table, IntFunction<List<DataFile>> manifest) {
    List<List<DataFile>> manifests = IntStream.range(0, MANIFESTS).mapToObj(manifest).toList();
    FakeFiles.appendManifests(table, manifests);
    return manifests.stream().flatMap(List::stream).toList();
  }

  /** Every test starts at those files. */
  @BeforeEach
  void rollBack() {
    for (Table table : List.of(plain, partitioned)) {
      long whole =
          table.history().stream()
              .filter(entry -> isWhole(table, entry.snapshotId()))
              .findFirst()
              .orElseThrow()
              .snapshotId();
      table.manageSnapshots().setCurrentSnapshot(whole).commit();
    }
    start = plain.currentSnapshot().snapshotId();
  }

  private static boolean isWhole(Table table, long snapshotId) {
    return table
        .snapshot(snapshotId)
        .summary()
        .get("total-data-files")
        .equals("" + MANIFESTS * FILES_PER_MANIFEST);
  }

  private static SourceDelta delta(CountingTable counted, long from) {
    Table table = counted.table();
    counted.manifestsOpened();
    return SourceDelta.between(
        table, OptionalLong.of(from), OptionalLong.of(table.currentSnapshot().snapshotId()));
  }

  private SourceDelta plainDelta(int manifests) {
    return delta(plain, start, manifests);
  }

  /** The delta since {@code from}, for which so many manifests, and each once, are opened. */
  private static SourceDelta delta(Table table, long from, int manifests) {
    CountingTable counted = new CountingTable(table);
    SourceDelta delta = delta(counted, from);
    List<String> opened = counted.manifestsOpened();
    assertThat(opened).hasSize(manifests);
    assertThat(delta.manifestsRead()).isEqualTo(manifests);
    return delta;
  }

  @Test
  void anAppendOpensItsOwnManifest() {
    DataFile added = FakeFiles.data(plain.spec());
    FakeFiles.append(plain, List.of(added));
    SourceDelta delta = plainDelta(1);
    assertThat(locations(delta.added())).containsExactly(added.location());
    assertThat(delta.removed()).isEmpty();
    assertThat(delta.redeleted()).isEmpty();
    assertThat(delta.way()).isEqualTo(DeltaMethod.CHAIN);
    assertThat(delta.rows()).isEqualTo(10);
    assertThat(delta.bytes()).isEqualTo(1000);
  }

  @Test
  void copyOnWriteOpensTheManifestThatItRewrote() {
    DataFile old = PLAIN_FILES.get(1567);
    DataFile rewritten = FakeFiles.data(plain.spec());
    plain.newOverwrite().deleteFile(old).addFile(rewritten).commit();
    // The manifest with the old file, the same without it, and that with the new file.
    SourceDelta delta = plainDelta(3);
    assertThat(locations(delta.removed())).containsExactly(old.location());
    assertThat(locations(delta.added())).containsExactly(rewritten.location());
  }

  @Test
  void appendsAfterDeletesLeaveOlderDeleteManifestsAlone() {
    for (int i = 0; i < 10; i++) {
      plain.newRowDelta().addDeletes(FakeFiles.equality(plain.spec())).commit();
    }
    long from = plain.currentSnapshot().snapshotId();
    FakeFiles.append(plain, FakeFiles.data(1, plain.spec()));
    assertThat(delta(plain, from, 1).added()).hasSize(1);
  }

  @Test
  void aDeletionVectorInAPartitionOpensThatPartitionsManifest() {
    DataFile file = PARTITIONED_FILES.get(777);
    long from = partitioned.currentSnapshot().snapshotId();
    DeleteFile vector = FakeFiles.vector(partitioned.spec(), file);
    partitioned.newRowDelta().addDeletes(vector).commit();
    // The delete manifest twice, to see what changed and to plan; the data manifest for its
    // locations and at both ends.
    SourceDelta delta = delta(partitioned, from, 5);
    assertThat(delta.removed()).isEmpty();
    assertThat(delta.added()).isEmpty();
    assertThat(delta.redeleted())
        .singleElement()
        .satisfies(
            changed -> {
              assertThat(changed.before().file().location()).isEqualTo(file.location());
              assertThat(changed.before().deletes()).isEmpty();
              assertThat(changed.after().deletes()).hasSize(1);
              assertThat(changed.hasEqualityDeletes()).isFalse();
            });
    assertThat(delta.rows()).isEqualTo(3);
    assertThat(delta.bytes()).isEqualTo(1000);
    assertThat(delta.equalityScopes()).isEmpty();
    // What the manifest lists is known from now on.
    assertThat(delta(partitioned, from, 4).redeleted()).hasSize(1);
  }

  @Test
  void aDeletionVectorWithoutPartitionsIsLookedForInEachManifestOnce() {
    DataFile file = PLAIN_FILES.get(2 * FILES_PER_MANIFEST);
    plain.newRowDelta().addDeletes(FakeFiles.vector(plain.spec(), file)).commit();
    SourceDelta first = delta(new CountingTable(plain), start);
    assertThat(first.redeleted()).hasSize(1);
    assertThat(first.manifestsRead()).isLessThanOrEqualTo(MANIFESTS + 4);
    // The delete manifest twice, and that of the file at both ends.
    assertThat(plainDelta(4).redeleted()).hasSize(1);
    DataFile next = PLAIN_FILES.get(5 * FILES_PER_MANIFEST);
    plain
        .newRowDelta()
        .validateFromSnapshot(plain.currentSnapshot().snapshotId())
        .addDeletes(FakeFiles.vector(plain.spec(), next))
        .commit();
    // Two delete manifests twice, and those of the files at both ends.
    assertThat(plainDelta(4 + 4).redeleted()).hasSize(2);
  }

  @Test
  void aVectorOfAFileAddedMeanwhileIsLookedForInEachManifestOnce() {
    DataFile added = FakeFiles.data(plain.spec());
    FakeFiles.append(plain, List.of(added));
    plain
        .newRowDelta()
        .validateFromSnapshot(plain.currentSnapshot().snapshotId())
        .addDeletes(FakeFiles.vector(plain.spec(), added))
        .commit();
    assertThat(delta(new CountingTable(plain), start).manifestsRead())
        .isLessThanOrEqualTo(MANIFESTS + 3);
    // The data manifest, and the delete manifest to plan it and to see what changed.
    SourceDelta delta = plainDelta(3);
    assertThat(delta.redeleted()).isEmpty();
    assertThat(delta.added())
        .singleElement()
        .satisfies(task -> assertThat(task.deletes()).hasSize(1));
  }

  @Test
  void aVectorOfAFileOfOtherManifestsTooOpensAllOfThem() {
    DataFile file = PLAIN_FILES.get(7 * FILES_PER_MANIFEST + 3);
    FakeFiles.append(plain, List.of(file));
    long from = plain.currentSnapshot().snapshotId();
    plain
        .newRowDelta()
        .validateFromSnapshot(from)
        .addDeletes(FakeFiles.vector(plain.spec(), file))
        .commit();
    assertThat(delta(new CountingTable(plain), from).redeleted()).hasSize(2);
    // The delete manifest twice, and both data manifests at both ends.
    assertThat(delta(plain, from, 2 + 4).rows()).isEqualTo(6);
  }

  @Test
  void anEqualityDeleteOpensTheManifestsOfItsPartition() {
    long from = partitioned.currentSnapshot().snapshotId();
    partitioned.newRowDelta().addDeletes(FakeFiles.equality(partitioned.spec(), 12)).commit();
    // The delete manifest twice, the data manifest at both ends.
    SourceDelta delta = delta(partitioned, from, 4);
    assertThat(delta.redeleted())
        .hasSize(FILES_PER_MANIFEST)
        .allMatch(RedeletedFile::hasEqualityDeletes);
    assertThat(delta.equalityScopes()).containsExactly("day=12");
    assertThat(delta.rows()).isEqualTo(10 * FILES_PER_MANIFEST);
  }

  @Test
  void anEqualityDeleteWithoutPartitionsReachesEveryFile() {
    plain.newRowDelta().addDeletes(FakeFiles.equality(plain.spec())).commit();
    SourceDelta delta = plainDelta(2 * MANIFESTS + 2);
    assertThat(delta.redeleted()).hasSize(MANIFESTS * FILES_PER_MANIFEST);
    assertThat(delta.equalityScopes()).containsExactly(SourceDelta.WHOLE_TABLE);
  }

  @Test
  void compactionAndRewrittenManifestsOpenNothing() {
    FakeFiles.append(plain, FakeFiles.data(1, plain.spec()));
    DataFile compacted = FakeFiles.compacted(1500, plain.spec());
    plain
        .newRewrite()
        .rewriteFiles(Set.copyOf(PLAIN_FILES.subList(0, 1500)), Set.of(compacted))
        .commit();
    plain.rewriteManifests().clusterBy(file -> "one").commit();
    SourceDelta delta = plainDelta(1);
    assertThat(delta.added()).hasSize(1);
    assertThat(delta.removed()).isEmpty();
  }

  @Test
  void compactionAloneIsNoDelta() {
    DataFile compacted = FakeFiles.compacted(1500, plain.spec());
    plain
        .newRewrite()
        .rewriteFiles(Set.copyOf(PLAIN_FILES.subList(0, 1500)), Set.of(compacted))
        .commit();
    SourceDelta delta = plainDelta(0);
    assertThat(delta.isEmpty()).isTrue();
    assertThat(delta.way()).isEqualTo(DeltaMethod.NONE);
  }

  private static List<String> locations(List<FileScanTask> tasks) {
    return tasks.stream().map(task -> task.file().location()).toList();
  }
}
