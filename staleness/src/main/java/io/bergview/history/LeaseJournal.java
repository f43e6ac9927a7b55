package io.bergview.history;

import io.bergview.catalog.Project;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The journal of leases that could not be written. */
public final class LeaseJournal {
  private static final Duration KNOWN = Duration.ofDays(1);

  private final JournalFiles files;

  public LeaseJournal(Project project) {
    this.files = new JournalFiles(project, ".leases", "leases that could not be written");
  }

  /**
   * Notes a refusal, unless the same one was noted within a day: a view that is refreshed every
   * minute meets it each time. Never fails.
   *
   * @return whether it was noted
   */
  public boolean add(LeaseRefused refused) {
    boolean known =
        of(refused.view(), refused.table()).stream()
            .filter(other -> other.source().equals(refused.source()))
            .anyMatch(other -> other.time().plus(KNOWN).isAfter(refused.time()));
    if (!known) {
      files.append(refused.view(), List.of(refused.line()));
    }
    return !known;
  }

  /**
   * What was refused to a view, in no order.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   */
  public List<LeaseRefused> of(String view, String table) {
    return files.read(view).stream()
        .map(LeaseRefused::of)
        .flatMap(Optional::stream)
        .filter(refused -> refused.view().equals(view) && refused.table().equals(table))
        .distinct()
        .toList();
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    files.forget(view);
  }
}
