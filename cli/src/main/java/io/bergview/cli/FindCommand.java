package io.bergview.cli;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.query.Answer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code find}. */
@Command(
    name = "find",
    header = {"Find rows of a view.", ""},
    description = {
      "Finds rows of a view. The view answers while it is fresh or within its grace period; else"
          + " its definition is run over the sources. The last line, on standard error, says who"
          + " answered."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview find DailyRevenue --sort -created_at_day,status --limit 7",
      "  bergview find OrderDetails --filter '{status: \"paid\", total: {$gte: 100}}'",
      "  bergview find OrderDetails --select order_id,total --format csv > orders.csv",
      "  bergview find OrderDetails --format parquet --output orders.parquet",
      "",
      "Operators: $eq $ne $gt $gte $lt $lte $in $nin $exists $startsWith, $and $or $nor $not."
    })
final class FindCommand extends Verb {
  /** How rows are written. */
  enum Format {
    TABLE,
    JSON,
    NDJSON,
    CSV,
    ARROW,
    PARQUET;

    /** Reads a format's name. */
    static final class Parser implements ITypeConverter<Format> {
      @Override
      public Format convert(String text) {
        List<String> names =
            Arrays.stream(values()).map(format -> format.name().toLowerCase(Locale.ROOT)).toList();
        int index = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
          throw new TypeConversionException(
              "there is no format '%s'%s; there are %s"
                  .formatted(text, Suggestions.didYouMean(text, names), String.join(", ", names)));
        }
        return values()[index];
      }
    }
  }

  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  @Option(
      names = "--filter",
      paramLabel = "JSON",
      description = "Which rows, in the language of $filter, by the view's own column names.")
  private @Nullable String filter;

  @Option(
      names = "--select",
      paramLabel = "A,B",
      description = "Which columns, in this order; a name with a comma in backticks. Default: all.")
  private @Nullable String select;

  @Option(
      names = "--sort",
      paramLabel = "-A,B",
      description =
          "Sort by these columns, - for descending. Nulls come first, or last where"
              + " descending.")
  private @Nullable String sort;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many rows.")
  private @Nullable Long limit;

  @Option(
      names = "--skip",
      paramLabel = "N",
      description = "Leave out so many at the beginning; use it with --sort.")
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
      description = "Write to a file, which appears whole or not at all.")
  private @Nullable Path output;

  @Option(names = "--stale-ok", description = "Let the view answer, however stale it is.")
  private boolean staleOk;

  FindCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    Format chosen = format != null ? format : json() ? Format.JSON : Format.TABLE;
    check(chosen);
    return withProject(
        bergview -> {
          try (Answer answer = question(bergview).answer()) {
            AnswerOutput target =
                new AnswerOutput(console(), output == null ? null : console().resolve(output));
            long rows = target.write(answer, chosen);
            remark(
                "%s %s%s"
                    .formatted(
                        Times.count(rows, "row"),
                        origin(answer),
                        output == null ? "" : ", written to " + output));
          }
          return ExitCode.DONE;
        });
  }

  private void check(Format chosen) {
    if (chosen == Format.PARQUET && output == null) {
      throw new UsageException(
          ErrorCode.USAGE, "Parquet is written to a file only; name it with --output FILE");
    }
    if (chosen == Format.ARROW && output == null && console().outIsTerminal()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Arrow is no text for a terminal; redirect it, or name a file with --output FILE");
    }
  }

  private Find question(Bergview bergview) {
    Find find = bergview.find(view).skip(skip);
    if (filter != null) {
      find = find.filter(filter);
    }
    if (select != null) {
      find = find.select(names(select).toArray(String[]::new));
    }
    if (sort != null) {
      find = find.sort(names(sort).toArray(String[]::new));
    }
    if (limit != null) {
      find = find.limit(limit);
    }
    return staleOk ? find.staleOk() : find;
  }

  private static List<String> names(String text) {
    return NameList.parse(text);
  }

  private String origin(Answer answer) {
    String state = answer.state().state().word();
    String since =
        answer
            .state()
            .staleSince()
            .map(time -> " for " + Times.rough(time, console().clock().instant()))
            .orElse("");
    if (answer.by() == Answer.By.SOURCES) {
      return "from the sources, since the view is %s%s: %s"
          .formatted(state, since, root().masked(answer.state().message()));
    }
    return "from the view (%s%s%s)"
        .formatted(state, since, answer.state().withinGrace() ? ", within its grace period" : "");
  }
}
