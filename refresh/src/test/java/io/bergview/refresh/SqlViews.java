package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Views in SQL over the tables {@code h.a}, {@code h.b} and {@code h.c}, which have no keys and the
 * columns {@code k}, {@code g}, {@code n}, {@code f}, {@code s}. Rows are written as text, with a
 * dash for null: {@code "1 - 2.50 0.5 x"}.
 */
final class SqlViews implements AutoCloseable {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "k", Types.LongType.get()),
          Types.NestedField.optional(2, "g", Types.LongType.get()),
          Types.NestedField.optional(3, "n", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(4, "f", Types.DoubleType.get()),
          Types.NestedField.optional(5, "s", Types.StringType.get()));

  private final TestProject project;

  SqlViews(Path folder) {
    this.project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("h");
    for (String name : List.of("a", "b", "c")) {
      project
          .catalog()
          .createTable(TableIdentifier.of("h", name), SCHEMA, PartitionSpec.unpartitioned());
    }
  }

  TestProject project() {
    return project;
  }

  private Table table(String name) {
    return project.table("h", name);
  }

  SqlViews insert(String table, String... rows) {
    List<Record> records = new ArrayList<>();
    for (String row : rows) {
      records.add(record(row));
    }
    RowFiles.append(table(table), records);
    return this;
  }

  private static Record record(String row) {
    String[] cells = row.split(" ");
    Record record = GenericRecord.create(SCHEMA);
    for (int i = 0; i < cells.length; i++) {
      record.set(i, cells[i].equals("-") ? null : value(i, cells[i]));
    }
    return record;
  }

  private static Object value(int column, String cell) {
    return switch (column) {
      case 0, 1 -> Long.valueOf(cell);
      case 2 -> new BigDecimal(cell).setScale(2);
      case 3 -> Double.valueOf(cell);
      default -> cell;
    };
  }

  /** Deletes the rows of a key; of the null key where it is null. */
  SqlViews delete(String table, @Nullable Long k) {
    CopyOnWrite.delete(table(table), where(k));
    return this;
  }

  /** Deletes the rows with a value of another column. */
  SqlViews deleteWhere(String table, String column, Object value) {
    CopyOnWrite.delete(table(table), Expressions.equal(column, value));
    return this;
  }

  /** Deletes one of the rows of a key, which must be equal: files have no order. */
  SqlViews deleteOne(String table, @Nullable Long k) {
    List<Record> met = new ArrayList<>();
    CopyOnWrite.update(
        table(table),
        where(k),
        row -> {
          met.add(row);
          assertThat(row).as("rows of %s in %s", k, table).isEqualTo(met.get(0));
          return met.size() == 1 ? null : row;
        });
    return this;
  }

  private static Expression where(@Nullable Long k) {
    return k == null ? Expressions.isNull("k") : Expressions.equal("k", k);
  }

  SqlViews update(String table, @Nullable Long k, String column, @Nullable Object value) {
    CopyOnWrite.update(
        table(table),
        where(k),
        row -> {
          row.setField(column, value);
          return row;
        });
    return this;
  }

  /** Defines a view. */
  SqlViews view(String name, String sql) {
    project.define(name, "$sql: |\n" + sql.indent(2));
    return this;
  }

  /** Refreshes the view and asserts its rows, in any order. */
  RefreshResult assertRows(String view, String... rows) {
    RefreshResult result = project.refresh(view);
    List<String> found =
        project.contents(view).stream().map(SqlViews::text).collect(Collectors.toList());
    assertThat(found).as("%s", result).containsExactlyInAnyOrder(rows);
    return result;
  }

  /** As {@link #assertRows}, of a refresh that does not compute all rows again. */
  void assertFollowed(String view, String... rows) {
    RefreshResult result = assertRows(view, rows);
    assertThat(result.kind()).as("%s", result).isNotEqualTo(RefreshKind.FULL);
  }

  private static String text(Map<String, @Nullable Object> row) {
    return row.values().stream()
        .map(value -> value == null ? "-" : String.valueOf(value))
        .collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    project.close();
  }
}
