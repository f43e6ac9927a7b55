package io.bergview.spark.engine;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.Relation;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.staleness.delta.RedeletedFile;
import io.bergview.staleness.delta.SourceDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/** Iceberg files as relations of a Spark session; Iceberg's own reader applies their deletes. */
final class SparkReads {
  private static final Schema PLACES =
      new Schema(MetadataColumns.FILE_PATH, MetadataColumns.ROW_POSITION);

  private final SqlDialect dialect;
  private final GivenTables given;

  SparkReads(SqlDialect dialect, GivenTables given) {
    this.dialect = dialect;
    this.given = given;
  }

  Relation read(Table table, List<? extends FileScanTask> tasks, Schema columns) {
    return new Relation(select(table, tasks, columns), columns, size(tasks, false), List.of());
  }

  /**
   * The rows by which files' deletes changed are those that one state of the file has and the other
   * has not, by their positions.
   */
  DeltaRelations read(Table table, SourceDelta delta, Schema columns) {
    List<FileScanTask> before = new ArrayList<>();
    List<FileScanTask> after = new ArrayList<>();
    for (RedeletedFile file : delta.redeleted()) {
      before.add(file.before());
      after.add(file.after());
    }
    return new DeltaRelations(
        side(table, delta.removed(), before, after, columns),
        side(table, delta.added(), after, before, columns));
  }

  private Relation side(
      Table table,
      List<? extends FileScanTask> whole,
      List<FileScanTask> one,
      List<FileScanTask> other,
      Schema columns) {
    if (one.isEmpty()) {
      return new Relation(select(table, whole, columns), columns, size(whole, false), List.of());
    }
    Function<Set<Integer>, String> rows = select(table, whole, columns);
    Function<Set<Integer>, String> here = select(table, one, located(columns));
    Function<Set<Integer>, String> there = select(table, other, PLACES);
    Function<Set<Integer>, String> both =
        ids ->
            "(SELECT * FROM %s UNION ALL SELECT %s FROM %s AS a ANTI JOIN %s AS b ON a.%s = b.%s AND a.%s = b.%s)"
                .formatted(
                    rows.apply(ids),
                    names(columns, ids),
                    here.apply(withPlaces(ids)),
                    there.apply(ids(PLACES)),
                    column(MetadataColumns.FILE_PATH.fieldId()),
                    column(MetadataColumns.FILE_PATH.fieldId()),
                    column(MetadataColumns.ROW_POSITION.fieldId()),
                    column(MetadataColumns.ROW_POSITION.fieldId()));
    List<FileScanTask> all = new ArrayList<>(whole);
    all.addAll(one);
    return new Relation(both, columns, size(all, true), List.of());
  }

  private static Schema located(Schema columns) {
    List<NestedField> fields = new ArrayList<>(columns.columns());
    fields.addAll(PLACES.columns());
    return new Schema(fields);
  }

  private static Set<Integer> withPlaces(Set<Integer> ids) {
    Set<Integer> all = new java.util.HashSet<>(ids);
    all.addAll(ids(PLACES));
    return all;
  }

  private static Set<Integer> ids(Schema schema) {
    return schema.columns().stream()
        .map(NestedField::fieldId)
        .collect(java.util.stream.Collectors.toSet());
  }

  private static String names(Schema columns, Set<Integer> ids) {
    String names =
        columns.columns().stream()
            .map(NestedField::fieldId)
            .filter(ids::contains)
            .map(id -> "a." + column(id))
            .collect(joining(", "));
    return names.isEmpty() ? "1 AS one" : names;
  }

  private Function<Set<Integer>, String> select(
      Table table, List<? extends FileScanTask> tasks, Schema columns) {
    if (tasks.isEmpty()) {
      return ids -> "(SELECT " + nulls(columns, ids) + " WHERE false)";
    }
    String from = GivenTables.relation(given.give(table, tasks));
    return ids ->
        "(SELECT %s FROM %s)"
            .formatted(new ReadColumns(dialect, table.schema()).select(columns, ids), from);
  }

  private String nulls(Schema columns, Set<Integer> ids) {
    String nulls =
        columns.columns().stream()
            .filter(field -> ids.contains(field.fieldId()))
            .map(
                field ->
                    "CAST(NULL AS %s) AS %s"
                        .formatted(dialect.type(field.type()), column(field.fieldId())))
            .collect(joining(", "));
    return nulls.isEmpty() ? "1 AS one" : nulls;
  }

  /**
   * What is known of files without reading them.
   *
   * @param unknown whether it is not known how many of their rows are read
   */
  private static Relation.Size size(List<? extends FileScanTask> tasks, boolean unknown) {
    long rows = 0;
    long bytes = 0;
    int uncounted = unknown ? 1 : 0;
    for (FileScanTask task : tasks) {
      rows += task.file().recordCount();
      bytes += task.file().fileSizeInBytes();
      for (DeleteFile delete : task.deletes()) {
        uncounted += delete.content() == FileContent.DATA ? 0 : 1;
      }
    }
    return new Relation.Size(rows, bytes, tasks.size(), uncounted);
  }
}
