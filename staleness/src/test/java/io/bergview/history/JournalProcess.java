package io.bergview.history;

import io.bergview.catalog.Project;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Another process that notes failures. */
final class JournalProcess {
  private JournalProcess() {}

  static RefreshFailure failure(String view, String message, long number) {
    return new RefreshFailure(
        Instant.ofEpochSecond(1_767_225_600L + number),
        view,
        Optional.of("9c12d441-03fe-4693-9a96-a0705ddf69c1"),
        "OVERFLOW",
        message,
        Optional.of("merge"),
        Duration.ofMillis(number),
        ProcessHandle.current().pid());
  }

  /** The project's folder, the view, and how many failures. */
  public static void main(String[] args) {
    FailureJournal journal = new FailureJournal(Project.open(Path.of(args[0])));
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      journal.add(failure(args[1], "failure " + i, i));
    }
  }
}
