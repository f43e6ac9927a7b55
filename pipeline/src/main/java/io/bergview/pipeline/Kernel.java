package io.bergview.pipeline;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One in-memory DuckDB instance. Its time zone is UTC, it loads no extensions, opens no network
 * connection, keeps the order of rows only where a query says ORDER BY, and spills to a directory
 * of its own that closing removes.
 *
 * <p>Everything in it is temporary: make tables with {@code CREATE TABLE}. Statements run on
 * connections of a pool, so {@code CREATE TEMP TABLE} and {@code SET} would hold for one of them
 * only; use {@code SET GLOBAL}. Safe for use by several threads.
 *
 * <p>Values leave through Arrow only. What the session defines besides DuckDB's own functions is
 * listed at {@link KernelFunctions}.
 */
public final class Kernel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);
  private static final long ARROW_BATCH_ROWS = 16_384;
  private static final List<String> SESSION =
      List.of(
          "SET TimeZone = 'UTC'",
          "SET enable_progress_bar = true",
          "SET enable_progress_bar_print = false");

  private final Path spill;
  private final BufferAllocator allocator = new RootAllocator();
  private final DuckDBConnection root;
  private final Deque<DuckDBConnection> idle = new ConcurrentLinkedDeque<>();
  private final Set<DuckDBPreparedStatement> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger names = new AtomicInteger();
  private volatile boolean cancelled;

  private Kernel(Path spill, DuckDBConnection root) {
    this.spill = spill;
    this.root = root;
  }

  /** Starts an instance; several in one process do not meet. */
  public static Kernel open(KernelSettings settings) {
    requireNonNull(settings, "settings is null");
    try {
      Files.createDirectories(settings.tempDirectory());
      Path spill = Files.createTempDirectory(settings.tempDirectory(), "bergview-kernel-");
      try {
        return start(settings, spill);
      } catch (SQLException | RuntimeException e) {
        Files.deleteIfExists(spill);
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot use temporary directory '" + settings.tempDirectory() + "': " + e.getMessage(),
          e);
    } catch (SQLException e) {
      throw KernelErrors.translate(e, "starting DuckDB");
    }
  }

  private static Kernel start(KernelSettings settings, Path spill) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("memory_limit", settings.memoryLimitBytes() + "B");
    properties.setProperty("threads", Integer.toString(settings.threads()));
    properties.setProperty("preserve_insertion_order", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    properties.setProperty("allow_persistent_secrets", "false");
    DuckDBConnection root = DuckDBConnection.newConnection("jdbc:duckdb:", false, "", properties);
    try {
      try (Statement statement = root.createStatement()) {
        // In this order: setting the directory sets the limit back.
        statement.execute("SET GLOBAL temp_directory = " + text(spill.toString()));
        statement.execute(
            "SET GLOBAL max_temp_directory_size = '" + settings.maxTempBytes() + "B'");
      }
      KernelFunctions.install(root);
      return new Kernel(spill, root);
    } catch (SQLException | RuntimeException e) {
      root.close();
      throw e;
    }
  }

  /**
   * Runs one statement and waits for its end.
   *
   * @throws io.bergview.errors.DataException for values that overflow or do not convert
   * @throws StorageException out of memory or temporary space, or failed I/O
   * @throws MissingFileException if a file that was planned is gone
   * @throws CancelledException after {@link #cancel()}
   */
  public void execute(String sql) {
    try {
      query(sql).close();
    } catch (IOException e) {
      throw KernelErrors.translate(e, sql);
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
    DuckDBConnection connection = borrow();
    DuckDBPreparedStatement statement = null;
    try {
      statement = (DuckDBPreparedStatement) connection.createStatement();
      running.add(statement);
      checkNotCancelled();
      ArrowReader rows = start(statement, sql);
      return new QueryReader(rows, allocator, sql, connection, statement);
    } catch (SQLException | RuntimeException e) {
      release(connection, statement);
      throw KernelErrors.translate(e, sql);
    }
  }

  private ArrowReader start(DuckDBPreparedStatement statement, String sql) throws SQLException {
    if (!statement.execute(sql)) {
      return new NoRows(allocator);
    }
    ResultSet rows = statement.getResultSet();
    return (ArrowReader)
        rows.unwrap(DuckDBResultSet.class).arrowExportStream(allocator, ARROW_BATCH_ROWS);
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
    DuckDBConnection connection = borrow();
    DuckDBPreparedStatement statement = null;
    SourceReader source = new SourceReader(reader, allocator);
    try (source;
        ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, source, exported);
      connection.registerArrowStream(stream, exported);
      statement = (DuckDBPreparedStatement) connection.createStatement();
      running.add(statement);
      checkNotCancelled();
      statement.execute(sql);
      statement.execute("DROP VIEW " + quote(stream));
    } catch (SQLException | IOException | RuntimeException e) {
      Throwable failure = source.failure();
      throw KernelErrors.translate(failure == null ? e : failure, sql);
    } finally {
      release(connection, statement);
    }
  }

  /** A name that no other table of this kernel has. */
  public String freshName(String prefix) {
    return "bv_" + prefix + "_" + names.incrementAndGet();
  }

  /** A directory that lasts as long as this kernel. */
  public Path newScratchDirectory() throws IOException {
    return Files.createTempDirectory(spill, "scratch-");
  }

  public void drop(String table) {
    execute("DROP TABLE IF EXISTS " + quote(table));
  }

  /** Arrow memory of this kernel, for readers given to {@link #load}. */
  public BufferAllocator allocator() {
    return allocator;
  }

  /**
   * How far the longest running statement has come, 0 to 100; empty where none runs or DuckDB
   * cannot tell. Call it from any thread.
   */
  public OptionalDouble progress() {
    return running.stream().mapToDouble(Kernel::percentage).filter(done -> done >= 0).max();
  }

  private static double percentage(DuckDBPreparedStatement statement) {
    try {
      return statement.getQueryProgress().getPercentage();
    } catch (SQLException e) {
      return -1; // It has just ended.
    }
  }

  /**
   * Stops what runs and lets nothing start again. Call it from any thread; the interrupted calls
   * throw {@link CancelledException}.
   */
  public void cancel() {
    cancelled = true;
    for (DuckDBPreparedStatement statement : running) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        LOG.debug("A statement ended before it could be cancelled", e);
      }
    }
  }

  private void checkNotCancelled() {
    if (cancelled) {
      throw new CancelledException(null);
    }
  }

  private DuckDBConnection borrow() {
    DuckDBConnection connection = idle.pollFirst();
    if (connection != null) {
      return connection;
    }
    try {
      DuckDBConnection made = root.duplicate();
      try (Statement statement = made.createStatement()) {
        for (String setting : SESSION) {
          statement.execute(setting);
        }
      }
      return made;
    } catch (SQLException e) {
      throw KernelErrors.translate(e, "opening a connection");
    }
  }

  private void release(DuckDBConnection connection, @Nullable DuckDBPreparedStatement statement) {
    try {
      if (statement != null) {
        running.remove(statement);
        statement.close();
      }
      idle.addFirst(connection);
    } catch (SQLException e) {
      LOG.debug("A statement did not close", e);
    }
  }

  @Override
  public void close() {
    try {
      for (DuckDBConnection connection : idle) {
        connection.close();
      }
      root.close();
    } catch (SQLException e) {
      throw KernelErrors.translate(e, "closing DuckDB");
    } finally {
      allocator.close();
      deleteSpill();
    }
  }

  private void deleteSpill() {
    try (Stream<Path> files = Files.walk(spill)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Could not remove temporary directory {}", spill, e);
    }
  }

  /** Rows of a running query, with our errors, giving the connection back when closed. */
  private final class QueryReader extends DelegatingReader {
    private final String sql;
    private final DuckDBConnection connection;
    private final DuckDBPreparedStatement statement;
    private boolean closed;

    QueryReader(
        ArrowReader rows,
        BufferAllocator allocator,
        String sql,
        DuckDBConnection connection,
        DuckDBPreparedStatement statement) {
      super(rows, allocator);
      this.sql = sql;
      this.connection = connection;
      this.statement = statement;
    }

    @Override
    public boolean loadNextBatch() {
      try {
        boolean more = super.loadNextBatch();
        if (!more) {
          checkNotCancelled();
        }
        return more;
      } catch (IOException | RuntimeException e) {
        throw cancelled ? new CancelledException(e) : KernelErrors.translate(e, sql);
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        try {
          super.close();
        } finally {
          release(connection, statement);
        }
      }
    }
  }
}
