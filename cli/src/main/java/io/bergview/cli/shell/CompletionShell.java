package io.bergview.cli.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/** A shell that completes commands. */
public enum CompletionShell {
  BASH,
  ZSH,
  FISH;

  /**
   * The script that teaches the shell all commands and options. It reads the names of views and
   * types from the files of the project in which the user stands, without a start of Java.
   *
   * @param root the command line with all its commands
   */
  public String script(CommandLine root) {
    CommandWords all = CommandWords.of(root);
    List<CommandWords> commands =
        CommandWords.commandsOf(root).stream().map(CommandWords::of).toList();
    Map<String, String> parts =
        switch (this) {
          case BASH -> new BashWords(all, commands).parts();
          case ZSH -> new ZshWords(all, commands).parts();
          case FISH -> new FishWords(all, commands).parts();
        };
    String script = resource("completion." + name().toLowerCase(Locale.ROOT));
    script = script.replace("{{words}}", resource("words.sh").strip());
    script = script.replace("{{names}}", resource("names.awk").strip());
    for (Map.Entry<String, String> part : parts.entrySet()) {
      script = script.replace("{{" + part.getKey() + "}}", part.getValue().stripTrailing());
    }
    return script;
  }

  private static String resource(String name) {
    try (InputStream in = CompletionShell.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("There is no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
