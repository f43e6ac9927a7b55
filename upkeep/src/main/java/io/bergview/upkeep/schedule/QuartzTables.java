package io.bergview.upkeep.schedule;

import io.bergview.settings.QuartzSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

/** The tables in which Quartz keeps shared schedules, created by Quartz's own script. */
final class QuartzTables {
  private static final String SCRIPT = "tables_postgres.sql";

  /** Any number that processes which make the tables agree on. */
  private static final long LOCK = 0x6265726776696577L;

  private QuartzTables() {}

  /** Makes those tables that are not there, and drops none; in one transaction. */
  static void create(QuartzSettings settings) throws SQLException {
    Properties login = new Properties();
    settings.user().ifPresent(user -> login.setProperty("user", user));
    settings.password().ifPresent(password -> login.setProperty("password", password));
    try (Connection connection = DriverManager.getConnection(settings.url(), login);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      if (!exist(statement)) {
        for (String step : steps()) {
          statement.execute(step);
        }
      }
      connection.commit();
    }
  }

  private static boolean exist(Statement statement) throws SQLException {
    try (ResultSet found =
        statement.executeQuery("SELECT to_regclass('qrtz_job_details') IS NOT NULL")) {
      return found.next() && found.getBoolean(1);
    }
  }

  /** Its statements, but for those that drop tables, and for its own transaction. */
  private static List<String> steps() {
    try (InputStream script = PostgreSQLDelegate.class.getResourceAsStream(SCRIPT)) {
      if (script == null) {
        throw new IllegalStateException("Quartz comes with " + SCRIPT);
      }
      String text =
          new String(script.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("--"))
              .collect(Collectors.joining("\n"));
      List<String> steps = new ArrayList<>();
      for (String step : text.split(";")) {
        String word = step.strip().toUpperCase(Locale.ROOT);
        if (word.startsWith("CREATE ")) {
          steps.add(step.strip());
        }
      }
      return steps;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
