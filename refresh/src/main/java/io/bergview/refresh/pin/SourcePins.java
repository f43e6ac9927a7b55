package io.bergview.refresh.pin;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewTable;
import io.bergview.projection.definition.RefreshSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code $refresh.pin}: tags on a view's sources that keep the snapshots of its lineage from
 * expiring, so that its next refresh can determine later changes. A tag is named after the view's
 * table and the snapshot, {@code bergview-<uuid>-<snapshot id>}, so that no other tags are touched,
 * and has an age limit, so that an abandoned view does not hold snapshots for ever.
 */
public final class SourcePins {
  /** How long a snapshot is held where {@code $refresh.retention} does not say. */
  public static final Duration USUAL_AGE = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(SourcePins.class);

  private final Catalogs catalogs;
  private final String view;
  private final RefreshSettings settings;
  private final String prefix;

  public SourcePins(Catalogs catalogs, RegisteredView view) {
    this(catalogs, view.name(), view.table(), view.definition().view().refresh());
  }

  /** For a dropped view, regardless of its settings. */
  public SourcePins(Catalogs catalogs, ViewTable view) {
    this(catalogs, view.view(), view.table(), RefreshSettings.manual());
  }

  private SourcePins(Catalogs catalogs, String view, Table table, RefreshSettings settings) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
    this.view = view;
    this.settings = settings;
    this.prefix = "bergview-" + table.uuid() + "-";
  }

  /**
   * Tags the snapshots of a lineage that is about to be committed. A source that cannot be tagged
   * is left alone, with a warning: the worst consequence is a full refresh.
   */
  public void hold(List<SourceSnapshot> sources) {
    if (settings.pin()) {
      Duration age = settings.retention().orElse(USUAL_AGE);
      for (SourceSnapshot source : sources) {
        if (source.direct() && source.snapshotId() != SourceSnapshot.NONE) {
          change(source, (table, tags) -> hold(table, tags, source.snapshotId(), age));
        }
      }
    }
  }

  /**
   * Lets go of everything but the snapshots of a lineage that has been committed.
   *
   * @param pinned the sources as they were loaded for it; one on which no tag of the view was seen
   *     then is not checked again, unless the view holds tags
   */
  public void keepOnly(List<SourceSnapshot> sources, PinnedSources pinned) {
    boolean pin = settings.pin();
    for (SourceSnapshot source : sources) {
      if (source.direct() && (pin || hasTags(pinned.table(source.table())))) {
        change(
            source, (table, tags) -> release(table, tags, pin ? read(source, sources) : Set.of()));
      }
    }
  }

  /** As {@link #keepOnly(List, PinnedSources)}, of sources as they are now. */
  public void keepOnly(List<SourceSnapshot> sources) {
    boolean pin = settings.pin();
    for (SourceSnapshot source : sources) {
      if (source.direct()) {
        change(
            source, (table, tags) -> release(table, tags, pin ? read(source, sources) : Set.of()));
      }
    }
  }

  /** The snapshots of a source's table: one for each ref at which it is read. */
  private static Set<Long> read(SourceSnapshot source, List<SourceSnapshot> sources) {
    return sources.stream()
        .filter(other -> other.table().withoutRef().equals(source.table().withoutRef()))
        .map(SourceSnapshot::snapshotId)
        .collect(Collectors.toSet());
  }

  private boolean hasTags(Table table) {
    return table.refs().keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** Holds or releases the snapshots of the lineage, once the settings have changed. */
  public void follow(List<SourceSnapshot> sources) {
    hold(sources);
    if (!settings.pin()) {
      releaseAll(sources);
    }
  }

  /** Lets go of everything, for a view that is dropped. */
  public void releaseAll(List<SourceSnapshot> sources) {
    for (SourceSnapshot source : sources) {
      change(source, (table, tags) -> release(table, tags, Set.of()));
    }
  }

  private interface Change {
    /** Says whether there is anything to commit. */
    boolean apply(Table table, ManageSnapshots tags);
  }

  private void change(SourceSnapshot source, Change change) {
    try {
      Optional<Table> table = catalogs.find(source.table().withoutRef());
      if (table.isPresent()) {
        ManageSnapshots tags = table.get().manageSnapshots();
        if (change.apply(table.get(), tags)) {
          tags.commit();
        }
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "View {}: the snapshots that it has read of {} could not be pinned or released",
          view,
          source.table(),
          e);
    }
  }

  private boolean hold(Table table, ManageSnapshots tags, long snapshotId, Duration age) {
    String name = prefix + snapshotId;
    SnapshotRef held = table.refs().get(name);
    if (held == null && table.snapshot(snapshotId) == null) {
      return false;
    }
    if (held != null && Objects.equals(held.maxRefAgeMs(), age.toMillis())) {
      return false;
    }
    if (held == null) {
      tags.createTag(name, snapshotId);
    }
    tags.setMaxRefAgeMs(name, age.toMillis());
    return true;
  }

  private boolean release(Table table, ManageSnapshots tags, Set<Long> kept) {
    List<String> old =
        table.refs().entrySet().stream()
            .filter(ref -> ref.getValue().isTag() && ref.getKey().startsWith(prefix))
            .filter(ref -> !kept.contains(ref.getValue().snapshotId()))
            .map(Map.Entry::getKey)
            .toList();
    old.forEach(tags::removeTag);
    return !old.isEmpty();
  }
}
