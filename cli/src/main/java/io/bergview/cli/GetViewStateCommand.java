package io.bergview.cli;

import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.staleness.SourceState;
import io.bergview.staleness.ViewState;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code getViewState}. */
@Command(
    name = "getViewState",
    aliases = "get-view-state",
    header = {"Show whether a view is fresh, and why.", ""},
    description = {
      "Shows whether a view is fresh, stale or invalid, since when, and which changes it has"
          + " not read. Reads metadata only."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview getViewState DailyRevenue",
      "  bergview getViewState DailyRevenue --json | jq -r .state"
    })
final class GetViewStateCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  GetViewStateCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    ViewState state = withProject(bergview -> bergview.getViewState(view));
    if (json()) {
      print(state.toJson());
    } else {
      text(state);
    }
    return ExitCode.DONE;
  }

  private void text(ViewState state) {
    Instant now = console().clock().instant();
    print("%s is %s: %s".formatted(state.view(), state.state().label(), state.message()));
    print("");
    print("table         " + state.table());
    print("last refresh  " + state.lastRefresh().map(time -> Times.ago(time, now)).orElse("never"));
    state
        .nextTick()
        .ifPresent(
            tick -> print("next tick     %s, in %s".formatted(tick, Times.rough(now, tick))));
    state
        .staleSince()
        .ifPresent(
            since -> {
              print("stale since   " + Times.ago(since, now));
              print("within grace  " + (state.withinGrace() ? "yes" : "no"));
            });
    print("");
    TextTable table = TextTable.of("SOURCE", "SEEN", "NOW", "BEHIND");
    for (SourceState source : state.sources()) {
      String behind = Times.count(source.snapshotsBehind(), "snapshot");
      table.add(
          source.table().toString(),
          snapshot(source.lineageSnapshotId()),
          snapshot(source.currentSnapshotId()),
          source.exact() ? behind : "at least " + behind);
    }
    print(table.plain());
    if (!state.leases().isEmpty()) {
      print("");
      print(LeaseText.table(state.leases()).plain());
    }
  }

  private static String snapshot(long id) {
    return id < 0 ? "-" : Long.toString(id);
  }
}
