package io.bergview.api;

import static org.apache.iceberg.expressions.Expressions.equal;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key of several parts, one of which has a column of the root's name. */
class KeyPartsTest {
  @TempDir Path folder;

  private static Schema schema(String key) {
    return new Schema(
        Types.NestedField.required(1, key, Types.LongType.get()),
        Types.NestedField.optional(
            2,
            "lines",
            Types.ListType.ofOptional(
                3,
                Types.StructType.of(
                    Types.NestedField.optional(4, "sku", Types.StringType.get())))));
  }

  private static Record row(Table table, long id, String... skus) {
    Types.StructType line =
        table.schema().findType("lines").asListType().elementType().asStructType();
    List<Record> lines = new ArrayList<>();
    for (String sku : skus) {
      Record record = GenericRecord.create(line);
      record.set(0, sku);
      lines.add(record);
    }
    Record row = GenericRecord.create(table.schema());
    row.set(0, id);
    row.set(1, lines);
    return row;
  }

  /** The root's key is called as the ordinal of the unnested list, but for case. */
  @ParameterizedTest
  @ValueSource(strings = {"lines_ordinal", "Lines_Ordinal", "id"})
  void mergeIdentifiesRowsByRootKeyAndOrdinal(String key) {
    try (Bergview bergview =
        Projects.create(
            folder,
            "settings: {threads: 1}\n",
            Map.of(
                "types/T.yaml",
                "$type: T\n$table: shop.t\n$id: " + key + "\nlines: 'Line[]'\n---\n$type: Line\n",
                "views/Rows.yaml",
                "$type: Rows\n$from: T\n$unnest: lines\n$expand: [lines]\n"
                    + "$select: {sku: lines.sku}\n$projection: oltp\n"
                    + "$refresh: {maxDelta: 100%}\n"))) {
      ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
      Table table =
          bergview.catalog("lake").createTable(TableIdentifier.of("shop", "t"), schema(key));
      RowFiles.append(table, List.of(row(table, 1, "a", "b"), row(table, 2, "c", "d")));
      bergview.apply();
      assertThat(bergview.refreshView(RefreshRequest.of("Rows")).failures()).isEmpty();
      RowDeletes.update(table, equal(key, 2L), old -> row(table, 2, "c", "e"));
      var outcome = bergview.refreshView(RefreshRequest.of("Rows"));
      assertThat(outcome.failures()).isEmpty();
      assertThat(outcome.done().get(0).kind()).isEqualTo(RefreshKind.MERGE);
      assertThat(Projects.rows(bergview.find("Rows").sort("sku").staleOk()))
          .containsExactly(
              Map.of("sku", "a"), Map.of("sku", "b"), Map.of("sku", "c"), Map.of("sku", "e"));
    }
  }
}
