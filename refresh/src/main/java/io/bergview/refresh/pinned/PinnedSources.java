package io.bergview.refresh.pinned;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/**
 * The tables of a view, each loaded once and read at the snapshot it then had, whatever is
 * committed to them since.
 */
public final class PinnedSources {
  private final Catalogs catalogs;
  private final Map<String, TableName> names = new LinkedHashMap<>();
  private final Map<TableName, Table> tables = new LinkedHashMap<>();

  private PinnedSources(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /**
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND}
   */
  public static PinnedSources of(RegisteredView view, Catalogs catalogs) {
    PinnedSources pinned = new PinnedSources(catalogs);
    for (Map.Entry<String, StoredDefinition.Source> source :
        view.definition().sources().entrySet()) {
      TableName name = catalogs.qualified(source.getValue().table());
      pinned.names.put(source.getKey(), name);
      if (!pinned.tables.containsKey(name)) {
        pinned.tables.put(name, catalogs.load(source.getValue().table()));
      }
    }
    return pinned;
  }

  public Table table(String type) {
    TableName name = requireNonNull(names.get(type), () -> "no source of type " + type);
    return requireNonNull(tables.get(name), () -> name + " is not pinned");
  }

  /** The table of a source's name. */
  Table table(TableName source) {
    TableName name = catalogs.qualified(source);
    return requireNonNull(tables.get(name), () -> name + " is not pinned");
  }

  public static OptionalLong snapshot(Table table) {
    Snapshot current = table.currentSnapshot();
    return current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
  }

  /** The current schemas, by type. */
  public Map<String, Schema> schemas() {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    names.keySet().forEach(type -> schemas.put(type, table(type).schema()));
    return schemas;
  }

  /**
   * What the lineage will say: each table that the view reads with the columns it uses, and beneath
   * those that are views themselves the tables that they were made from.
   *
   * @throws RefusedException {@code POLICY_REFUSED} where an upstream view has not been refreshed
   */
  public List<SourceSnapshot> lineage(String view, List<SourceTable> used, ViewRegistry registry) {
    Map<TableName, SourceSnapshot> sources = new LinkedHashMap<>();
    for (SourceTable source : used) {
      Table table = table(source.type());
      Map<String, UsedColumn> columns = new LinkedHashMap<>();
      sources.computeIfPresent(
          catalogs.qualified(source.table()),
          (name, other) -> {
            columns.putAll(other.columns());
            return other;
          });
      columns.putAll(UsedColumn.of(table.schema(), ids(source)));
      sources.put(
          catalogs.qualified(source.table()),
          new SourceSnapshot(
              source.table(),
              table.uuid().toString(),
              snapshot(table).orElse(SourceSnapshot.NONE),
              true,
              columns));
    }
    for (SourceTable source : used) {
      Optional<RegisteredView> upstream = registry.viewIn(source.table(), table(source.type()));
      upstream.ifPresent(
          other ->
              lineageOf(view, other)
                  .sources()
                  .forEach(
                      base ->
                          sources.putIfAbsent(
                              catalogs.qualified(base.table()),
                              new SourceSnapshot(
                                  base.table(), base.uuid(), base.snapshotId(), false, Map.of()))));
    }
    return new ArrayList<>(sources.values());
  }

  private static List<Integer> ids(SourceTable source) {
    return source.schema().columns().stream().map(Types.NestedField::fieldId).toList();
  }

  private static Lineage lineageOf(String view, RegisteredView upstream) {
    if (LineageLookup.of(upstream.table()) instanceof LineageLookup.Found found) {
      return found.lineage();
    }
    throw new RefusedException(
        ErrorCode.POLICY_REFUSED,
        "View "
            + view
            + " reads view "
            + upstream.name()
            + ", which has no result to read yet; refresh "
            + upstream.name()
            + " first");
  }
}
