package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.fixtures.EveryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A column of every type, at its edges, comes through a view unchanged, bit by bit: the rows that
 * were put into the source are those that Iceberg's reader and Spark find in the view. Spark cannot
 * read a table with a {@code time} column, so there are views with and without it.
 */
@Tag("long")
class EveryTypeTest {
  private static final String TYPE =
      """
      $type: Every
      $table: types.every
      $id: id
      twin: '-> Every'
      twins: '<- Every.twin[]'
      $keys: {twin: id}
      """;

  private static final String TIME = "a_time";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void everyTypeComesThroughEveryKindOfView(int formatVersion) {
    try (Lake lake = Lake.create(folder, Map.of("Every.yaml", TYPE))) {
      Table source =
          EveryType.create(lake.catalog(), TableIdentifier.of("types", "every"), formatVersion);
      for (boolean withTime : new boolean[] {false, true}) {
        new Views(lake, source, withTime).check();
      }
      assertThatThrownBy(() -> lake.viewInSpark("CopiedWithTime")).hasMessageContaining("time");
    }
  }

  /** The views over one choice of columns. */
  private static final class Views {
    private final Lake lake;
    private final List<Record> source;
    private final boolean withTime;
    private final List<String> columns;
    private final List<String> plain;

    private Views(Lake lake, Table table, boolean withTime) {
      this.lake = lake;
      this.source = EveryType.rows(table);
      this.withTime = withTime;
      this.columns = names(table.schema().columns().stream());
      this.plain = names(table.schema().columns().stream().filter(c -> c.type().isPrimitiveType()));
    }

    private List<String> names(Stream<Types.NestedField> fields) {
      return fields
          .map(Types.NestedField::name)
          .filter(name -> !name.equals("id") && (withTime || !name.equals(TIME)))
          .toList();
    }

    void check() {
      check("Copied", "$select: %s".formatted(with("id", columns)), columns, Function.identity());
      check(
          "Joined",
          "$expand: [twin]\n$select: %s".formatted(with("id", prefixed("twin_"))),
          prefixed("twin_"),
          Function.identity());
      check(
          "Gathered",
          "$expand: [twins]\n$select: %s".formatted(with("id", prefixed("twins_"))),
          prefixed("twins_"),
          row -> row.stream().map(EveryTypeTest::listOf).collect(Collectors.toList()));
      check(
          "Lasts",
          "$groupBy: [id]\n$compute: {%s}".formatted(aggregates(columns, "$last")),
          columns.stream().map(name -> "z_" + name).toList(),
          Function.identity());
      checkPlain("Maxima", "$groupBy: [id]\n$compute: {%s}".formatted(aggregates(plain, "$max")));
      checkUnnested();
    }

    private List<String> prefixed(String prefix) {
      return columns.stream().map(prefix::concat).toList();
    }

    private static List<String> with(String first, List<String> rest) {
      return Stream.concat(Stream.of(first), rest.stream()).toList();
    }

    private static String aggregates(List<String> columns, String function) {
      return columns.stream()
          .map(name -> "z_%s: {%s: %s}".formatted(name, function, name))
          .collect(Collectors.joining(", "));
    }

    private void check(
        String name,
        String rest,
        List<String> outputs,
        Function<List<@Nullable Object>, List<@Nullable Object>> made) {
      expect(name, rest, with("id", outputs), rows(columns, made));
    }

    private void checkPlain(String name, String rest) {
      List<String> outputs = plain.stream().map(column -> "z_" + column).toList();
      expect(name, rest, with("id", outputs), rows(plain, Function.identity()));
    }

    private List<List<@Nullable Object>> rows(
        List<String> columns, Function<List<@Nullable Object>, List<@Nullable Object>> made) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (Record record : source) {
        List<@Nullable Object> values = new ArrayList<>();
        columns.forEach(column -> values.add(record.getField(column)));
        List<@Nullable Object> row = new ArrayList<>(made.apply(values));
        row.add(0, record.getField("id"));
        rows.add(row);
      }
      return rows;
    }

    private void checkUnnested() {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (Record record : source) {
        List<?> parts = (List<?>) record.getField("a_struct_list");
        for (Object part : parts == null ? List.of() : parts) {
          List<@Nullable Object> row = new ArrayList<>();
          row.add(record.getField("id"));
          for (int field = 0; field < 3; field++) {
            row.add(part == null ? null : ((Record) part).get(field));
          }
          rows.add(row);
        }
      }
      List<String> fields =
          List.of("id", "a_struct_list_id", "a_struct_list_name", "a_struct_list_inner");
      expect(
          "Unnested",
          "$unnest: a_struct_list\n$expand: [a_struct_list]\n$select: %s".formatted(fields),
          fields,
          rows);
    }

    private void expect(
        String name, String rest, List<String> outputs, List<List<@Nullable Object>> rows) {
      String view = name + (withTime ? "WithTime" : "");
      lake.define(view, "$type: %s\n$from: Every\n%s\n".formatted(view, rest));
      lake.refresh(view);
      ComparableRows expected = ComparableRows.of(outputs, rows);
      // An aggregate's zero may have lost its sign; Bags takes both zeros for equal.
      UnaryOperator<ComparableRows> strictly =
          rest.contains("$compute") ? a -> a : ComparableRows::bitByBit;
      Bags.assertSame(
          "the source",
          strictly.apply(expected),
          "Iceberg's reader",
          strictly.apply(lake.view(view)));
      if (!withTime) {
        Bags.assertSame(
            "the source",
            strictly.apply(expected),
            "Spark's reader",
            strictly.apply(lake.viewInSpark(view)));
      }
    }
  }

  private static @Nullable Object listOf(@Nullable Object value) {
    List<@Nullable Object> list = new ArrayList<>();
    list.add(value);
    return list;
  }
}
