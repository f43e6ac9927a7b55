package io.bergview.cli.shell;

import io.bergview.projection.statement.Statements;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An interactive shell for SQL: statements over several lines up to their semicolon, history,
 * completion, and commands that begin with a backslash.
 */
public final class SqlShell {
  private static final String PROMPT = "bergview> ";
  private static final String CONTINUED = "       -> ";
  private static final String HELP =
      """
      Statements end with ';' and may span several lines. docs/sql.md describes them.
        \\d             list tables and views
        \\d NAME        describe a table or a view
        \\dt            list tables
        \\dv            list materialized views
        \\timing        show how long statements take, or do not
        \\?             this help
        \\q             quit; so do quit, exit and Ctrl-D
      Tab completes keywords and the names of tables, views and columns. Ctrl-C drops the line.\
      """;

  private final Session session;
  private final PrintStream out;
  private boolean timing;

  /** What a shell works on. */
  public interface Session {
    /** Runs statements; failures are reported there. */
    void run(String text) throws IOException;

    /** Whether a text must not be kept. */
    boolean holdsSecret(String text);

    /** Names of tables and views. */
    List<String> names();

    /** Names of the columns of a table or a view; none if there is no such. */
    List<String> columns(String name);
  }

  public SqlShell(Session session, PrintStream out) {
    this.session = session;
    this.out = out;
  }

  /**
   * Reads and runs until the user quits, at the terminal of this process.
   *
   * @param history the file that keeps it; null for none
   */
  public void run(@Nullable Path history) throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      run(terminal, history);
    }
  }

  void run(Terminal terminal, @Nullable Path history) throws IOException {
    ShellHistory kept = new ShellHistory(session);
    LineReader reader =
        LineReaderBuilder.builder()
            .appName("bergview")
            .terminal(terminal)
            .parser(new StatementReader())
            .completer(new SqlCompleter(session))
            .history(kept)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            .build();
    if (history != null) {
      ShellHistory.makePrivate(history);
      reader.setVariable(LineReader.HISTORY_FILE, history);
    }
    out.println("Statements end with ';'. \\? shows help, \\q quits.");
    out.flush();
    boolean more = true;
    while (more) {
      try {
        more = handle(reader.readLine(PROMPT));
      } catch (UserInterruptException dropped) {
        more = true;
      } catch (EndOfFileException quit) {
        more = false;
      }
    }
    kept.save();
  }

  /**
   * @return whether to go on
   */
  private boolean handle(String line) throws IOException {
    String text = line.strip();
    String word = text.toLowerCase(Locale.ROOT).replaceAll(";$", "").strip();
    if (List.of("\\q", "quit", "exit").contains(word)) {
      return false;
    }
    if (List.of("\\?", "help", "\\help", "\\h").contains(word)) {
      out.println(HELP);
    } else if (word.equals("\\timing")) {
      timing = !timing;
      out.println("Timing is " + (timing ? "on." : "off."));
    } else if (text.startsWith("\\")) {
      Optional<String> statement = statement(text);
      if (statement.isPresent()) {
        execute(statement.get());
      } else {
        out.println("There is no command '%s'; \\? lists them".formatted(text));
      }
    } else if (!text.isEmpty()) {
      execute(line);
    }
    out.flush();
    return true;
  }

  /** The statement that a command stands for. */
  static Optional<String> statement(String command) {
    String[] words = command.replaceAll(";\\s*$", "").strip().split("\\s+", 2);
    if (words.length == 2) {
      return words[0].equals("\\d") ? Optional.of("DESCRIBE " + words[1]) : Optional.empty();
    }
    return switch (words[0]) {
      case "\\d", "\\dt" -> Optional.of("SHOW TABLES");
      case "\\dv", "\\dm" -> Optional.of("SHOW MATERIALIZED VIEWS");
      default -> Optional.empty();
    };
  }

  private void execute(String text) throws IOException {
    long start = System.nanoTime();
    session.run(text);
    if (timing) {
      out.printf(Locale.ROOT, "Time: %.1f ms%n", (System.nanoTime() - start) / 1e6);
    }
  }

  /** Whether a line can run as it is: a command, or whole statements. */
  static boolean isComplete(String text) {
    String stripped = text.strip();
    return stripped.isEmpty()
        || stripped.startsWith("\\")
        || List.of("help", "quit", "exit").contains(stripped.toLowerCase(Locale.ROOT))
        || Statements.isComplete(text);
  }
}
