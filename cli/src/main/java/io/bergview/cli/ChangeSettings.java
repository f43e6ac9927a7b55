package io.bergview.cli;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.ChangeOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code generate} that say what rounds of changes do. */
final class ChangeSettings {
  @Option(
      names = "--changes",
      paramLabel = "N",
      description = "Number of rounds of changes to make afterwards, or on the existing tables.")
  private int rounds;

  @Option(
      names = "--share",
      paramLabel = "PERCENT",
      description =
          "Share of the generated orders that each operation of a round affects"
              + " (default 0.1, as TPC-H's refresh functions).")
  private @Nullable Double share;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "What a round does: insert, update, delete, or mixed, which is all of these, changes of"
              + " other tables and compactions (default mixed).")
  private @Nullable String kind;

  @Option(
      names = "--write",
      paramLabel = "MODE",
      description =
          "How updates and deletes are written: copy-on-write, merge-on-read, or either by chance"
              + " (default either).")
  private @Nullable String write;

  @Option(
      names = "--spread",
      paramLabel = "WHERE",
      description =
          "Which orders change: a range of neighbours, in few files, or scattered ones (default"
              + " range).")
  private @Nullable String spread;

  int rounds() {
    return rounds;
  }

  /**
   * @throws UsageException where the options do not fit together
   */
  ChangeOptions options() {
    if (rounds < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "--changes is %d; it cannot be negative".formatted(rounds));
    }
    if (rounds == 0 && (share != null || kind != null || write != null || spread != null)) {
      throw new UsageException(
          ErrorCode.USAGE, "--share, --kind, --write and --spread are for rounds: add --changes N");
    }
    ChangeOptions standard = ChangeOptions.standard();
    try {
      return new ChangeOptions(
          choice("--kind", kind, ChangeOptions.Kind.values(), standard.kind()),
          share == null ? standard.sharePercent() : share,
          choice("--write", write, ChangeOptions.Write.values(), standard.write()),
          choice("--spread", spread, ChangeOptions.Spread.values(), standard.spread()));
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** As options write the names of constants: {@code copy-on-write}. */
  static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E choice(
      String option, @Nullable String text, E[] choices, E otherwise) {
    if (text == null) {
      return otherwise;
    }
    for (E choice : choices) {
      if (written(choice).equals(text)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        "%s is '%s'; it must be one of %s"
            .formatted(
                option,
                text,
                Arrays.stream(choices)
                    .map(ChangeSettings::written)
                    .collect(Collectors.joining(", "))));
  }
}
