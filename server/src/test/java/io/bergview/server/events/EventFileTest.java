package io.bergview.server.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Lines are in the file whole or not at all. */
class EventFileTest {
  private static final String LINE = "{\"event\": \"" + "x".repeat(250) + "\"}";

  @TempDir private Path folder;

  @Test
  void linesFollowEachOtherAndAHalfOneEndsBeforeTheNext() throws IOException {
    Path file = folder.resolve("new/events.ndjson");
    EventFile events = new EventFile(file);
    events.append("one");
    events.append("two");
    assertThat(Files.readString(file)).isEqualTo("one\ntwo\n");
    Files.writeString(file, "one\ntw");
    events.append("three");
    assertThat(Files.readString(file)).isEqualTo("one\ntw\nthree\n");
  }

  @Test
  void whatCannotBeWrittenIsAnError() {
    assertThatThrownBy(() -> new EventFile(folder).append("one")).isInstanceOf(IOException.class);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it limits the size of files by ulimit of sh")
  void noHalfLineIsLeftWhereThereIsNoMoreRoom() throws Exception {
    Path file = folder.resolve("events.ndjson");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f 2; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Limited.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).describedAs(said).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).isNotEmpty().allMatch(LINE::equals);
    assertThat(said.strip()).isEqualTo(lines.size() + " of 20 written");
    assertThat(Files.readString(file)).endsWith("\n");
    assertThat(lines.size()).isLessThan(20);
  }

  /** Appends lines in a process whose files may not become large. */
  static final class Limited {
    private Limited() {}

    public static void main(String[] args) {
      EventFile events = new EventFile(Path.of(args[0]));
      int written = 0;
      for (int i = 0; i < 20; i++) {
        try {
          events.append(LINE);
          written++;
        } catch (IOException full) {
          // That is what it is about.
        }
      }
      System.out.println(written + " of 20 written");
    }
  }
}
