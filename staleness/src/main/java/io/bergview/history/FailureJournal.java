package io.bergview.history;

import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of failed refreshes, which leave no snapshot: {@link JournalFiles} in the project's
 * folder. It is there for display; nothing depends on it, so that where it cannot be written there
 * is a warning and no more.
 */
public final class FailureJournal {
  private static final Logger LOG = LoggerFactory.getLogger(FailureJournal.class);

  private final Path directory;
  private final JournalFiles files;
  private final Secrets secrets;

  public FailureJournal(Project project) {
    this.directory = project.journalDirectory();
    this.files = new JournalFiles(directory, "");
    this.secrets = project.secrets();
  }

  /** Notes a failure, its message without secrets. Never fails. */
  public void add(RefreshFailure failure) {
    RefreshFailure shown =
        new RefreshFailure(
            failure.time(),
            failure.view(),
            failure.table(),
            failure.code(),
            secrets.mask(failure.message()),
            failure.kind(),
            failure.duration(),
            failure.process());
    try {
      files.append(failure.view(), List.of(shown.line()));
    } catch (IOException e) {
      LOG.warn(
          "The failed refresh of view {} could not be written to {}: {}",
          failure.view(),
          directory,
          secrets.mask(e.toString()));
    }
  }

  /**
   * The failures of a view, newest first.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   * @param limit how many at most
   */
  public List<RefreshFailure> of(String view, String table, int limit) {
    List<RefreshFailure> failures = List.of();
    try {
      failures =
          files.read(view).stream().map(RefreshFailure::of).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      LOG.warn(
          "The failed refreshes of view {} could not be read from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
    return failures.stream()
        .filter(failure -> failure.view().equals(view))
        .filter(failure -> failure.table().map(table::equals).orElse(true))
        .distinct()
        .sorted(Comparator.comparing(RefreshFailure::time).reversed())
        .limit(limit)
        .toList();
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    try {
      files.forget(view);
    } catch (IOException e) {
      LOG.warn(
          "The failed refreshes of view {} could not be removed from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
  }

  Path current(String view) {
    return files.current(view);
  }

  Path old(String view) {
    return files.old(view);
  }
}
