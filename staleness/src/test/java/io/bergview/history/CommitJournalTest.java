package io.bergview.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.history.ViewEvent.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitJournalTest {
  private static final String TABLE = "9c12d441-03fe-4693-9a96-a0705ddf69c1";
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.250Z");

  @TempDir private Path folder;
  private CommitJournal journal;

  @BeforeEach
  void project() throws IOException {
    Files.writeString(
        folder.resolve(Project.FILE),
        "catalogs: {lake: {type: sqlite, warehouse: warehouse, jdbc.password: '${env:SECRET}'}}\n");
    journal = new CommitJournal(Project.open(folder, Map.of("SECRET", "hunter22")));
  }

  private static ViewEvent refresh(long snapshot, String message) {
    return new ViewEvent(
        EventKind.REFRESH,
        snapshot,
        NOON,
        "overwrite",
        Optional.of(
            new RefreshRecord(
                "r-" + snapshot,
                "merge",
                "SOURCE_CHANGED",
                message,
                3,
                120,
                118,
                2817,
                Duration.ofMillis(412))),
        List.of(new ViewEvent.Source("shop.orders", true, 41)));
  }

  private static ViewEvent compaction(long snapshot) {
    return new ViewEvent(
        EventKind.MAINTENANCE, snapshot, NOON, "replace", Optional.empty(), List.of());
  }

  @Test
  void linesAreTheDocumentedOnes() throws IOException {
    List<ViewEvent> commits = List.of(refresh(17, "a \"change\""), compaction(18));
    journal.add("DailyRevenue", TABLE, commits);
    assertThat(
            Files.readString(
                folder.resolve(".bergview/journal/DailyRevenue-1ee99adc3051d674.commits.ndjson")))
        .isEqualTo(
            "{\"version\":1,\"view\":\"DailyRevenue\","
                + "\"table\":\"9c12d441-03fe-4693-9a96-a0705ddf69c1\","
                + "\"time\":\"2026-01-31T12:00:00.250Z\",\"what\":\"refresh\",\"snapshotId\":17,"
                + "\"operation\":\"overwrite\",\"refreshId\":\"r-17\",\"kind\":\"merge\",\"reason\":\"SOURCE_CHANGED\",\"message\":\"a"
                + " \\\"change\\\"\",\"definitionVersion\":3,\"rowsAdded\":120,\"rowsRemoved\":118,\"bytesWritten\":2817,\"durationMs\":412,\"sources\":[{\"table\":\"shop.orders\",\"direct\":true,\"snapshotId\":41}]}\n"
                + "{\"version\":1,\"view\":\"DailyRevenue\",\"table\":\"9c12d441-03fe-4693-9a96-a0705ddf69c1\",\"time\":\"2026-01-31T12:00:00.250Z\",\"what\":\"maintenance\",\"snapshotId\":18,\"operation\":\"replace\",\"refreshId\":null,\"kind\":null,\"reason\":null,\"message\":null,\"definitionVersion\":null,\"rowsAdded\":null,\"rowsRemoved\":null,\"bytesWritten\":null,\"durationMs\":null,\"sources\":[]}\n");
    assertThat(journal.of("DailyRevenue", TABLE)).containsExactlyElementsOf(commits);
  }

  @Test
  void whatIsNotedTwiceIsThereOnceAndOthersAreLeftOut() {
    journal.add("V", TABLE, List.of(refresh(1, ""), compaction(2)));
    journal.add("V", TABLE, List.of(refresh(1, ""), compaction(3)));
    journal.add("V", "an earlier table", List.of(refresh(4, "")));
    journal.add("W", TABLE, List.of(refresh(5, "")));
    journal.add("V", TABLE, List.of());
    assertThat(journal.of("V", TABLE))
        .extracting(ViewEvent::snapshotId)
        .containsExactly(1L, 2L, 3L);
    journal.forget("V");
    assertThat(journal.of("V", TABLE)).isEmpty();
    assertThat(journal.of("W", TABLE)).hasSize(1);
  }

  @Test
  void incompleteLinesAndLinesOfNewerVersionsAreSkipped() throws IOException {
    journal.add("V", TABLE, List.of(refresh(1, "")));
    Path file = journal.current("V");
    String line = Files.readString(file);
    Files.writeString(
        file,
        line.replace("\"version\":1", "\"version\":2")
                .replace("\"snapshotId\":1,", "\"snapshotId\":9,")
            + line.replace("\"what\":\"refresh\"", "\"what\":\"wonder\"")
                .replace(":1,\"op", ":8,\"op")
            + line.substring(0, line.length() / 2),
        StandardOpenOption.APPEND);
    assertThat(journal.of("V", TABLE)).containsExactly(refresh(1, ""));
    journal.add("V", TABLE, List.of(refresh(2, "")));
    assertThat(journal.of("V", TABLE)).containsExactly(refresh(1, ""), refresh(2, ""));
  }

  @Test
  void secretsAreHiddenAndTheFilesAreBounded() throws IOException {
    for (int i = 0; i < 60; i++) {
      int from = i * 100;
      journal.add(
          "V",
          TABLE,
          java.util.stream.IntStream.range(from, from + 100)
              .mapToObj(n -> refresh(n, "with hunter22"))
              .toList());
    }
    assertThat(Files.readString(journal.current("V"))).contains("***").doesNotContain("hunter22");
    try (var files = Files.walk(folder.resolve(".bergview/journal"))) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()))
          .allMatch(bytes -> bytes <= JournalFiles.LARGEST_BYTES)
          .hasSize(3);
    }
    assertThat(journal.of("V", TABLE))
        .hasSizeGreaterThan(2_000)
        .extracting(ViewEvent::snapshotId)
        .contains(5_999L)
        .doesNotContain(0L);
  }

  @Test
  void whatCannotBeWrittenOrReadFailsNothing() throws IOException {
    Files.createDirectories(folder.resolve(".bergview"));
    Files.writeString(folder.resolve(".bergview/journal"), "in the way");
    journal.add("V", TABLE, List.of(refresh(1, "")));
    assertThat(journal.of("V", TABLE)).isEmpty();
    journal.forget("V");
  }
}
