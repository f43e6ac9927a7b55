package io.bergview.refresh;

import io.bergview.projection.definition.LayoutSettings.Projection;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A source {@code Thing}, keyed by a number and a text that both may be null, and views of it. */
final class CompositeKeyViews {
  private static final Schema SOURCE =
      new Schema(
          Types.NestedField.optional(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "part", Types.StringType.get()),
          Types.NestedField.optional(3, "name", Types.StringType.get()),
          Types.NestedField.optional(4, "ratio", Types.DoubleType.get()),
          Types.NestedField.optional(5, "day", Types.DateType.get()),
          Types.NestedField.optional(
              6, "weights", Types.ListType.ofOptional(7, Types.DoubleType.get())));
  static final Schema KEY = SOURCE.select("id", "part");
  static final List<List<String>> VISIBLE = List.of(List.of("id"), List.of("part"));
  static final List<List<String>> HIDDEN =
      List.of(List.of("_state", "key", "id"), List.of("_state", "key", "part"));

  private final TestProject project;
  private final LoadedRows tables;
  private int views;

  CompositeKeyViews(TestProject project, LoadedRows tables) {
    this.project = project;
    this.tables = tables;
    project.createNamespace("shop");
    project
        .catalog()
        .createTable(
            TableIdentifier.of("shop", "things"),
            SOURCE,
            org.apache.iceberg.PartitionSpec.unpartitioned(),
            Map.of());
    project.write("types/things.yaml", "$type: Thing\n$table: shop.things\n$id: [id, part]\n");
  }

  /**
   * A new view, never refreshed; the one before is dropped.
   *
   * @param definition all but its type, root and projection
   */
  ChangedView view(int version, Projection projection, String definition) {
    if (views > 0) {
      project.registry().drop("Things" + (views - 1));
    }
    String name = "Things" + views++;
    project.define(
        name,
        "$from: Thing\n$projection: "
            + projection.name().toLowerCase(Locale.ROOT)
            + "\n"
            + definition);
    project.remove("views/" + name + ".yaml");
    if (version != 2) {
      project
          .tableOf(name)
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, Integer.toString(version))
          .commit();
    }
    boolean hidden = definition.contains("$select");
    return new ChangedView(
        project, project.view(name), tables, projection, hidden ? HIDDEN : VISIBLE);
  }

  static Record key(@Nullable Long id, @Nullable String part) {
    Record key = GenericRecord.create(KEY);
    key.setField("id", id);
    key.setField("part", part);
    return key;
  }

  /** A row of a view that shows all columns. */
  static Record row(
      Schema schema, @Nullable Long id, @Nullable String part, @Nullable String name) {
    Record row = GenericRecord.create(schema);
    row.setField("id", id);
    row.setField("part", part);
    row.setField("name", name);
    row.setField("ratio", id == null ? null : id / 4.0);
    row.setField("day", id == null ? null : LocalDate.of(1969, 12, 28).plusDays(id % 8));
    row.setField("weights", id == null ? null : List.of(id * 1.5, 0.25));
    return row;
  }

  /** The same row with another value in one column. */
  static Record with(Record row, String column, @Nullable Object value) {
    Record changed = row.copy();
    changed.setField(column, value);
    return changed;
  }
}
