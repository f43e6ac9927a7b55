package io.bergview.docs;

import io.bergview.cli.Console;
import io.bergview.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Types the commands of a page, in a folder of its own in which {@code bergview} is at hand. A
 * plain {@code bergview} command runs in this process, {@code cd} moves the session, anything else
 * is bash's.
 */
final class Session {
  private static final long MOST_SECONDS = 300;
  private static final Pattern EXIT = Pattern.compile("\\s+#\\s*exit (\\d+)\\s*$");
  private static final Pattern BERGVIEW = Pattern.compile("(\\.{1,2}/)*bergview\\s.*");
  private static final Pattern HERE_DOCUMENT = Pattern.compile(".*<<\\s*'?(\\w+)'?.*");

  private final Path home;
  private Path folder;

  /** A command as typed, and how it is to end. */
  record Command(String text, int exitCode) {
    static Command of(String text) {
      Matcher exit = EXIT.matcher(text);
      return exit.find()
          ? new Command(text.substring(0, exit.start()), Integer.parseInt(exit.group(1)))
          : new Command(text, 0);
    }
  }

  /** How a command ended, and its two outputs as a terminal mixes them. */
  record Outcome(int exitCode, List<String> output) {}

  Session(Path home) throws IOException {
    this.home = home;
    this.folder = home;
    Path script = home.resolve("bergview");
    Files.writeString(
        script,
        "#!/bin/bash\nexec %s io.bergview.cli.Main \"$@\"\n".formatted(String.join(" ", java())));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<String> java() {
    return List.of(
        "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "'",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xlog:disable",
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "-cp",
        "'" + System.getProperty("java.class.path") + "'");
  }

  /** The commands of a block, comments and blank lines left out. */
  static List<Command> commands(List<String> lines) {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      StringBuilder text = new StringBuilder(lines.get(i));
      if (text.toString().isBlank() || text.toString().strip().startsWith("#")) {
        continue;
      }
      Matcher here = HERE_DOCUMENT.matcher(text);
      if (here.matches()) {
        String end = here.group(1);
        do {
          text.append('\n').append(lines.get(++i));
        } while (!lines.get(i).equals(end));
      } else {
        while (text.charAt(text.length() - 1) == '\\') {
          text.setLength(text.length() - 1);
          text.append(lines.get(++i));
        }
      }
      commands.add(Command.of(text.toString()));
    }
    return commands;
  }

  Outcome run(String command) throws Exception {
    String text = command.strip();
    if (text.matches("cd \\S+")) {
      folder = folder.resolve(text.substring(3)).normalize();
      return Files.isDirectory(folder)
          ? new Outcome(0, List.of())
          : new Outcome(1, List.of("cd: no such folder: " + folder));
    }
    Optional<List<String>> words =
        BERGVIEW.matcher(text).matches() ? words(text) : Optional.empty();
    return words.isPresent() ? inProcess(words.get().subList(1, words.get().size())) : bash(text);
  }

  /** A Java program of one file, run as {@code java FILE} does. */
  Outcome java(String source) throws Exception {
    Path file = Files.writeString(home.resolve("Example.java"), source);
    return bash(String.join(" ", java()) + " '" + file + "'");
  }

  private Outcome inProcess(List<String> args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int exitCode =
        Main.run(
            args.toArray(String[]::new),
            new Console(
                InputStream.nullInputStream(), out, out, false, false, folder, Clock.systemUTC()));
    return new Outcome(exitCode, bytes.toString(StandardCharsets.UTF_8).lines().toList());
  }

  private Outcome bash(String text) throws Exception {
    Path output = Files.createTempFile(home, ".output", "");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", text)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("HOME", home.toString());
    builder.environment().merge("PATH", home.toString(), (path, own) -> own + ":" + path);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "'%s' did not end within %d seconds".formatted(text, MOST_SECONDS));
    }
    List<String> lines = Files.readAllLines(output);
    Files.delete(output);
    return new Outcome(process.exitValue(), lines);
  }

  /** The words of a command, quotes taken off; empty where only a shell can say what it means. */
  static Optional<List<String>> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        int end = text.indexOf('\'', i + 1);
        if (end < 0) {
          return Optional.empty();
        }
        word.append(text, i + 1, end);
        inWord = true;
        i = end;
      } else if (c == ' ') {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
      } else if (c == '#' && !inWord) {
        break;
      } else if ("\"\\$`|&;<>()*?[]{}~!\n".indexOf(c) >= 0) {
        return Optional.empty();
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return Optional.of(words);
  }
}
