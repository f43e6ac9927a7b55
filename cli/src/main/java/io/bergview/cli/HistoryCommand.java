package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.history.HistoryEntry;
import io.bergview.history.LeaseRefused;
import io.bergview.history.RefreshFailure;
import io.bergview.history.TicksMissed;
import io.bergview.history.ViewEvent;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code history}. */
@Command(
    name = "history",
    header = {"Show the history of a view.", ""},
    description = {
      "Lists the commits to a view's table, newest first: each refresh with its kind, its reason,"
          + " the rows and bytes that it wrote and how long it took; changes of the definition;"
          + " compactions and writes of others; and between them the refreshes that failed, with"
          + " the code of the error (--json has the message), and the ticks of its schedule that"
          + " were missed. Reads metadata only. Failures, missed ticks, and the commits that"
          + " vacuumView has let expire, are kept in .bergview/journal of the project's folder:"
          + " only those of refreshes and vacuums from this folder are known."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview history DailyRevenue",
      "  bergview history DailyRevenue --limit 1 --json | jq '.[0].sources'"
    })
final class HistoryCommand extends ProjectCommand {
  private static final int WIDEST_BAR = 20;

  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Maximum number of lines. Default: ${DEFAULT-VALUE}.")
  private int limit;

  HistoryCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (limit < 1) {
      throw new UsageException(ErrorCode.USAGE, "--limit must be at least 1, not " + limit);
    }
    List<HistoryEntry> events = withProject(bergview -> bergview.history(view, limit));
    if (json()) {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      events.forEach(event -> json.add(event.toJson()));
      print(json);
    } else if (events.isEmpty()) {
      print("%1$s has no history yet; 'bergview refreshView %1$s' fills it.".formatted(view));
    } else {
      print(table(events).plain());
    }
    return ExitCode.DONE;
  }

  private static TextTable table(List<HistoryEntry> events) {
    long longest = events.stream().mapToLong(HistoryCommand::millis).max().orElse(0);
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading("TIME", false),
                new TextTable.Heading("WHAT", false),
                new TextTable.Heading("REASON", false),
                new TextTable.Heading("ROWS +", true),
                new TextTable.Heading("ROWS -", true),
                new TextTable.Heading("WRITTEN", true),
                new TextTable.Heading("TOOK", true),
                new TextTable.Heading("", false)));
    for (HistoryEntry entry : events) {
      if (entry instanceof ViewEvent commit) {
        add(table, commit, longest);
      } else if (entry instanceof RefreshFailure failure) {
        add(table, failure, longest);
      } else if (entry instanceof TicksMissed missed) {
        add(table, missed);
      } else if (entry instanceof LeaseRefused refused) {
        table.add(
            time(refused),
            "lease refused",
            refused.source() + ": " + refused.message(),
            "",
            "",
            "",
            "",
            "");
      }
    }
    return table;
  }

  private static void add(TextTable table, ViewEvent event, long longest) {
    table.add(
        time(event),
        event.refresh().map(RefreshRecord::kind).orElse(event.what().label()),
        event.refresh().map(RefreshRecord::reason).orElse(event.operation()),
        event.refresh().map(done -> number(done.rowsAdded())).orElse(""),
        event.refresh().map(done -> number(done.rowsRemoved())).orElse(""),
        event.refresh().map(done -> Times.size(done.bytesWritten())).orElse(""),
        event.refresh().map(done -> Times.seconds(millis(event))).orElse(""),
        bar('#', millis(event), longest));
  }

  private static void add(TextTable table, RefreshFailure failure, long longest) {
    table.add(
        time(failure),
        "failed" + failure.kind().map(kind -> " (" + kind + ")").orElse(""),
        failure.code(),
        "",
        "",
        "",
        Times.seconds(millis(failure)),
        bar('x', millis(failure), longest));
  }

  private static void add(TextTable table, TicksMissed missed) {
    table.add(
        time(missed),
        Times.count(missed.ticks(), "tick") + " missed",
        missed.first().equals(missed.last())
            ? missed.first().toString()
            : missed.first() + " to " + missed.last(),
        "",
        "",
        "",
        "",
        "");
  }

  private static String time(HistoryEntry entry) {
    return entry.time().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static long millis(HistoryEntry entry) {
    Duration took = Duration.ZERO;
    if (entry instanceof ViewEvent commit) {
      took = commit.refresh().map(RefreshRecord::duration).orElse(Duration.ZERO);
    } else if (entry instanceof RefreshFailure failure) {
      took = failure.duration();
    }
    return took.toMillis();
  }

  /** The duration of a refresh relative to the longest. */
  private static String bar(char mark, long millis, long longest) {
    return longest == 0
        ? ""
        : String.valueOf(mark).repeat((int) Math.round((double) millis * WIDEST_BAR / longest));
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
