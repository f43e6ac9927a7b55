package io.bergview.history;

import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The journal of failed refreshes, which leave no snapshot. */
public final class FailureJournal {
  private final JournalFiles files;
  private final Secrets secrets;

  public FailureJournal(Project project) {
    this.files = new JournalFiles(project, "", "failed refreshes");
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
    files.append(failure.view(), List.of(shown.line()));
  }

  /**
   * The failures of a view, newest first.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   * @param limit how many at most
   */
  public List<RefreshFailure> of(String view, String table, int limit) {
    return files.read(view).stream()
        .map(RefreshFailure::of)
        .flatMap(Optional::stream)
        .filter(failure -> failure.view().equals(view))
        .filter(failure -> failure.table().map(table::equals).orElse(true))
        .distinct()
        .sorted(Comparator.comparing(RefreshFailure::time).reversed())
        .limit(limit)
        .toList();
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    files.forget(view);
  }

  Path current(String view) {
    return files.current(view);
  }

  Path old(String view) {
    return files.old(view);
  }
}
