package io.bergview.bench;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.pipeline.SessionPool;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.define.ProjectApply;
import io.bergview.refresh.run.Refresher;
import io.bergview.staleness.Staleness;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * What columns cost: a table of few rows and many columns, and views that show all of them, join
 * them to another table, or add each of them up. The time to define a view, to recompute it, and to
 * follow one row that is inserted and one that is updated should grow no faster than the columns.
 *
 * <p>Arguments: numbers of columns (default 250,500,1000,2000), rounds (default 5).
 */
public final class WideTableBenchmark {
  private static final int ROWS = 100;

  private final int columns;
  private final Map<String, Map<String, List<Double>>> millis = new LinkedHashMap<>();

  private WideTableBenchmark(int columns) {
    this.columns = columns;
  }

  public static void main(String[] arguments) throws IOException {
    String sizes = arguments.length > 0 ? arguments[0] : "250,500,1000,2000";
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    System.out.printf(
        Locale.ROOT,
        "%-8s %8s %9s %9s %9s %9s %9s%n",
        "view",
        "columns",
        "first ms",
        "full",
        "insert",
        "update",
        "state");
    for (String size : List.of(sizes.split(",", -1))) {
      new WideTableBenchmark(Integer.parseInt(size)).run(rounds);
    }
  }

  private void run(int rounds) throws IOException {
    Path folder = Files.createTempDirectory("bergview-bench");
    try (Catalogs catalogs = new Catalogs(project(folder));
        SessionPool sessions = new SessionPool(catalogs.project().settings())) {
      ViewRegistry registry = new ViewRegistry(catalogs, Clock.systemUTC(), Duration.ZERO);
      ((SupportsNamespaces) catalogs.catalog("lake")).createNamespace(Namespace.of("w"));
      Table wide = table(catalogs, "wide");
      RowFiles.append(table(catalogs, "root"), rows(catalogs, "root", 0, ROWS));
      RowFiles.append(wide, rows(catalogs, "wide", 0, ROWS));
      new ProjectApply(catalogs.project(), catalogs, registry).apply();
      Refresher refresher =
          new Refresher(catalogs, registry, sessions, Clock.systemUTC(), RefreshProgress.SILENT);
      List<String> views = List.of("Rows", "Joined", "Sums");
      views.forEach(view -> refresh(refresher, view, "first", true));
      for (int round = 0; round < rounds; round++) {
        views.forEach(view -> refresh(refresher, view, "full", true));
        wide.refresh();
        RowFiles.append(wide, rows(catalogs, "wide", ROWS + round, 1));
        views.forEach(view -> refresh(refresher, view, "insert", false));
        wide.refresh();
        RowDeletes.update(wide, Expressions.equal("id", (long) round), this::changed);
        views.forEach(view -> refresh(refresher, view, "update", false));
        Staleness staleness = new Staleness(catalogs, registry, Clock.systemUTC());
        views.forEach(view -> timed(view, "state", () -> staleness.state(registry.find(view))));
      }
      views.forEach(this::print);
    }
  }

  private void print(String view) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-8s %8d", view, columns));
    millis
        .getOrDefault(view, Map.of())
        .values()
        .forEach(times -> line.append(String.format(Locale.ROOT, " %9.0f", Medians.of(times))));
    System.out.println(line);
  }

  private void refresh(Refresher refresher, String view, String what, boolean full) {
    RefreshRequest request = RefreshRequest.of(view);
    timed(
        view,
        what,
        () -> {
          RefreshOutcome outcome = refresher.refresh(full ? request.fully() : request);
          if (!outcome.failures().isEmpty()) {
            throw outcome.failures().get(0).error();
          }
        });
  }

  private void timed(String view, String what, Runnable action) {
    long began = System.nanoTime();
    action.run();
    millis
        .computeIfAbsent(view, unused -> new LinkedHashMap<>())
        .computeIfAbsent(what, unused -> new ArrayList<>())
        .add((System.nanoTime() - began) / 1e6);
  }

  private Project project(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), "");
    Files.writeString(folder.resolve("types/Wide.yaml"), "$type: Wide\n$table: w.wide\n$id: id\n");
    Files.writeString(
        folder.resolve("types/Root.yaml"),
        "$type: Root\n$table: w.root\n$id: id\nwide: '-> Wide'\n$keys: {wide: id}\n");
    Files.writeString(
        folder.resolve("views/Rows.yaml"), "$type: Rows\n$projection: oltp\n$from: Wide\n");
    Files.writeString(
        folder.resolve("views/Joined.yaml"),
        "$type: Joined\n$projection: oltp\n$from: Root\n$expand: [wide]\n");
    StringBuilder sums =
        new StringBuilder("$type: Sums\n$from: Wide\n$groupBy: [part]\n$compute:\n");
    for (int i = 0; i < columns; i += 5) {
      sums.append("  s").append(i).append(": {$sum: c").append(i).append("}\n");
    }
    Files.writeString(folder.resolve("views/Sums.yaml"), sums.toString());
    return Project.open(folder);
  }

  private Table table(Catalogs catalogs, String name) {
    List<Types.NestedField> fields = new ArrayList<>();
    fields.add(Types.NestedField.required(1, "id", Types.LongType.get()));
    fields.add(Types.NestedField.optional(2, "part", Types.LongType.get()));
    for (int i = 0; i < (name.equals("wide") ? columns : 1); i++) {
      fields.add(
          Types.NestedField.optional(
              3 + i,
              "c" + i,
              switch (i % 5) {
                case 0 -> Types.DecimalType.of(12, 2);
                case 1 -> Types.StringType.get();
                case 2 -> Types.DoubleType.get();
                case 3 -> Types.DateType.get();
                default -> Types.LongType.get();
              }));
    }
    return catalogs.catalog("lake").createTable(TableIdentifier.of("w", name), new Schema(fields));
  }

  private List<Record> rows(Catalogs catalogs, String name, long from, int count) {
    Table table = catalogs.catalog("lake").loadTable(TableIdentifier.of("w", name));
    List<Record> rows = new ArrayList<>();
    for (long id = from; id < from + count; id++) {
      Record row = GenericRecord.create(table.schema());
      row.setField("id", id);
      row.setField("part", id % 10);
      for (int i = 2; i < row.size(); i++) {
        row.set(i, value(i - 2, id));
      }
      rows.add(row);
    }
    return rows;
  }

  private static Object value(int column, long id) {
    return switch (column % 5) {
      case 0 -> BigDecimal.valueOf(id * 100 + column, 2);
      case 1 -> "text " + id;
      case 2 -> id / 7.0;
      case 3 -> LocalDate.ofEpochDay(id);
      default -> id;
    };
  }

  private Record changed(Record row) {
    row.setField("c0", BigDecimal.valueOf(99, 2));
    return row;
  }
}
