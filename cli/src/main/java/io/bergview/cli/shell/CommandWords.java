package io.bergview.cli.shell;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command as a shell completes it.
 *
 * @param names the name, then the aliases
 * @param description one line
 * @param argument what its arguments are
 */
record CommandWords(
    List<String> names, String description, List<OptionWords> options, Candidates argument) {

  /**
   * An option as a shell completes it.
   *
   * @param names with their dashes
   * @param description one line
   */
  record OptionWords(List<String> names, String description, Candidates value) {
    OptionWords {
      names = List.copyOf(names);
    }
  }

  CommandWords {
    names = List.copyOf(names);
    options = List.copyOf(options);
  }

  String name() {
    return names.get(0);
  }

  static CommandWords of(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    return new CommandWords(
        Stream.concat(Stream.of(spec.name()), Arrays.stream(spec.aliases())).distinct().toList(),
        title(spec),
        spec.options().stream().filter(option -> !option.hidden()).map(CommandWords::of).toList(),
        spec.positionalParameters().stream()
            .filter(parameter -> !parameter.hidden())
            .findFirst()
            .map(Candidates::of)
            .orElseGet(() -> Candidates.of(Candidates.Kind.NONE)));
  }

  /** The commands of a command, each once, in the order in which help lists them. */
  static List<CommandLine> commandsOf(CommandLine root) {
    return root.getSubcommands().values().stream()
        .distinct()
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static OptionWords of(OptionSpec option) {
    return new OptionWords(
        Arrays.asList(option.names()),
        firstSentence(plain(option.description())),
        Candidates.of(option));
  }

  /** One line about a command, without a full stop. */
  static String title(CommandSpec spec) {
    String[] header = spec.usageMessage().header();
    String text = plain(header.length > 0 ? header : spec.usageMessage().description());
    return firstSentence(text);
  }

  /** Text of the usage as one line, its markup and formats resolved. */
  static String plain(String... lines) {
    return unformatted(String.join(" ", lines)).replaceAll("\\s+", " ").strip();
  }

  /**
   * Text without markup. Of the formats that picocli takes only a line break and a percent sign are
   * used; it hands out the descriptions of options with the latter resolved already.
   */
  static String unformatted(String text) {
    return Ansi.OFF.string(text.replace("%n", "\n").replace("%%", "%"));
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    String sentence = end < 0 ? text : text.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
