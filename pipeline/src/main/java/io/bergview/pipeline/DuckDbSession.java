package io.bergview.pipeline;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.StringType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One in-memory DuckDB instance. Its time zone is UTC, it loads no extensions, opens no network
 * connection, keeps the order of rows only where a query says ORDER BY, and spills to a directory
 * of its own that closing removes.
 *
 * <p>Everything in it is temporary: create tables with {@code CREATE TABLE}. Statements run on
 * connections of a pool, so {@code CREATE TEMP TABLE} and {@code SET} would hold for one of them
 * only; use {@code SET GLOBAL}. Safe for use by several threads.
 *
 * <p>Values leave through Arrow only. What the session defines besides DuckDB's own functions is
 * listed at {@link DuckDbFunctions}.
 */
public final class DuckDbSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DuckDbSession.class);
  private static final long ARROW_BATCH_ROWS = 16_384;
  private static final Duration LONGEST_CANCEL = Duration.ofSeconds(10);

  private final SpillDirectory spill;
  private final BufferAllocator allocator = new RootAllocator();
  private final Connections connections;
  private final CachedTables kept;
  private final Set<DuckDBPreparedStatement> running = ConcurrentHashMap.newKeySet();
  private final ReadFiles files = new ReadFiles();
  private final AtomicInteger names = new AtomicInteger();
  private final CreatedObjects created = new CreatedObjects();
  private volatile boolean cancelled;

  private DuckDbSession(SpillDirectory spill, Connections connections, CachedTables kept) {
    this.spill = spill;
    this.connections = connections;
    this.kept = kept;
  }

  /** Starts an instance; several in one process do not meet. */
  public static DuckDbSession open(SessionSettings settings) {
    requireNonNull(settings, "settings is null");
    try {
      SpillDirectory spill = SpillDirectory.in(settings.tempDirectory());
      try {
        Connections connections = Connections.open(settings, spill.path());
        UnpackedLibraries.tidy();
        return new DuckDbSession(spill, connections, new CachedTables(settings.memoryLimitBytes()));
      } catch (SQLException | RuntimeException e) {
        spill.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot use temporary directory '" + settings.tempDirectory() + "': " + e.getMessage(),
          e);
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "starting DuckDB");
    }
  }

  /**
   * Runs one statement and waits for its end.
   *
   * @throws io.bergview.errors.DataException for values that overflow or do not convert
   * @throws StorageException out of memory or temporary space, or failed I/O
   * @throws io.bergview.errors.MissingFileException if a file that was planned is gone
   * @throws CancelledException after {@link #cancel()}
   */
  public void execute(String sql) {
    try {
      query(sql).close();
    } catch (IOException e) {
      throw DuckDbErrors.translate(e, sql);
    }
  }

  /**
   * As {@link #execute}, of a statement that writes rows.
   *
   * @return how many rows it wrote
   */
  public long write(String sql) {
    requireNonNull(sql, "sql is null");
    LOG.debug("{}", sql);
    try {
      DuckDBConnection connection = connections.borrow(sql);
      DuckDBPreparedStatement statement = (DuckDBPreparedStatement) connection.createStatement();
      try {
        run(statement, sql);
        return statement.getLargeUpdateCount();
      } finally {
        connections.release(connection, statement);
      }
    } catch (SQLException | RuntimeException e) {
      throw failed(e, sql);
    }
  }

  /**
   * Runs a query to its end and gives its rows in batches, from memory or, where they are many,
   * from temporary space: DuckDB's streaming results lose the message of an early error. Throws
   * what {@link #execute} throws. Close the reader.
   */
  public ArrowReader query(String sql) {
    requireNonNull(sql, "sql is null");
    LOG.debug("{}", sql);
    try {
      DuckDBConnection connection = connections.borrow(sql);
      DuckDBPreparedStatement statement = (DuckDBPreparedStatement) connection.createStatement();
      Runnable release = () -> connections.release(connection, statement);
      try {
        boolean hasRows = run(statement, sql);
        return new QueryReader(
            hasRows ? rows(statement) : new NoRows(allocator),
            allocator,
            failure -> failed(failure, sql),
            release);
      } catch (SQLException | RuntimeException e) {
        release.run();
        throw e;
      }
    } catch (SQLException | RuntimeException e) {
      throw failed(e, sql);
    }
  }

  private boolean run(DuckDBPreparedStatement statement, String sql) throws SQLException {
    running.add(statement);
    try {
      if (cancelled) {
        throw new CancelledException(null);
      }
      created.note(sql);
      return statement.execute(sql);
    } finally {
      running.remove(statement);
    }
  }

  private ArrowReader rows(DuckDBPreparedStatement statement) throws SQLException {
    return (ArrowReader)
        statement
            .getResultSet()
            .unwrap(DuckDBResultSet.class)
            .arrowExportStream(allocator, ARROW_BATCH_ROWS);
  }

  /**
   * Drains an Arrow stream into a new table. The reader may be called on any thread; it is closed.
   * What it throws is rethrown as it is where it is ours, else translated.
   */
  public void load(String table, ArrowReader reader) {
    requireNonNull(reader, "reader is null");
    String stream = freshName("stream");
    String sql = "CREATE TABLE " + quote(table) + " AS SELECT * FROM " + quote(stream);
    LOG.debug("{}", sql);
    SourceReader source = new SourceReader(reader, allocator);
    try (source;
        ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, source, exported);
      DuckDBConnection connection = connections.borrow(sql);
      DuckDBPreparedStatement statement = (DuckDBPreparedStatement) connection.createStatement();
      try {
        created.addView(stream);
        connection.registerArrowStream(stream, exported);
        run(statement, sql);
        statement.execute("DROP VIEW " + quote(stream));
        created.dropped(quote(stream));
      } finally {
        connections.release(connection, statement);
      }
    } catch (SQLException | IOException | RuntimeException e) {
      Throwable failure = source.failure();
      throw failed(failure == null ? e : failure, sql);
    }
  }

  /**
   * Whether a table's columns have, by position, exactly the types of a schema's. It may say no
   * where names of struct fields are all that is written differently.
   */
  public boolean hasTypes(String table, Schema schema) {
    String sql =
        "SELECT replace(type, ',', ', ') FROM pragma_table_info(%s)".formatted(text(quote(table)));
    List<Object> types = new ArrayList<>();
    Rows.read(query(sql), List.of(StringType.get())).forEach(row -> types.add(row.get(0)));
    return types.equals(schema.columns().stream().map(field -> sqlType(field.type())).toList());
  }

  /** What is thrown where a statement failed: where a file could not be read, that it was this. */
  private BergviewException failed(Throwable failure, String sql) {
    BergviewException told = DuckDbErrors.translate(failure, sql);
    if (told == failure || !DuckDbErrors.mayBeOfAFile(told) || cancelled) {
      return told;
    }
    Optional<StorageException> named = files.named(String.valueOf(failure.getMessage()), failure);
    return named
        .or(() -> DuckDbErrors.isUnexplained(told) ? files.sought(this::tried) : Optional.empty())
        .map(BergviewException.class::cast)
        .orElse(told);
  }

  /** How a statement fails, if it does. */
  private Optional<Throwable> tried(String sql) {
    try {
      DuckDBConnection connection = connections.borrow(sql);
      DuckDBPreparedStatement statement = (DuckDBPreparedStatement) connection.createStatement();
      try {
        run(statement, sql);
        return Optional.empty();
      } finally {
        connections.release(connection, statement);
      }
    } catch (SQLException e) {
      return DuckDbErrors.isOfTheDatabase(e) ? Optional.empty() : Optional.of(e);
    }
  }

  /** A name that no other table of this session has. */
  public String freshName(String prefix) {
    return "bv_" + prefix + "_" + names.incrementAndGet();
  }

  public void drop(String table) {
    execute("DROP TABLE IF EXISTS " + quote(table));
    created.dropped(quote(table));
  }

  /** The data files that statements read. */
  public ReadFiles files() {
    return files;
  }

  /** What outlasts {@link #clear}. */
  public CachedTables kept() {
    return kept;
  }

  /** A directory that lasts as long as this session. */
  public Path newScratchDirectory() throws IOException {
    return spill.newScratch();
  }

  /** Arrow memory of this session, for readers given to {@link #load}. */
  public BufferAllocator allocator() {
    return allocator;
  }

  /**
   * The progress of the longest running statement, 0 to 100; empty if none runs or DuckDB does not
   * report it. Call it from any thread.
   */
  public OptionalDouble progress() {
    return running.stream().mapToDouble(DuckDbSession::percentage).filter(done -> done >= 0).max();
  }

  private static double percentage(DuckDBPreparedStatement statement) {
    try {
      return statement.getQueryProgress().getPercentage();
    } catch (SQLException e) {
      return -1; // It has just ended.
    }
  }

  /**
   * Stops what runs, waiting a short while for it, and lets nothing start again. Call it from
   * another thread; the interrupted calls throw {@link CancelledException}.
   */
  public void cancel() {
    cancelled = true;
    long deadline = System.nanoTime() + LONGEST_CANCEL.toNanos();
    // Again and again, since a statement that is about to start does not hear it.
    while (!running.isEmpty() && System.nanoTime() < deadline) {
      running.forEach(DuckDbSession::interrupt);
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private static void interrupt(DuckDBPreparedStatement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      LOG.debug("A statement ended before it could be cancelled", e);
    }
  }

  /**
   * Drops all tables and views but those that are kept, so that the session is as new.
   *
   * @return false where it cannot be used again, or would hold space on the disk meanwhile
   */
  boolean clear() {
    if (cancelled || !running.isEmpty() || allocator.getAllocatedMemory() > 0) {
      return false;
    }
    try {
      kept.endWork();
      String drops = created.dropAllBut(kept.names());
      if (!drops.isEmpty()) {
        execute(drops);
      }
      return spill.clear();
    } catch (RuntimeException | IOException e) {
      LOG.debug("A session cannot be used again", e);
      return false;
    }
  }

  @Override
  public void close() {
    // In reverse order: the directory is removed last, even if something else fails to close.
    try (spill;
        allocator;
        connections) {
      LOG.debug("A session closes");
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "closing DuckDB");
    }
  }
}
