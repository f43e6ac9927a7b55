package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code refreshView}. */
@Command(
    name = "refreshView",
    aliases = "refresh-view",
    header = {"Make views fresh.", ""},
    description = {
      "Makes views fresh, and says for each what it did and why: skip, append,"
          + " merge or full. Views that read other views come after them, and all are made from the"
          + " same snapshots of the tables beneath. Where one of several fails the others go on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview refreshView DailyRevenue",
      "  bergview refreshView TopCustomers --upstream   with the views that it reads",
      "  bergview refreshView --all --dry-run   what would be done, and why",
      "  bergview refreshView DailyRevenue --full   recompute it whatever has changed"
    })
final class RefreshViewCommand extends Verb {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "The views.")
  private List<String> views = new ArrayList<>();

  @Option(names = "--all", description = "Every registered view.")
  private boolean all;

  @Option(
      names = "--upstream",
      description =
          "Before them the views that they read, at any depth, all from one state of the tables"
              + " beneath.")
  private boolean upstream;

  @Option(names = "--full", description = "Recompute, also what is fresh.")
  private boolean full;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  RefreshViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (all != views.isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE, "Name the views to refresh, or say --all, and not both");
    }
    RefreshRequest request = new RefreshRequest(views, all, upstream, full, dryRun);
    RefreshOutcome outcome;
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      outcome =
          withProject(
              drawsProgress() ? bars : RefreshProgress.SILENT,
              bergview -> bergview.refreshView(request));
    }
    if (json()) {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      outcome.done().forEach(result -> add(json, result));
      print(json);
    } else {
      outcome.done().forEach(result -> print(line(result, dryRun)));
      if (outcome.done().isEmpty() && outcome.failures().isEmpty()) {
        print("No views are registered; 'bergview apply' registers those of views/.");
      }
    }
    return FailedViews.tell(root(), outcome.failures(), views.size() == 1);
  }

  private static void add(ArrayNode json, RefreshResult result) {
    json.addObject()
        .put("view", result.view())
        .put("kind", result.kind().word())
        .put("reason", result.reason())
        .put("message", result.message())
        .put("snapshotId", result.snapshotId())
        .put("rowsAdded", result.rowsAdded())
        .put("rowsRemoved", result.rowsRemoved())
        .put("durationMs", result.durationMs());
  }

  /** {@code DailyRevenue: full, 120 rows added, 118 removed, 0.4 s. SOURCE_CHANGED: ...} */
  static String line(RefreshResult result, boolean dryRun) {
    boolean nothing = result.kind() == io.bergview.refresh.RefreshKind.SKIP;
    String what =
        dryRun
            ? "would be " + result.kind().word()
            : nothing
                ? "skip"
                : "%s, %s added, %,d removed, %s"
                    .formatted(
                        result.kind().word(),
                        Times.count(result.rowsAdded(), "row"),
                        result.rowsRemoved(),
                        Times.seconds(result.durationMs()));
    return "%s: %s. %s: %s".formatted(result.view(), what, result.reason(), result.message());
  }
}
