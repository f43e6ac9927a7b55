package io.bergview.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TickJournalTest {
  private static final String TABLE = "9c12d441-03fe-4693-9a96-a0705ddf69c1";
  private static final Instant FIRST = Instant.parse("2026-01-29T00:00:00Z");

  @TempDir private Path folder;
  private TickJournal journal;

  @BeforeEach
  void open() throws IOException {
    Files.writeString(folder.resolve(Project.FILE), "");
    journal = new TickJournal(Project.open(folder, Map.of()));
  }

  private static TicksMissed missed(String table, Instant first, int ticks) {
    Instant last = first.plus(Duration.ofDays(ticks - 1L));
    Instant caughtUp = last.plus(Duration.ofDays(1));
    return new TicksMissed(
        caughtUp.plusMillis(43_200_250), "StatusHistory", table, first, last, ticks, caughtUp);
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".bergview/journal"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("StatusHistory-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void oneLineIsTheDocumentedOne() throws IOException {
    TicksMissed missed = missed(TABLE, FIRST, 2);
    journal.add(missed);
    assertThat(file().getFileName().toString()).endsWith(".ticks.ndjson");
    assertThat(Files.readString(file()))
        .isEqualTo(
            "{\"time\":\"2026-01-31T12:00:00.250Z\",\"view\":\"StatusHistory\","
                + "\"table\":\"9c12d441-03fe-4693-9a96-a0705ddf69c1\","
                + "\"first\":\"2026-01-29T00:00:00Z\",\"last\":\"2026-01-30T00:00:00Z\","
                + "\"ticks\":2,\"caughtUp\":\"2026-01-31T00:00:00Z\"}\n");
    assertThat(journal.of("StatusHistory", TABLE)).containsExactly(missed);
  }

  @Test
  void ticksThatAreKnownAreNotWrittenAgain() throws IOException {
    journal.add(missed(TABLE, FIRST, 2));
    journal.add(missed(TABLE, FIRST, 2));
    journal.add(missed(TABLE, FIRST, 1));
    assertThat(Files.readAllLines(file())).hasSize(1);
  }

  @Test
  void moreTicksAfterTheSameFirstCountInsteadOfThose() {
    journal.add(missed(TABLE, FIRST, 2));
    journal.add(missed(TABLE, FIRST, 3));
    journal.add(missed(TABLE, FIRST.plus(Duration.ofDays(9)), 1));
    assertThat(journal.of("StatusHistory", TABLE))
        .containsExactlyInAnyOrder(
            missed(TABLE, FIRST, 3), missed(TABLE, FIRST.plus(Duration.ofDays(9)), 1));
  }

  @Test
  void earlierViewOfTheNameIsNoneOfIt() {
    journal.add(missed("another", FIRST, 2));
    journal.add(missed(TABLE, FIRST, 1));
    assertThat(journal.of("StatusHistory", TABLE)).containsExactly(missed(TABLE, FIRST, 1));
    journal.forget("StatusHistory");
    assertThat(journal.of("StatusHistory", TABLE)).isEmpty();
  }

  @Test
  void damagedLinesArePassedOver() throws IOException {
    journal.add(missed(TABLE, FIRST, 2));
    Files.writeString(
        file(),
        """
        {"view": "StatusHistory", "table": "%1$s", "ticks": 2, "time": "yesterday"}
        {"view": "StatusHistory", "table": "%1$s", "ticks": "many"}
        {"view": "StatusHis\
        """
            .formatted(TABLE),
        StandardOpenOption.APPEND);
    assertThat(journal.of("StatusHistory", TABLE)).containsExactly(missed(TABLE, FIRST, 2));
  }
}
