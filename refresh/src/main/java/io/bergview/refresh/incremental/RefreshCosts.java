package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshReason;
import io.bergview.staleness.delta.SourceDelta;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Estimates whether an incremental refresh costs more than a recompute.
 *
 * <p>The unit is a byte of data files that a full refresh reads and aggregates. The relative costs
 * of other work were measured with TPC-H at scale 1 and views of its orders and lines, changes of a
 * thousandth to a fifth of the rows, on two cores: see {@code IncrementalRefreshBenchmark}. The
 * fixed cost of a refresh of any kind is left out. So changes that take no longer than that are
 * always applied incrementally: a recompute would replace every row of the view, and downstream
 * readers would have to process that.
 *
 * @param view its policy and its explicit {@code maxDelta}, which is applied exactly
 * @param sourceBytes the size of the data files of all sources
 * @param viewBytes the size of the view's data files
 */
record RefreshCosts(ViewDefinition view, long sourceBytes, long viewBytes) {
  /**
   * Number of affected rows up to which a change is applied incrementally, whatever their share.
   */
  static final long SMALL_ROWS = 1_000;

  /** Rows that are read and compared in less time than a commit takes. */
  static final long QUICKLY_COMPARED_ROWS = 100_000;

  /** Rows of a view that are replaced in less time than a commit takes. */
  private static final long QUICKLY_REPLACED_ROWS = 10_000;

  /** Reading only the rows of some keys. */
  private static final double RESTRICTED = 0.4;

  /** Reading inserted or deleted rows into a table. */
  private static final double TAKEN = 1.5;

  /** The same if there are both, so that they are compared. */
  private static final double COMPARED = 10;

  /** Finding rows in a table by what they lead to, and reading them as they were and are. */
  private static final double REGROUPED = 2.2;

  /** The rows of any keys lie in all of so few files. */
  private static final long FEW_FILES = 64;

  /** Computing and writing a byte of the view's files. */
  private static final double WRITTEN = 20;

  /** Writing again what a file of the view holds. */
  private static final double REWRITTEN = 12;

  /** Finding a byte's rows in the view, computing them again, comparing and writing them. */
  private static final double REPLACED = 50;

  RefreshCosts {
    requireNonNull(view, "view is null");
  }

  /** Whether a recompute may be chosen for its cost alone. */
  boolean free() {
    RefreshSettings settings = view.refresh();
    return settings.policy() == Policy.AUTO && settings.maxDelta().isEmpty();
  }

  private double full() {
    return sourceBytes + WRITTEN * viewBytes;
  }

  /**
   * Before anything is read.
   *
   * @param deltas by type
   */
  Optional<RefreshPlan.Full> ofReading(Map<String, SourceDelta> deltas) {
    Collection<SourceDelta> changes = deltas.values();
    double cost = changes.stream().mapToDouble(RefreshCosts::reading).sum();
    long rows = changes.stream().mapToLong(SourceDelta::likelyRows).sum();
    if (!free() || rows <= QUICKLY_COMPARED_ROWS || cost <= full()) {
      return Optional.empty();
    }
    double megabytes = changes.stream().mapToLong(SourceDelta::likelyBytes).sum() / 1e6;
    return Optional.of(
        instead(
            String.format(
                Locale.ROOT,
                "comparing %,d rows in %.1f MB of changed data files",
                rows,
                megabytes)));
  }

  private static double reading(SourceDelta delta) {
    boolean lost = !delta.removed().isEmpty() || !delta.redeleted().isEmpty();
    boolean gained = !delta.added().isEmpty() || !delta.redeleted().isEmpty();
    return delta.likelyBytes() * (lost && gained ? COMPARED : TAKEN);
  }

  /**
   * Applying changes of a related table in a grouped view: the root rows that refer to changed rows
   * are searched, and read twice. If the root's table has few files, all of it is read.
   *
   * @param rootRows of the root's table
   * @param rootBytes the size of its data files
   * @param rootFiles the number of its data files
   */
  Optional<RefreshPlan.Full> ofRegrouping(long rootRows, long rootBytes, long rootFiles) {
    boolean dear = rootFiles <= FEW_FILES && REGROUPED * rootBytes > full();
    return !free() || rootRows <= QUICKLY_COMPARED_ROWS || !dear
        ? Optional.empty()
        : Optional.of(
            instead(
                String.format(
                    Locale.ROOT,
                    "finding the rows affected among about %,d, and reading"
                        + " them before and after the change",
                    rootRows)));
  }

  /**
   * Replacing rows of a view without groups, once they are known.
   *
   * @param affected root rows
   * @param rootRows all of them
   * @param readBytes data files of the sources that they may be derived from
   * @param touchedBytes data files of the view that may contain them
   */
  Optional<RefreshPlan.Full> ofReplacing(
      long affected, long rootRows, long readBytes, long touchedBytes) {
    double share = Math.min(1, (double) affected / Math.max(1, rootRows));
    double cost = RESTRICTED * (readBytes + touchedBytes) + share * viewBytes * REPLACED;
    if (view.projection() == Projection.OLAP) {
      cost += REWRITTEN * touchedBytes;
    }
    return !free() || affected <= QUICKLY_REPLACED_ROWS || cost <= full()
        ? Optional.empty()
        : Optional.of(
            instead(
                String.format(
                    Locale.ROOT,
                    "replacing the rows of %,d of about %,d root rows in %.1f MB of the view's data"
                        + " files",
                    affected,
                    rootRows,
                    touchedBytes / 1e6)));
  }

  private static RefreshPlan.Full instead(String work) {
    return new RefreshPlan.Full(
        RefreshReason.DELTA_TOO_LARGE, "A recompute is estimated to cost less than " + work, false);
  }
}
