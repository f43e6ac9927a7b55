package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.server.CommandListeners;
import io.bergview.upkeep.UpkeepEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "Makes views fresh, and says for each what it did and why: skip, append,"
          + " merge or full. Views that read other views come after them, and all are made from the"
          + " same snapshots of the tables beneath. Where one of several fails the others go on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview refreshView DailyRevenue",
      "  bergview refreshView TopCustomers --upstream   with the views that it reads",
      "  bergview refreshView --all --dry-run   what would be done, and why",
      "  bergview refreshView DailyRevenue --full   recompute it whatever has changed",
      "  bergview refreshView --due   what is due by its schedule, from cron",
      "  bergview refreshView --due --fail-on stale   not 0 where a view waits for another",
      "  bergview refreshView --due --dry-run   what is due, and when what is next"
    })
final class RefreshViewCommand extends ProjectCommand {
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

  @Option(
      names = "--due",
      description =
          "Those that are due: scheduled ones whose last tick has not been run, streaming ones that"
              + " are stale. For cron and the like; with --dry-run, which they are and when the"
              + " next are.")
  private boolean due;

  @Option(
      names = "--fail-on",
      paramLabel = "stale",
      converter = FailOn.Converter.class,
      description =
          "Exit code 1 also where a view stays stale, since views that it reads are behind"
              + " (UPSTREAM_STALE) and are not refreshed with it.")
  private @Nullable FailOn failOn;

  @Option(names = "--full", description = "Recompute, also what is fresh.")
  private boolean full;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  RefreshViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (due && (all || full || !views.isEmpty())) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--due chooses the views and what is done itself; only --upstream, --fail-on and"
              + " --dry-run go with it");
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
        new RefreshRequest(views, all, upstream, full, dryRun, Map.of(), Set.of(), Set.of());
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
      remark("%s: %s".formatted(missed.view(), missed.ticks().said()));
    }
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
