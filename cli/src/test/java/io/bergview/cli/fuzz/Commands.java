package io.bergview.cli.fuzz;

import io.bergview.cli.Console;
import io.bergview.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/** Runs commands in this process, what they and the log say being heard. */
final class Commands {
  private final Path folder;

  Commands(Path folder) {
    this.folder = folder;
  }

  record Result(int exitCode, String out, String err) {
    boolean done() {
      return exitCode == 0;
    }
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outText = new PrintStream(out, false, StandardCharsets.UTF_8);
    PrintStream errText = new PrintStream(err, true, StandardCharsets.UTF_8);
    PrintStream before = System.err;
    System.setErr(errText);
    int exitCode;
    try {
      exitCode =
          Main.run(
              args,
              new Console(
                  new ByteArrayInputStream(new byte[0]),
                  outText,
                  errText,
                  false,
                  false,
                  folder,
                  Clock.systemUTC()));
    } finally {
      System.setErr(before);
    }
    outText.flush();
    errText.flush();
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs what must succeed. */
  Result done(String... args) {
    Result result = run(args);
    if (!result.done()) {
      throw new AssertionError(String.join(" ", args) + "\n" + result.err());
    }
    return result;
  }
}
