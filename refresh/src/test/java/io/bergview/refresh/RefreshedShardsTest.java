package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refresh adds and removes files of those shards only whose rows change. */
class RefreshedShardsTest {
  private static final int SHARDS = 8;
  private static final int ORDERS = 400;
  private static final int CUSTOMERS = 40;

  @TempDir Path folder;
  private TestProject project;
  private Table orders;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("shop");
    // A file for each customer, so that whole files can be replaced.
    orders =
        project
            .catalog()
            .createTable(
                TableIdentifier.of("shop", "orders"),
                SmallShop.ORDERS,
                PartitionSpec.builderFor(SmallShop.ORDERS).identity("customer_id").build());
    RowFiles.append(orders, LongStream.range(0, ORDERS).mapToObj(id -> order(id, id)).toList());
    Table customers =
        project.catalog().createTable(TableIdentifier.of("shop", "customers"), SmallShop.CUSTOMERS);
    RowFiles.append(customers, LongStream.range(0, CUSTOMERS).mapToObj(this::customer).toList());
    project.write(
        "types/shop.yaml",
        "$type: Customer\n$table: shop.customers\n$id: customer_id\n---\n"
            + "$type: Order\n$table: shop.orders\n$id: order_id\ncustomer: '-> Customer'\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private Record customer(long id) {
    Record row = GenericRecord.create(SmallShop.CUSTOMERS);
    row.setField("customer_id", id);
    row.setField("name", "customer " + id);
    return row;
  }

  private static Record order(long id, long quantity) {
    Record row = GenericRecord.create(SmallShop.ORDERS);
    row.setField("order_id", id);
    row.setField("customer_id", id % CUSTOMERS);
    row.setField("status", id % 3 == 0 ? "open" : "paid");
    row.setField("total", BigDecimal.valueOf(id, 2));
    row.setField("quantity", (int) quantity);
    return row;
  }

  private DataFile fileOf(long customer) {
    List<DataFile> files = new ArrayList<>();
    orders
        .newScan()
        .planFiles()
        .forEach(
            task -> {
              if (task.file().partition().get(0, Long.class) == customer) {
                files.add(task.file().copy());
              }
            });
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  /** Gives a customer other orders. */
  private void replace(long customer, List<Record> rows) {
    OverwriteFiles overwrite = orders.newOverwrite().deleteFile(fileOf(customer));
    RowFiles.write(orders, FileFormat.PARQUET, 0, rows).forEach(overwrite::addFile);
    overwrite.commit();
  }

  private static List<Long> ordersOf(long customer) {
    return LongStream.range(0, ORDERS).filter(id -> id % CUSTOMERS == customer).boxed().toList();
  }

  private static int shard(long key) {
    return Transforms.<Long>bucket(SHARDS).bind(Types.LongType.get()).apply(key);
  }

  /** The shards of which the last snapshot added or removed files of any kind. */
  private Set<Integer> touched(String view) {
    Table table = project.tableOf(view);
    Snapshot snapshot = table.currentSnapshot();
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(snapshot).build();
    Set<Integer> shards = new TreeSet<>();
    for (Iterable<? extends ContentFile<?>> files :
        List.<Iterable<? extends ContentFile<?>>>of(
            changes.addedDataFiles(),
            changes.removedDataFiles(),
            changes.addedDeleteFiles(),
            changes.removedDeleteFiles())) {
      files.forEach(file -> shards.add(file.partition().get(0, Integer.class)));
    }
    return shards;
  }

  private static Set<Integer> shards(List<Long> keys) {
    Set<Integer> shards = new TreeSet<>();
    keys.forEach(key -> shards.add(shard(key)));
    return shards;
  }

  @ParameterizedTest
  @CsvSource({"olap", "oltp", "both"})
  void rowsOfChangedKeysOnly(String projection) {
    project.define(
        "V",
        "$from: Order\n$expand: [customer]\n$shards: %d\n$projection: %s\n"
            .formatted(SHARDS, projection));
    project.refresh("V");
    assertThat(touched("V")).hasSize(SHARDS);

    RowFiles.append(orders, List.of(order(1_000, 1), order(1_001, 1)));
    assertThat(project.refresh("V").rowsAdded()).isEqualTo(2);
    assertThat(touched("V")).isEqualTo(shards(List.of(1_000L, 1_001L)));

    // One of the orders of customer 3 has another quantity.
    List<Long> ids = ordersOf(3);
    replace(3, ids.stream().map(id -> order(id, id.equals(ids.get(0)) ? 77 : id)).toList());
    RefreshResult updated = project.refresh("V");
    assertThat(updated.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(updated.rowsAdded()).isEqualTo(1);
    assertThat(touched("V")).isEqualTo(shards(ids.subList(0, 1)));

    orders.newDelete().deleteFile(fileOf(5)).commit();
    assertThat(project.refresh("V").rowsRemoved()).isEqualTo(ordersOf(5).size());
    assertThat(touched("V")).isEqualTo(shards(ordersOf(5)));
    assertThat(project.verify("V").equal()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"olap", "oltp", "both"})
  void groupsThatChangedOnly(String projection) {
    project.define(
        "G",
        "$from: Order\n$groupBy: [customer_id]\n$compute: {n: {$count: '*'}, most: {$max:"
            + " quantity}, all: {$sum: total}}\n$shards: %d\n$projection: %s\n"
                .formatted(SHARDS, projection));
    project.refresh("G");
    assertThat(touched("G")).hasSize(SHARDS);

    RowFiles.append(orders, List.of(order(1_000, 1), order(1_041, 1)));
    assertThat(project.refresh("G").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(touched("G")).isEqualTo(shards(List.of(0L, 1L)));

    replace(3, ordersOf(3).stream().map(id -> order(id, 10_000 - id)).toList());
    assertThat(project.refresh("G").rowsAdded()).isEqualTo(1);
    assertThat(touched("G")).isEqualTo(shards(List.of(3L)));

    orders.newDelete().deleteFile(fileOf(5)).commit();
    assertThat(project.refresh("G").rowsRemoved()).isEqualTo(1);
    assertThat(touched("G")).isEqualTo(shards(List.of(5L)));
    assertThat(project.verify("G").equal()).isTrue();
  }
}
