package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.SourceException;
import io.bergview.pipeline.CachedTables;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.staleness.delta.SourceDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * Pinned snapshots of Iceberg tables as relations of a session. Keep one for the life of the
 * process: it remembers the schemas of files it has seen. Safe for use by several threads.
 *
 * <h2>Which reader a file gets, and why</h2>
 *
 * <p>DuckDB reads a Parquet file itself where everything below holds; any other file goes through
 * Iceberg's own readers into a table of the session, whole, with its deletes applied.
 *
 * <ul>
 *   <li>Its footer was read. Nothing in table metadata says under which names and ids a file was
 *       written: Iceberg escapes names that Avro does not allow, migrated files have no ids, and a
 *       file may be older than any schema in the history. A footer costs about a millisecond once,
 *       and then nothing, since files never change.
 *   <li>Each requested column it has is of the requested type, or of one that Iceberg promotes to
 *       it, at every depth, in the three-level form of lists and maps.
 *   <li>Its names differ in more than case, for DuckDB's do not.
 *   <li>No equality delete applies to it. Position deletes and deletion vectors become an anti-join
 *       on the position, for those files only that have any.
 * </ul>
 *
 * <p>Of a remote file only the footer is fetched to decide, and then the column chunks that a query
 * reads, of those row groups that can hold rows that it wants: those are chosen here, by positions
 * or by the statistics in the footer, and the scan is confined to them.
 *
 * <p>Files are grouped by the SQL that reads them and the physical types of the columns it reads,
 * and each group is one {@code read_parquet}. Columns are read by name with a cast, not by {@code
 * schema = MAP}, with which DuckDB estimates one row for any scan and joins the wrong way round.
 *
 * <p>A column that a file lacks is the value its partition says where the column is an identity
 * partition source (Iceberg spec, "Column projection"), else the field's initial default, else
 * null.
 */
public final class TableScanner {

  /** What one or two requests bring in the time that they take anyway. */
  private static final long WORTH_LOOKING_FIRST_BYTES = 1 << 20;

  private final LocalFiles files;
  private final long worthLookingFirst;
  private final FileShapes shapes = new FileShapes();
  private final RemoteLayouts layouts;
  private final ReadDeletes deletes = new ReadDeletes();
  private final PlannedSnapshots planned = new PlannedSnapshots();

  public TableScanner(LocalFiles files) {
    this(files, WORTH_LOOKING_FIRST_BYTES);
  }

  /**
   * @param worthLookingFirst from how many bytes of remote files that might be saved it is first
   *     looked where the rows are that are wanted
   */
  TableScanner(LocalFiles files, long worthLookingFirst) {
    this.files = requireNonNull(files, "files is null");
    this.worthLookingFirst = worthLookingFirst;
    this.layouts = new RemoteLayouts(files);
  }

  /**
   * The files of a snapshot, of which this keeps those of some snapshots: the one that a refresh
   * reads is that which the next one compares with.
   *
   * @param columns those that files are chosen by, by id
   */
  public PlannedFiles files(Table table, OptionalLong snapshotId, Schema columns) {
    return planned.of(table, snapshotId, columns);
  }

  /** The deleted rows of a table's data files. */
  public DeletedPositions deleted(Table table) {
    return new DeletedPositions(table, deletes);
  }

  /** How many footers were read so far: of files that were not remembered. */
  public long footersRead() {
    return shapes.footersRead() + layouts.footersRead();
  }

  /**
   * The rows of one snapshot.
   *
   * @param snapshotId empty for a table without snapshots: no rows
   * @param columns fields of the table by id, in any order, under any names; nested types may leave
   *     out, rename and reorder fields. May hold {@code MetadataColumns.FILE_PATH} and {@code
   *     ROW_POSITION}.
   * @param prune leaves out files, and parts of remote ones, in which nothing matches; it does not
   *     filter rows. Names are the current column names of the table.
   * @throws SourceException the snapshot is gone, or a requested type is not supported
   * @throws MissingFileException a file of the snapshot is gone
   */
  public Relation scan(
      DuckDbSession session,
      Table table,
      OptionalLong snapshotId,
      Schema columns,
      Expression prune) {
    return read(session, table, SnapshotFiles.of(table, snapshotId, prune), columns, prune);
  }

