package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RepeatedFiles;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries to a table of ten rows, in one data file, that is listed twice. */
class FindFilesListedTwiceTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "next_id", Types.LongType.get()));

  @TempDir private Path folder;
  private Bergview bergview;

  @AfterEach
  void close() {
    bergview.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rowsAreAsManyAsTheyAreListed(int version) {
    bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 1GiB, threads: 2}\n",
            Map.of(
                "types/Item.yaml", "$type: Item\n$table: shop.items\n$id: id\nnext: '-> Item'\n"));
    Table items = create(bergview.catalog("lake"), version);
    bergview.apply();
    long once = items.currentSnapshot().snapshotId();
    RepeatedFiles.append(items, RepeatedFiles.live(items));
    long twice = items.currentSnapshot().snapshotId();
    assertThatThrownBy(() -> rows(bergview.find("Item").include("next")))
        .isInstanceOfSatisfying(
            DataException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DUPLICATE_KEY));
    if (version == 2) {
      RowDeletes.byPosition(items, Expressions.in("id", 1L, 2L));
    } else {
      RowDeletes.byVector(items, Expressions.in("id", 1L, 2L));
    }
    assertThat(ids(bergview.find("Item")))
        .containsExactly(0L, 0L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    assertThat(ids(bergview.find("Item").filter("{id: {$gte: 8}}")))
        .containsExactly(8L, 8L, 9L, 9L);
    assertThat(ids(bergview.find("Item").sort("id").limit(3))).containsExactly(0L, 0L, 3L);
    assertThat(count(bergview.find("Item"))).isEqualTo(16);
    assertThat(count(bergview.find("Item").filter("{id: {$lt: 4}}"))).isEqualTo(4);
    assertThat(count(bergview.find("Item").asOf(Long.toString(twice)))).isEqualTo(20);
    assertThat(count(bergview.find("Item").asOf(Long.toString(once)))).isEqualTo(10);
    assertThat(ids(bergview.find("Item").filter("{id: 2}").asOf(Long.toString(twice))))
        .containsExactly(2L, 2L);
  }

  private static Table create(Catalog catalog, int version) {
    ((SupportsNamespaces) catalog).createNamespace(Namespace.of("shop"));
    Table table =
        catalog.createTable(
            TableIdentifier.of("shop", "items"),
            SCHEMA,
            PartitionSpec.unpartitioned(),
            Map.of(TableProperties.FORMAT_VERSION, "" + version));
    RowFiles.append(
        table, LongStream.range(0, 10).mapToObj(FindFilesListedTwiceTest::row).toList());
    return table;
  }

  private static Record row(long id) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("next_id", id + 1);
    return row;
  }

  private static List<Object> ids(Find find) {
    return rows(find).stream().map(row -> row.get("id")).sorted().toList();
  }

  private static long count(Find find) {
    return (Long) rows(find.groupBy("").compute("{n: {$count: '*'}}")).get(0).get("n");
  }
}
