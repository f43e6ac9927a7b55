package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is lost where standard output cannot be written is never called done. */
@Tag("contract")
@EnabledOnOs(OS.LINUX)
class FullStandardOutputTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir private static Path folder;
  private static Cli cli;

  @BeforeAll
  static void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.02");
    cli.done("apply");
    cli.done("refreshView", "--all");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--version",
        "help",
        "help find",
        "find --help",
        "init other",
        "generate shop --changes 1",
        "apply",
        "apply --plan --json",
        "defineView -f views/DailyRevenue.yaml",
        "listViews",
        "listViews --json",
        "getViewState DailyRevenue",
        "explainView DailyRevenue",
        "history DailyRevenue",
        "lineage",
        "lineage --format json",
        "lineage --format mermaid",
        "lineage --format svg",
        "refreshView DailyRevenue",
        "refreshView --all --dry-run --json",
        "refreshView --due",
        "verifyView DailyRevenue",
        "vacuumView DailyRevenue",
        "compactView DailyRevenue",
        "find OrderDetails --format table",
        "find OrderDetails --format json",
        "find OrderDetails --format ndjson",
        "find OrderDetails --format csv",
        "find OrderDetails --format arrow",
        "find OrderDetails --format json --origin",
        "find OrderDetails --limit 0 --format csv",
        "find OrderDetails --explain",
        "find OrderDetails --explain --json",
        "serve --no-http --for 1s",
        "dropView CategorySales --yes"
      })
  void everyCommandFailsWhereStandardOutputIsFull(String command) throws IOException {
    Cli.Result result = cli.runTo(FULL, command.split(" "));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err())
        .containsOnlyOnce("STORAGE_FAILED")
        .contains("standard output", "No space left on device");
  }

  @Test
  void errorsAreJsonWithTheJsonOption() throws IOException {
    Cli.Result result = cli.runTo(FULL, "listViews", "--json");
    assertThat(result.error().get("code").asText()).isEqualTo("STORAGE_FAILED");
  }

  @Test
  void anErrorOfTheCommandKeepsItsOwnExitCode() throws IOException {
    Cli.Result result = cli.runTo(FULL, "find", "Nothing");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("VIEW_NOT_FOUND").doesNotContain("STORAGE_FAILED");
  }

  @Test
  void aDemoStopsAtTheFirstLineThatIsLost() throws IOException {
    Cli.Result result = cli.runTo(FULL, "demo", "--dir", "demo", "--scale", "0.01");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).containsOnlyOnce("STORAGE_FAILED");
  }

  @Test
  void brokenPipeIsDistinguishedFromOtherFailures() throws Exception {
    Process gone = processThatReadsNothing();
    IOException broken =
        catchThrowableOfType(
            IOException.class,
            () -> {
              try (OutputStream pipe = gone.getOutputStream()) {
                pipe.write(1);
              }
            });
    gone.destroyForcibly();
    assertThat(broken).matches(BrokenPipe::is);
    assertThat(new IOException("No space left on device")).matches(e -> !BrokenPipe.is(e));
    assertThat(new IOException((String) null)).matches(e -> !BrokenPipe.is(e));
  }

  @ParameterizedTest
  @ValueSource(strings = {"listViews", "--help", "find OrderDetails --format csv"})
  void aReaderThatLeavesIsNoFailure(String command) throws Exception {
    Process gone = processThatReadsNothing();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            StandardOutput.to(gone.getOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            folder,
            Clock.systemUTC());
    int exitCode = Main.run(command.split(" "), console);
    gone.destroyForcibly();
    assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  /** Its standard input is closed when this returns. */
  private static Process processThatReadsNothing() throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", "exec <&-; echo closed; exec sleep 60").start();
    assertThat(process.getInputStream().read()).isEqualTo('c');
    return process;
  }
}
