package io.bergview.cli.shell;

import io.bergview.cli.shell.CommandWords.OptionWords;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The parts of the script for fish: one {@code complete} for each word. */
record FishWords(CommandWords root, List<CommandWords> commands) {
  private static final String NO_COMMAND = "not __bergview_command >/dev/null";

  Map<String, String> parts() {
    StringBuilder text = new StringBuilder();
    root.options().forEach(option -> text.append(option(NO_COMMAND, option)));
    for (CommandWords command : commands) {
      for (String name : command.names()) {
        text.append(
            complete(NO_COMMAND, "-a " + quoted(name) + " -d " + quoted(command.description())));
      }
    }
    for (CommandWords command : commands) {
      String condition = "__bergview_is " + String.join(" ", command.names());
      command.options().forEach(option -> text.append(option(condition, option)));
      if (command.argument().kind() != Candidates.Kind.NONE) {
        text.append(complete(condition, values(command.argument())));
      }
    }
    return Map.of(
        "complete",
        text.toString(),
        "commands",
        commands.stream().map(CommandWords::name).collect(Collectors.joining(" ")),
        "valued",
        root.options().stream()
            .filter(option -> option.value().kind() != Candidates.Kind.NONE)
            .flatMap(option -> option.names().stream())
            .map(FishWords::quoted)
            .collect(Collectors.joining(" ")));
  }

  private static String option(String condition, OptionWords option) {
    StringBuilder flags = new StringBuilder();
    for (String name : option.names()) {
      flags.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
      flags.append(' ');
    }
    if (option.value().kind() != Candidates.Kind.NONE) {
      flags.append("-r ").append(values(option.value())).append(' ');
    }
    return complete(condition, flags + "-d " + quoted(option.description()));
  }

  private static String values(Candidates candidates) {
    return switch (candidates.kind()) {
      case NONE, ANY -> "-f";
      case CHOICE -> "-f -a " + quoted(String.join(" ", candidates.choices()));
      case FILE -> "-F";
      case FOLDER -> "-f -a '(__fish_complete_directories)'";
      case COMMAND -> "-f -a '(__bergview_commands)'";
      case VIEW -> "-f -a '(__bergview_names view)'";
      case TYPE -> "-f -a '(__bergview_names type)'";
      case VIEW_OR_TYPE -> "-f -a '(__bergview_names view type)'";
    };
  }

  private static String complete(String condition, String rest) {
    return "complete -c bergview -n " + quoted(condition) + " " + rest + "\n";
  }

  /** In fish both the backslash and the quote are escaped by a backslash. */
  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
