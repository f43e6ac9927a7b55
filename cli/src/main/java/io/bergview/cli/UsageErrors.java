package io.bergview.cli;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports what is wrong with a command line, and suggests what was meant. */
final class UsageErrors {
  private UsageErrors() {}

  static UsageException of(ParameterException problem) {
    CommandSpec command = problem.getCommandLine().getCommandSpec();
    String message =
        problem instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched.getUnmatched().get(0), command)
            : String.valueOf(problem.getMessage());
    return new UsageException(
        ErrorCode.USAGE,
        "%s; '%s --help' explains it".formatted(message, command.qualifiedName()),
        problem);
  }

  /** Reads a path; the library's own words would name classes. */
  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' cannot be a path".formatted(text));
    }
  }

  private static String unknown(String argument, CommandSpec command) {
    if (argument.startsWith("-")) {
      String name = argument.replaceFirst("=.*", "");
      List<String> options = new ArrayList<>(command.optionsMap().keySet());
      return "'%s' has no option '%s'%s"
          .formatted(command.qualifiedName(), name, Suggestions.didYouMean(name, options));
    }
    if (!command.subcommands().isEmpty()) {
      return "There is no command '%s'%s"
          .formatted(
              argument,
              Suggestions.didYouMean(argument, List.copyOf(names(command.subcommands()))));
    }
    return "'%s' takes no further argument '%s'".formatted(command.qualifiedName(), argument);
  }

  /** Without aliases: one spelling of each is enough to suggest. */
  private static List<String> names(java.util.Map<String, CommandLine> commands) {
    return commands.values().stream().map(CommandLine::getCommandName).distinct().toList();
  }
}
