package io.bergview.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Makes the commands, each with the root command whose options all of them share. */
final class Commands implements CommandLine.IFactory {
  /** In the order in which help lists them. */
  private static final List<Class<? extends ProjectCommand>> ALL =
      List.of(
          DemoCommand.class,
          InitCommand.class,
          GenerateCommand.class,
          ImportTableCommand.class,
          ListTablesCommand.class,
          DescribeTableCommand.class,
          DiscoverCommand.class,
          ApplyCommand.class,
          DefineViewCommand.class,
          AlterViewCommand.class,
          ListViewsCommand.class,
          GetViewStateCommand.class,
          ExplainViewCommand.class,
          HistoryCommand.class,
          LineageCommand.class,
          RefreshViewCommand.class,
          VerifyViewCommand.class,
          VacuumViewCommand.class,
          CompactViewCommand.class,
          FindCommand.class,
          SqlCommand.class,
          ServeCommand.class,
          DropViewCommand.class,
          ListNamespacesCommand.class,
          CreateNamespaceCommand.class,
          RenameNamespaceCommand.class,
          ProtectNamespaceCommand.class,
          DropNamespaceCommand.class,
          CompletionCommand.class,
          ManPagesCommand.class,
          HelpCommand.class);

  /** Commands that look at all the others. */
  private static final Set<String> LOOK_AT_ALL =
      Set.of("help", "completion", "manPages", "man-pages");

  private final BergviewCommand root;

  private Commands(BergviewCommand root) {
    this.root = root;
  }

  /** The command line with all commands. */
  static CommandLine all(BergviewCommand root) {
    return of(root, ALL);
  }

  /**
   * The command line with those commands only that the arguments name, if they name one that needs
   * no others: reading the options and texts of all of them is a large part of the time of a short
   * command.
   */
  static CommandLine named(String[] args, BergviewCommand root) {
    List<String> words = Arrays.asList(args);
    String first = firstWord(args);
    return LOOK_AT_ALL.stream().noneMatch(words::contains)
            && ALL.stream().anyMatch(type -> names(type).contains(first))
        ? of(
            root,
            ALL.stream().filter(type -> names(type).stream().anyMatch(words::contains)).toList())
        : all(root);
  }

  private static CommandLine of(
      BergviewCommand root, List<Class<? extends ProjectCommand>> commands) {
    CommandLine line = new CommandLine(root, new Commands(root));
    commands.forEach(line::addSubcommand);
    return line;
  }

  /** What is a command if anything is: nothing but the value of --project comes before it. */
  private static String firstWord(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--project")) {
        i++;
      } else if (!args[i].startsWith("-")) {
        return args[i];
      }
    }
    return "";
  }

  private static List<String> names(Class<? extends ProjectCommand> type) {
    Command command = type.getAnnotation(Command.class);
    List<String> names = new ArrayList<>(List.of(command.aliases()));
    names.add(command.name());
    return names;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    return ProjectCommand.class.isAssignableFrom(type)
        ? type.getDeclaredConstructor(BergviewCommand.class).newInstance(root)
        : CommandLine.defaultFactory().create(type);
  }
}
