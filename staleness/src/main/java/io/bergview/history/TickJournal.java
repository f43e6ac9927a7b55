package io.bergview.history;

import io.bergview.catalog.Project;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The journal of missed ticks, which leave no snapshot. */
public final class TickJournal {
  private final JournalFiles files;

  public TickJournal(Project project) {
    this.files = new JournalFiles(project, ".ticks", "missed ticks");
  }

  /**
   * Notes missed ticks, unless they are noted already: who calls {@code refreshView --due} for a
   * view that keeps failing finds the same ones each time. Never fails.
   */
  public void add(TicksMissed missed) {
    TicksMissed known = read(missed.view(), missed.table()).get(missed.first());
    if (known == null || known.last().isBefore(missed.last())) {
      files.append(missed.view(), List.of(missed.line()));
    }
  }

  /**
   * The ticks that a view has missed, in no order. Of ticks that were found to be missed again,
   * with more after them, the longest row of them.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   */
  public Collection<TicksMissed> of(String view, String table) {
    return read(view, table).values();
  }

  /** By the first of them. */
  private Map<Instant, TicksMissed> read(String view, String table) {
    Map<Instant, TicksMissed> found = new TreeMap<>();
    files.read(view).stream()
        .map(TicksMissed::of)
        .flatMap(Optional::stream)
        .filter(missed -> missed.view().equals(view) && missed.table().equals(table))
        .forEach(
            missed ->
                found.merge(
                    missed.first(),
                    missed,
                    (one, other) -> one.last().isBefore(other.last()) ? other : one));
    return found;
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    files.forget(view);
  }
}
