package io.bergview.cli.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Manual pages, in the macros of man(7): one for each command, and one for all of them. */
public final class ManPage {
  private final CommandLine root;
  private final CommandLine command;
  private final StringBuilder text = new StringBuilder();

  private ManPage(CommandLine root, CommandLine command) {
    this.root = root;
    this.command = command;
  }

  /**
   * All pages, by their file names.
   *
   * @param root the command line with all its commands
   * @param version what the pages describe
   */
  public static Map<String, String> all(CommandLine root, String version) {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(title(root, root) + ".1", new ManPage(root, root).write(version));
    for (CommandLine command : CommandWords.commandsOf(root)) {
      pages.put(title(root, command) + ".1", new ManPage(root, command).write(version));
    }
    return pages;
  }

  private static String title(CommandLine root, CommandLine command) {
    String program = root.getCommandName();
    return command == root ? program : program + "-" + command.getCommandName();
  }

  private String write(String version) {
    String title = title(root, command);
    text.append(
        ".TH \"%s\" \"1\" \"\" \"%s %s\" \"%s\"\n"
            .formatted(
                title.toUpperCase(java.util.Locale.ROOT),
                root.getCommandName(),
                version,
                "Bergview"));
    text.append(".nh\n.ad l\n");
    section("NAME");
    line(title + " - " + name());
    synopsis();
    section("DESCRIPTION");
    line(CommandWords.plain(usage().description()));
    aliases();
    arguments();
    commands();
    options();
    examples();
    section("EXIT STATUS");
    line(
        "0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 refused. Errors have a code"
            + " on standard error that says more.");
    seeAlso();
    return text.toString();
  }

  private CommandSpec spec() {
    return command.getCommandSpec();
  }

  private UsageMessageSpec usage() {
    return spec().usageMessage();
  }

  private String name() {
    return command == root
        ? "materialised views for Apache Iceberg tables"
        : CommandWords.title(spec());
  }

  private void section(String heading) {
    text.append(".SH ").append(heading).append('\n');
  }

  private void line(String paragraph) {
    text.append(escaped(paragraph)).append('\n');
  }

  /** An entry with its explanation. */
  private void entry(String term, String explanation) {
    text.append(".TP\n\\fB").append(escaped(term)).append("\\fR\n");
    line(explanation);
  }

  private void synopsis() {
    section("SYNOPSIS");
    CommandLine.Help help =
        new CommandLine.Help(spec(), CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line(help.synopsis(0).replaceAll("\\s+", " ").strip());
  }

  private void aliases() {
    List<String> aliases = Arrays.asList(spec().aliases());
    if (!aliases.isEmpty()) {
      text.append(".PP\n");
      line("Also: " + String.join(", ", aliases) + ".");
    }
  }

  private void arguments() {
    List<? extends ArgSpec> arguments =
        spec().positionalParameters().stream().filter(argument -> !argument.hidden()).toList();
    if (!arguments.isEmpty()) {
      section("ARGUMENTS");
      arguments.forEach(
          argument -> entry(argument.paramLabel(), CommandWords.plain(argument.description())));
    }
  }

  private void commands() {
    List<CommandLine> commands = CommandWords.commandsOf(command);
    if (!commands.isEmpty()) {
      section("COMMANDS");
      commands.forEach(
          one -> entry(one.getCommandName(), CommandWords.title(one.getCommandSpec()) + "."));
    }
  }

  /** The command's own first, in the order of their names; then those of every command. */
  private void options() {
    List<OptionSpec> own = new ArrayList<>();
    List<OptionSpec> shared = new ArrayList<>();
    for (OptionSpec option : spec().options()) {
      if (!option.hidden()) {
        (option.inherited() ? shared : own).add(option);
      }
    }
    own.sort(java.util.Comparator.comparing(OptionSpec::longestName));
    if (!own.isEmpty()) {
      section("OPTIONS");
      own.forEach(this::option);
    }
    if (!shared.isEmpty()) {
      section("OPTIONS OF EVERY COMMAND");
      shared.forEach(this::option);
    }
  }

  private void option(OptionSpec option) {
    String names = String.join(", ", option.names());
    boolean flag = option.arity().max() == 0;
    entry(
        flag ? names : names + " " + option.paramLabel(), CommandWords.plain(option.description()));
  }

  private void examples() {
    List<String> lines =
        Arrays.stream(usage().footer()).map(footer -> CommandWords.unformatted(footer)).toList();
    if (!lines.isEmpty()) {
      section("EXAMPLES");
      text.append(".nf\n");
      lines.forEach(this::line);
      text.append(".fi\n");
    }
  }

  private void seeAlso() {
    List<String> pages = new ArrayList<>();
    if (command == root) {
      CommandWords.commandsOf(root).forEach(one -> pages.add(title(root, one)));
    } else {
      pages.add(title(root, root));
    }
    section("SEE ALSO");
    text.append(
            pages.stream()
                .map(page -> "\\fB" + escaped(page) + "\\fR(1)")
                .collect(java.util.stream.Collectors.joining(", ")))
        .append('\n');
  }

  /** Text that troff takes as it is: no control line, no escape, no typographic dash or quote. */
  static String escaped(String plain) {
    String text =
        plain
            .replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("'", "\\(aq")
            .replace("`", "\\(ga")
            .replace("^", "\\(ha")
            .replace("~", "\\(ti");
    return text.startsWith(".") ? "\\&" + text : text;
  }
}
