package io.bergview.cli;

import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.StorageException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The entry point: one command, then an exit code. */
public final class Main {
  private Main() {}

  /** Runs one command in a process of its own. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    RunningProject.stopAtShutdown();
    int exitCode = run(args, console);
    console.err().flush();
    RunningProject.finished();
    System.exit(exitCode);
  }

  /**
   * Runs one command.
   *
   * @return the exit code: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 refused
   */
  public static int run(String[] args, Console console) {
    LogSettings.verbose(Arrays.asList(args).contains("--verbose"));
    BergviewCommand root = new BergviewCommand(console);
    if (args.length == 1 && BergviewCommand.Version.OPTIONS.contains(args[0])) {
      // As below, without a look at any command.
      console.out().println(BergviewCommand.Version.line());
      return afterOutput(ExitCode.DONE.number(), root, args);
    }
    CommandLine line = Commands.named(args, root);
    line.setOut(new java.io.PrintWriter(console.out(), true));
    line.setErr(new java.io.PrintWriter(console.err(), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Path.class, UsageErrors::path);
    // Otherwise the -order of --sort -order is read as the option -o.
    line.setAllowOptionsAsOptionParameters(true);
    line.setUsageHelpLongOptionsMaxWidth(30);
    line.setParameterExceptionHandler((problem, given) -> wrongUsage(problem, root, given));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> new ErrorReport(root).report(failure));
    int exitCode;
    try {
      exitCode = line.execute(args);
    } catch (
        Throwable error) { // The library does not catch errors, and no caller would report them.
      exitCode = new ErrorReport(root).report(error);
    }
    return afterOutput(exitCode, root, args);
  }

  /** A command whose output is lost has failed, even if its work is done. */
  private static int afterOutput(int exitCode, BergviewCommand root, String[] args) {
    StandardOutput out = root.console().standardOutput();
    out.flush();
    if (!out.failedUnnoticed()) {
      return exitCode;
    }
    try {
      out.check();
      return exitCode;
    } catch (BrokenPipe nobodyReads) {
      return exitCode;
    } catch (StorageException lost) {
      int failed = report(root, args).report(lost);
      return exitCode == ExitCode.DONE.number() ? failed : exitCode;
    }
  }

  private static int wrongUsage(ParameterException problem, BergviewCommand root, String[] given) {
    return report(root, given).report(UsageErrors.of(problem));
  }

  /** Also of a command line that was not read to its end, as with an error in it or --help. */
  private static ErrorReport report(BergviewCommand root, String[] given) {
    List<String> args = Arrays.asList(given);
    return new ErrorReport(root, args.contains("--json"), args.contains("--verbose"));
  }
}
