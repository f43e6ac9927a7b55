package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.cli.CommandModel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/commands.md has every command and every option, and none that does not exist. */
class CommandsPageTest {
  private static final Page PAGE = Page.of("docs/commands.md");
  private static final String SHARED = "Options of every command";
  private static final Pattern OPTION = Pattern.compile("(?<=`)--?[A-Za-z][a-z-]*");

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> commands = new LinkedHashMap<>();
    CommandModel.root()
        .getSubcommands()
        .values()
        .forEach(command -> commands.put(command.getCommandName(), command));
    return commands;
  }

  /** The options of a command that are its own. */
  private static Set<String> ownOptions(CommandLine command) {
    Set<String> names = new TreeSet<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.inherited()) {
        names.addAll(Arrays.asList(option.names()));
      }
    }
    return names;
  }

  /** The options in the first column of the tables of a section. */
  private static Set<String> documented(String section) throws Exception {
    Set<String> names = new TreeSet<>();
    for (String line : section(section)) {
      if (line.startsWith("| `-")) {
        Matcher option = OPTION.matcher(line.split("\\|")[1]);
        while (option.find()) {
          names.add(option.group());
        }
      }
    }
    return names;
  }

  private static List<String> section(String heading) throws Exception {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE.file())) {
      if (line.startsWith("## ")) {
        inside = line.substring(3).replace("`", "").equals(heading);
      } else if (inside) {
        lines.add(line);
      }
    }
    return lines;
  }

  @Test
  void everyCommandHasASectionAndNoOtherCommandHas() {
    Set<String> sections = new LinkedHashSet<>(PAGE.headingsOf(2));
    sections.removeIf(heading -> heading.contains(" "));
    assertThat(sections).containsExactlyInAnyOrderElementsOf(commands().keySet());
  }

  @Test
  void everyOptionIsInItsCommandsTableAndNoOther() throws Exception {
    for (Map.Entry<String, CommandLine> command : commands().entrySet()) {
      assertThat(documented(command.getKey()))
          .describedAs("options of " + command.getKey())
          .isEqualTo(ownOptions(command.getValue()));
    }
    assertThat(documented(SHARED)).isEqualTo(ownOptions(CommandModel.root()));
  }

  @Test
  void everyAliasIsNamed() throws Exception {
    for (Map.Entry<String, CommandLine> command : commands().entrySet()) {
      String text = String.join("\n", section(command.getKey()));
      for (String alias : command.getValue().getCommandSpec().aliases()) {
        assertThat(text).describedAs("aliases of " + command.getKey()).contains("`" + alias + "`");
      }
    }
  }

  @Test
  void everySynopsisNamesTheParameters() throws Exception {
    for (Map.Entry<String, CommandLine> command : commands().entrySet()) {
      String text = String.join("\n", section(command.getKey()));
      for (ArgSpec parameter : command.getValue().getCommandSpec().positionalParameters()) {
        assertThat(text)
            .describedAs("parameters of " + command.getKey())
            .contains(parameter.paramLabel());
      }
    }
  }
}
