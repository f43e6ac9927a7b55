package io.bergview.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A shell at a terminal without any abilities. */
class SqlShellTest {
  @TempDir private Path folder;
  private final List<String> statements = new ArrayList<>();

  private final SqlShell.Session session =
      new SqlShell.Session() {
        @Override
        public void run(String text) {
          statements.add(text);
        }

        @Override
        public boolean holdsSecret(String text) {
          return text.contains("hunter22");
        }

        @Override
        public List<String> names() {
          return List.of("DailyRevenue", "shop.orders");
        }

        @Override
        public List<String> columns(String name) {
          return name.equals("shop.orders") ? List.of("order_id", "total") : List.of();
        }
      };

  private String type(Path history, String... lines) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String typed = String.join("\n", lines) + "\n";
    try (Terminal terminal =
        TerminalBuilder.builder()
            .system(false)
            .streams(new ByteArrayInputStream(typed.getBytes(UTF_8)), new ByteArrayOutputStream())
            .type("dumb")
            .build()) {
      new SqlShell(session, new PrintStream(out, true, UTF_8)).run(terminal, history);
    }
    return out.toString(UTF_8);
  }

  @Test
  void aStatementGoesOnUpToItsSemicolon() throws Exception {
    type(null, "SHOW", "  TABLES; -- all", "SELECT ';", "';", "", "\\q", "SHOW TABLES;");
    assertThat(statements).containsExactly("SHOW\n  TABLES; -- all", "SELECT ';\n';");
  }

  @ParameterizedTest
  @CsvSource({
    "\\d, SHOW TABLES",
    "\\dt, SHOW TABLES",
    "\\dv, SHOW MATERIALIZED VIEWS",
    "\\d shop.orders, DESCRIBE shop.orders",
    "'\\d  orders ;', DESCRIBE orders"
  })
  void commandsStandForStatements(String command, String statement) throws Exception {
    type(null, command);
    assertThat(statements).map(String::strip).containsExactly(statement);
  }

  @Test
  void otherCommandsAreAnswered() throws Exception {
    assertThat(type(null, "\\?", "\\nope", "\\timing", "SHOW TABLES;", "quit", "\\d"))
        .contains("\\dv            list materialized views")
        .contains("There is no command '\\nope'")
        .contains("Timing is on.")
        .containsPattern("Time: \\d+\\.\\d ms");
    assertThat(statements).hasSize(1);
  }

  @Test
  void theHistoryIsPrivateAndHoldsNoSecrets() throws Exception {
    Path history = folder.resolve("history");
    type(
        history,
        "SHOW TABLES;",
        "SELECT 'hunter22';",
        "SELECT 'password=geheim';",
        "SHOW MATERIALIZED VIEWS;");
    assertThat(statements).hasSize(4);
    assertThat(Files.readString(history))
        .contains("SHOW TABLES;", "SHOW MATERIALIZED VIEWS;")
        .doesNotContain("hunter22", "geheim");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
        .isEqualTo("rw-------");
  }

  @Test
  void keywordsNamesAndColumnsAreCompleted() {
    SqlCompleter completer = new SqlCompleter(session);
    assertThat(completer.candidates("sel", "sel")).contains("select", "DailyRevenue");
    assertThat(completer.candidates("SEL", "SEL")).contains("SELECT");
    assertThat(completer.candidates("SELECT * FROM Shop.Orders WHERE ", ""))
        .contains("order_id", "total");
    assertThat(completer.candidates("SELECT * FROM x WHERE ", "")).doesNotContain("order_id");
  }
}
