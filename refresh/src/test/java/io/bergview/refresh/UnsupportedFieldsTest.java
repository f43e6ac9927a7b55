package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.Variants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Structs and lists of structs of which one field has a type that views cannot hold. */
class UnsupportedFieldsTest {
  private static final Types.StructType DEEP =
      Types.StructType.of(
          Types.NestedField.optional(11, "x", Types.IntegerType.get()),
          Types.NestedField.optional(12, "raw", Types.VariantType.get()));
  private static final Types.StructType STRUCT =
      Types.StructType.of(
          Types.NestedField.optional(13, "v", Types.VariantType.get()),
          Types.NestedField.optional(14, "k", Types.StringType.get()),
          Types.NestedField.optional(15, "n", Types.IntegerType.get()),
          Types.NestedField.optional(16, "deep", DEEP));
  private static final Types.StructType LINE =
      Types.StructType.of(
          Types.NestedField.optional(17, "v", Types.VariantType.get()),
          Types.NestedField.optional(18, "a", Types.StringType.get()),
          Types.NestedField.optional(19, "q", Types.IntegerType.get()));
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "st", STRUCT),
          Types.NestedField.optional(3, "lines", Types.ListType.ofOptional(20, LINE)),
          Types.NestedField.optional(4, "v", Types.VariantType.get()));

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.QUICK_SQLITE);
    project.createNamespace("f");
    project
        .catalog()
        .createTable(
            TableIdentifier.of("f", "things"),
            SCHEMA,
            PartitionSpec.unpartitioned(),
            Map.of(TableProperties.FORMAT_VERSION, "3"));
    RowFiles.append(
        table(),
        List.of(
            thing(1, "a", 10, 5, line("p", 1), line("q", 2)),
            thing(2, "b", 20, null, line("p", 4)),
            thing(3, null, 30, 7)));
    project.write(
        "types/thing.yaml",
        "$type: Thing\n$table: f.things\n$id: id\nlines: 'Line[]'\n---\n$type: Line\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private Table table() {
    return project.table("f", "things");
  }

  private static Variant variant(String value) {
    return Variant.of(Variants.emptyMetadata(), Variants.of(value));
  }

  private static Record line(String a, int q) {
    Record line = GenericRecord.create(LINE);
    line.setField("v", variant("line"));
    line.setField("a", a);
    line.setField("q", q);
    return line;
  }

  private static Record thing(
      long id, @Nullable String k, int n, @Nullable Integer x, Record... lines) {
    Record deep = GenericRecord.create(DEEP);
    deep.setField("x", x);
    deep.setField("raw", variant("deep"));
    Record struct = GenericRecord.create(STRUCT);
    struct.setField("v", variant("in " + id));
    struct.setField("k", k);
    struct.setField("n", n);
    struct.setField("deep", deep);
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("st", struct);
    row.setField("lines", List.of(lines));
    row.setField("v", variant("top " + id));
    return row;
  }

  private List<List<@Nullable Object>> rows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    project.contents("V").forEach(row -> rows.add(new ArrayList<>(row.values())));
    return rows;
  }

  private List<List<@Nullable Object>> rowsOf(String definition) {
    project.define("V", definition);
    project.refreshFully("V");
    return rows();
  }

  private static List<@Nullable Object> values(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  private void assertRefused(String definition, String... message) {
    assertThatThrownBy(() -> project.define("V", definition))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void otherFieldsOfAStructAreSelected() {
    assertThat(rowsOf("$from: Thing\n$select: {id: id, k: st.k, x: st.deep.x}\n"))
        .containsExactlyInAnyOrder(values(1L, "a", 5), values(2L, "b", null), values(3L, null, 7));
  }

  @Test
  void otherFieldsOfAStructAreFilteredGroupedAndComputed() {
    assertThat(rowsOf("$from: Thing\n$filter: {st.n: {$gt: 10}, st.deep.x: null}\n$select: [id]\n"))
        .containsExactly(values(2L));
    assertThat(
            rowsOf(
                "$from: Thing\n"
                    + "$groupBy: [st.k]\n"
                    + "$compute: {n: {$sum: st.n}, x: {$max: st.deep.x}}\n"))
        .containsExactlyInAnyOrder(
            values("a", 10L, 5), values("b", 20L, null), values(null, 30L, 7));
  }

  @Test
  void otherFieldsOfAStructAreFlattened() {
    assertThat(rowsOf("$from: Thing\n$flatten: {key: st.k}\n$select: [id, key]\n"))
        .containsExactlyInAnyOrder(values(1L, "a"), values(2L, "b"), values(3L, null));
  }

  @Test
  void otherFieldsOfTheElementsOfAListAreUsed() {
    assertThat(rowsOf("$from: Thing\n$expand: [lines]\n$select: [id, lines_a]\n"))
        .containsExactlyInAnyOrder(
            values(1L, List.of("p", "q")), values(2L, List.of("p")), values(3L, List.of()));
    assertThat(
            rowsOf(
                "$from: Thing\n"
                    + "$unnest: lines\n"
                    + "$groupBy: [lines.a]\n"
                    + "$compute: {q: {$sum: lines.q}}\n"))
        .containsExactlyInAnyOrder(values("p", 5L), values("q", 2L));
    assertThat(
            rowsOf(
                "$from: Thing\n"
                    + "$compute: {q: {$sum: lines.q}, n: {$count: lines}}\n"
                    + "$select: [id, q, n]\n"))
        .containsExactlyInAnyOrder(values(1L, 3L, 2L), values(2L, 4L, 1L), values(3L, null, 0L));
  }

  @Test
  void nonNullStructsAndElementsAreCounted() {
    RowFiles.append(table(), List.of(GenericRecord.create(SCHEMA).copy(Map.of("id", 9L))));
    assertThat(
            rowsOf("$from: Thing\n$groupBy: []\n$compute: {s: {$count: st}, l: {$count: lines}}\n"))
        .containsExactly(values(3L, 3L));
    assertThat(rowsOf("$from: Thing\n$filter: {st: null}\n$select: [id]\n"))
        .containsExactly(values(9L));
  }

  @Test
  void changesAreFollowed() {
    project.define("V", "$from: Thing\n$unnest: lines\n$select: {id: id, k: st.k, a: lines.a}\n");
    project.refreshFully("V");
    RowFiles.append(table(), List.of(thing(4, "d", 1, 1, line("r", 9))));
    CopyOnWrite.update(
        table(), Expressions.equal("id", 2L), row -> thing(2, "bb", 20, null, line("p", 4)));
    CopyOnWrite.delete(table(), Expressions.equal("id", 1L));
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(rows()).containsExactlyInAnyOrder(values(2L, "bb", "p"), values(4L, "d", "r"));
    assertThat(project.verify("V").examples()).isEmpty();
  }

  @Test
  void unsupportedFieldItselfIsRefusedWithAdviceThatCanBeFollowed() {
    assertRefused(
        "$from: Thing\n$select: [id, st]\n",
        "column 'st' of Thing holds 'st.v' of type variant",
        "name the other fields by their paths: $select: {k: st.k}");
    assertRefused(
        "$from: Thing\n$select: [id, lines]\n",
        "column 'lines' of Thing holds 'lines.v' of type variant",
        "$expand: [lines], and $select: [lines_a]");
    assertRefused("$from: Thing\n", "'st.v' of type variant");
    assertRefused("$from: Thing\n$select: [id, v]\n", "'v' of Thing is variant", "leave it out");
    assertRefused(
        "$from: Thing\n$unnest: lines\n$groupBy: []\n$compute: {m: {$first: lines}}\n",
        "'lines.v' of type variant");
    assertRefused("$from: Thing\n$select: {v: st.v}\n", "'v' of st", "variant");
    assertRefused("$from: Thing\n$filter: {st.v: null}\n$select: [id]\n", "'v' of st", "variant");
    assertRefused("$from: Thing\n$groupBy: [v]\n$compute: {n: {$count: '*'}}\n", "'v'", "variant");
    assertRefused("$from: Thing\n$flatten: {w: st.v}\n$select: [id]\n", "'v' of st", "variant");
    assertRefused(
        "$from: Thing\n$expand: [lines]\n$flatten: {w: lines.v}\n$select: [id]\n", "'v' of lines");
  }
}
