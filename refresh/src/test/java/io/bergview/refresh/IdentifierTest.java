package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.fixtures.RowFiles;
import io.bergview.projection.definition.ColumnPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that would break where something forgot to quote, on their whole way. */
class IdentifierTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  static Stream<String> names() {
    return Stream.of(
        "select",
        "it's a \"name\"",
        "a.b.c",
        "Größe 日本語 🎁",
        "x\"; DROP TABLE t; --",
        "'; DELETE FROM t; --",
        "${env:HOME}",
        "100%",
        "$sum",
        "c1",
        "_refreshed");
  }

  private static String quoted(String name) {
    return new ColumnPath(List.of(name), "").toString();
  }

  @ParameterizedTest
  @MethodSource("names")
  void tableColumnAndPartOfAStructMayBeCalledAnything(String name) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      project.createNamespace("shop");
      Schema schema =
          new Schema(
              Types.NestedField.required(1, "id", Types.LongType.get()),
              Types.NestedField.optional(2, name, Types.StringType.get()),
              Types.NestedField.optional(
                  3,
                  "nested",
                  Types.StructType.of(
                      Types.NestedField.optional(4, name, Types.IntegerType.get()))));
      Table table = project.catalog().createTable(TableIdentifier.of("shop", name), schema);
      RowFiles.append(
          table, List.of(row(schema, 1, "a"), row(schema, 2, "b"), row(schema, 3, "a")));
      ObjectNode type = JSON.createObjectNode().put("$type", "T").put("$id", "id");
      type.put("$table", "shop." + quoted(name));
      project.write("types/t.json", type.toString());

      ObjectNode rows = JSON.createObjectNode().put("$type", "Rows").put("$from", "T");
      rows.putObject("$filter").putObject(quoted(name)).put("$eq", "a");
      rows.putArray("$sortBy").add(quoted(name));
      project.write("views/rows.json", rows.toString());
      ObjectNode groups = JSON.createObjectNode().put("$type", "Groups").put("$from", "T");
      groups.putArray("$groupBy").add(quoted(name));
      groups.putObject("$compute").putObject("last").put("$max", "id");
      groups.putArray("$partitionBy").add(quoted(name));
      project.write("views/groups.json", groups.toString());

      project.apply();
      assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
      assertThat(project.contents("Rows"))
          .containsExactlyInAnyOrder(
              Map.of("id", 1L, name, "a", "nested", Map.of(name, 7)),
              Map.of("id", 3L, name, "a", "nested", Map.of(name, 7)));
      assertThat(project.contents("Groups"))
          .containsExactlyInAnyOrder(Map.of(name, "a", "last", 3L), Map.of(name, "b", "last", 2L));
      assertThat(project.refresh("Rows").kind()).isEqualTo(RefreshKind.SKIP);
      assertThat(project.lineageOf("Rows").lineage().sources().get(0).table().name())
          .isEqualTo(name);
    }
  }

  private static Record row(Schema schema, long id, String value) {
    GenericRecord nested = GenericRecord.create(schema.columns().get(2).type().asStructType());
    nested.set(0, 7);
    GenericRecord row = GenericRecord.create(schema);
    row.set(0, id);
    row.set(1, value);
    row.set(2, nested);
    return row;
  }

  static Stream<String> viewNames() {
    return Stream.of("Größe 日本語", "it's", "a;b", "Select", "100%", "🎁");
  }

  @ParameterizedTest
  @MethodSource("viewNames")
  void viewAndItsOutputsMayBeCalledAnything(String name) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      SmallShop.filled(project);
      ObjectNode view = JSON.createObjectNode().put("$type", name).put("$from", "Order");
      view.putObject("$select").put("order_id", "order_id").put(quoted(name), "status");
      project.write("views/odd.json", view.toString());
      project.apply();
      project.refresh(name);
      assertThat(project.contents(name))
          .extracting(row -> row.get(name))
          .containsExactlyInAnyOrderElementsOf(Arrays.asList("paid", "open", "paid", null, "open"));
      assertThat(project.refresh(name).kind()).isEqualTo(RefreshKind.SKIP);
      assertThat(project.refreshFully(name).rowsRemoved()).isEqualTo(5);
    }
  }
}
