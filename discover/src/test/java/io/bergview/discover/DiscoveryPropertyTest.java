package io.bergview.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RandomChanges;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Options;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over random warehouses with random changes: what is accepted holds for the rows as Iceberg's own
 * reader gives them, the counts are theirs, and what is written leaves nothing to discover.
 */
@Tag("seeded")
class DiscoveryPropertyTest {
  private static final int STEPS = 3;

  @TempDir private Path folder;
  private int warehouses;
  private int keyed;
  private int related;

  @TestFactory
  Stream<DynamicTest> whatIsProposedHoldsForTheRows() {
    return Stream.concat(
        Seeds.of(1, 20)
            .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(seed))),
        Stream.of(DynamicTest.dynamicTest("keys and relations", this::keysAndRelationsAreFound)));
  }

  /** In some warehouses too many rows point nowhere for any relation to be accepted. */
  private void keysAndRelationsAreFound() {
    System.out.printf(
        "of %d warehouses %d with keys, %d with relations%n", warehouses, keyed, related);
    if (Seeds.arePreset()) {
      assertThat(keyed).as("warehouses with keys").isEqualTo(warehouses);
      assertThat(related).as("warehouses with relations").isGreaterThanOrEqualTo(warehouses / 3);
    }
  }

  private void check(long seed) {
    try (Lake lake = new Lake(folder.resolve("seed" + seed))) {
      int version = seed % 2 == 0 ? 2 : 3;
      RandomWarehouse warehouse =
          RandomWarehouse.create(lake.catalog(), seed, new Options(version, Partitioning.MIXED));
      RandomChanges changes = RandomChanges.of(warehouse, seed);
      for (int i = 0; i < STEPS; i++) {
        changes.step();
      }
      Discovery discovery = new Discovery(lake.context(), DiscoverProgress.SILENT);
      DiscoverResult result = discovery.discover(DiscoverOptions.of().accepting(0.8));
      assertThat(result.unreadable()).isEmpty();
      assertThat(result.types()).hasSameSizeAs(warehouse.tables());
      warehouses++;
      if (result.types().stream().anyMatch(type -> !type.type().id().isEmpty())) {
        keyed++;
      }
      if (result.types().stream().anyMatch(type -> type.acceptedRelations() > 0)) {
        related++;
      }
      for (DiscoveredType type : result.types()) {
        List<Record> rows = rows(lake, type);
        assertThat(type.rows()).isEqualTo(rows.size());
        List<List<Object>> keys = values(rows, type.type().id());
        if (!type.type().id().isEmpty()) {
          assertThat(keys).as(type.text()).doesNotHaveDuplicates();
          assertThat(keys).allSatisfy(key -> assertThat(key).doesNotContainNull());
        }
        for (RelationProposal relation : type.relations()) {
          counts(lake, result, rows, relation);
        }
      }
      assertThat(lake.plan().types()).isEmpty();
    }
  }

  private static void counts(
      Lake lake, DiscoverResult result, List<Record> rows, RelationProposal relation) {
    DiscoveredType target =
        result.types().stream()
            .filter(type -> type.type().name().equals(relation.target()))
            .findFirst()
            .orElseThrow();
    Set<List<Object>> keys = new HashSet<>(values(rows(lake, target), target.type().id()));
    List<List<Object>> given =
        values(rows, relation.columns()).stream()
            .filter(value -> value.stream().noneMatch(Objects::isNull))
            .toList();
    assertThat(relation.counts().rows()).isEqualTo(rows.size());
    assertThat(relation.counts().nulls()).isEqualTo(rows.size() - given.size());
    assertThat(relation.counts().found()).isEqualTo(given.stream().filter(keys::contains).count());
    assertThat(relation.counts().keys()).isEqualTo(keys.size());
    if (relation.accepted()) {
      assertThat(relation.counts().share()).isGreaterThanOrEqualTo(0.8);
    }
  }

  private static List<Record> rows(Lake lake, DiscoveredType type) {
    Table table = lake.context().catalogs().load(type.type().table().orElseThrow());
    return LiveRows.of(table);
  }

  private static List<List<Object>> values(List<Record> rows, List<String> columns) {
    List<List<Object>> values = new ArrayList<>();
    for (Record row : rows) {
      List<Object> value = new ArrayList<>();
      for (String column : columns) {
        Object cell = row.getField(column);
        value.add(cell instanceof Integer number ? (Object) number.longValue() : cell);
      }
      values.add(value);
    }
    return values;
  }
}
