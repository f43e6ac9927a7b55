package io.bergview.cli;

import io.bergview.api.Bergview;
import io.bergview.api.sql.SqlResult;
import io.bergview.cli.shell.SqlShell;
import io.bergview.discover.ListedTable;
import io.bergview.errors.BergviewException;
import io.bergview.projection.statement.SqlWriter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a shell asks of the project. Names are remembered for half a minute. */
final class SqlShellSession implements SqlShell.Session {
  private static final Duration FRESH = Duration.ofSeconds(30);

  private final Bergview bergview;
  private final BergviewCommand root;
  private final Run run;
  private final Clock clock;
  private final Map<String, List<String>> columns = new HashMap<>();
  private List<String> names = List.of();
  private Instant read = Instant.MIN;

  /** Runs statements and reports their failures. */
  @FunctionalInterface
  interface Run {
    void run(String text) throws IOException;
  }

  SqlShellSession(Bergview bergview, BergviewCommand root, Run run) {
    this.bergview = bergview;
    this.root = root;
    this.run = run;
    this.clock = root.console().clock();
  }

  @Override
  public void run(String text) throws IOException {
    run.run(text);
    read = Instant.MIN;
  }

  @Override
  public boolean holdsSecret(String text) {
    return !root.masked(text).equals(text);
  }

  @Override
  public List<String> names() {
    if (clock.instant().isAfter(read.equals(Instant.MIN) ? read : read.plus(FRESH))) {
      columns.clear();
      names = readNames();
      read = clock.instant();
    }
    return names;
  }

  /** None where they cannot be read: completion is no place for errors. */
  private List<String> readNames() {
    List<String> found = new ArrayList<>();
    try {
      bergview.listViews().views().forEach(view -> found.add(SqlWriter.name(view.view())));
      for (ListedTable table : bergview.listTables().tables()) {
        List<String> path = new ArrayList<>(table.table().namespace());
        path.add(table.table().name());
        found.add(path.stream().map(SqlWriter::name).collect(Collectors.joining(".")));
      }
    } catch (BergviewException e) {
      return found;
    }
    return found;
  }

  @Override
  public List<String> columns(String name) {
    return columns.computeIfAbsent(name, this::readColumns);
  }

  private List<String> readColumns(String name) {
    try (SqlResult result = bergview.sql("DESCRIBE " + name)) {
      return ((SqlResult.Table) result)
          .rows().stream().map(row -> SqlWriter.name(String.valueOf(row.get(0)))).toList();
    } catch (BergviewException e) {
      return List.of();
    }
  }
}
