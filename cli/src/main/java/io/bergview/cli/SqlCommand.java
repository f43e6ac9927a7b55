package io.bergview.cli;

import io.bergview.api.Bergview;
import io.bergview.api.sql.SqlResult;
import io.bergview.cli.shell.SqlShell;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.projection.statement.Place;
import io.bergview.projection.statement.Statement;
import io.bergview.projection.statement.Statements;
import io.bergview.refresh.RefreshProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sql}. */
@Command(
    name = "sql",
    header = {"Run SQL statements, or open a shell for them.", ""},
    description = {
      "Creates, alters, refreshes and drops materialized views, shows them and their tables, and"
          + " runs queries, as docs/sql.md describes. Statements end with a semicolon. They come"
          + " from -e, from a file, or from standard input; if that is a terminal, they are typed"
          + " in a shell with history and completion, and \\? there lists its commands. All"
          + " statements are parsed before the first one runs. The first that fails ends the"
          + " command with its exit code; what ran before it stays done."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview sql",
      "  bergview sql -e 'SHOW MATERIALIZED VIEWS'",
      "  bergview sql -e 'REFRESH MATERIALIZED VIEW DailyRevenue FULL' --json",
      "  bergview sql -f views.sql",
      "  echo 'DESCRIBE shop.orders' | bergview sql --format csv"
    })
final class SqlCommand extends ProjectCommand {
  private static final List<FindCommand.Format> FORMATS =
      List.of(
          FindCommand.Format.TABLE,
          FindCommand.Format.JSON,
          FindCommand.Format.NDJSON,
          FindCommand.Format.CSV);

  @Option(
      names = {"-e", "--execute"},
      paramLabel = "STATEMENT",
      description = "Run this statement; repeat it for several.")
  private List<String> statements = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Run the statements of a file.")
  private @Nullable Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FindCommand.Format.Parser.class,
      description = "table (default), json, ndjson, csv.")
  private FindCommand.@Nullable Format format;

  @Option(
      names = "--no-history",
      description =
          "Neither read nor write the shell's history, ~/.bergview_history. Statements that hold a"
              + " secret are never written to it.")
  private boolean noHistory;

  SqlCommand(BergviewCommand root) {
    super(root);
  }

  /**
   * A text with statements.
   *
   * @param origin shown in errors
   */
  private record Script(String origin, String text) {}

  @Override
  ExitCode run() throws Exception {
    FindCommand.Format chosen =
        format != null ? format : json() ? FindCommand.Format.JSON : FindCommand.Format.TABLE;
    if (!FORMATS.contains(chosen)) {
      throw new UsageException(
          ErrorCode.USAGE, "The formats of sql are table, json, ndjson and csv");
    }
    if (file != null && !statements.isEmpty()) {
      throw new UsageException(ErrorCode.USAGE, "Use -e or --file, but not both");
    }
    SqlOutput output = new SqlOutput(this, chosen);
    if (file == null && statements.isEmpty() && console().isInteractive()) {
      return refreshing(RefreshProgress.SILENT, bergview -> shell(bergview, output));
    }
    List<Script> scripts = scripts();
    return refreshing(RefreshProgress.SILENT, bergview -> run(bergview, scripts, output));
  }

  private List<Script> scripts() throws IOException {
    if (file != null) {
      Path path = console().resolve(file);
      if (!Files.isRegularFile(path)) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND, "There is no file %s".formatted(file));
      }
      return List.of(
          new Script(
              file.toString(), new String(Files.readAllBytes(path), StandardCharsets.UTF_8)));
    }
    if (!statements.isEmpty()) {
      return statements.stream().map(text -> new Script("-e", text)).toList();
    }
    return List.of(
        new Script("stdin", new String(console().in().readAllBytes(), StandardCharsets.UTF_8)));
  }

  /** All are parsed before the first one runs. */
  private ExitCode run(Bergview bergview, List<Script> scripts, SqlOutput output)
      throws IOException {
    List<List<Statement>> parsed = new ArrayList<>();
    for (Script script : scripts) {
      try {
        parsed.add(Statements.parse(script.text(), script.origin()));
      } catch (BergviewException e) {
        return errors(script).report(e, new Place(script.origin(), 1, 1, 0));
      }
    }
    for (int i = 0; i < parsed.size(); i++) {
      for (Statement statement : parsed.get(i)) {
        ExitCode exit = run(bergview, scripts.get(i), statement, output);
        if (exit != ExitCode.DONE) {
          return exit;
        }
      }
    }
    return ExitCode.DONE;
  }

  private StatementErrors errors(Script script) {
    return new StatementErrors(root(), script.text(), script.origin());
  }

  private ExitCode run(Bergview bergview, Script script, Statement statement, SqlOutput output)
      throws IOException {
    try (SqlResult result = bergview.sql(statement)) {
      output.write(statement, result);
      return ExitCode.DONE;
    } catch (BergviewException e) {
      return errors(script).report(e, statement.subject());
    }
  }

  private ExitCode shell(Bergview bergview, SqlOutput output) throws IOException {
    SqlShellSession session =
        new SqlShellSession(
            bergview, root(), text -> run(bergview, List.of(new Script("sql", text)), output));
    Path history = Path.of(System.getProperty("user.home"), ".bergview_history");
    SqlShell shell = new SqlShell(session, console().out());
    shell.run(noHistory ? null : history);
    return ExitCode.DONE;
  }

  /** Whatever fails, the shell goes on. */
  private void typed(Bergview bergview, String text, SqlOutput output) throws IOException {
    try {
      run(bergview, List.of(new Script("sql", text)), output);
    } catch (RuntimeException e) {
      new ErrorReport(root()).report(e);
    }
  }
}
