package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.refresh.RefreshKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Spark imports data files that a table has already, and changes their rows; after every statement
 * the views, which follow it, equal Spark's own answers.
 */
@Tag("long")
class FilesListedTwiceTest {
  private static final Map<String, String> TYPES =
      Map.of("Item.yaml", "$type: Item\n$table: shop.items\n$id: id\n");

  private static final Map<String, String> VIEWS =
      Map.of(
          "States",
          """
          $type: States
          $from: Item
          $groupBy: [state]
          $compute: {n: {$count: '*'}, q: {$sum: qty}, least: {$min: qty}, kinds: {$countDistinct: qty}}
          $refresh: {maxDelta: 100%}
          """,
          "Items",
          "$type: Items\n$from: Item\n$refresh: {maxDelta: 100%}\n");

  private static final Map<String, String> QUERIES =
      Map.of(
          "States",
          "SELECT state, count(*) AS n, sum(qty) AS q, min(qty) AS least, count(DISTINCT qty) AS"
              + " kinds FROM shop.items GROUP BY state",
          "Items",
          "SELECT id, state, qty FROM shop.items");

  @TempDir Path folder;
  private Lake lake;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void viewsFollowFilesThatAreListedTwice(int version) {
    try (Lake opened = Lake.create(folder, TYPES)) {
      lake = opened;
      run(
          """
          CREATE NAMESPACE shop;
          CREATE TABLE shop.items (id BIGINT, state STRING, qty BIGINT) USING iceberg
            TBLPROPERTIES ('format-version'='%d', 'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read',
              'write.merge.mode'='merge-on-read');
          INSERT INTO shop.items SELECT /*+ COALESCE(1) */ id, concat('s', id %% 2), id FROM range(10);
          """
              .formatted(version));
      VIEWS.forEach((view, definition) -> lake.define(view, definition));
      VIEWS.keySet().forEach(lake::refresh);
      importFilesOf("items");
      follow();
      assertThat(lake.spark("SELECT count(*) FROM shop.items").rows())
          .containsExactly(List.of(20L));
      change("DELETE FROM shop.items WHERE id IN (1, 2)");
      assertThat(lake.spark("SELECT state, n, q FROM shop_views.states").rows())
          .containsExactlyInAnyOrder(List.of("s0", 8L, 36L), List.of("s1", 8L, 48L));
      lake.spark("UPDATE shop.items SET qty = qty + 100 WHERE id = 3");
      lake.spark("INSERT INTO shop.items VALUES (20, 's0', 20)");
      follow();
      rollBack(2);
      follow();
      change(
          "ALTER TABLE shop.items SET TBLPROPERTIES ('write.delete.mode'='copy-on-write'); DELETE"
              + " FROM shop.items WHERE id = 4");
      importAgainAndDelete();
    }
  }

  /** Both in one refresh, of a file that has no deletes yet. */
  private void importAgainAndDelete() {
    run(
        """
        ALTER TABLE shop.items SET TBLPROPERTIES ('write.delete.mode'='merge-on-read');
        CREATE TABLE shop.more (id BIGINT, state STRING, qty BIGINT) USING iceberg;
        INSERT INTO shop.more SELECT /*+ COALESCE(1) */ id, concat('s', id % 2), id FROM range(30, 40);
        """);
    importFilesOf("more");
    follow();
    importFilesOf("more");
    change("DELETE FROM shop.items WHERE id IN (31, 32)");
    assertThat(lake.spark("SELECT count(*) FROM shop.items WHERE id >= 30").rows())
        .containsExactly(List.of(16L));
  }

  /** Statements that end in a semicolon, or one. */
  private void run(String script) {
    Arrays.stream(script.split(";")).filter(text -> !text.isBlank()).forEach(lake::spark);
  }

  private void importFilesOf(String name) {
    Table table = lake.catalog().loadTable(TableIdentifier.of("shop", name));
    lake.spark(
        "CALL lake.system.add_files(table => 'shop.items', source_table => '`parquet`.`%s/data`', check_duplicate_files => false)"
            .formatted(table.location().replaceFirst("^file:/*", "/")));
  }

  private void rollBack(int snapshots) {
    Table table = lake.catalog().loadTable(TableIdentifier.of("shop", "items"));
    long back = table.currentSnapshot().snapshotId();
    for (int i = 0; i < snapshots; i++) {
      back = table.snapshot(back).parentId();
    }
    lake.spark("CALL lake.system.rollback_to_snapshot('shop.items', %d)".formatted(back));
  }

  private void change(String statement) {
    run(statement);
    follow();
  }

  private void follow() {
    VIEWS
        .keySet()
        .forEach(
            view -> {
              assertThat(lake.refresh(view).kind()).isIn(RefreshKind.APPEND, RefreshKind.MERGE);
              lake.assertHolds(view, QUERIES.get(view));
            });
  }
}
