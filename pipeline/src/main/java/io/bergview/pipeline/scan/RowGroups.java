package io.bergview.pipeline.scan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.BoundPredicate;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.NamedReference;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.parquet.ParquetMetricsRowGroupFilter;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The row groups of a remote Parquet file that can hold rows that are wanted, in order: the others
 * need not be fetched.
 */
final class RowGroups {
  /**
   * Row groups that follow each other, and their rows.
   *
   * @param firstRow its ordinal in the file
   * @param endRow the ordinal behind the last row
   */
  record Run(List<Integer> groups, long firstRow, long endRow) {
    /** Confines a scan {@code f} of the file to them: DuckDB reads no other row group then. */
    String condition() {
      return "f.file_row_number BETWEEN %d AND %d".formatted(firstRow, endRow - 1);
    }
  }

  private static final int MOST_RUNS = 32;

  private RowGroups() {}

  /** The runs of all row groups. */
  static List<Run> all(ParquetLayout layout) {
    return runs(layout, IntStream.range(0, layout.rowGroups().size()).boxed().toList());
  }

  /** Those that hold some of these rows. */
  static List<Run> with(ParquetLayout layout, Positions positions) {
    List<Integer> groups = new ArrayList<>();
    int next = 0;
    long first = 0;
    for (int group = 0; group < layout.rowGroups().size(); group++) {
      long end = first + layout.rowGroups().get(group).getRowCount();
      int before = next;
      while (next < positions.size() && positions.at(next) < end) {
        next++;
      }
      if (next > before) {
        groups.add(group);
      }
      first = end;
    }
    return runs(layout, groups);
  }

  /**
   * Those in which something may match, by the least and the greatest values of their columns.
   *
   * @param where unbound, by the names of {@code table}
   * @param identified the file's schema with Iceberg's field ids
   */
  static List<Run> matching(
      ParquetLayout layout, MessageType identified, Schema table, Expression where) {
    Expression safe =
        ExpressionVisitors.visit(
            Expressions.rewriteNot(where), new SafePredicates(table, identified));
    if (safe.op() == Expression.Operation.TRUE) {
      return all(layout);
    }
    ParquetMetricsRowGroupFilter filter = new ParquetMetricsRowGroupFilter(table, safe);
    List<Integer> groups = new ArrayList<>();
    for (int group = 0; group < layout.rowGroups().size(); group++) {
      BlockMetaData rows = layout.rowGroups().get(group);
      if (filter.shouldRead(identified, rows)) {
        groups.add(group);
      }
    }
    return runs(layout, groups);
  }

  /** Where there are many runs, those with the fewest row groups between them become one. */
  private static List<Run> runs(ParquetLayout layout, List<Integer> groups) {
    List<Integer> gaps = new ArrayList<>();
    for (int i = 1; i < groups.size(); i++) {
      gaps.add(groups.get(i) - groups.get(i - 1));
    }
    int widest =
        gaps.stream()
            .sorted(Comparator.reverseOrder())
            .skip(MOST_RUNS - 1)
            .findFirst()
            .orElse(1);
    List<Run> runs = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < groups.size(); i++) {
      if (i == gaps.size() || gaps.get(i) > widest) {
        runs.add(
            run(
                layout,
                IntStream.rangeClosed(groups.get(first), groups.get(i)).boxed().toList()));
        first = i + 1;
      }
    }
    return List.copyOf(runs);
  }

  /** Of row groups that follow each other. */
  static Run run(ParquetLayout layout, List<Integer> groups) {
    long first = rowsBefore(layout, groups.get(0));
    long end = rowsBefore(layout, groups.get(groups.size() - 1) + 1);
    return new Run(groups, first, end);
  }

  private static long rowsBefore(ParquetLayout layout, int group) {
    return layout.rowGroups().subList(0, group).stream()
        .mapToLong(BlockMetaData::getRowCount)
        .sum();
  }

  /**
   * Leaves of a filter what is safe to compare with the statistics of any writer: of whole numbers,
   * dates, timestamps in microseconds and strings. What is left out is taken for true.
   */
  private static final class SafePredicates
      extends ExpressionVisitors.ExpressionVisitor<Expression> {
    private final Schema table;
    private final MessageType file;

    SafePredicates(Schema table, MessageType file) {
      this.table = table;
      this.file = file;
    }

    @Override
    public Expression alwaysTrue() {
      return Expressions.alwaysTrue();
    }

    @Override
    public Expression alwaysFalse() {
      return Expressions.alwaysFalse();
    }

    @Override
    public Expression not(Expression unreachable) {
      return Expressions.alwaysTrue();
    }

    @Override
    public Expression and(Expression left, Expression right) {
      return Expressions.and(left, right);
    }

    @Override
    public Expression or(Expression left, Expression right) {
      return Expressions.or(left, right);
    }

    @Override
    public <T> Expression predicate(BoundPredicate<T> predicate) {
      return Expressions.alwaysTrue();
    }

    @Override
    public <T> Expression predicate(UnboundPredicate<T> predicate) {
      if (!(predicate.term() instanceof NamedReference<?> name)) {
        return Expressions.alwaysTrue();
      }
      NestedField column = table.findField(name.name());
      return column != null && isSafe(column) ? predicate : Expressions.alwaysTrue();
    }

    private boolean isSafe(NestedField column) {
      boolean comparable =
          switch (column.type().typeId()) {
            case INTEGER, LONG, DATE, TIMESTAMP, STRING -> true;
            default -> false;
          };
      return comparable && isComparable(file, column.fieldId());
    }
  }

  /**
   * Whether a file has a top-level column of a type whose values mean the same to any writer. Nulls
   * of what is around a nested one count as its own.
   *
   * @param identified the file's schema with Iceberg's field ids
   */
  static boolean isComparable(MessageType identified, int fieldId) {
    return identified.getFields().stream()
        .filter(field -> field.getId() != null && field.getId().intValue() == fieldId)
        .filter(Type::isPrimitive)
        .anyMatch(field -> isSafe(field.asPrimitiveType()));
  }

  private static boolean isSafe(PrimitiveType type) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 ->
          annotation == null
              || annotation.equals(LogicalTypeAnnotation.intType(Integer.SIZE, true))
              || annotation.equals(LogicalTypeAnnotation.dateType());
      case INT64 ->
          annotation == null
              || annotation.equals(LogicalTypeAnnotation.intType(Long.SIZE, true))
              || isMicros(annotation);
      case BINARY -> LogicalTypeAnnotation.stringType().equals(annotation);
      default -> false;
    };
  }

  private static boolean isMicros(LogicalTypeAnnotation annotation) {
    return annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation timestamp
        && timestamp.getUnit() == LogicalTypeAnnotation.TimeUnit.MICROS;
  }
}
