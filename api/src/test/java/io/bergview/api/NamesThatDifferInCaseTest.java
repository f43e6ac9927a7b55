package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns, keys and fields of structs whose names differ only in case. */
class NamesThatDifferInCaseTest {
  private static final Types.StructType ALIKE =
      Types.StructType.of(
          Types.NestedField.optional(11, "Val", Types.StringType.get()),
          Types.NestedField.optional(12, "val", Types.StringType.get()));

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.required(2, "ID", Types.LongType.get()),
          Types.NestedField.optional(3, "Val", Types.StringType.get()),
          Types.NestedField.optional(4, "val", Types.StringType.get()),
          Types.NestedField.optional(5, "next_id", Types.LongType.get()),
          Types.NestedField.optional(6, "Next_ID", Types.LongType.get()),
          Types.NestedField.optional(7, "st", ALIKE));

  @TempDir Path folder;
  private Bergview bergview;
  private Table table;

  @BeforeEach
  void rows() {
    bergview =
        Projects.create(
            folder,
            "settings: {threads: 1}\n",
            Map.of(
                "types/T.yaml",
                "$type: T\n$table: shop.t\n$id: ID\nnext: '-> T'\n$keys: {next: Next_ID}\n"));
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    table = bergview.catalog("lake").createTable(TableIdentifier.of("shop", "t"), SCHEMA);
    RowFiles.append(table, List.of(row(1, 10, "A", "x", 10, 20), row(2, 20, "B", "x", 20, 10)));
  }

  private static Record row(Object... values) {
    Record row = GenericRecord.create(SCHEMA);
    for (int i = 0; i < values.length; i++) {
      row.set(i, i == 0 || i == 1 || i > 3 ? ((Integer) values[i]).longValue() : values[i]);
    }
    return row;
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private List<Map<String, Object>> view(String definition, String sort) {
    Projects.write(folder.resolve("views/V.yaml"), "$type: V\n$from: T\n" + definition);
    bergview.apply();
    assertThat(bergview.refreshView(RefreshRequest.of("V")).failures()).isEmpty();
    RowFiles.append(table, List.of(row(3, 30, "B", "y", 10, 10)));
    assertThat(bergview.refreshView(RefreshRequest.of("V")).failures()).isEmpty();
    return Projects.rows(bergview.find("V").sort(sort).staleOk());
  }

  @Test
  void oneIsChosenByItsExactSpelling() {
    assertThat(view("$select: [ID, Val]\n", "ID"))
        .containsExactly(
            Map.of("ID", 10L, "Val", "A"),
            Map.of("ID", 20L, "Val", "B"),
            Map.of("ID", 30L, "Val", "B"));
  }

  @Test
  void bothAreRenamedAndFilteredByTheirSpelling() {
    assertThat(view("$select: {id: ID, nr: id, upper: Val, lower: val}\n$filter: {Val: B}\n", "nr"))
        .containsExactly(
            Map.of("id", 20L, "nr", 2L, "upper", "B", "lower", "x"),
            Map.of("id", 30L, "nr", 3L, "upper", "B", "lower", "y"));
  }

  @Test
  void groupsAreThoseOfTheKeyAsItIsSpelled() {
    assertThat(view("$groupBy: [val]\n$compute: {n: {$count: '*'}, most: {$max: Val}}\n", "val"))
        .containsExactly(
            Map.of("val", "x", "n", 2L, "most", "B"), Map.of("val", "y", "n", 1L, "most", "B"));
  }

  @Test
  void relationsFollowTheKeysAsTheyAreSpelled() {
    assertThat(view("$select: {id: id, theirs: next.Val, nr: next.id}\n", "id"))
        .containsExactly(
            Map.of("id", 1L, "theirs", "B", "nr", 2L),
            Map.of("id", 2L, "theirs", "A", "nr", 1L),
            Map.of("id", 3L, "theirs", "A", "nr", 1L));
  }

  @Test
  void aQueryChoosesByTheExactSpelling() {
    assertThat(Projects.rows(bergview.find("T").select("Val").filter("{val: x, ID: 20}")))
        .containsExactly(Map.of("Val", "B"));
    assertThat(Projects.rows(bergview.find("T").groupBy("val").compute("{n: {$max: ID}}")))
        .containsExactly(Map.of("val", "x", "n", 20L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$select: [id, st]\n",
        "$select: {id: id, v: st.Val}\n",
        "$select: [id]\n$filter: {st.val: x}\n",
        "$groupBy: [st.Val]\n$compute: {n: {$count: '*'}}\n"
      })
  void aStructOfSuchFieldsIsRefusedWhenItIsDefined(String definition) {
    Projects.write(folder.resolve("views/V.yaml"), "$type: V\n$from: T\n" + definition);
    assertThatThrownBy(bergview::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContainingAll("'st'", "fields that differ only in case");
  }
}
