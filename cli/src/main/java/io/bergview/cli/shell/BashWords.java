package io.bergview.cli.shell;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The parts of the script for bash. */
record BashWords(CommandWords root, List<CommandWords> commands) {
  Map<String, String> parts() {
    return Map.of(
        "aliases", PosixWords.aliases(commands),
        "valued", PosixWords.valued(root),
        "values", PosixWords.values(root, commands),
        "commands",
            commands.stream().flatMap(one -> one.names().stream()).collect(Collectors.joining(" ")),
        "options", PosixWords.branches(root, commands, BashWords::options));
  }

  private static String options(CommandWords command) {
    return "echo '%s'"
        .formatted(
            command.options().stream()
                .flatMap(option -> option.names().stream())
                .collect(Collectors.joining(" ")));
  }
}
