package io.bergview.discover;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.pipeline.scan.TableScanner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Counts in the rows of one table, at the snapshot that was current when the table was loaded.
 * First in a sample, which is kept in the session: what is refuted there needs no other look. A
 * table of no more rows than a sample has is read once.
 */
final class DataProbe implements AutoCloseable {
  static final long SAMPLE_ROWS = 20_000;
  private static final Type LONG = LongType.get();

  private final DuckDbSession session;
  private final TableScanner scanner;
  private final FoundTable table;
  private final List<NestedField> columns;
  private final String sample;
  private final long sampled;
  private final long rows;

  private DataProbe(
      DuckDbSession session,
      TableScanner scanner,
      FoundTable table,
      List<NestedField> columns,
      String sample,
      long sampled,
      long rows) {
    this.session = session;
    this.scanner = scanner;
    this.table = table;
    this.columns = columns;
    this.sample = sample;
    this.sampled = sampled;
    this.rows = rows;
  }

  /**
   * Reads the sample: the rows of some of the table's files, taken evenly from all of them.
   *
   * @param columns that may be counted
   */
  static DataProbe of(
      DuckDbSession session, TableScanner scanner, FoundTable table, List<NestedField> columns) {
    List<FileScanTask> files =
        SnapshotFiles.of(table.table(), table.snapshotId(), Expressions.alwaysTrue());
    List<FileScanTask> some = some(files);
    String sample = session.freshName("sample");
    try (Relation relation = scanner.read(session, table.table(), some, new Schema(columns))) {
      session.execute(
          "CREATE TABLE %s AS SELECT * FROM %s LIMIT %d"
              .formatted(quote(sample), relation.sql(), SAMPLE_ROWS + 1));
    }
    long sampled = count(session, quote(sample));
    boolean complete = some.size() == files.size() && sampled <= SAMPLE_ROWS;
    long rows = complete ? sampled : count(session, scanner, table);
    return new DataProbe(session, scanner, table, List.copyOf(columns), sample, sampled, rows);
  }

  /** Files with at least as many rows as a sample has, if there are so many. */
  private static List<FileScanTask> some(List<FileScanTask> files) {
    long records = files.stream().mapToLong(file -> file.file().recordCount()).sum();
    if (records <= SAMPLE_ROWS) {
      return files;
    }
    List<FileScanTask> mixed = new ArrayList<>(files);
    mixed.sort(java.util.Comparator.comparing(file -> file.file().location()));
    Collections.rotate(mixed, mixed.size() / 2);
    List<FileScanTask> some = new ArrayList<>();
    long taken = 0;
    for (FileScanTask file : mixed) {
      if (taken > SAMPLE_ROWS) {
        break;
      }
      some.add(file);
      taken += file.file().recordCount();
    }
    return some;
  }

  private static long count(DuckDbSession session, TableScanner scanner, FoundTable table) {
    try (Relation all =
        scanner.scan(session, table.table(), table.snapshotId(), new Schema(List.of()))) {
      return count(session, all.sql());
    }
  }

  private static long count(DuckDbSession session, String from) {
    return numbers(session, "SELECT count(*) FROM " + from, 1).get(0);
  }

  /** One row of numbers, nulls as 0. */
  static List<Long> numbers(DuckDbSession session, String sql, int count) {
    List<Long> numbers = new ArrayList<>();
    Rows.read(session.query(sql), Collections.nCopies(count, LONG))
        .get(0)
        .forEach(value -> numbers.add(value == null ? 0L : (Long) value));
    return numbers;
  }

  FoundTable table() {
    return table;
  }

  List<NestedField> columns() {
    return columns;
  }

  /** Of the whole table. */
  long rows() {
    return rows;
  }

  /** Whether the sample holds all rows. */
  boolean complete() {
    return sampled == rows;
  }

  /** How many rows were sampled. */
  long sampled() {
    return sampled;
  }

  String sampleSql() {
    return quote(sample);
  }

  DuckDbSession session() {
    return session;
  }

  /** All rows with some columns; from the sample where that is all. */
  RowSource all(List<NestedField> some) {
    if (complete()) {
      return new RowSource(sampleSql(), () -> {});
    }
    Relation relation = scanner.scan(session, table.table(), table.snapshotId(), new Schema(some));
    return new RowSource(relation.sql(), relation::close);
  }

  /** Something that stands in FROM until it is closed. */
  record RowSource(String sql, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /** Of the columns in the sample, exactly. */
  List<ColumnCounts> sampleCounts() {
    return counts(columns, sampleSql(), "count(DISTINCT %s)");
  }

  /** Of all rows, the distinct values approximately; exactly where the sample holds all rows. */
  List<ColumnCounts> approximateCounts(List<NestedField> some) {
    if (complete()) {
      return counts(some, sampleSql(), "count(DISTINCT %s)");
    }
    try (RowSource all = all(some)) {
      return counts(some, all.sql(), "approx_count_distinct(%s)");
    }
  }

  private List<ColumnCounts> counts(List<NestedField> some, String from, String distinct) {
    List<ColumnCounts> counts = new ArrayList<>();
    if (some.isEmpty()) {
      return counts;
    }
    String outputs =
        some.stream()
            .map(field -> column(field.fieldId()))
            .map(name -> "count(%s), %s".formatted(name, distinct.formatted(name)))
            .collect(joining(", "));
    List<Long> numbers =
        numbers(
            session, "SELECT count(*), %s FROM %s".formatted(outputs, from), 1 + 2 * some.size());
    long looked = numbers.get(0);
    for (int i = 0; i < some.size(); i++) {
      long values = numbers.get(1 + 2 * i);
      counts.add(new ColumnCounts(some.get(i), looked, looked - values, numbers.get(2 + 2 * i)));
    }
    return counts;
  }

  /** Whether no two rows of the sample have the same values in some columns. */
  boolean uniqueInSample(List<NestedField> key) {
    return repeated(sampleSql(), key) == 0;
  }

  /** How often a key that should be unique is null, or there more than once, in all rows. */
  KeyFaults faults(List<NestedField> key) {
    try (RowSource all = all(key)) {
      String nulls =
          key.stream().map(field -> column(field.fieldId()) + " IS NULL").collect(joining(" OR "));
      long without =
          numbers(session, "SELECT count(*) FROM %s WHERE %s".formatted(all.sql(), nulls), 1)
              .get(0);
      return new KeyFaults(without, repeated(all.sql(), key));
    }
  }

  /**
   * @param nulls rows in which a column of the key is null
   * @param repeated keys that more than one row has
   */
  record KeyFaults(long nulls, long repeated) {
    boolean none() {
      return nulls == 0 && repeated == 0;
    }
  }

  private long repeated(String from, List<NestedField> key) {
    return numbers(
            session,
            "SELECT count(*) FROM (SELECT 1 FROM %s GROUP BY %s HAVING count(*) > 1)"
                .formatted(from, names(key)),
            1)
        .get(0);
  }

  static String names(List<NestedField> columns) {
    return columns.stream().map(field -> column(field.fieldId())).collect(joining(", "));
  }

  @Override
  public void close() {
    session.drop(sample);
  }
}
