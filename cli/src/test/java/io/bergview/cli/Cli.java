package io.bergview.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;

/** Runs commands in this process, standing in one folder. */
final class Cli {
  private final Path directory;
  private final boolean terminal;
  private final String input;

  private Cli(Path directory, boolean terminal, String input) {
    this.directory = directory;
    this.terminal = terminal;
    this.input = input;
  }

  static Cli in(Path directory) {
    return new Cli(directory, false, "");
  }

  /** As a person who types {@code input} would see it. */
  Cli onTerminal(String typed) {
    return new Cli(directory, true, typed);
  }

  /** As a pipe would feed it. */
  Cli reading(String piped) {
    return new Cli(directory, false, piped);
  }

  record Result(int exitCode, String out, String err) {
    JsonNode json() {
      return parse(out);
    }

    JsonNode error() {
      return parse(err);
    }

    private static JsonNode parse(String text) {
      try {
        return JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readTree(text);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + text, e);
      }
    }
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    PrintStream outText = new PrintStream(out, false, StandardCharsets.UTF_8);
    PrintStream errText = new PrintStream(err, false, StandardCharsets.UTF_8);
    int exitCode =
        Main.run(
            args,
            new Console(in, outText, errText, terminal, terminal, directory, Clock.systemUTC()));
    outText.flush();
    errText.flush();
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command whose standard output goes to a file or device. */
  Result runTo(Path standardOutput, String... args) throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    try (OutputStream out = Files.newOutputStream(standardOutput, StandardOpenOption.WRITE);
        PrintStream errText = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int exitCode =
          Main.run(
              args,
              new Console(
                  in,
                  StandardOutput.to(out),
                  errText,
                  terminal,
                  terminal,
                  directory,
                  Clock.systemUTC()));
      return new Result(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }
  }

  /** Runs what must succeed. */
  Result done(String... args) {
    Result result = run(args);
    if (result.exitCode() != 0) {
      throw new AssertionError(String.join(" ", args) + "\n" + result.err());
    }
    return result;
  }

  void write(String file, String text) {
    try {
      Path path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
