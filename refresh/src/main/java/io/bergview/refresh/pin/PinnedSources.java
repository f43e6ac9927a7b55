package io.bergview.refresh.pin;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.ViewLineage;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.errors.SourceException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The source tables of a view, each loaded once and read at the snapshot that was current then,
 * whatever is committed to it since.
 *
 * <p>A base table is read as its run has pinned it ({@link BaseTables}); one that is also upstream
 * of an upstream view is read at the snapshot that this view has read. An upstream view is read at
 * its current snapshot.
 */
public final class PinnedSources {
  private final Catalogs catalogs;
  private final Map<String, TableName> names = new LinkedHashMap<>();
  private final Map<TableName, Table> tables = new LinkedHashMap<>();
  private final Map<TableName, RegisteredView> upstream = new LinkedHashMap<>();
  private final Map<TableName, SourceSnapshot> beneath = new LinkedHashMap<>();

  private PinnedSources(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /**
   * A missing table is reported on first use.
   *
   * @throws RefusedException {@code UPSTREAM_DIVERGED} if upstream views are derived from different
   *     rows of a table
   * @throws StalePinException if the view, or an upstream view, is derived from a later snapshot of
   *     a base table than is pinned
   */
  public static PinnedSources of(RegisteredView view, BaseTables bases, ProjectContext context) {
    PinnedSources pinned = new PinnedSources(context.catalogs());
    view.reads().forEach((type, source) -> pinned.load(type, source, bases, context.registry()));
    refuseStalePin(view.name(), view.table(), bases);
    if (!pinned.upstream.isEmpty()) {
      pinned.readAlike(view, bases);
    }
    return pinned;
  }

  private void load(String type, TableName name, BaseTables bases, ViewRegistry registry) {
    names.put(type, name);
    if (!tables.containsKey(name)) {
      Optional<Table> table = bases.find(name);
      table.ifPresent(found -> tables.put(name, found));
      table
          .flatMap(found -> registry.viewIn(name, found))
          .ifPresent(found -> upstream.put(name, found));
    }
  }

  private static void refuseStalePin(String view, Table table, BaseTables bases) {
    if (LineageLookup.of(table) instanceof LineageLookup.RecordedLineage found) {
      for (SourceSnapshot source : found.lineage().sources()) {
        if (bases.isAhead(source)) {
          throw new StalePinException(
              "view %s was refreshed to snapshot %d of %s meanwhile"
                  .formatted(view, source.snapshotId(), source.table()));
        }
      }
    }
  }

  private void readAlike(RegisteredView view, BaseTables bases) {
    UpstreamSnapshots knowledge = new UpstreamSnapshots(view.name());
    for (TableName name : read(view)) {
      RegisteredView other = upstream.get(name);
      if (other != null) {
        refuseStalePin(other.name(), other.table(), bases);
        if (ViewLineage.of(other) instanceof LineageLookup.RecordedLineage found) {
          knowledge.add(other.name(), found.lineage(), catalogs::qualified);
        }
      }
    }
    for (TableName name : knowledge.tables()) {
      SourceSnapshot agreed = knowledge.agreed(name, () -> bases.find(name));
      beneath.put(name, agreed);
      Table direct = tables.get(name);
      if (direct != null && upstream.containsKey(name)) {
        knowledge.checkAlike(name, agreed, direct);
      } else if (direct != null) {
        tables.put(name, knowledge.readAlike(name, agreed, direct));
      }
    }
  }

  /** What the view's plan reads; a definition may mention more. */
  private Set<TableName> read(RegisteredView view) {
    Set<TableName> read = new LinkedHashSet<>();
    FrozenTypes.resolve(view.definition(), Map.of())
        .sources()
        .forEach(source -> read.add(catalogs.qualified(source.table())));
    return read;
  }

  /**
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND}
   */
  public Table table(String type) {
    return table(requireNonNull(names.get(type), () -> "no source of type " + type));
  }

  /** The table of a source's name. */
  Table table(TableName source) {
    return tables.computeIfAbsent(catalogs.qualified(source), catalogs::load);
  }

  /** Those that are there, by qualified name. */
  public Map<TableName, Table> tables() {
    return Collections.unmodifiableMap(tables);
  }

  public static OptionalLong snapshot(Table table) {
    Snapshot current = table.currentSnapshot();
    return current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
  }

  /** The columns that the sources of a view have now, by type. */
  public Map<String, SourceColumns> columns(RegisteredView view) {
    Map<String, SourceColumns> columns = new LinkedHashMap<>();
    view.definition()
        .sources()
        .forEach((type, source) -> columns.put(type, SourceColumns.of(table(type), source, view)));
    return columns;
  }

  /**
   * The view as its table would be made now.
   *
   * @throws io.bergview.errors.SourceException {@code SOURCE_SCHEMA_CHANGED}
   * @throws RefusedException {@code POLICY_REFUSED} where the columns that it misses may be those
   *     that an upstream view is to get by its next refresh
   */
  public ResolvedView resolve(RegisteredView view) {
    try {
      return FrozenTypes.resolve(view.definition(), columns(view));
    } catch (SourceException e) {
      for (RegisteredView other : upstream.values()) {
        if (LineageLookup.of(other.table()) instanceof LineageLookup.RecordedLineage found
            && found.lineage().definitionVersion() != other.definitionVersion()) {
          throw new RefusedException(
              ErrorCode.POLICY_REFUSED,
              "View %1$s reads view %2$s, which has another definition since its last refresh; refresh %2$s first, or %1$s with --upstream"
                  .formatted(view.name(), other.name()));
        }
      }
      throw e;
    }
  }

  /**
   * The sources of the lineage: each table that the view reads with the columns it uses, and the
   * tables that upstream views are derived from.
   *
   * @throws RefusedException {@code POLICY_REFUSED} if an upstream view has not been refreshed
   */
  public List<SourceSnapshot> lineage(String view, List<SourceTable> used) {
    Map<TableName, SourceSnapshot> sources = new LinkedHashMap<>();
    for (SourceTable source : used) {
      TableName name = catalogs.qualified(source.table());
      refuseUnrefreshed(view, upstream.get(name));
      Table table = table(source.type());
      Map<String, UsedColumn> columns = new LinkedHashMap<>();
      sources.computeIfPresent(
          name,
          (unused, other) -> {
            columns.putAll(other.columns());
            return other;
          });
      columns.putAll(UsedColumn.of(table.schema(), ids(source)));
      sources.put(
          name,
          new SourceSnapshot(
              source.table(),
              table.uuid().toString(),
              snapshot(table).orElse(SourceSnapshot.NONE),
              true,
              columns));
    }
    beneath.forEach(
        (name, base) ->
            sources.putIfAbsent(
                name,
                new SourceSnapshot(base.table(), base.uuid(), base.snapshotId(), false, Map.of())));
    return new ArrayList<>(sources.values());
  }

  private static List<Integer> ids(SourceTable source) {
    return source.schema().columns().stream().map(Types.NestedField::fieldId).toList();
  }

  private static void refuseUnrefreshed(String view, @Nullable RegisteredView upstream) {
    if (upstream != null && !(ViewLineage.of(upstream) instanceof LineageLookup.RecordedLineage)) {
      throw new RefusedException(
          ErrorCode.POLICY_REFUSED,
          "View %1$s reads view %2$s, which has no result to read yet; refresh %2$s first, or %1$s with --upstream"
              .formatted(view, upstream.name()));
    }
  }
}