  /**
   * The rows of a small table that is likely to be read again at this snapshot, which the session
   * keeps ({@link CachedTables}); empty where it does not, so that they are to be read.
   */
  public Optional<Relation> kept(
      DuckDbSession session, Table table, OptionalLong snapshotId, Schema columns) {
    if (snapshotId.isEmpty() || columns.columns().isEmpty()) {
      return Optional.empty();
    }
    CachedTables kept = session.kept();
    CachedTables.Rows rows =
        new CachedTables.Rows(table.uuid().toString(), snapshotId.getAsLong(), columns.asStruct());
    Optional<String> name = kept.find(rows);
    if (name.isPresent()) {
      return Optional.of(kept(name.get(), columns));
    }
    Snapshot snapshot = table.snapshot(snapshotId.getAsLong());
    long bytes = snapshot == null ? Long.MAX_VALUE : totalBytes(snapshot);
    if (!kept.worthKeeping(rows, bytes)) {
      return Optional.empty();
    }
    String made = session.freshName("kept");
    try (Relation all = scan(session, table, snapshotId, columns)) {
      session.execute("CREATE TABLE " + quote(made) + " AS FROM " + all.sql());
    }
    kept.keep(rows, made, bytes);
    return Optional.of(kept(made, columns));
  }

  /** Nothing has to be opened for it. */
  private static Relation kept(String table, Schema columns) {
    return new Relation(ids -> quote(table), columns, new Relation.Size(0, 0, 0, 0), List.of());
  }

  private static long totalBytes(Snapshot snapshot) {
    return SummaryNumbers.number(
        snapshot.summary(), SnapshotSummary.TOTAL_FILE_SIZE_PROP, Long.MAX_VALUE);
  }

  /**
   * All rows of one snapshot, as {@link #scan(DuckDbSession, Table, OptionalLong, Schema,
   * Expression)}.
   */
  public Relation scan(
      DuckDbSession session, Table table, OptionalLong snapshotId, Schema columns) {
    return scan(session, table, snapshotId, columns, Expressions.alwaysTrue());
  }

  /**
   * The live rows of some files with the deletes that their tasks name; each task a whole file.
   * Residual filters are ignored.
   */
  public Relation read(
      DuckDbSession session, Table table, List<? extends FileScanTask> tasks, Schema columns) {
    return read(session, table, tasks, columns, Expressions.alwaysTrue());
  }

  /**
   * As {@link #read(DuckDbSession, Table, List, Schema)}, perhaps without rows that do not match.
   *
   * @param where by the current column names of the table; files of which nothing matches should
   *     have been left out
   */
  public Relation read(
      DuckDbSession session,
      Table table,
      List<? extends FileScanTask> tasks,
      Schema columns,
      Expression where) {
    return readRows(session, table, tasks.stream().map(FileRows::live).toList(), columns, where);
  }

  /**
   * The rows of a source delta. Of files whose deletes changed, only the rows by which they changed
   * are read, and so only the parts of files that hold them. Throws what {@link
   * #scan(DuckDbSession, Table, OptionalLong, Schema, Expression)} throws.
   */
  public DeltaRelations read(
      DuckDbSession session, Table table, SourceDelta delta, Schema columns) {
    List<FileRows> removed = new ArrayList<>(delta.removed().stream().map(FileRows::live).toList());
    List<FileRows> added = new ArrayList<>(delta.added().stream().map(FileRows::live).toList());
    for (RedeletedRows.Difference rows : redeleted(table, delta)) {
      if (!rows.removed().isEmpty()) {
        removed.add(FileRows.at(rows.file(), rows.removed()));
      }
      if (!rows.added().isEmpty()) {
        added.add(FileRows.at(rows.file(), rows.added()));
      }
    }
    Expression all = Expressions.alwaysTrue();
    Relation first = readRows(session, table, removed, columns, all);
    try {
      return new DeltaRelations(first, readRows(session, table, added, columns, all));
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private List<RedeletedRows.Difference> redeleted(Table table, SourceDelta delta) {
    try {
      return new RedeletedRows(table, deletes).of(delta.redeleted());
    } catch (NotFoundException e) {
      throw new MissingFileException(String.valueOf(e.getMessage()), e);
    }
  }

  private Relation readRows(
      DuckDbSession session, Table table, List<FileRows> rows, Schema columns, Expression where) {
    RequestedColumns.check(table.name(), columns);
    for (FileRows part : rows) {
      FileScanTask task = part.task();
      if (task.start() != 0 || task.length() != task.file().fileSizeInBytes()) {
        throw new IllegalArgumentException("a task is a part of file " + task.file().location());
      }
    }
    RelationBuilder builder =
        new RelationBuilder(session, table, files, shapes, layouts, deletes, columns);
    try {
      return builder.build(rows, where, worthLookingFirst);
    } catch (NotFoundException e) {
      builder.release();
      throw new MissingFileException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      builder.release();
      throw e;
    }
  }
}
