package io.bergview.catalog.pointers;

import io.bergview.catalog.CatalogSettings;
import io.bergview.projection.definition.TableName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table in which a JDBC catalog keeps its pointers, over a connection of its own. SQLite
 * counts the commits to its file by other connections ({@code PRAGMA data_version}): while that
 * number stays, nothing is read at all.
 */
final class JdbcPointers implements TablePointers.Source {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String PREFIX = "jdbc.";
  private static final long NEVER = -1;

  private static final String POINTERS =
      "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables"
          + " WHERE catalog_name = ? AND metadata_location IS NOT NULL";

  private final CatalogSettings settings;
  private final String uri;
  private @Nullable Connection connection;
  private long version = NEVER;
  private Map<String, String> known = Map.of();

  JdbcPointers(CatalogSettings settings) {
    this.settings = settings;
    this.uri = settings.properties().getOrDefault(CatalogProperties.URI, "");
  }

  @Override
  public Map<TableName, String> read(Set<TableName> tables) {
    try {
      readAgainIfEnded();
    } catch (SQLException e) {
      close();
      throw new UncheckedSQLException(e, "Cannot read the pointers of the catalog");
    }
    Map<TableName, String> pointers = new HashMap<>();
    for (TableName table : tables) {
      String pointer = known.get(key(String.join(".", table.namespace()), table.name()));
      if (pointer != null) {
        pointers.put(table, pointer);
      }
    }
    return pointers;
  }

  /** A server ends connections that are idle, and all of them when it restarts. */
  private void readAgainIfEnded() throws SQLException {
    boolean used = connection != null;
    try {
      read(connection());
    } catch (SQLException e) {
      close();
      if (!used) {
        throw e;
      }
      read(connection());
    }
  }

  private void read(Connection open) throws SQLException {
    if (!uri.startsWith(SQLITE)) {
      known = pointers(open);
    } else {
      long now = version(open);
      if (now != version) {
        known = pointers(open);
        version = now;
      }
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      Properties properties = new Properties();
      settings
          .properties()
          .forEach(
              (key, value) -> {
                if (key.startsWith(PREFIX)) {
                  properties.setProperty(key.substring(PREFIX.length()), value);
                }
              });
      open = DriverManager.getConnection(uri, properties);
      connection = open;
    }
    return open;
  }

  private static long version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA data_version")) {
      return row.next() ? row.getLong(1) : NEVER;
    }
  }

  private Map<String, String> pointers(Connection connection) throws SQLException {
    Map<String, String> pointers = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(POINTERS)) {
      statement.setString(1, settings.name());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          pointers.put(key(row.getString(1), row.getString(2)), row.getString(3));
        }
      }
    }
    return pointers;
  }

  private static String key(String namespace, String table) {
    return namespace + '\0' + table;
  }

  /** A connection that failed is recreated next time. */
  @Override
  public void close() {
    Optional<Connection> open = Optional.ofNullable(connection);
    connection = null;
    version = NEVER;
    if (open.isPresent()) {
      try {
        open.get().close();
      } catch (SQLException alreadyBroken) {
        return;
      }
    }
  }
}
