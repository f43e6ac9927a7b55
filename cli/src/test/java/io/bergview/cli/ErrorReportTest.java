package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class ErrorReportTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final BergviewCommand root =
      new BergviewCommand(
          new Console(
              new ByteArrayInputStream(new byte[0]),
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              false,
              false,
              Path.of("/"),
              Clock.systemUTC()));

  @Test
  void unexpectedErrorsAreInternalAndSuggestVerbose() {
    int exitCode = new ErrorReport(root).report(new IllegalStateException("odd"));
    assertThat(exitCode).isEqualTo(1);
    assertThat(told())
        .startsWith("error INTERNAL: ")
        .contains("IllegalStateException: odd", "--verbose")
        .hasLineCount(1);
  }

  @Test
  void theStackTraceIsForTheVerboseOnlyAndHidesSecretsToo() {
    new ErrorReport(root, false, true)
        .report(new IllegalStateException("jdbc:x://ann:hunter22@host/db"));
    assertThat(told()).contains("\tat io.bergview.cli.ErrorReportTest").doesNotContain("hunter22");
  }

  @Test
  void failedReadingAndRunningOutOfMemoryHaveCodesOfTheirOwn() {
    new ErrorReport(root).report(new UncheckedIOException(new IOException("disk on fire")));
    assertThat(told()).startsWith("error STORAGE_FAILED: ").contains("disk on fire");
    err.reset();
    new ErrorReport(root).report(new OutOfMemoryError("Java heap space"));
    assertThat(told()).startsWith("error OUT_OF_MEMORY: ");
  }

  private String told() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
