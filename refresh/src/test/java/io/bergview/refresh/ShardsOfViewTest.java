package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.define.DefinePlan;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.NotFoundException;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.explain.ShardsOfView;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many shards a view has, by which column, where that comes from, and what is refused. */
@Tag("contract")
class ShardsOfViewTest {
  private static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "order_id", Types.LongType.get()),
          Types.NestedField.optional(2, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(3, "total", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(4, "weight", Types.DoubleType.get()),
          Types.NestedField.optional(5, "size", Types.FloatType.get()),
          Types.NestedField.optional(6, "paid", Types.BooleanType.get()),
          Types.NestedField.optional(
              7, "tags", Types.ListType.ofOptional(8, Types.StringType.get())),
          Types.NestedField.optional(
              9,
              "place",
              Types.StructType.of(Types.NestedField.optional(10, "city", Types.StringType.get()))));

  /** A catalog whose files would be in an object store; none is ever read or written. */
  private static final String FAR =
      "default-catalog: lake\ncatalogs:\n  far: {type: jdbc, uri: 'jdbc:sqlite:${project}/far.db',"
          + " jdbc.schema-version: V1, warehouse: 's3a://bucket/warehouse', io-impl:"
          + " org.apache.iceberg.hadoop.HadoopFileIO}\n";

  @TempDir Path folder;
  private TestProject project;
  private Table orders;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE.replace("catalogs:\n", FAR));
    project.createNamespace("shop");
    orders =
        project
            .catalog()
            .createTable(
                TableIdentifier.of("shop", "orders"),
                ORDERS,
                PartitionSpec.builderFor(ORDERS).bucket("customer_id", 24).build());
    RowFiles.append(orders, rows(0, 200));
    project.write("types/order.yaml", "$type: Order\n$table: shop.orders\n$id: order_id\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static List<Record> rows(int from, int to) {
    List<Record> rows = new ArrayList<>();
    for (long id = from; id < to; id++) {
      Record row = GenericRecord.create(ORDERS);
      row.setField("order_id", id);
      // Half of the orders are of one customer, and some of none.
      row.setField("customer_id", id % 2 == 0 ? Long.valueOf(7) : id % 25 == 1 ? null : id);
      row.setField("total", BigDecimal.valueOf(id, 2));
      rows.add(row);
    }
    return rows;
  }

  /** The keys of a map, a line each. */
  private static String lines(String map) {
    return map.startsWith("{")
        ? map.substring(1, map.length() - 1).replaceAll(", \\$(?!max|count)", "\n\\$") + "\n"
        : map + "\n";
  }

  private ShardsOfView shards(String view) {
    return project.explain(view).shards();
  }

  private String sharding(String view, String text) {
    project.define(view, text);
    project.refresh(view);
    ShardsOfView shards = shards(view);
    assertThat(shards.isOutdated()).isFalse();
    String inSpec =
        project.tableOf(view).spec().fields().stream()
            .filter(field -> field.transform().toString().startsWith("bucket"))
            .map(
                field ->
                    "%s(%s)"
                        .formatted(
                            field.transform(),
                            project.tableOf(view).schema().findColumnName(field.sourceId())))
            .findFirst()
            .orElse("none");
    return shards.from() + " " + inSpec;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$from: Order | BASE bucket[24](customer_id)",
        "{$from: Order, $shards: 0} | BASE bucket[24](customer_id)",
        "{$from: Order, $projection: oltp} | BASE bucket[24](customer_id)",
        "{$from: Order, $flatten: {buyer: customer_id}} | BASE bucket[24](buyer)",
        "{$from: Order, $groupBy: [customer_id], $compute: {n: {$count: '*'}}} |"
            + " BASE bucket[24](customer_id)",
        "{$from: Order, $groupBy: [paid, customer_id], $compute: {n: {$count: '*'}}} |"
            + " BASE bucket[24](customer_id)",
        "{$from: Order, $groupBy: [order_id], $compute: {n: {$max: customer_id}}} | NONE none",
        "{$from: Order, $select: [order_id, total]} | NONE none",
        "{$from: Order, $partitionBy: []} | NONE none",
        "{$from: Order, $partitionBy: [paid], $shards: 0} | BASE bucket[24](customer_id)",
        "{$from: Order, $partitionBy: [{bucket: 3, of: customer_id}], $shards: 0} |"
            + " NONE bucket[3](customer_id)",
        "{$sql: 'SELECT customer_id AS c, total FROM shop.orders'} | BASE bucket[24](c)",
        "{$sql: 'SELECT customer_id c, count(*) n FROM shop.orders GROUP BY 1'} |"
            + " BASE bucket[24](c)",
        "{$sql: 'SELECT customer_id + 1 AS customer_id FROM shop.orders'} | NONE none",
        "{$from: Order, $shards: 12} | DECLARED bucket[12](order_id)",
        "{$from: Order, $shards: 12, $shardKey: customer_id} | DECLARED bucket[12](customer_id)",
        "{$from: Order, $shards: 12, $shardKey: total} | DECLARED bucket[12](total)",
        "{$from: Order, $shards: 1} | DECLARED bucket[1](order_id)",
        "{$from: Order, $groupBy: [weight, paid, total], $compute: {n: {$count: '*'}},"
            + " $shards: 2} | DECLARED bucket[2](total)"
      })
  void shardsAreDeclaredOrFollowTheBase(String text, String expected) {
    assertThat(sharding("V", lines(text))).isEqualTo(expected);
    assertThat(project.verify("V").equal()).isTrue();
  }

  @Test
  void aViewOverAShardedViewFollowsThatView() {
    project.define("V", "$from: Order\n$shards: 5\n");
    project.refresh("V");
    assertThat(sharding("W", "$from: V\n$select: [order_id, total]\n"))
        .isEqualTo("BASE bucket[5](order_id)");
  }

  @Test
  void whatFollowsTheBaseIsFixedUntilTheViewIsLaidOutAnew() {
    assertThat(sharding("V", "$from: Order\n")).isEqualTo("BASE bucket[24](customer_id)");
    orders
        .updateSpec()
        .removeField(Expressions.bucket("customer_id", 24))
        .addField(Expressions.bucket("customer_id", 48))
        .commit();
    RowFiles.append(orders, rows(200, 220));
    project.refresh("V");
    project.refreshFully("V");
    project.altering().alter(ViewAlteration.of("V").set("refresh.policy", "strict"));
    project.altering().alter(ViewAlteration.of("V").set("sortBy", "[total]"));
    assertThat(project.tableOf("V").spec().fields().get(0).transform()).hasToString("bucket[24]");
    assertThat(shards("V").describe())
        .isEqualTo(
            "24 shards by customer_id, from the bucketing of shop.orders; the base has changed"
                + " since: laid out anew, it would have 48 shards by customer_id, from the"
                + " bucketing of shop.orders");
    DefinePlan step = project.altering().alter(ViewAlteration.of("V").set("shards", "0")).step();
    assertThat(step.notes())
        .containsExactly("48 shards by customer_id, from the bucketing of shop.orders");
    assertThat(project.tableOf("V").spec().fields())
        .filteredOn(field -> !field.transform().isVoid())
        .extracting(field -> field.transform().toString())
        .containsExactly("bucket[48]");
    assertThat(project.verify("V").equal()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$shards: -1 | 3:10 | an integer from 0 to 10000 is expected here, found the number -1",
        "$shards: 1000000 | 3:10 | an integer from 0 to 10000 is expected here, found the number"
            + " 1000000",
        "{$shards: 0, $shardKey: total} | 4:12 | 0 shards means as many as",
        "$shardKey: total | 3:12 | a shard key needs a number of shards",
        "{$shards: 2, $shardKey: [total, order_id]} | 4:1 | shards are by one column, found 2",
        "{$shards: 2, $shardKey: totl} | 4:12 | which is not one of its columns (did you mean"
            + " 'total'?)",
        "{$shards: 2, $shardKey: weight} | 4:12 | cannot be sharded by 'weight', which is double",
        "{$shards: 2, $shardKey: size} | 4:12 | cannot be sharded by 'size', which is float",
        "{$shards: 2, $shardKey: paid} | 4:12 | cannot be sharded by 'paid', which is boolean",
        "{$shards: 2, $shardKey: tags} | 4:12 | cannot be sharded by 'tags', which is a list",
        "{$shards: 2, $shardKey: place} | 4:12 | cannot be sharded by 'place', which is a struct",
        "{$shards: 2, $shardKey: place.city} | 4:12 | by 'place.city', which is not one of its"
            + " columns",
        "{$shards: 2, $shardKey: order_id, $select: [total]} | 4:12 | by 'order_id', which is"
            + " hidden in _state",
        "{$shards: 2, $shardKey: _state} | 4:12 | by '_state', which is hidden",
        "{$shards: 2, $shardKey: weight, $select: [order_id]} | 4:12 | which is not one of its"
            + " columns; a shard key is a column that it shows",
        "{$shards: 2, $select: [total]} | 3:10 | view V shows no key to spread rows by",
        "{$shards: 2, $groupBy: [], $compute: {n: {$count: '*'}}} | 3:10 | view V shows no key",
        "{$shards: 2, $groupBy: [weight, paid], $compute: {n: {$count: '*'}}} | 3:10 | cannot be"
            + " sharded by its key: 'weight' is double",
        "$replication: 0 | 3:15 | an integer from 1 to 512 is expected here, found the number 0"
      })
  void whatCannotBeIsRefusedAtItsPlaceAndNothingIsCreated(
      String keys, String place, String message) {
    assertThatThrownBy(() -> project.define("V", "$from: Order\n" + lines(keys)))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("V.yaml:" + place)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> project.view("V")).isInstanceOf(NotFoundException.class);
    assertThat(((SupportsNamespaces) project.catalog()).listNamespaces())
        .containsExactly(Namespace.of("shop"));
  }

  @Test
  void copiesAreNotedOnADiskAndRefusedWhereStorageKeepsThemByItself() {
    String text = "$from: Order\n$replication: 2\n";
    assertThat(TestProject.step(project.define("V", text), "V").notes())
        .containsExactly(
            "24 shards by customer_id, from the bucketing of shop.orders",
            "$replication is 2, and has no effect here: files on a disk have one copy, HDFS keeps"
                + " several");
    assertThatThrownBy(() -> project.define("W", text + "$table: far.shop_views.w\n"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("W.yaml:3:15: $replication: view W cannot have 2 copies of each file")
        .hasMessageContaining("s3a://bucket/warehouse");
    project.define("W", "$from: Order\n");
    assertThat(project.view("W").definition().view().layout().replication()).isEmpty();
  }

  @Test
  void theSizesOfShardsAreThoseOfTheirRows() {
    project.define("V", "$from: Order\n$shards: 4\n$shardKey: customer_id\n");
    project.refresh("V");
    JsonNode json = project.explain("V").toJson().get("shards");
    assertThat(json.get("from").asText()).isEqualTo("declared");
    assertThat(json.get("count").asInt()).isEqualTo(4);
    assertThat(json.get("key").asText()).isEqualTo("customer_id");
    assertThat(json.get("withoutKey").get("rows").asLong()).isEqualTo(4);
    assertThat(json.get("filesOfOtherLayouts").asInt()).isZero();
    long inShards = 0;
    JsonNode largest = json.get("largest");
    assertThat(largest).hasSize(4);
    for (JsonNode shard : largest) {
      inShards += shard.get("rows").asLong();
      assertThat(shard.get("bytes").asLong()).isPositive();
    }
    assertThat(inShards).isEqualTo(196);
    assertThat(largest.get(0).get("rows").asLong())
        .isEqualTo(json.get("rows").get("max").asLong())
        .isGreaterThan(100);
    assertThat(json.get("rows").get("min").asLong())
        .isEqualTo(largest.get(3).get("rows").asLong())
        .isLessThan(40);
  }

  @Test
  void aViewWithALostManifestIsExplainedWithoutSizes() throws IOException {
    project.define("V", "$from: Order\n$shards: 4\n");
    project.refresh("V");
    Table view = project.tableOf("V");
    String manifest = view.currentSnapshot().allManifests(view.io()).get(0).path();
    Files.delete(LocalDisk.path(manifest));
    ShardsOfView shards = shards("V");
    assertThat(shards.describe()).isEqualTo("4 shards by order_id, as declared");
    assertThat(shards.sizes()).isEmpty();
    assertThat(shards.unknown()).isPresent();
    assertThat(project.altering().plan(ViewAlteration.of("V").set("shards", "3")).rewrite().files())
        .isZero();
  }

  @Test
  void rowsThatAreMarkedDeletedAndFilesOfOtherLayoutsAreNotCounted() {
    project.define("V", "$from: Order\n$projection: oltp\n$partitionBy: []\n");
    project.refresh("V");
    assertThat(shards("V").sizes()).isEmpty();
    project.altering().alter(ViewAlteration.of("V").set("shards", "3"));
    assertThat(shards("V").sizes().orElseThrow().filesOfOtherLayouts()).isEqualTo(1);
    project.refreshFully("V");
    assertThat(shards("V").sizes().orElseThrow().filesOfOtherLayouts()).isZero();
    long before = total();
    DataFile gone = orders.newScan().planFiles().iterator().next().file();
    orders.newDelete().deleteFile(gone).commit();
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(before).isEqualTo(200);
    assertThat(total()).isEqualTo(project.rows("V").size()).isEqualTo(200 - gone.recordCount());
  }

  private long total() {
    var sizes = shards("V").sizes().orElseThrow();
    return sizes.shards().stream().mapToLong(shard -> shard.rows()).sum()
        + sizes.withoutKey().rows();
  }
}
