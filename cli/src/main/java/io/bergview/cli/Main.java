package io.bergview.cli;

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
    console.out().flush();
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
    Logs.verbose(Arrays.asList(args).contains("--verbose"));
    BergviewCommand root = new BergviewCommand(console);
    CommandLine line = new CommandLine(root, new Commands(root));
    line.setOut(new java.io.PrintWriter(console.out(), true));
    line.setErr(new java.io.PrintWriter(console.err(), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Path.class, WrongUsage::path);
    // Else the -order of --sort -order is taken for the option -o.
    line.setAllowOptionsAsOptionParameters(true);
    line.setUsageHelpLongOptionsMaxWidth(30);
    line.setParameterExceptionHandler((problem, given) -> wrongUsage(problem, root, given));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> new ErrorReport(root).report(failure));
    try {
      return line.execute(args);
    } catch (Throwable error) { // The library lets errors pass; nobody above would tell of them.
      return new ErrorReport(root).report(error);
    }
  }

  private static int wrongUsage(ParameterException problem, BergviewCommand root, String[] given) {
    List<String> args = Arrays.asList(given);
    return new ErrorReport(root, args.contains("--json"), args.contains("--verbose"))
        .report(WrongUsage.of(problem));
  }
}
