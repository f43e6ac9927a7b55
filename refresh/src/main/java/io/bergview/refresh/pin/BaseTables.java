package io.bergview.refresh.pin;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TableAtRef;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * The base tables of one run of refreshes: each is loaded once, and so is the same for every view
 * of the run, whatever is committed to it meanwhile. Views' tables are reloaded each time, since
 * the run itself changes them. None of them can be committed to.
 */
public final class BaseTables {
  private final Catalogs catalogs;
  private final Map<TableName, Optional<Table>> pinned = new HashMap<>();
  private final Map<String, Long> given;
  private final Map<String, BergviewException> unreachable = new HashMap<>();

  public BaseTables(Catalogs catalogs) {
    this(catalogs, Map.of());
  }

  private BaseTables(Catalogs catalogs, Map<String, Long> given) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
    this.given = Map.copyOf(given);
  }

  /**
   * Base tables as another process has pinned them.
   *
   * @param snapshots as {@link #snapshots} gave them there
   */
  public static BaseTables pinnedAt(Catalogs catalogs, Map<String, Long> snapshots) {
    return new BaseTables(catalogs, snapshots);
  }

  /** The snapshots of the tables pinned so far, by qualified name; a table may have none. */
  public Map<String, Long> snapshots() {
    Map<String, Long> snapshots = new TreeMap<>();
    pinned.forEach(
        (name, table) ->
            table.ifPresent(
                found ->
                    snapshots.put(
                        name.toString(),
                        PinnedSources.snapshot(found).orElse(SourceSnapshot.NONE))));
    return snapshots;
  }

  /**
   * Loads the base tables that some views read, as close together as possible. A failure is kept
   * for later: it fails only the views that read the table.
   */
  public void pin(Collection<RegisteredView> views) {
    for (RegisteredView view : views) {
      for (TableName source : view.reads().values()) {
        try {
          find(source);
        } catch (BergviewException unreadable) {
          continue;
        }
      }
    }
  }

  /**
   * A base table as of its first use; any other in its current state. All refs of a table are taken
   * from one state of it.
   */
  public Optional<Table> find(TableName table) {
    TableName name = catalogs.qualified(table);
    Optional<Table> known = pinned.get(name);
    if (known != null) {
      return known;
    }
    Optional<Table> now =
        name.ref().isEmpty()
            ? load(name)
            : find(name.withoutRef()).flatMap(whole -> TableAtRef.of(whole, name));
    Optional<Table> found = now.map(loaded -> asGiven(name, loaded));
    if (found.isEmpty() || !found.get().properties().containsKey(ViewProperties.VIEW)) {
      pinned.put(name, found);
    }
    return found;
  }

  /**
   * @throws StalePinException if the snapshot is gone
   */
  private Table asGiven(TableName name, Table table) {
    Long snapshotId = given.get(name.toString());
    if (snapshotId == null || table.properties().containsKey(ViewProperties.VIEW)) {
      return table;
    }
    if (snapshotId != SourceSnapshot.NONE && table.snapshot(snapshotId) == null) {
      throw new StalePinException(
          "snapshot %d of %s, which was pinned, is gone".formatted(snapshotId, name));
    }
    return new TableAtSnapshot(table, snapshotId);
  }

  /** A catalog that failed is not tried again: each attempt may be a long wait. */
  private Optional<Table> load(TableName name) {
    String catalog = catalogs.nameFor(name);
    BergviewException failure = unreachable.get(catalog);
    if (failure != null) {
      throw failure;
    }
    try {
      return catalogs.findToRead(name);
    } catch (BergviewException e) {
      if (e.code() == ErrorCode.CATALOG_UNREACHABLE) {
        unreachable.put(catalog, e);
      }
      throw e;
    }
  }

  /** Whether a snapshot of a base table was made after the table was loaded for this run. */
  boolean isAhead(SourceSnapshot source) {
    Optional<Table> table =
        pinned.getOrDefault(catalogs.qualified(source.table()), Optional.empty());
    return table.isPresent()
        && source.snapshotId() != SourceSnapshot.NONE
        && table.get().uuid().toString().equals(source.uuid())
        && table.get().snapshot(source.snapshotId()) == null
        && load(catalogs.qualified(source.table()))
            .filter(now -> now.snapshot(source.snapshotId()) != null)
            .isPresent();
  }
}
