package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Secrets;
import io.bergview.errors.ErrorCode.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code bergview} itself: the commands, and the options that all of them have. */
@Command(
    name = "bergview",
    description = {
      "Materialised views for Apache Iceberg tables: declared in a few lines, stored"
          + " as ordinary tables that record their source snapshots.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "Options of every command:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview demo                            a one-minute tour",
      "  bergview init shop && cd shop            a new project with an example",
      "  bergview generate shop && bergview apply",
      "  bergview refreshView --all",
      "  bergview find DailyRevenue --sort -created_at_day --limit 5",
      "",
      "'bergview COMMAND --help' describes a command. Names can be written either way:",
      "listViews and list-views are the same.",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 refused."
    },
    versionProvider = BergviewCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      GenerateCommand.class,
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
      ServeCommand.class,
      DropViewCommand.class,
      HelpCommand.class
    })
final class BergviewCommand implements Callable<Integer> {
  private final Console console;
  private @Nullable Secrets secrets;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--project",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      order = 100,
      description =
          "The project: the folder with bergview.yaml, or any folder in it."
              + " Default: the current folder.")
  private @Nullable Path project;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      order = 101,
      description = "Print output and errors as JSON.")
  private boolean json;

  @Option(
      names = "--quiet",
      scope = ScopeType.INHERIT,
      order = 102,
      description = "Print only errors on standard error, no progress and no remarks.")
  private boolean quiet;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      order = 103,
      description = "Print what is done, and errors with their stack trace.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 104,
      description = "Explain the command.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      order = 105,
      description = "Print the version.")
  private boolean version;

  BergviewCommand(Console console) {
    this.console = requireNonNull(console, "console is null");
  }

  Console console() {
    return console;
  }

  CommandLine commandLine() {
    return requireNonNull(spec, "picocli sets the spec").commandLine();
  }

  /** The folder to look for the project in. */
  Path directory() {
    return project == null ? console.directory() : console.resolve(project);
  }

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  boolean verbose() {
    return verbose;
  }

  /** From now on these secrets are hidden in errors and logs. */
  void hide(Secrets known) {
    secrets = known;
    Logs.hide(known);
  }

  /** Text as it may be shown. */
  String masked(@Nullable String text) {
    return secrets == null ? Secrets.maskUris(String.valueOf(text)) : secrets.mask(text);
  }

  /** Without a command. */
  @Override
  public Integer call() {
    commandLine().usage(console.err());
    return ExitCode.WRONG_USAGE.number();
  }

  /** The version of the jar that this runs from. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String built = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "bergview %s (Java %s)"
            .formatted(built == null ? "development" : built, System.getProperty("java.version"))
      };
    }
  }
}
