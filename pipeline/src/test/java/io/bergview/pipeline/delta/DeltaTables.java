package io.bergview.pipeline.delta;

import static org.apache.iceberg.expressions.Expressions.and;
import static org.apache.iceberg.expressions.Expressions.greaterThanOrEqual;
import static org.apache.iceberg.expressions.Expressions.lessThan;
import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.delta.DeltaCheck.Checked;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table of 30 rows to change, and how to ask what its delta is. */
abstract class DeltaTables {
  static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()),
          optional(2, "kind", Types.StringType.get()),
          optional(3, "size", Types.IntegerType.get()),
          optional(4, "price", Types.DoubleType.get()),
          optional(
              5,
              "point",
              Types.StructType.of(
                  optional(6, "x", Types.FloatType.get()),
                  optional(7, "y", Types.FloatType.get()))),
          optional(8, "tags", Types.ListType.ofOptional(9, Types.DoubleType.get())));
  private static final List<String> KINDS = List.of("a", "b", "c");

  @TempDir Path dir;
  JdbcCatalog catalog;
  DeltaCheck check;

  abstract int formatVersion();

  @BeforeEach
  void open() {
    catalog = Warehouses.sqlite(dir);
    catalog.createNamespace(Namespace.of("t"));
    check = new DeltaCheck(dir);
  }

  @AfterEach
  void close() {
    check.close();
    catalog.close();
  }

  /** Rows 0 to 29 in three files, or in one for each kind and file. */
  final Table table(boolean partitioned) {
    PartitionSpec spec =
        partitioned
            ? PartitionSpec.builderFor(SCHEMA).identity("kind").build()
            : PartitionSpec.unpartitioned();
    Table table =
        catalog.createTable(
            TableIdentifier.of("t", "t"),
            SCHEMA,
            spec,
            Map.of(TableProperties.FORMAT_VERSION, "" + formatVersion()));
    for (int from = 0; from < 30; from += 10) {
      RowFiles.append(table, rows(table, from, from + 10));
    }
    return table;
  }

  static List<Record> rows(Table table, long from, long to) {
    return LongStream.range(from, to).mapToObj(id -> row(table.schema(), id)).toList();
  }

  static Record row(Schema schema, long id) {
    Record row = GenericRecord.create(schema);
    row.setField("id", id);
    if (schema.findField("kind") != null) {
      row.setField("kind", KINDS.get((int) (id % 3)));
    }
    row.setField("size", (int) id * 10);
    row.setField("price", id % 4 == 0 ? Double.NaN : id / 4.0);
    Record point = GenericRecord.create(SCHEMA.findType("point").asStructType());
    point.setField("x", id % 5 == 0 ? null : (float) id);
    row.setField("point", id % 7 == 0 ? null : point);
    row.setField("tags", id % 6 == 0 ? null : List.of(0.0, (double) id));
    return row;
  }

  static Function<Record, Record> set(String column, Object value) {
    return row -> {
      row.setField(column, value);
      return row;
    };
  }

  static Expression ids(long from, long to) {
    return and(greaterThanOrEqual("id", from), lessThan("id", to));
  }

  static OptionalLong now(Table table) {
    table.refresh();
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  final Checked since(Table table, OptionalLong from) {
    return check.check(table, from, now(table));
  }

  final void deleteRows(Table table, Expression where) {
    if (formatVersion() == 2) {
      RowDeletes.byPosition(table, where);
    } else {
      RowDeletes.byVector(table, where);
    }
  }
}
