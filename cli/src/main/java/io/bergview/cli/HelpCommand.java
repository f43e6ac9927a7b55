package io.bergview.cli;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help}; picocli's own has an option of a name that all our commands have. */
@Command(
    name = "help",
    header = {"Explain a command, or list all.", ""},
    description = "Explains a command, or lists all.",
    footerHeading = "%nExample:%n",
    footer = {"  bergview help refreshView"})
final class HelpCommand extends ProjectCommand {
  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command to explain.")
  private @Nullable String command;

  HelpCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() {
    CommandLine all = root().commandLine();
    if (command == null) {
      all.usage(console().out());
      return ExitCode.DONE;
    }
    CommandLine one = all.getSubcommands().get(command);
    if (one == null) {
      throw new UsageException(
          ErrorCode.USAGE,
          "There is no command '%s'%s"
              .formatted(
                  command,
                  Suggestions.didYouMean(
                      command,
                      all.getSubcommands().values().stream()
                          .map(CommandLine::getCommandName)
                          .distinct()
                          .toList())));
    }
    one.usage(console().out());
    return ExitCode.DONE;
  }
}
