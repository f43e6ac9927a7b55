package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.server.CommandListeners;
import io.bergview.upkeep.UpkeepEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code refreshView}. */
@Command(
    name = "refreshView",
    aliases = "refresh-view",
    header = {"Make views fresh.", ""},
    description = {
      "Refreshes views, and reports for each what it did and why: skip, append, merge or full."
          + " Upstream views are refreshed first, and all views are computed from the same"
          + " snapshots of the base tables. If one of several fails, the others continue."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview refreshView DailyRevenue",
      "  bergview refreshView TopCustomers --upstream   with its upstream views",
      "  bergview refreshView --all --dry-run   what would be done, and why",
      "  bergview refreshView DailyRevenue --full   recompute it whether or not it changed",
      "  bergview refreshView --due   the views that are due, for cron",
      "  bergview refreshView --due --fail-on stale   exit code 1 if a view waits for another",
      "  bergview refreshView --due --dry-run   which views are due, and when the next ones are"
    })
final class RefreshViewCommand extends ProjectCommand {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "The views.")
  private List<String> views = new ArrayList<>();

  @Option(names = "--all", description = "Every registered view.")
  private boolean all;

  @Option(
      names = "--upstream",
      description =
          "Refresh their upstream views first, at any depth, all from one consistent state of the"
              + " base tables.")
  private boolean upstream;

  @Option(
      names = "--due",
      description =
          "Refresh the views that are due: scheduled views whose last tick has not run, and"
              + " streaming views that are stale. For cron and similar; with --dry-run, lists which"
              + " are due and when the next ones are.")
  private boolean due;

  @Option(
      names = "--fail-on",
      paramLabel = "stale",
      converter = FailOn.Converter.class,
      description =
          "Also exit with code 1 if a view stays stale because its upstream views are behind"
              + " (UPSTREAM_STALE) and are not refreshed with it.")
  private @Nullable FailOn failOn;

  @Option(names = "--full", description = "Recompute in full, even if the view is fresh.")
  private boolean full;

  @Option(
      names = "--engine",
      paramLabel = "embedded|spark|auto",
      description =
          "What computes: the engine in this process, Apache Spark, or Spark from a size on"
              + " (auto). Without it each view's $engine decides, else the project's setting"
              + " engine.")
  private @Nullable EngineChoice engine;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  RefreshViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (due && (all || full || engine != null || !views.isEmpty())) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--due selects the views and the kind of refresh itself; combine it only"
              + " with --upstream, --fail-on and --dry-run");
    }
    if (!due && all != views.isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Name the views to refresh, or use --all or --due, but only one of these");
    }
    if (due && dryRun) {
      new DueReport(this).print(withProject(Bergview::dueViews));
      return ExitCode.DONE;
    }
    RefreshRequest request =
        new RefreshRequest(
            views,
            all,
            upstream,
            full,
            dryRun,
            Map.of(),
            Set.of(),
            Set.of(),
            Optional.ofNullable(engine));
    RefreshOutcome outcome;
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      RefreshProgress progress = drawsProgress() ? bars : RefreshProgress.SILENT;
      outcome =
          due
              ? withProject(progress, this::refreshDue)
              : refreshing(progress, bergview -> bergview.refreshView(request));
    }
    if (json()) {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      outcome.done().forEach(result -> json.add(result.toJson()));
      print(json);
    } else {
      outcome.done().forEach(result -> print(line(result, dryRun)));
      if (outcome.done().isEmpty() && outcome.failures().isEmpty()) {
        print(
            due
                ? "Nothing is due."
                : "No views are registered; 'bergview apply' registers those of views/.");
      }
    }
    ExitCode exit = FailedViews.tell(root(), outcome.failures(), views.size() == 1);
    boolean stale = outcome.done().stream().anyMatch(RefreshResult::leftBehind);
    return exit == ExitCode.DONE && failOn == FailOn.STALE && stale ? ExitCode.FAILED : exit;
  }

  /** Schedulers call it as others run {@code serve}: hooks run, and hear how the views stand. */
  private RefreshOutcome refreshDue(Bergview bergview) {
    try (CommandListeners listeners =
        CommandListeners.listenTo(bergview, this::sayMissed, console().clock())) {
      RefreshOutcome outcome = upstream ? bergview.refreshDueWithUpstream() : bergview.refreshDue();
      listeners.look();
      return outcome;
    }
  }

  private void sayMissed(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.TicksMissed missed) {
      remark("%s: %s".formatted(missed.view(), missed.ticks().describe()));
    }
  }

  /** {@code DailyRevenue: full, 120 rows added, 118 removed, 0.4 s. SOURCE_CHANGED: ...} */
  static String line(RefreshResult result, boolean dryRun) {
    boolean nothing = result.kind() == io.bergview.refresh.RefreshKind.SKIP;
    String what =
        dryRun
            ? "would be " + result.kind().label()
            : nothing
                ? "skip"
                : "%s, %s added, %,d removed, %s"
                    .formatted(
                        result.kind().label(),
                        Times.count(result.rowsAdded(), "row"),
                        result.rowsRemoved(),
                        Times.seconds(result.durationMs()));
    return "%s: %s. %s: %s".formatted(result.view(), what, result.reason(), result.message());
  }
}
