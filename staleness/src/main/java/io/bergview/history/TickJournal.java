package io.bergview.history;

import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of missed ticks, which leave no snapshot: {@link JournalFiles} in the project's
 * folder. It is there for display; nothing depends on it, so that where it cannot be written there
 * is a warning and no more.
 */
public final class TickJournal {
  private static final Logger LOG = LoggerFactory.getLogger(TickJournal.class);

  private final Path directory;
  private final JournalFiles files;
  private final Secrets secrets;

  public TickJournal(Project project) {
    this.directory = project.journalDirectory();
    this.files = new JournalFiles(directory, ".ticks");
    this.secrets = project.secrets();
  }

  /**
   * Notes missed ticks, unless they are noted already: who calls {@code refreshView --due} for a
   * view that keeps failing finds the same ones each time. Never fails.
   */
  public void add(TicksMissed missed) {
    try {
      TicksMissed known = read(missed.view(), missed.table()).get(missed.first());
      if (known == null || known.last().isBefore(missed.last())) {
        files.append(missed.view(), List.of(missed.line()));
      }
    } catch (IOException e) {
      LOG.warn(
          "The missed ticks of view {} could not be written to {}: {}",
          missed.view(),
          directory,
          secrets.mask(e.toString()));
    }
  }

  /**
   * The ticks that a view has missed, in no order. Of ticks that were found to be missed again,
   * with more after them, the longest row of them.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   */
  public Collection<TicksMissed> of(String view, String table) {
    try {
      return read(view, table).values();
    } catch (IOException e) {
      LOG.warn(
          "The missed ticks of view {} could not be read from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
      return List.of();
    }
  }

  /** By the first of them. */
  private Map<Instant, TicksMissed> read(String view, String table) throws IOException {
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
    try {
      files.forget(view);
    } catch (IOException e) {
      LOG.warn(
          "The missed ticks of view {} could not be removed from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
  }
}
