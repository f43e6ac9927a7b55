package io.bergview.staleness.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Warehouses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests of ten files each. */
class ManifestLocationsTest {
  @TempDir Path dir;
  private JdbcCatalog catalog;
  private Table table;
  private final List<String> read = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void open() {
    catalog = Warehouses.sqlite(dir);
    catalog.createNamespace(Namespace.of("t"));
    table =
        catalog.createTable(
            TableIdentifier.of("t", "t"),
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
            PartitionSpec.unpartitioned(),
            Map.of());
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  private List<ManifestFile> manifests(int count) {
    for (int i = 0; i < count; i++) {
      FakeFiles.append(table, FakeFiles.data(10, table.spec()));
    }
    return table.currentSnapshot().dataManifests(table.io());
  }

  /** Ten locations of a manifest, in falling order. */
  private long[] hashes(ManifestFile manifest) {
    read.add(manifest.path());
    long[] hashes = new long[10];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = ManifestLocations.hash(manifest.path()) - i;
    }
    return hashes;
  }

  @Test
  void aManifestIsReadOnce() {
    ManifestLocations locations = new ManifestLocations(1_000);
    List<ManifestFile> manifests = manifests(3);
    List<long[]> first = locations.of(table, manifests.subList(0, 2), this::hashes);
    List<long[]> second = locations.of(table, manifests, this::hashes);
    assertThat(read).hasSize(3).doesNotHaveDuplicates();
    assertThat(second.subList(0, 2)).containsExactlyElementsOf(first);
    for (int i = 0; i < 3; i++) {
      long hash = ManifestLocations.hash(manifests.get(i).path());
      assertThat(second.get(i)).isSorted().contains(hash);
      assertThat(ManifestLocations.anyOf(second.get(i), Set.of(hash, 7L))).isTrue();
      assertThat(ManifestLocations.anyOf(second.get(i), Set.of(hash + 1, 7L))).isFalse();
    }
  }

  @Test
  void leastRecentlyUsedEntryIsEvicted() {
    ManifestLocations locations = new ManifestLocations(20);
    List<ManifestFile> manifests = manifests(3);
    locations.of(table, manifests, this::hashes);
    assertThat(locations.remembered()).isEqualTo(20);
    locations.of(table, manifests.subList(1, 3), this::hashes);
    assertThat(read).hasSize(3);
    locations.of(table, manifests.subList(0, 1), this::hashes);
    assertThat(read).hasSize(4);
    assertThat(locations.remembered()).isEqualTo(20);
  }

  @Test
  void aManifestOfMoreThanIsRememberedIsReadEachTime() {
    ManifestLocations locations = new ManifestLocations(9);
    List<ManifestFile> manifests = manifests(1);
    assertThat(locations.of(table, manifests, this::hashes).get(0)).hasSize(10);
    assertThat(locations.of(table, manifests, this::hashes).get(0)).hasSize(10);
    assertThat(read).hasSize(2);
    assertThat(locations.remembered()).isZero();
  }

  @Test
  void manyAreReadByThreads() {
    List<ManifestFile> manifests = manifests(1);
    List<ManifestFile> many = Collections.nCopies(120, manifests.get(0));
    List<long[]> found = new ManifestLocations(1_000).of(table, many, this::hashes);
    assertThat(found).hasSize(120).allSatisfy(hashes -> assertThat(hashes).hasSize(10).isSorted());
  }
}
