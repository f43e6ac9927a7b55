package io.bergview.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine;

/** The command line as picocli knows it, for tests outside this package. */
public final class CommandModel {
  private CommandModel() {}

  /** {@code bergview} with all its commands. */
  public static CommandLine root() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    BergviewCommand root =
        new BergviewCommand(
            new Console(
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                false,
                false,
                Path.of("").toAbsolutePath(),
                Clock.systemUTC()));
    return Commands.all(root);
  }
}
