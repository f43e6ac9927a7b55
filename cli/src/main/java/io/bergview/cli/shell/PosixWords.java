package io.bergview.cli.shell;

import io.bergview.cli.shell.CommandWords.OptionWords;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Branches of {@code case} statements that bash and zsh read alike. */
final class PosixWords {
  private PosixWords() {}

  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** For each name of a command, its first name. */
  static String aliases(List<CommandWords> commands) {
    return commands.stream()
        .map(command -> branch(command.names().stream(), "echo " + command.name()))
        .collect(Collectors.joining());
  }

  /**
   * The options of {@code bergview} itself that take a value: the word after them is no command.
   */
  static String valued(CommandWords root) {
    return root.options().stream()
        .filter(option -> option.value().kind() != Candidates.Kind.NONE)
        .flatMap(option -> option.names().stream())
        .map(PosixWords::quoted)
        .collect(Collectors.joining(" | "));
  }

  /** What follows an option of a command, or the command itself. */
  static String values(CommandWords root, List<CommandWords> commands) {
    StringBuilder text = new StringBuilder();
    for (CommandWords command : commands) {
      for (OptionWords option : command.options()) {
        text.append(value(command.name(), option.names(), option.value()));
      }
      text.append(value(command.name(), List.of(""), command.argument()));
    }
    for (OptionWords option : root.options()) {
      text.append(value("", option.names(), option.value()));
    }
    return text.toString();
  }

  private static String value(String command, List<String> options, Candidates value) {
    return value.kind() == Candidates.Kind.NONE
        ? ""
        : branch(
            options.stream().map(option -> command + " " + option),
            "echo " + quoted(value.words()));
  }

  private static String branch(Stream<String> patterns, String action) {
    return "    %s) %s ;;%n"
        .formatted(patterns.map(PosixWords::quoted).collect(Collectors.joining(" | ")), action)
        .replace(System.lineSeparator(), "\n");
  }

  /** One branch for each command, and one for {@code bergview} itself. */
  static String branches(
      CommandWords root,
      List<CommandWords> commands,
      java.util.function.Function<CommandWords, String> action) {
    StringBuilder text = new StringBuilder(branch(Stream.of(""), action.apply(root)));
    commands.forEach(
        command -> text.append(branch(Stream.of(command.name()), action.apply(command))));
    return text.toString();
  }
}
