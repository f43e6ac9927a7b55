package io.bergview.cli;

import io.bergview.api.Bergview;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.staleness.Reason;
import io.bergview.staleness.SnapshotRows;
import io.bergview.staleness.ViewContents;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code listViews}. */
@Command(
    name = "listViews",
    aliases = "list-views",
    header = {"List the views and how fresh each is.", ""},
    description = {
      "Lists the registered views with their state: by how many snapshots each is behind the source"
          + " that is furthest ahead, and since when; what triggers its refreshes, and when the"
          + " next one is due; its rows and bytes. Reads metadata only. Views that cannot be read"
          + " are reported on standard error, with exit code 1; the others are listed all the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview listViews",
      "  bergview listViews --json | jq '.[] | select(.state != \"fresh\")'"
    })
final class ListViewsCommand extends ProjectCommand {
  ListViewsCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    ViewStates listed = withProject(Bergview::listViews);
    List<ViewState> states = listed.views();
    if (json()) {
      print(listed.toJson());
    } else if (states.isEmpty() && listed.unreadable().isEmpty()) {
      print("No views are registered; 'bergview apply' registers those of views/.");
    } else if (!states.isEmpty()) {
      print(table(states).plain());
    }
    return failures(listed.unreadable());
  }

  private ExitCode failures(List<Unreadable> unreadable) {
    ErrorReport report = new ErrorReport(root());
    unreadable.forEach(broken -> report.report(broken.name(), broken.error()));
    return unreadable.isEmpty() ? ExitCode.DONE : unreadable.get(0).error().code().exitCode();
  }

  private TextTable table(List<ViewState> states) {
    Instant now = console().clock().instant();
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading("VIEW", false),
                new TextTable.Heading("STATE", false),
                new TextTable.Heading("LAST REFRESH", false),
                new TextTable.Heading("BEHIND", false),
                new TextTable.Heading("MODE", false),
                new TextTable.Heading("NEXT", false),
                new TextTable.Heading("ROWS", true),
                new TextTable.Heading("SIZE", true),
                new TextTable.Heading("TABLE", false)));
    for (ViewState state : states) {
      Optional<ViewContents> held = state.contents();
      table.add(
          state.view(),
          state.state().label() + (state.withinGrace() ? " (in grace)" : ""),
          state
              .lastRefresh()
              .map(time -> Times.rough(time, now) + " ago")
              .orElse(state.reason() == Reason.UNREADABLE ? "unknown" : "never"),
          behind(state, now),
          held.map(contents -> contents.mode().name().toLowerCase(Locale.ROOT)).orElse(""),
          state.nextTick().map(tick -> "in " + Times.rough(now, tick)).orElse(""),
          held.map(contents -> rows(contents.rows())).orElse(""),
          held.filter(contents -> contents.bytes() >= 0)
              .map(contents -> Times.size(contents.bytes()))
              .orElse(""),
          state.table().toString());
    }
    return table;
  }

  /** {@code 3 snapshots, 5 minutes}; nothing where it has seen all, or has seen nothing yet. */
  private static String behind(ViewState state, Instant now) {
    if (state.lastRefresh().isEmpty() || state.staleSince().isEmpty()) {
      return "";
    }
    String count = Times.count(state.snapshotsBehind(), "snapshot");
    String since = Times.rough(state.staleSince().get(), now);
    return (state.behindIsExact() ? "" : "at least ") + count + ", " + since;
  }

  private static String rows(SnapshotRows rows) {
    return rows.count() < 0
        ? "unknown"
        : String.format(Locale.ROOT, "%s%,d", rows.exact() ? "" : "~", rows.count());
  }
}
