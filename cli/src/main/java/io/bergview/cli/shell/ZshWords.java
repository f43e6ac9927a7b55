package io.bergview.cli.shell;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The parts of the script for zsh, which shows descriptions. */
record ZshWords(CommandWords root, List<CommandWords> commands) {
  Map<String, String> parts() {
    return Map.of(
        "aliases", PosixWords.aliases(commands),
        "valued", PosixWords.valued(root),
        "values", PosixWords.values(root, commands),
        "commands",
            commands.stream()
                .flatMap(one -> described(one.names(), one.description()))
                .map(entry -> "  " + entry + "\n")
                .collect(Collectors.joining()),
        "options", PosixWords.branches(root, commands, ZshWords::options));
  }

  private static String options(CommandWords command) {
    return "print -rl --"
        + command.options().stream()
            .flatMap(option -> described(option.names(), option.description()))
            .map(entry -> " \\\n      " + entry)
            .collect(Collectors.joining());
  }

  private static Stream<String> described(List<String> names, String description) {
    return names.stream().map(name -> PosixWords.quoted(name + ":" + description));
  }
}
