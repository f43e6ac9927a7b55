package io.bergview.cli;

import io.bergview.discover.ListedTable;
import io.bergview.discover.TableDescription;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Relation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code describeTable}. */
@Command(
    name = "describeTable",
    aliases = "describe-table",
    header = {"Describe a table: columns, layout, snapshots, and who reads it.", ""},
    description = {
      "Describes a table of a catalog: its columns with their field ids, types and comments, its"
          + " partitioning, sort order, snapshots and properties, the entity types that name it and"
          + " the views that read it. Reads metadata only."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview describeTable shop.orders",
      "  bergview describeTable archive.shop.orders"
    })
final class DescribeTableCommand extends ProjectCommand {
  private static final int LONGEST_PROPERTY = 100;

  @Parameters(paramLabel = "TABLE", description = "The table, [catalog.]namespace.table.")
  private String name = "";

  DescribeTableCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    TableDescription table = withProject(bergview -> bergview.describeTable(name));
    if (json()) {
      print(table.toJson());
    } else {
      text(table);
    }
    return UnreadableTables.report(root(), table.unreadable());
  }

  private void text(TableDescription table) {
    ListedTable summary = table.summary();
    Instant now = console().clock().instant();
    print("Table %s in catalog %s".formatted(summary.table(), summary.catalog()));
    print("");
    print("rows          " + ListTablesCommand.rows(summary));
    print(
        "size          %s in %s"
            .formatted(
                summary.bytes() < 0 ? "unknown" : Times.size(summary.bytes()),
                summary.files() < 0 ? "an unknown number of files" : files(summary.files())));
    print(
        "last change   "
            + summary
                .lastChange()
                .map(time -> Times.ago(time, now) + operation(table))
                .orElse("never"));
    print("snapshots     " + snapshots(table, now));
    print("format        v%d, schema %d".formatted(table.formatVersion(), table.schemaId()));
    print("location      " + table.location());
    print("partitioning  " + listed(table.partitioning(), "none"));
    print("sort order    " + listed(table.sortOrder(), "none"));
    summary.view().ifPresent(view -> print("holds         view " + view));
    section("Columns");
    print(columns(table).plain());
    section("Entity types");
    if (table.types().isEmpty()) {
      print(
          summary.view().isPresent()
              ? "none"
              : "none; 'bergview discover %s' proposes one".formatted(Shell.quoted(name)));
    }
    table.types().forEach(this::type);
    section("Read by");
    print(listed(table.views().stream().map(view -> "view " + view).toList(), "no view"));
    if (!table.properties().isEmpty()) {
      section("Properties");
      TextTable properties = TextTable.of("PROPERTY", "VALUE");
      table.properties().forEach((key, value) -> properties.add(key, cut(value)));
      print(properties.plain());
    }
  }

  private static String files(long files) {
    return Times.count(files, "file");
  }

  private static String operation(TableDescription table) {
    return table.snapshots().operation().map(operation -> ", " + operation).orElse("");
  }

  private static String snapshots(TableDescription table, Instant now) {
    List<String> parts = new ArrayList<>();
    parts.add(String.valueOf(table.snapshots().count()));
    table
        .snapshots()
        .oldest()
        .ifPresent(time -> parts.add("the oldest %s old".formatted(Times.rough(time, now))));
    if (table.snapshots().deleteFiles() > 0) {
      parts.add(Times.count(table.snapshots().deleteFiles(), "delete file"));
    }
    for (Map.Entry<String, Long> ref : table.refs().entrySet()) {
      if (!ref.getKey().equals("main")) {
        parts.add("%s at %d".formatted(ref.getKey(), ref.getValue()));
      }
    }
    return String.join(", ", parts);
  }

  private static TextTable columns(TableDescription table) {
    TextTable columns =
        new TextTable(
            List.of(
                new TextTable.Heading("ID", true),
                new TextTable.Heading("COLUMN", false),
                new TextTable.Heading("TYPE", false),
                new TextTable.Heading("NULLS", false),
                new TextTable.Heading("COMMENT", false)));
    for (TableDescription.Column column : table.columns()) {
      columns.add(
          String.valueOf(column.id()),
          column.path(),
          column.type(),
          column.required() ? "no" : "yes",
          (column.key() ? "identifier. " : "") + column.doc().orElse(""));
    }
    return columns;
  }

  private void type(EntityType type) {
    print(
        "%s, $id %s"
            .formatted(type.name(), type.id().isEmpty() ? "none" : String.join(", ", type.id())));
    for (Relation relation : type.relations().values()) {
      print(
          "  %s: %s %s%s"
              .formatted(
                  relation.name(),
                  relation instanceof Relation.Backward ? "<-" : "->",
                  relation.target(),
                  relation.many() ? "[]" : ""));
    }
  }

  private static String listed(List<String> parts, String none) {
    return parts.isEmpty() ? none : String.join(", ", parts);
  }

  private static String cut(String value) {
    return value.length() <= LONGEST_PROPERTY
        ? value
        : value.substring(0, LONGEST_PROPERTY) + "...";
  }

  private void section(String title) {
    print("");
    print(title);
  }
}
