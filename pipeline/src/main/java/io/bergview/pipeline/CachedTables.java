package io.bergview.pipeline;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * Small source tables that a session caches across tasks, by snapshot: a dimension from which every
 * refresh needs a few rows is read from its files once. A table is kept from the second task on
 * that reads it, so that a process with a single task pays nothing. Snapshots do not change, so
 * cached tables are never stale; those no longer read are evicted when space is needed.
 */
public final class CachedTables {
  /** What data files grow to in memory, about. */
  private static final int GROWTH = 4;

  /** All kept tables take at most this part of the session's memory, one a quarter of it. */
  private static final int SHARE_OF_MEMORY = 8;

  private static final int SHARE_OF_ONE = 4;
  private static final int MOST_REMEMBERED = 1_000;

  /**
   * Some columns of a table as one snapshot has them.
   *
   * @param table the table's uuid
   */
  public record Rows(String table, long snapshotId, Types.StructType columns) {
    public Rows {
      requireNonNull(table, "table is null");
      requireNonNull(columns, "columns is null");
    }

    private boolean replaces(Rows other) {
      return table.equals(other.table) && columns.equals(other.columns) && !equals(other);
    }
  }

  private record Kept(String name, long bytes) {}

  private final long room;
  private final Map<Rows, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Rows, Boolean> readBefore = new LinkedHashMap<>();
  private final Set<Rows> readNow = new HashSet<>();

  /**
   * Queries of kept tables alone that were seen to have no rows, with the tables that they name.
   */
  private final Map<String, Set<String>> empty = new HashMap<>();

  private boolean roomWanted;

  CachedTables(long memoryLimitBytes) {
    this.room = memoryLimitBytes / SHARE_OF_MEMORY;
  }

  /** The name of the table that holds these rows, {@code c<field id>} for each column. */
  public synchronized Optional<String> find(Rows rows) {
    readNow.add(rows);
    return Optional.ofNullable(kept.get(rows)).map(Kept::name);
  }

  /**
   * Whether to hold these rows from now on: they have been read before, and there is room.
   *
   * @param fileBytes the size of their data files
   */
  public synchronized boolean worthKeeping(Rows rows, long fileBytes) {
    if (!readBefore.containsKey(rows) || fileBytes > room / SHARE_OF_ONE / GROWTH) {
      return false;
    }
    boolean fits = taken() + fileBytes * GROWTH <= room;
    roomWanted |= !fits;
    return fits;
  }

  /** Holds rows that are in a table of the session now. */
  public synchronized void keep(Rows rows, String name, long fileBytes) {
    kept.put(rows, new Kept(name, fileBytes * GROWTH));
  }

  private long taken() {
    return kept.values().stream().mapToLong(Kept::bytes).sum();
  }

  /** The names of the tables that are held. */
  synchronized Set<String> names() {
    Set<String> names = new HashSet<>();
    kept.values().forEach(table -> names.add(table.name()));
    return names;
  }

  /** Whether this is the name of a table that is held, as a statement quotes it. */
  public synchronized boolean isKept(String quoted) {
    return kept.values().stream().anyMatch(table -> quote(table.name()).equals(quoted));
  }

  /** Whether a query is known to have no rows, since nothing but kept tables is in it. */
  public synchronized boolean isKnownEmpty(String query) {
    return empty.containsKey(query);
  }

  /**
   * A query has no rows, and will have none as long as its tables are held.
   *
   * @param tables all that it reads, held, as it quotes them
   */
  public synchronized void knowEmpty(String query, Set<String> tables) {
    empty.put(query, Set.copyOf(tables));
  }

  /**
   * Ends a task: evicts tables replaced by newer snapshots, and unread ones if space was needed.
   */
  synchronized void endWork() {
    List<Rows> idle = new ArrayList<>(kept.keySet());
    idle.removeAll(readNow);
    for (Rows rows : idle) {
      if (roomWanted || readNow.stream().anyMatch(now -> now.replaces(rows))) {
        kept.remove(rows);
      }
    }
    if (!idle.isEmpty()) {
      empty.values().removeIf(tables -> !tables.stream().allMatch(this::isKept));
    }
    readNow.forEach(rows -> readBefore.put(rows, true));
    readBefore.keySet().removeAll(List.copyOf(readBefore.keySet()).subList(0, excess()));
    readNow.clear();
    roomWanted = false;
  }

  private int excess() {
    return Math.max(0, readBefore.size() - MOST_REMEMBERED);
  }
}
