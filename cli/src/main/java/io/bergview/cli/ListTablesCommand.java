package io.bergview.cli;

import io.bergview.discover.ListedTable;
import io.bergview.discover.TableListing;
import io.bergview.errors.ErrorCode.ExitCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code listTables}. */
@Command(
    name = "listTables",
    aliases = "list-tables",
    header = {"List the tables of the catalogs.", ""},
    description = {
      "Lists the tables of all catalogs of the project: the entity type that each has, or the view"
          + " whose rows it holds, its rows, files and size, and when it was changed last. Reads"
          + " metadata only. Tables that cannot be read are reported on standard error, with exit"
          + " code 1; the others are listed all the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview listTables",
      "  bergview listTables 'shop.*'",
      "  bergview listTables --json | jq -r '.[] | select(.types == []) | .table'"
    })
final class ListTablesCommand extends ProjectCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "PATTERN",
      description =
          "Globs over [catalog.]namespace.table; without a dot, over the names of tables and of"
              + " namespaces. Default: all tables.")
  private List<String> patterns = new ArrayList<>();

  ListTablesCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    TableListing listed =
        withProject(bergview -> bergview.listTables(patterns.toArray(String[]::new)));
    if (json()) {
      print(listed.toJson());
    } else if (!listed.tables().isEmpty()) {
      print(table(listed.tables()).plain());
    } else if (listed.unreadable().isEmpty()) {
      print("There are no tables in the catalogs.");
    }
    if (listed.withoutType() > 0) {
      remark(
          "%s no entity type; 'bergview discover' proposes %s"
              .formatted(
                  Times.count(listed.withoutType(), "table")
                      + (listed.withoutType() == 1 ? " has" : " have"),
                  listed.withoutType() == 1 ? "one" : "them"));
    }
    return UnreadableTables.report(root(), listed.unreadable());
  }

  private TextTable table(List<ListedTable> tables) {
    Instant now = console().clock().instant();
    boolean refs = tables.stream().anyMatch(one -> !one.refs().isEmpty());
    List<TextTable.Heading> headings =
        new ArrayList<>(
            List.of(
                new TextTable.Heading("TABLE", false),
                new TextTable.Heading("TYPE", false),
                new TextTable.Heading("ROWS", true),
                new TextTable.Heading("FILES", true),
                new TextTable.Heading("SIZE", true),
                new TextTable.Heading("LAST CHANGE", false)));
    if (refs) {
      headings.add(new TextTable.Heading("REFS", false));
    }
    TextTable table = new TextTable(headings);
    for (ListedTable one : tables) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  one.table().toString(),
                  used(one),
                  rows(one),
                  one.files() < 0 ? "unknown" : String.format(Locale.ROOT, "%,d", one.files()),
                  one.bytes() < 0 ? "unknown" : Times.size(one.bytes()),
                  one.lastChange().map(time -> Times.rough(time, now) + " ago").orElse("never")));
      if (refs) {
        cells.add(String.join(", ", one.refs()));
      }
      table.add(cells);
    }
    return table;
  }

  /** {@code Order}, {@code view DailyRevenue}, or nothing. */
  static String used(ListedTable table) {
    List<String> all = new ArrayList<>(table.types());
    table.view().ifPresent(view -> all.add("view " + view));
    return String.join(", ", all);
  }

  static String rows(ListedTable table) {
    return table.rows().count() < 0
        ? "unknown"
        : String.format(
            Locale.ROOT, "%s%,d", table.rows().exact() ? "" : "~", table.rows().count());
  }
}
