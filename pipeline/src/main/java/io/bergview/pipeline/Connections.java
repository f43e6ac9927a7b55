package io.bergview.pipeline;

import static io.bergview.projection.sql.DuckDbTypes.text;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One in-memory database and its pool of connections. */
final class Connections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** In one statement, since each costs something. */
  private static final String SESSION =
      "SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false";

  /** Statements with so many commas, those between files apart, name hundreds of columns. */
  private static final int WIDE_COMMAS = 2_000;

  /**
   * Optimizer rules that visit every expression, some of them every pair: for a statement over
   * thousands of columns they take more than half of the planning time, and more than they save at
   * run time. Rules that decide how much is read, and which side of a join is built, are not among
   * them; joins are written in the order in which they are best made.
   */
  private static final String COSTLY_FOR_MANY_COLUMNS =
      "compressed_materialization,common_subexpressions,projection_pullup,projection_placement,duplicate_groups,join_order,statistics_propagation";

  private final AtomicBoolean plansWide = new AtomicBoolean();
  private final DuckDBConnection root;
  private final DuckDbFunctions functions;
  private final Deque<DuckDBConnection> idle = new ConcurrentLinkedDeque<>();

  private Connections(DuckDBConnection root) {
    this.root = root;
    this.functions = new DuckDbFunctions(root);
  }

  static Connections open(SessionSettings settings, Path spill) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("memory_limit", settings.memoryLimitBytes() + "B");
    properties.setProperty("threads", Integer.toString(settings.threads()));
    properties.setProperty("preserve_insertion_order", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    properties.setProperty("allow_persistent_secrets", "false");
    DuckDBConnection root = DuckDBConnection.newConnection("jdbc:duckdb:", false, "", properties);
    try (Statement statement = root.createStatement()) {
      // In this order: setting the directory sets the limit back.
      statement.execute(
          "SET GLOBAL temp_directory = %s; SET GLOBAL max_temp_directory_size = '%dB'"
              .formatted(text(spill.toString()), settings.maxTempBytes()));
      return new Connections(root);
    } catch (SQLException | RuntimeException e) {
      root.close();
      throw e;
    }
  }

  /** A connection on which a statement can run. */
  DuckDBConnection borrow(String sql) throws SQLException {
    functions.installFor(sql);
    planFor(sql);
    DuckDBConnection connection = idle.pollFirst();
    if (connection != null) {
      return connection;
    }
    DuckDBConnection made = root.duplicate();
    try (Statement statement = made.createStatement()) {
      statement.execute(SESSION);
    }
    return made;
  }

  /** The setting is the database's: where two statements run at once, the later one decides. */
  private void planFor(String sql) throws SQLException {
    boolean wide = isWide(sql);
    if (plansWide.getAndSet(wide) != wide) {
      try (Statement statement = root.createStatement()) {
        statement.execute(
            "SET GLOBAL disabled_optimizers = '" + (wide ? COSTLY_FOR_MANY_COLUMNS : "") + "'");
      }
    }
  }

  private static boolean isWide(String sql) {
    int commas = 0;
    for (int i = sql.indexOf(','); i > 0 && commas <= WIDE_COMMAS; i = sql.indexOf(',', i + 1)) {
      commas += sql.charAt(i - 1) == '\'' ? 0 : 1;
    }
    return commas > WIDE_COMMAS;
  }

  void release(DuckDBConnection connection, Statement statement) {
    try {
      statement.close();
      idle.addFirst(connection);
    } catch (SQLException e) {
      LOG.debug("A statement did not close; its connection is not used again", e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (DuckDBConnection connection : idle) {
      connection.close();
    }
    root.close();
  }
}
