package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.history.FailureJournal;
import io.bergview.history.RefreshFailure;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/** Two views of one small table, both refreshed twice, with all that commands remember of them. */
final class SmallProject {
  static final TableIdentifier SOURCE = TableIdentifier.of("s", "sales");
  static final List<String> VIEWS = List.of("Totals", "Cities");

  private static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()),
          optional(2, "city", Types.StringType.get()),
          optional(3, "amount", Types.DecimalType.of(10, 2)));

  private SmallProject() {}

  static ScratchProject create(Path parent, String name) {
    ScratchProject project =
        ScratchProject.create(
                parent,
                name,
                catalog -> {
                  ((SupportsNamespaces) catalog).createNamespace(Namespace.of("s"));
                  catalog.createTable(SOURCE, SCHEMA);
                  append(catalog, 0);
                })
            .write("types", Map.of("Sale.yaml", "{$type: Sale, $table: s.sales, $id: id}"))
            .write(
                "views",
                Map.of(
                    "Totals.yaml",
                    "{$type: Totals, $from: Sale, $groupBy: [city], $compute: {n: {$count: '*'},"
                        + " most: {$max: amount}, mean: {$avg: amount}}}",
                    "Cities.yaml",
                    "{$type: Cities, $from: Sale, $select: [id, city], $refresh: {mode:"
                        + " scheduled, schedule: '0 4 * * *'}}"));
    project.commands().done("apply");
    for (int round = 1; round < 4; round++) {
      project.commands().done("refreshView", "--all");
      try (Bergview bergview = Bergview.open(project.folder())) {
        append(bergview.catalog("lake"), 10 * round);
      }
    }
    remember(project);
    return project;
  }

  /** The name of a view's table. */
  static TableIdentifier tableOf(String view) {
    return TableIdentifier.of("s_views", view.toLowerCase(java.util.Locale.ROOT));
  }

  private static void append(Catalog catalog, int first) {
    Table table = catalog.loadTable(SOURCE);
    List<Record> rows = new ArrayList<>();
    for (int i = first; i < first + 6; i++) {
      Record row = GenericRecord.create(table.schema());
      row.setField("id", (long) i);
      row.setField("city", i % 3 == 0 ? null : "city " + i % 3);
      row.setField("amount", BigDecimal.valueOf(i * 7L, 2));
      rows.add(row);
    }
    RowFiles.append(table, rows);
  }

  private static void remember(ScratchProject project) {
    project.commands().done("vacuumView", "Totals", "--retention-days", "0");
    try (Bergview bergview = Bergview.open(project.folder())) {
      FailureJournal journal = new FailureJournal(bergview.project());
      for (String view : VIEWS) {
        journal.add(
            new RefreshFailure(
                Instant.parse("2026-01-31T12:00:00.250Z"),
                view,
                Optional.of(bergview.catalog("lake").loadTable(tableOf(view)).uuid().toString()),
                ErrorCode.OVERFLOW.name(),
                "too large",
                Optional.empty(),
                Duration.ofMillis(412),
                4711));
      }
    }
    Path state = project.folder().resolve(".bergview");
    write(
        state.resolve("paused.json"),
        "{\"version\": 1, \"paused\": [{\"view\": \"Cities\", \"since\":"
            + " \"2026-03-02T12:00:00.250Z\"}]}");
    write(
        state.resolve("hooks.json"),
        "{\"version\": 1, \"told\": [{\"hook\": \"0f343b09-31f3-3d87-a1d1-7b1a2e9c4a01\","
            + " \"state\": \"failure\", \"view\": \"Totals\"}]}");
  }

  private static void write(Path file, String text) {
    Folders.write(file, text.getBytes(UTF_8));
  }
}
