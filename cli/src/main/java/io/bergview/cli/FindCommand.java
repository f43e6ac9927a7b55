package io.bergview.cli;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.api.FindTexts;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.query.QueryResult;
import io.bergview.query.Routing;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code find}. */
@Command(
    name = "find",
    header = {"Find rows of a view or an entity type.", ""},
    description = {
      "Queries a view, or an entity type of the folder types/. A view is read while it is fresh or"
          + " within its grace period; otherwise its definition is run over the sources. An entity"
          + " type is read from its tables, or from a view that covers the query. The last line, on"
          + " standard error, shows what answered."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview find DailyRevenue --sort -created_at_day,status --limit 7",
      "  bergview find OrderDetails --filter '{status: paid, total: {$gte: 100}}'",
      "  bergview find Order --include customer,items --filter '{customer.tier: gold}' --limit 5",
      "  bergview find Order --group-by 'status, day(created_at)' --compute '{n: {$count: \"*\"}}'",
      "  bergview find Order --group-by status --compute '{n: {$count: \"*\"}}' --explain",
      "  bergview find Order --as-of 2026-01-31T12:00:00Z --select order_id,customer.name",
      "  bergview find OrderDetails --format parquet --output orders.parquet",
      "",
      "Operators: $eq $ne $gt $gte $lt $lte $in $nin $exists $startsWith, $and $or $nor $not."
    })
final class FindCommand extends ProjectCommand {
  /** How rows are written. */
  enum Format {
    TABLE,
    JSON,
    NDJSON,
    CSV,
    ARROW,
    PARQUET;

    /** Reads a format's name. */
    static final class Parser extends FormatName<Format> {
      Parser() {
        super(values());
      }
    }
  }

  @Parameters(paramLabel = "NAME", description = "The view or entity type.")
  private String name = "";

  @Option(
      names = "--include",
      paramLabel = "A,B.C",
      description =
          "Relations to join, as $expand does: a to-one relation adds columns, a"
              + " to-many relation adds lists.")
  private @Nullable String include;

  @Option(
      names = "--filter",
      paramLabel = "JSON",
      description = "Filter rows, in the language of $filter, by columns and to-one paths.")
  private @Nullable String filter;

  @Option(
      names = "--unnest",
      paramLabel = "PATH",
      description = "One row for each element of this list or to-many relation.")
  private @Nullable String unnest;

  @Option(
      names = "--group-by",
      paramLabel = "A,day(B)",
      description =
          "One row per group: columns, paths, year() quarter() month() week() day() hour() minute()"
              + " of one, or what $groupBy takes. '' is the grand total.")
  private @Nullable String groupBy;

  @Option(
      names = "--compute",
      paramLabel = "JSON",
      description = "Aggregates, written as in $compute: {orders: {$count: \"*\"}}.")
  private @Nullable String compute;

  @Option(
      names = "--select",
      paramLabel = "A,B.C",
      description =
          "Columns to return, in this order: output columns, or to-one paths. Quote a name with a"
              + " comma or a dot in backticks. Default: all.")
  private @Nullable String select;

  @Option(
      names = "--sort",
      paramLabel = "-A,B.C",
      description =
          "Sort by these columns or paths, - for descending. Nulls sort first, or last if"
              + " descending.")
  private @Nullable String sort;

  @Option(names = "--limit", paramLabel = "N", description = "Maximum number of rows.")
  private @Nullable Long limit;

  @Option(
      names = "--skip",
      paramLabel = "N",
      description = "Number of rows to skip; use it with --sort.")
  private long skip;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Format.Parser.class,
      description = "table (default), json, ndjson, csv, arrow (an IPC stream), parquet.")
  private @Nullable Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to a file; it is replaced atomically.")
  private @Nullable Path output;

  @Option(
      names = "--as-of",
      paramLabel = "WHEN",
      description =
          "Query the past: a time (ISO 8601, UTC where no zone is given, or milliseconds since"
              + " 1970), a snapshot id, or the name of a tag or branch.")
  private @Nullable String asOf;

  @Option(
      names = "--origin",
      description =
          "With format json: one object, with the rows in \"rows\" and who answered in \"origin\".")
  private boolean origin;

  @Option(names = "--stale-ok", description = "Read the view however stale it is.")
  private boolean staleOk;

  @Option(
      names = "--max-staleness",
      paramLabel = "TIME",
      description =
          "Read views that have been stale no longer than this, such as 15m or 2h. Default:"
              + " each view's own grace period.")
  private @Nullable String maxStaleness;

  @Option(
      names = "--no-route",
      description =
          "Do not rewrite the query to use another view. Default: a view that covers"
              + " the query is read instead of the tables.")
  private boolean noRoute;

  @Option(
      names = "--explain",
      description =
          "Show which view or tables would answer, and why the others would not; read no rows.")
  private boolean explain;

  FindCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    Format chosen = format != null ? format : json() ? Format.JSON : Format.TABLE;
    check(chosen);
    if (explain) {
      return withProject(this::explain);
    }
    return withProject(
        bergview -> {
          try (QueryResult answer = query(bergview).answer()) {
            ResultOutput target =
                new ResultOutput(console(), output == null ? null : console().resolve(output));
            long rows = origin ? target.writeWithOrigin(answer) : target.write(answer, chosen);
            remark(
                "%s %s%s"
                    .formatted(
                        Times.count(rows, "row"),
                        AnsweredByText.of(answer.origin(), root(), console().clock().instant()),
                        output == null ? "" : ", written to " + output));
          }
          return ExitCode.DONE;
        });
  }

  private ExitCode explain(Bergview bergview) {
    Routing routing = query(bergview).explain();
    if (json()) {
      print(routing.toJson());
      return ExitCode.DONE;
    }
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading("WHO", false),
                new TextTable.Heading("VERDICT", false),
                new TextTable.Heading("READS", true),
                new TextTable.Heading("WHY", false)));
    for (Routing.RoutingCandidate candidate : routing.candidates()) {
      table.add(
          candidate.view().orElse("(sources)"),
          candidate.verdict().label(),
          candidate.bytes().isPresent() ? Times.size(candidate.bytes().getAsLong()) : "",
          root().masked(candidate.why()));
    }
    print(table.plain());
    return ExitCode.DONE;
  }

  private void check(Format chosen) {
    if (origin && chosen != Format.JSON) {
      throw new UsageException(ErrorCode.USAGE, "--origin is for --format json, or --json");
    }
    if (chosen == Format.PARQUET && output == null) {
      throw new UsageException(
          ErrorCode.USAGE, "Parquet output is binary; write it to a file with --output FILE");
    }
    if (chosen == Format.ARROW && output == null && console().outIsTerminal()) {
      throw new UsageException(
          ErrorCode.USAGE, "Arrow output is binary; write it to a file with --output FILE");
    }
  }

  private Find query(Bergview bergview) {
    Map<String, String> texts = new HashMap<>();
    put(texts, "include", include);
    put(texts, "filter", filter);
    put(texts, "unnest", unnest);
    put(texts, "group-by", groupBy);
    put(texts, "compute", compute);
    put(texts, "select", select);
    put(texts, "sort", sort);
    put(texts, "limit", limit);
    put(texts, "skip", skip);
    put(texts, "as-of", asOf);
    put(texts, "max-staleness", maxStaleness);
    put(texts, "no-route", noRoute);
    put(texts, "stale-ok", staleOk);
    return FindTexts.ask(bergview.find(name), texts);
  }

  private static void put(Map<String, String> texts, String name, @Nullable Object value) {
    if (value != null) {
      texts.put(name, value.toString());
    }
  }
}
