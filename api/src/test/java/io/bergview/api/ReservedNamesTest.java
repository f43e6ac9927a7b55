package io.bergview.api;

import static org.apache.iceberg.expressions.Expressions.equal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns of sources, and fields in structs, that are called as something that readers know. */
@Tag("long")
class ReservedNamesTest {
  private static final String QUICK =
      "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n"
          + "settings: {memory-limit: 512MiB, threads: 2}\n";

  @TempDir Path folder;

  /** Iceberg's metadata columns, which no column of a view's table may be called. */
  static Stream<String> metadata() {
    return Stream.of(
        "_pos",
        "_file",
        "_deleted",
        "_spec_id",
        "_partition",
        "_row_id",
        "_last_updated_sequence_number");
  }

  /** Names of Bergview's own hidden columns. */
  static Stream<String> hidden() {
    return Stream.of("_state", "_refreshed_at", "_STATE");
  }

  /** Names that the session, its Parquet reader or our SQL gives to something. */
  static Stream<String> internal() {
    return Stream.of(
        "file_row_number",
        "FILE_ROW_NUMBER",
        "filename",
        "file_index",
        "rowid",
        "f",
        "d",
        "q",
        "v0",
        "v1",
        "v2",
        "c1",
        "c2",
        "c3",
        "c4",
        "c5",
        "one",
        "row",
        "file",
        "pos",
        "file_path",
        "bv_2",
        "bv_p0",
        "bergview_2",
        "__duckdb_field_id",
        "element",
        "key",
        "value",
        "_POS",
        "_change_type",
        "_change_ordinal",
        "_commit_snapshot_id");
  }

  static Stream<String> renamed() {
    return Stream.concat(metadata(), hidden());
  }

  static Stream<String> all() {
    return Stream.concat(renamed(), internal());
  }

  private static Schema schema(String name) {
    return new Schema(
        Types.NestedField.required(1, "id", Types.LongType.get()),
        Types.NestedField.optional(2, name, Types.StringType.get()),
        Types.NestedField.optional(
            3,
            "nested",
            Types.StructType.of(Types.NestedField.optional(4, name, Types.IntegerType.get()))));
  }

  private static Record row(Table table, long id, String value) {
    GenericRecord nested =
        GenericRecord.create(table.schema().columns().get(2).type().asStructType());
    nested.set(0, (int) id * 10);
    GenericRecord row = GenericRecord.create(table.schema());
    row.set(0, id);
    row.set(1, value);
    row.set(2, nested);
    return row;
  }

