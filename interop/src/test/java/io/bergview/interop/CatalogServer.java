package io.bergview.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/** Catalogs that are reached over the network. Both servers listen on the loopback only. */
public enum CatalogServer {
  /** PostgreSQL, one server for all tests and a database for each catalog. */
  POSTGRES {
    @Override
    String start(Path warehouse) throws IOException {
      return """
      catalogs:
        lake:
          type: jdbc
          uri: %s
          jdbc.schema-version: V1
          jdbc.user: %s
          jdbc.password: %s
          warehouse: warehouse
      """
          .formatted(Postgres.newDatabase(), Postgres.USER, Postgres.PASSWORD);
    }
  },

  /**
   * Iceberg's reference server, of another version than ours, a server for each catalog, the last
   * one running. Files are read and written by Iceberg's default FileIO.
   */
  REST {
    @Override
    String start(Path warehouse) throws Exception {
      return """
      catalogs:
        lake: {type: rest, uri: 'http://127.0.0.1:%d'}
      """
          .formatted(Rest.start(warehouse));
    }
  },

  /**
   * A Hive metastore in a process of its own, one for all tests of this process. It has no place
   * for several catalogs: the last one is there.
   */
  HIVE {
    @Override
    String start(Path warehouse) throws Exception {
      return """
      catalogs:
        lake: {type: hive, uri: '%s', warehouse: warehouse}
      """
          .formatted(Hive.empty(warehouse));
    }
  };

  private final Map<Path, String> catalogs = new HashMap<>();

  /**
   * The catalog of a project's folder, its tables in {@code warehouse} there: an empty one where it
   * is asked for the first time.
   *
   * @return the lines of a {@code bergview.yaml} that name it {@code lake}
   */
  public String catalogOf(Path project) {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(
        this != POSTGRES || platform.equals("Linux amd64"),
        "the tests have PostgreSQL's programs for Linux on amd64 only");
    return catalogs.computeIfAbsent(
        project,
        folder -> {
          try {
            return start(folder.resolve("warehouse"));
          } catch (Exception e) {
            throw new IllegalStateException("Cannot start " + name(), e);
          }
        });
  }

  abstract String start(Path warehouse) throws Exception;

  /** PostgreSQL stops and starts again; connections to it end. */
  public static void restartPostgres() {
    try {
      Postgres.restart();
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("Cannot restart PostgreSQL", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static final class Postgres {
    static final String USER = "bergview";
    static final String PASSWORD = "correct horse";
    private static final String ACCESS =
        """
        host all postgres 127.0.0.1/32 trust
        host all all 127.0.0.1/32 scram-sha-256
        """;
    private static final EmbeddedPostgres SERVER = start();
    private static int databases;

    private static EmbeddedPostgres start() {
      try {
        Path work = Path.of(System.getProperty("interop.target"), "postgres");
        Path access = Files.createDirectories(work).resolve("access.conf");
        Files.writeString(access, ACCESS);
        return EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(work.toFile())
            .setServerConfig("hba_file", access.toString())
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("password_encryption", "scram-sha-256")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static void restart() throws IOException, SQLException, InterruptedException {
      Path work = Path.of(System.getProperty("interop.target"), "postgres");
      List<String> command = new ArrayList<>();
      if (System.getProperty("user.name").equals("root")) {
        // PostgreSQL's programs refuse to be run by root.
        command.addAll(List.of("unshare", "-U"));
      }
      try (Stream<Path> programs = Files.find(work, 4, (path, is) -> path.endsWith("bin/pg_ctl"))) {
        command.add(programs.findFirst().orElseThrow().toString());
      }
      command.addAll(List.of("-D", dataDirectory(), "-m", "fast", "-w", "restart"));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(work.resolve("restart.log").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(Files.readString(work.resolve("restart.log")));
      }
    }

    private static String dataDirectory() throws SQLException {
      try (Connection connection = SERVER.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SHOW data_directory")) {
        row.next();
        return row.getString(1);
      }
    }

    static String newDatabase() throws IOException {
      String database = "lake" + databases++;
      try (Connection connection = SERVER.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        if (databases == 1) {
          statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(USER, PASSWORD));
        }
        statement.execute("CREATE DATABASE %s OWNER %s".formatted(database, USER));
      } catch (SQLException e) {
        throw new IOException(e);
      }
      return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(SERVER.getPort(), database);
    }
  }

  private static final class Hive {
    private static @Nullable HiveMetastore running;

    /** The one server, emptied. */
    static String empty(Path warehouse) throws Exception {
      HiveMetastore server = running;
      if (server == null) {
        server = HiveMetastore.start(warehouse);
        running = server;
      }
      server.dropEverything();
      return server.uri();
    }
  }

  private static final class Rest {
    private static @Nullable Server running;

    /** Replaces the server that ran before. */
    static int start(Path warehouse) throws Exception {
      if (running != null) {
        running.stop();
      }
      Files.createDirectories(warehouse);
      Map<String, String> properties =
          Map.of(
              "type",
              "jdbc",
              "uri",
              "jdbc:sqlite:%s/catalog.db?busy_timeout=30000".formatted(warehouse),
              "jdbc.schema-version",
              "V1",
              "warehouse",
              "file://" + warehouse);
      ServletContextHandler handler = new ServletContextHandler();
      handler.addServlet(
          new ServletHolder(
              new RESTCatalogServlet(
                  new RESTCatalogAdapter(
                      CatalogUtil.buildIcebergCatalog(
                          "backend", properties, new Configuration(false))))),
          "/*");
      Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.setHandler(handler);
      server.start();
      running = server;
      return server.getURI().getPort();
    }
  }
}
