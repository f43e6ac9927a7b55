package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the log of a service shows of an error. */
class ServiceLineTest {
  private static final LoggingEvent FAILED =
      new LoggingEvent(
          "",
          new LoggerContext().getLogger("io.bergview.Any"),
          Level.DEBUG,
          "It failed here",
          new IllegalStateException("with s3cret", new IOException("the cause")),
          null);

  private static String line(LogFormat format, boolean traces) {
    return new ServiceLine(format, traces, text -> text.replace("s3cret", "***")).doLayout(FAILED);
  }

  @Test
  void verboseShowsTheStackTraceWithItsCausesAndWithoutSecrets() {
    assertThat(line(LogFormat.TEXT, true).lines())
        .hasSizeGreaterThan(3)
        .anyMatch(line -> line.endsWith("It failed here"))
        .contains("java.lang.IllegalStateException: with ***")
        .anyMatch(line -> line.contains("at io.bergview.cli.ServiceLineTest"))
        .contains("Caused by: java.io.IOException: the cause");
  }

  @Test
  void inJsonItIsAKeyOfTheSameLine() throws IOException {
    String line = line(LogFormat.JSON, true);
    assertThat(line.lines()).hasSize(1);
    assertThat(JsonMapper.builder().build().readTree(line).get("stack").asText())
        .contains("IllegalStateException: with ***", "Caused by: java.io.IOException: the cause");
  }

  @Test
  void otherwiseALineIsALine() {
    assertThat(line(LogFormat.TEXT, false).lines()).hasSize(1);
    assertThat(line(LogFormat.JSON, false)).doesNotContain("stack", "s3cret");
  }
}
