package io.bergview.cli;

import io.bergview.discover.DiscoverOptions;
import io.bergview.discover.DiscoverResult;
import io.bergview.discover.DiscoveredType;
import io.bergview.discover.Drift;
import io.bergview.discover.KeyProposal;
import io.bergview.discover.RelationProposal;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.refresh.RefreshProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code discover}. */
@Command(
    name = "discover",
    header = {"Propose entity types for tables, or compare types with tables.", ""},
    description = {
      "Reads the tables of the catalogs and writes types/*.yaml for those that have no entity type."
          + " A key is a table's identifier fields, else columns that are unique and never null in"
          + " all rows. Relations are proposed by names and types, and checked on the rows: each"
          + " has its evidence as a comment, and a confidence. Below the bar it stays a comment."
          + " Files that are there are never overwritten.",
      "",
      "With --drift it compares the types with their tables: columns that are new, gone, renamed or"
          + " of another type, keys that are not unique any more. Exits with code 5 if a view"
          + " breaks by it. Nothing is written."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview discover --plan            what would be written",
      "  bergview discover 'shop.*'          the tables of one namespace",
      "  bergview discover --accept 0.95     take proposals that are less certain too",
      "  bergview discover --drift           have the tables changed?"
    })
final class DiscoverCommand extends ProjectCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "PATTERN",
      description =
          "Globs over [catalog.]namespace.table; without a dot, over the names of tables and of"
              + " namespaces. Default: all tables.")
  private List<String> patterns = new ArrayList<>();

  @Option(names = "--plan", description = "Print what would be written, and write nothing.")
  private boolean plan;

  @Option(
      names = "--accept",
      paramLabel = "C",
      description =
          "The least confidence, above 0 and at most 1, of a key or relation that is used."
              + " Default: 0.99.")
  private @Nullable Double accept;

  @Option(names = "--drift", description = "Compare types with their tables instead.")
  private boolean drift;

  DiscoverCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (drift && (plan || accept != null)) {
      throw new UsageException(
          ErrorCode.USAGE, "--plan and --accept are for proposals; --drift proposes nothing");
    }
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      RefreshProgress progress = drawsProgress() ? bars : RefreshProgress.SILENT;
      return drift ? compare(progress) : propose(progress);
    }
  }

  private ExitCode propose(RefreshProgress progress) throws Exception {
    DiscoverOptions options =
        new DiscoverOptions(patterns, accept == null ? DiscoverOptions.USUAL_BAR : accept);
    DiscoverResult result =
        withProject(
            progress,
            bergview -> plan ? bergview.planDiscover(options) : bergview.discover(options));
    if (json()) {
      print(result.toJson());
    } else {
      text(result);
    }
    return UnreadableTables.report(root(), result.unreadable());
  }

  private void text(DiscoverResult result) {
    if (plan) {
      for (DiscoveredType type : result.types()) {
        print("--- " + type.file());
        type.text().lines().forEach(this::print);
        print("");
      }
    }
    if (!result.types().isEmpty()) {
      print(table(result).plain());
    } else if (result.unreadable().isEmpty()) {
      print(
          result.typed().isEmpty()
              ? "There are no tables to propose types for."
              : "Every table that is meant has a type already.");
    }
    result
        .suggestions()
        .forEach(
            (type, inverses) ->
                inverses.forEach(
                    inverse ->
                        print(
                            "type %s is left as it is; it could have %s"
                                .formatted(type, inverse.text()))));
    if (!result.typed().isEmpty() && !result.types().isEmpty()) {
      remark(
          "%s left as they are: their tables have types"
              .formatted(Times.count(result.typed().size(), "table")));
    }
    if (result.written() && !result.types().isEmpty()) {
      remark("Next: look at types/, then bergview apply --plan");
    }
  }

  private static TextTable table(DiscoverResult result) {
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading(result.written() ? "WRITTEN" : "WOULD WRITE", false),
                new TextTable.Heading("TABLE", false),
                new TextTable.Heading("ROWS", true),
                new TextTable.Heading("$id", false),
                new TextTable.Heading("RELATIONS", false),
                new TextTable.Heading("NOT USED", true)));
    for (DiscoveredType type : result.types()) {
      long left =
          type.relations().size()
              - type.acceptedRelations()
              + type.key().filter(key -> !key.accepted()).stream().count();
      table.add(
          type.file(),
          type.type().table().orElseThrow().toString(),
          String.format(Locale.ROOT, "%,d", type.rows()),
          type.key()
              .filter(KeyProposal::accepted)
              .map(key -> String.join(", ", key.columns()))
              .orElse("none"),
          type.relations().stream()
              .filter(RelationProposal::accepted)
              .map(RelationProposal::name)
              .collect(Collectors.joining(", ")),
          left == 0 ? "" : String.valueOf(left));
    }
    return table;
  }

  private ExitCode compare(RefreshProgress progress) throws Exception {
    Drift found =
        withProject(progress, bergview -> bergview.drift(patterns.toArray(String[]::new)));
    if (json()) {
      print(found.toJson());
    } else {
      text(found);
    }
    ExitCode unread = UnreadableTables.report(root(), found.unreadable());
    return found.broken().isEmpty() ? unread : ExitCode.REFUSED;
  }

  private void text(Drift found) {
    if (found.changes().isEmpty() && found.unreadable().isEmpty()) {
      print(
          "%s as their tables are."
              .formatted(
                  found.types() == 1 ? "1 type is" : Times.count(found.types(), "type") + " are"));
    } else if (!found.changes().isEmpty()) {
      TextTable table = TextTable.of("TYPE", "TABLE", "CHANGE", "COLUMN", "", "KNOWN TO");
      for (Drift.Change change : found.changes()) {
        table.add(
            change.type(),
            change.table().toString(),
            change.kind().label(),
            change.subject(),
            change.detail(),
            String.join(", ", change.views()));
      }
      print(table.plain());
    }
    for (Drift.BrokenView view : found.broken()) {
      print("breaks  %s. %s: %s".formatted(view.view(), view.code(), view.message()));
    }
    if (found.broken().isEmpty() && !found.changes().isEmpty()) {
      print("No view breaks.");
    }
  }
}
