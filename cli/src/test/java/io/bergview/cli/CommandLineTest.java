package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void stand() {
    cli = Cli.in(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "lstViews | There is no command 'lstViews' (did you mean 'listViews'?)",
        "refresh-veiw | There is no command 'refresh-veiw' (did you mean 'refreshView'?)",
        "help fnd | There is no command 'fnd' (did you mean 'find'?)",
        "find V --frmat csv | 'bergview find' has no option '--frmat' (did you mean '--format'?)",
        "find V --format cvs | there is no format 'cvs' (did you mean 'csv'?)",
        "find V W | 'bergview find' takes no further argument 'W'",
        "find V --output a\0b | cannot be a path",
        "find V --limit many | Invalid value for option '--limit'",
        "find | Missing required parameter: 'NAME'",
        "defineView | Missing required option: '--file=FILE'",
        "refreshView | Name the views to refresh, or use --all",
        "refreshView --all V | Name the views to refresh, or use --all",
        "find V --format parquet | write it to a file with --output FILE",
        "generate tpch --seed 1 | --seed is for the shop, or for changes; add --changes N",
        "generate shop --share 1 | --share, --kind, --write and --spread are for rounds",
        "generate tpch --changes 1 --share 0 | The share of a round is 0.0 percent",
        "generate tpch --changes 1 --kind merge | --kind is 'merge'; it must be one of insert,"
            + " update, delete, mixed",
        "generate shop --format-version 4 | Format version is 4; it must be 2 or 3",
        "generate shop --changes -1 | cannot be negative"
      })
  void wrongUsageSaysWhatWasMeant(String line, String message) {
    Cli.Result result = cli.run(line.split(" "));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("error USAGE: ").contains(message).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void wrongUsageIsJsonForMachines() {
    Cli.Result result = cli.run("find", "--json", "--frmat", "csv", "V");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.error().get("code").asText()).isEqualTo("USAGE");
    assertThat(result.error().get("message").asText()).contains("--format");
    assertThat(result.error().get("problems").isArray()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "init",
        "generate",
        "apply",
        "defineView",
        "listTables",
        "describeTable",
        "discover",
        "listViews",
        "getViewState",
        "explainView",
        "refreshView",
        "find",
        "dropView",
        "listNamespaces",
        "createNamespace",
        "renameNamespace",
        "protectNamespace",
        "dropNamespace"
      })
  void helpTeachesEveryCommandWithAnExample(String command) {
    Cli.Result help = cli.done(command, "--help");
    assertThat(help.out())
        .contains("Usage: bergview " + command)
        .containsPattern("Examples?:\\R  bergview " + command)
        .contains("--project", "--json", "--verbose");
    assertThat(cli.done("help", command).out()).isEqualTo(help.out());
    assertThat(cli.done("help").out()).contains("\n  " + command);
  }

  @ParameterizedTest
  @CsvSource({
    "define-view,defineView",
    "registerView,defineView",
    "register-view,defineView",
    "list-tables,listTables",
    "describe-table,describeTable",
    "list-views,listViews",
    "get-view-state,getViewState",
    "explain-view,explainView",
    "refresh-view,refreshView",
    "drop-view,dropView"
  })
  void aliasesAreTheSameCommand(String alias, String command) {
    assertThat(cli.done("help", alias).out()).isEqualTo(cli.done("help", command).out());
    assertThat(cli.done(alias, "-h").out()).contains(command);
  }

  @Test
  void withoutACommandTheUsageIsShownAndNothingIsDone() {
    Cli.Result result = cli.run();
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("Commands:", "refreshView");
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(cli.done("--version").out()).startsWith("bergview ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listViews",
        "listTables",
        "describeTable a.b",
        "discover",
        "apply",
        "getViewState V",
        "find V",
        "refreshView V",
        "dropView V --yes",
        "generate shop"
      })
  void outsideAProjectEveryCommandSaysSo(String line) {
    Cli.Result result = cli.run(line.split(" "));
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .startsWith("error PROJECT_NOT_FOUND: ")
        .contains(folder.toString(), "bergview init");
  }
}