  private Bergview project(String name, String... views) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("types/T.yaml", "$type: T\n$table: shop.t\n$id: id\n");
    for (int i = 0; i < views.length; i++) {
      files.put("views/v" + i + ".yaml", views[i].replace("NAME", quoted(name)));
    }
    Bergview bergview = Projects.create(folder, QUICK, files);
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    Table table =
        bergview
            .catalog("lake")
            .createTable(
                TableIdentifier.of("shop", "t"), schema(name), PartitionSpec.unpartitioned());
    RowFiles.append(table, List.of(row(table, 1, "a"), row(table, 2, "b"), row(table, 3, "a")));
    return bergview;
  }

  private static String quoted(String name) {
    return new ColumnPath(List.of(name), "").toString();
  }

  private static void refreshAll(Bergview bergview) {
    assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
  }

  /** Row 4 comes, row 3 goes by its position, rows with b by an equality delete of the column. */
  private static void change(Bergview bergview, String name) {
    Table table = bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "t"));
    RowFiles.append(table, List.of(row(table, 4, "a")));
    RowDeletes.byPosition(table, equal("id", 3L));
    RowDeletes.byEquality(table, equal(name, "b"), name);
  }

  @ParameterizedTest
  @MethodSource("all")
  void sourceColumnsWithReservedNamesAreRead(String name) {
    try (Bergview bergview =
        project(
            name,
            "$type: Rows\n$from: T\n$filter: {NAME: {$ne: c}}\n"
                + "$select: {id: id, shown: NAME, nested: nested}\n$projection: oltp\n",
            "$type: Groups\n$from: T\n$groupBy: [NAME, nested.NAME]\n"
                + "$select: {shown: NAME, ten: nested.NAME, n: n, least: least}\n"
                + "$compute: {n: {$count: '*'}, least: {$min: NAME}}\n",
            "$type: Over\n$from: Rows\n$groupBy: [shown]\n$compute: {n: {$sum: nested.NAME}}\n")) {
      bergview.apply();
      refreshAll(bergview);
      change(bergview, name);
      refreshAll(bergview);
      assertThat(Projects.rows(bergview.find("Rows").sort("id").staleOk()))
          .containsExactly(
              Map.of("id", 1L, "shown", "a", "nested", Map.of(name, 10)),
              Map.of("id", 4L, "shown", "a", "nested", Map.of(name, 40)));
      assertThat(Projects.rows(bergview.find("Groups").sort("ten").staleOk()))
          .containsExactly(
              Map.of("shown", "a", "ten", 10, "n", 1L, "least", "a"),
              Map.of("shown", "a", "ten", 40, "n", 1L, "least", "a"));
      assertThat(Projects.rows(bergview.find("Over").staleOk()))
          .containsExactly(Map.of("shown", "a", "n", 50L));
      assertThat(Projects.rows(bergview.find("T").sort("id").select("id", quoted(name))))
          .containsExactly(Map.of("id", 1L, name, "a"), Map.of("id", 4L, name, "a"));
    }
  }

  @ParameterizedTest
  @MethodSource("internal")
  void aColumnOfAViewMayBeCalledAsWhatOnlyBergviewKnows(String name) {
    try (Bergview bergview =
        project(
            name,
            "$type: Rows\n$from: T\n$projection: oltp\n$sortBy: [NAME]\n",
            "$type: Groups\n$from: T\n$groupBy: [NAME]\n$compute: {n: {$count: '*'}}\n"
                + "$partitionBy: [NAME]\n",
            "$type: Over\n$from: Rows\n")) {
      bergview.apply();
      refreshAll(bergview);
      change(bergview, name);
      refreshAll(bergview);
      List<Map<String, Object>> rows =
          List.of(
              Map.of("id", 1L, name, "a", "nested", Map.of(name, 10)),
              Map.of("id", 4L, name, "a", "nested", Map.of(name, 40)));
      for (String view : List.of("Rows", "Over")) {
        assertThat(Projects.rows(bergview.find(view).sort("id").staleOk())).isEqualTo(rows);
      }
      assertThat(Projects.rows(bergview.find("Groups").staleOk()))
          .containsExactly(Map.of(name, "a", "n", 2L));
      assertThat(bergview.refreshView(RefreshRequest.ofAll()).done())
          .allMatch(refresh -> refresh.kind() == RefreshKind.SKIP);
    }
  }

  @ParameterizedTest
  @MethodSource("metadata")
  void aViewIsRefusedWhoseColumnSparkCouldNotRead(String name) {
    String way = "'" + name + "', the name of one of Iceberg's metadata columns";
    String advice = "give it another name with $flatten";
    try (Bergview bergview = project(name, "$type: Rows\n$from: T\n")) {
      assertRefused(bergview, "views/v0.yaml:2", way, advice);
      for (String definition :
          List.of(
              "$select: {id: id, NAME: id}",
              "$flatten: {NAME: nested.NAME}",
              "$groupBy: [NAME]\n$compute: {n: {$count: '*'}}",
              "$groupBy: [id]\n$compute: {NAME: {$count: '*'}}")) {
        Projects.write(
            folder.resolve("views/v0.yaml"),
            "$type: Rows\n$from: T\n" + definition.replace("NAME", name));
        assertRefused(bergview, way);
      }
      assertThat(bergview.listViews().views()).isEmpty();
      Projects.write(
          folder.resolve("views/v0.yaml"), "$type: Rows\n$from: T\n$flatten: {x: " + name + "}\n");
      bergview.apply();
      refreshAll(bergview);
      assertThat(Projects.rows(bergview.find("Rows").sort("id").limit(1)))
          .containsExactly(Map.of("id", 1L, "x", "a", "nested", Map.of(name, 10)));
    }
  }

  private static void assertRefused(Bergview bergview, String... message) {
    assertThatThrownBy(bergview::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContainingAll(message);
  }

  @ParameterizedTest
  @MethodSource("renamed")
  void queriesShowColumnsWithReservedNames(String name) {
    try (Bergview bergview = project(name)) {
      change(bergview, name);
      assertThat(Projects.rows(bergview.find("T").sort("id")))
          .containsExactly(
              Map.of("id", 1L, name, "a", "nested", Map.of(name, 10)),
              Map.of("id", 4L, name, "a", "nested", Map.of(name, 40)));
    }
  }
}
