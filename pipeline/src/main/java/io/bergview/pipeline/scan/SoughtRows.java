package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.cache.ByteRanges;
import io.bergview.pipeline.cache.LocalCopy;
import io.bergview.pipeline.cache.LocalFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.And;
import org.apache.iceberg.expressions.BoundPredicate;
import org.apache.iceberg.expressions.BoundReference;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The row groups of remote files that hold rows of some values: where statistics leave several, the
 * columns with these values are fetched first, and the others only of row groups in which a row was
 * found that is not deleted.
 */
final class SoughtRows {
  /** How much smaller the columns to look into are than all that would be fetched. */
  private static final int WORTH_TIMES = 4;

  /** If there are more, they are likely to lie everywhere. */
  private static final int MOST_ROWS = 10_000;

  /**
   * A remote file.
   *
   * @param canConfine whether a scan can be confined to some of its rows
   * @param runs its row groups that are left by their statistics
   */
  record Sought(
      FileRows rows,
      LocalCopy copy,
      ParquetLayout layout,
      FileShape shape,
      RemoteColumns.Given given,
      boolean canConfine,
      List<RowGroups.Run> runs) {
    /** Whether some of these row groups may hold no such row. */
    boolean isOpen() {
      return canConfine
          && rows.positions().isEmpty()
          && (groups().size() > 1 || (groups().size() == 1 && !rows.task().deletes().isEmpty()));
    }

    List<Integer> groups() {
      return runs.stream().flatMap(run -> run.groups().stream()).toList();
    }
  }

  private final DuckDbSession session;
  private final LocalFiles files;
  private final DeletedPositions deleted;
  private final Schema requested;
  private final long worthBytes;
  private final Map<NestedField, Set<?>> values;

  /**
   * @param where by the names of the table's columns
   * @param requested what is to be read of the files
   * @param worthBytes how much other columns of a file must have to look into these first
   */
  SoughtRows(
      DuckDbSession session,
      Table table,
      LocalFiles files,
      DeletedPositions deleted,
      Expression where,
      Schema requested,
      long worthBytes) {
    this.session = requireNonNull(session, "session is null");
    this.files = requireNonNull(files, "files is null");
    this.deleted = requireNonNull(deleted, "deleted is null");
    this.requested = requireNonNull(requested, "requested is null");
    this.worthBytes = worthBytes;
    this.values = values(table.schema(), where);
  }

  /** The values of columns that one of the parts of a conjunction names. */
  private static Map<NestedField, Set<?>> values(Schema table, Expression where) {
    Map<NestedField, Set<?>> values = new LinkedHashMap<>();
    conjuncts(Expressions.rewriteNot(where))
        .forEach(
            part -> {
              if (part instanceof UnboundPredicate<?> predicate
                  && predicate.bind(table.asStruct(), true) instanceof BoundPredicate<?> bound
                  && bound.term() instanceof BoundReference<?> column
                  && isExact(column.type())) {
                Set<?> named =
                    bound.isSetPredicate() && bound.op() == Expression.Operation.IN
                        ? bound.asSetPredicate().literalSet()
                        : bound.op() == Expression.Operation.EQ
                            ? Set.of(bound.asLiteralPredicate().literal().value())
                            : Set.of();
                if (!named.isEmpty() && table.asStruct().field(column.fieldId()) != null) {
                  values.putIfAbsent(column.field(), named);
                }
              }
            });
    return values;
  }

  private static Stream<Expression> conjuncts(Expression where) {
    return where instanceof And and
        ? Stream.concat(conjuncts(and.left()), conjuncts(and.right()))
        : Stream.of(where);
  }

  private static boolean isExact(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, DATE, STRING -> true;
      default -> false;
    };
  }

  /**
   * For each file its row groups with such rows, or those that it came with where it is not worth
   * looking.
   */
  List<List<RowGroups.Run>> found(List<Sought> candidates) {
    if (values.isEmpty()) {
      return candidates.stream().map(Sought::runs).toList();
    }
    Map<LocalCopy, ByteRanges> wanted = new LinkedHashMap<>();
    List<Boolean> looked = new ArrayList<>();
    for (Sought file : candidates) {
      Schema columns = columns(file);
      RemoteColumns keys = new RemoteColumns(file.layout(), file.shape(), columns);
      boolean worth = file.isOpen() && isWorth(file, keys, ids(columns));
      looked.add(worth);
      if (worth) {
        file.given().add(keys, ids(columns), file.groups());
        wanted.merge(file.copy(), keys.bytes(ids(columns), file.groups()), ByteRanges::plus);
      }
    }
    if (!wanted.isEmpty()) {
      files.fetch(wanted);
    }
    List<List<RowGroups.Run>> found = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      found.add(looked.get(i) ? runs(candidates.get(i)) : candidates.get(i).runs());
    }
    return found;
  }

  private static Set<Integer> ids(Schema columns) {
    return columns.columns().stream().map(NestedField::fieldId).collect(Collectors.toSet());
  }

  /** The columns that are looked into, as far as the file has them. */
  private Schema columns(Sought file) {
    return new Schema(
        values.keySet().stream()
            .filter(column -> RowGroups.isComparable(file.shape().identified(), column.fieldId()))
            .toList());
  }

  private boolean isWorth(Sought file, RemoteColumns keys, Set<Integer> ids) {
    Set<Integer> others = new HashSet<>(ids(requested));
    others.removeAll(ids);
    if (ids.isEmpty() || others.isEmpty()) {
      return false;
    }
    long rest =
        new RemoteColumns(file.layout(), file.shape(), requested)
            .bytes(others, file.groups())
            .size();
    return rest > worthBytes && rest > WORTH_TIMES * keys.bytes(ids, file.groups()).size();
  }

  private List<RowGroups.Run> runs(Sought file) {
    List<String> selects = file.runs().stream().map(run -> select(file, run)).toList();
    List<Long> positions =
        Rows.read(
                session.query(
                    "SELECT * FROM (%s) LIMIT %d"
                        .formatted(String.join(" UNION ALL ", selects), MOST_ROWS + 1)),
                List.of(Types.LongType.get()))
            .stream()
            .map(row -> (Long) requireNonNull(row.get(0), "a position is null"))
            .toList();
    if (positions.size() > MOST_ROWS) {
      return file.runs();
    }
    PositionDeleteIndex gone = deleted.of(file.rows().task());
    Positions.Builder live = new Positions.Builder();
    positions.stream().filter(position -> !gone.isDeleted(position)).sorted().forEach(live::add);
    return RowGroups.with(file.layout(), live.build());
  }

  private String select(Sought file, RowGroups.Run run) {
    List<String> conditions = new ArrayList<>(List.of(run.condition()));
    for (NestedField column : columns(file).columns()) {
      String name = requireNonNull(file.shape().column(column.fieldId())).name();
      conditions.add(
          "f.%s IN (%s)"
              .formatted(
                  quote(name),
                  requireNonNull(values.get(column)).stream()
                      .map(value -> ConstantSql.of(column.type(), value))
                      .collect(Collectors.joining(", "))));
    }
    return "SELECT f.file_row_number FROM read_parquet(%s, hive_partitioning = false) AS f WHERE %s"
        .formatted(LocalFiles.pattern(file.copy().path()), String.join(" AND ", conditions));
  }
}
