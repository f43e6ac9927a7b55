package io.bergview.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal of refreshes that failed. */
class FailureJournalTest {
  private static final String TABLE = "9c12d441-03fe-4693-9a96-a0705ddf69c1";

  /** The beginning of the SHA-256 of {@code DailyRevenue}. */
  private static final String HASH = "1ee99adc3051d674";

  @TempDir private Path folder;
  private FailureJournal journal;

  @BeforeEach
  void project() throws IOException {
    Files.writeString(
        folder.resolve(Project.FILE),
        "catalogs: {lake: {type: sqlite, warehouse: warehouse, jdbc.password: '${env:SECRET}'}}\n");
    journal = new FailureJournal(Project.open(folder, Map.of("SECRET", "hunter22")));
  }

  private static RefreshFailure failure(String message, long number) {
    return JournalProcess.failure("V", message, number);
  }

  private List<RefreshFailure> read() {
    return journal.of("V", TABLE, Integer.MAX_VALUE);
  }

  @Test
  void oneLineIsTheDocumentedOne() throws IOException {
    RefreshFailure failure =
        new RefreshFailure(
            Instant.parse("2026-01-31T12:00:00.250Z"),
            "DailyRevenue",
            Optional.of(TABLE),
            "OVERFLOW",
            "a \"sum\"\nof too much",
            Optional.of("merge"),
            Duration.ofMillis(412),
            4711);
    journal.add(failure);
    String line =
        "{\"time\":\"2026-01-31T12:00:00.250Z\",\"view\":\"DailyRevenue\","
            + "\"table\":\"9c12d441-03fe-4693-9a96-a0705ddf69c1\",\"code\":\"OVERFLOW\","
            + "\"message\":\"a \\\"sum\\\"\\nof too much\",\"kind\":\"merge\",\"durationMs\":412,"
            + "\"process\":4711}\n";
    String name = "DailyRevenue-%s.ndjson";
    Path file = folder.resolve(".bergview/journal").resolve(name.formatted(HASH));
    assertThat(Files.readString(file)).isEqualTo(line);
    assertThat(journal.of("DailyRevenue", TABLE, 10)).containsExactly(failure);
  }

  @Test
  void newestComeFirstUpToTheLimit() {
    for (int i = 0; i < 5; i++) {
      journal.add(failure("failure " + i, i));
    }
    assertThat(journal.of("V", TABLE, 2))
        .extracting(RefreshFailure::message)
        .containsExactly("failure 4", "failure 3");
    assertThat(journal.of("W", TABLE, 2)).isEmpty();
    assertThat(journal.of("V", "another table", 2)).isEmpty();
  }

  @Test
  void secretsAreHidden() throws IOException {
    journal.add(failure("cannot reach jdbc:x://me:pw@db/?password=abc with hunter22", 1));
    String text = Files.readString(journal.current("V"));
    assertThat(text).contains("***").doesNotContain("hunter22", "me:pw", "abc");
  }

  @Test
  void aTornLineIsPassedOverAndHarmsNoOther() throws IOException {
    journal.add(failure("first", 1));
    Files.writeString(
        journal.current("V"), "{\"time\":\"2026-01-31T12:0", StandardOpenOption.APPEND);
    assertThat(read()).extracting(RefreshFailure::message).containsExactly("first");
    journal.add(failure("second", 2));
    assertThat(read()).extracting(RefreshFailure::message).containsExactly("second", "first");
    Files.writeString(
        journal.current("V"),
        "\n[]\n42\n{\"time\":\"soon\",\"view\":\"V\",\"code\":\"X\"}\n",
        StandardOpenOption.APPEND);
    assertThat(read()).hasSize(2);
  }

  @Test
  void unknownFieldsOfALineAreIgnored() throws IOException {
    journal.add(failure("first", 1));
    Path file = journal.current("V");
    Files.writeString(file, Files.readString(file).replace("{", "{\"more\":{\"a\":[1]},"));
    assertThat(read()).containsExactly(failure("first", 1));
  }

  @Test
  @Tag("long")
  void aFullFileReplacesTheOldOne() throws IOException {
    String long1 = "x".repeat(4_000);
    int lines = (int) (JournalFiles.LARGEST_BYTES / 4_100);
    for (int i = 0; i < 3 * lines; i++) {
      journal.add(failure(long1, i));
    }
    assertThat(Files.size(journal.current("V"))).isLessThanOrEqualTo(JournalFiles.LARGEST_BYTES);
    assertThat(Files.size(journal.old("V"))).isLessThanOrEqualTo(JournalFiles.LARGEST_BYTES);
    List<RefreshFailure> kept = read();
    assertThat(kept).hasSizeBetween(lines, 2 * lines + 200);
    assertThat(kept.get(0).duration()).isEqualTo(Duration.ofMillis(3L * lines - 1));
    try (var files = Files.list(folder.resolve(".bergview/journal"))) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void aMessageWithoutEndIsCut() {
    journal.add(failure("y".repeat(2_000_000), 1));
    assertThat(read().get(0).message()).hasSize(4_003).endsWith("...");
  }

  @Test
  @Tag("long")
  void severalProcessesAndThreadsLoseNoLine() throws Exception {
    int each = 40;
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              JournalProcess.class.getName(),
              folder.toString(),
              "V",
              Integer.toString(each));
      builder.environment().put("SECRET", "hunter22");
      processes.add(
          builder
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int from = (i + 1) * 1_000;
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  journal.add(failure("thread", from + n));
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Process process : processes) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    Set<Long> writers = new HashSet<>();
    List<RefreshFailure> all = read();
    all.forEach(failure -> writers.add(failure.process()));
    assertThat(all).hasSize(5 * each);
    assertThat(writers).hasSize(4);
  }

  @Test
  void whatCannotBeWrittenOrReadFailsNothing() throws IOException {
    Files.createDirectories(folder.resolve(".bergview"));
    Files.writeString(folder.resolve(".bergview/journal"), "in the way");
    journal.add(failure("first", 1));
    assertThat(read()).isEmpty();
    journal.forget("V");
  }

  @Test
  void namesThatNoFileMayHaveAndThoseThatDifferInCaseWork() {
    List<String> views = List.of("a b", "a_b", "A B", "ü/\u0000", "x".repeat(200), "..");
    for (String view : views) {
      journal.add(JournalProcess.failure(view, view, 1));
    }
    for (String view : views) {
      assertThat(journal.of(view, TABLE, 10))
          .extracting(RefreshFailure::message)
          .containsExactly(view);
      assertThat(journal.current(view).getParent())
          .isEqualTo(folder.toAbsolutePath().resolve(".bergview/journal"));
    }
  }

  @Test
  void aViewThatIsForgottenLeavesNothing() throws IOException {
    journal.add(failure("first", 1));
    journal.add(JournalProcess.failure("W", "other", 1));
    journal.forget("V");
    assertThat(read()).isEmpty();
    assertThat(journal.of("W", TABLE, 1)).hasSize(1);
    assertThat(journal.current("V")).doesNotExist();
  }
}
