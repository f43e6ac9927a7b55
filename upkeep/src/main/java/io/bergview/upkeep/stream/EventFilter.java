package io.bergview.upkeep.stream;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SnapshotRewrite;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.SessionPool;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.delta.ChangeCounts;
import io.bergview.pipeline.delta.DeltaReader;
import io.bergview.pipeline.delta.TableDelta;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.RefreshSettings.EventType;
import io.bergview.projection.definition.TableName;
import io.bergview.staleness.delta.SourceDelta;
import io.bergview.upkeep.DaemonThreads;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Filters the changes by a view's {@code $refresh.eventTypes}. Most views accept all kinds, and
 * nothing is read. Otherwise, commits that only append are known to create; for others the deleted
 * and inserted rows are compared by key, for the columns that the view reads, on a thread of its
 * own. A change that cannot be classified is accepted: an unnecessary refresh does no harm.
 */
public final class EventFilter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFilter.class);

  private record StreamPosition(String view, TableName table) {}

  private final Catalogs catalogs;
  private final SessionPool sessions;
  private final TableScanner scanner;
  private final Map<StreamPosition, Long> seen = new HashMap<>();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(new DaemonThreads("bergview-events"));

  public EventFilter(ProjectContext context) {
    this.catalogs = context.catalogs();
    this.sessions = context.sessions();
    this.scanner = context.scanner();
  }

  /** Where a view is not interested in all that happens, changes count from here. */
  void begin(WatchedTables.Reader reader, TableName table) {
    if (!acceptsAll(reader)) {
      executor.execute(() -> seen.put(new StreamPosition(reader.name(), table), current(table)));
    }
  }

  private long current(TableName table) {
    try {
      return catalogs
          .findToRead(table)
          .map(Table::currentSnapshot)
          .map(Snapshot::snapshotId)
          .orElse(-1L);
    } catch (RuntimeException e) {
      LOG.debug("Cannot check {}", table, e);
      return -1;
    }
  }

  private static boolean acceptsAll(WatchedTables.Reader reader) {
    return reader.settings().eventTypes().containsAll(EnumSet.allOf(EventType.class));
  }

  /** Does what a change of a table is to lead to, if it is of a kind that the view names. */
  void pass(WatchedTables.Reader reader, TableName table, Runnable action) {
    if (acceptsAll(reader) || !readsItself(reader, table)) {
      action.run();
    } else {
      executor.execute(() -> decide(reader, table, action));
    }
  }

  /** The effect of a change through upstream views is not known beforehand. */
  private boolean readsItself(WatchedTables.Reader reader, TableName table) {
    return reader.view().reads().containsValue(table);
  }

  private void decide(WatchedTables.Reader reader, TableName name, Runnable action) {
    boolean wanted = true;
    try {
      Optional<Table> table = catalogs.findToRead(name);
      if (table.isPresent() && table.get().currentSnapshot() != null) {
        Long before =
            seen.put(
                new StreamPosition(reader.name(), name),
                table.get().currentSnapshot().snapshotId());
        wanted = before == null || needsRefresh(reader, name, table.get(), before);
      }
    } catch (RuntimeException e) {
      LOG.debug("Cannot tell what changed in {}", name, e);
    }
    if (wanted) {
      action.run();
    }
  }

  private boolean needsRefresh(
      WatchedTables.Reader reader, TableName name, Table table, long before) {
    Set<EventType> named = reader.settings().eventTypes();
    Optional<Set<EventType>> told = byOperations(table, before);
    Set<EventType> happened = told.isPresent() ? told.get() : byRows(reader, name, table, before);
    return happened.stream().anyMatch(named::contains);
  }

  /** The kinds as far as the snapshots alone show them; otherwise empty. */
  private static Optional<Set<EventType>> byOperations(Table table, long before) {
    long now = table.currentSnapshot().snapshotId();
    if (before != now && (before < 0 || !SnapshotUtil.isAncestorOf(table, now, before))) {
      return Optional.empty();
    }
    Set<String> operations = new HashSet<>();
    for (Snapshot snapshot : SnapshotUtil.ancestorsBetween(now, before, table::snapshot)) {
      if (!SnapshotRewrite.keepsRows(table, snapshot)) {
        operations.add(snapshot.operation());
      }
    }
    if (operations.isEmpty()) {
      return Optional.of(Set.of());
    }
    return operations.equals(Set.of(DataOperations.APPEND))
        ? Optional.of(Set.of(EventType.CREATE))
        : Optional.empty();
  }

  private Set<EventType> byRows(
      WatchedTables.Reader reader, TableName name, Table table, long before) {
    OptionalLong from = before < 0 ? OptionalLong.empty() : OptionalLong.of(before);
    OptionalLong to = OptionalLong.of(table.currentSnapshot().snapshotId());
    SourceDelta delta = SourceDelta.between(table, from, to);
    Set<EventType> happened = EnumSet.noneOf(EventType.class);
    if (delta.isEmpty()) {
      return happened;
    }
    StoredDefinition definition = reader.view().definition();
    for (Map.Entry<String, StoredDefinition.Source> source : definition.sources().entrySet()) {
      if (name.equals(reader.view().reads().get(source.getKey()))) {
        List<Integer> key = key(definition.types().get(source.getKey()), table);
        if (key.isEmpty()) {
          return EnumSet.allOf(EventType.class);
        }
        happened.addAll(byKey(table, delta, columns(source.getValue(), table, key), key));
      }
    }
    return happened;
  }

  private static List<Integer> key(
      @org.jspecify.annotations.Nullable EntityType type, Table table) {
    if (type == null) {
      return List.of();
    }
    List<Integer> ids = new ArrayList<>();
    for (String column : type.id()) {
      Types.NestedField field = table.schema().findField(column);
      if (field == null) {
        return List.of();
      }
      ids.add(field.fieldId());
    }
    return ids;
  }

  /** The key, and what the view reads, as the table has it now. */
  private static Schema columns(StoredDefinition.Source source, Table table, List<Integer> key) {
    Set<Integer> used =
        source.schema().columns().stream()
            .map(Types.NestedField::fieldId)
            .collect(Collectors.toSet());
    used.addAll(key);
    return new Schema(
        table.schema().columns().stream().filter(c -> used.contains(c.fieldId())).toList());
  }

  private Set<EventType> byKey(Table table, SourceDelta delta, Schema columns, List<Integer> key) {
    Set<EventType> happened = EnumSet.noneOf(EventType.class);
    try (SessionLease lease = sessions.lease();
        TableDelta rows =
            new DeltaReader(new EmbeddedSession(lease.session(), scanner))
                .read(table, delta, columns)) {
      ChangeCounts counts = rows.classify(key);
      if (counts.creates() > 0) {
        happened.add(EventType.CREATE);
      }
      if (counts.updates() > 0) {
        happened.add(EventType.UPDATE);
      }
      if (counts.deletes() > 0) {
        happened.add(EventType.DELETE);
      }
    }
    return happened;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
