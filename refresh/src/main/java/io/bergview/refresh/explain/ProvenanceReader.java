package io.bergview.refresh.explain;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ColumnOrigins;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Reads the provenance of views from metadata. */
public final class ProvenanceReader {
  private final Catalogs catalogs;
  private final ViewRegistry registry;

  public ProvenanceReader(ProjectContext context) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
  }

  /**
   * @param snapshotId of the view: its inputs are as this snapshot is derived from them. -1 for the
   *     view and its inputs as they are now
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.SourceException if a column that the view reads is gone
   */
  public ViewProvenance read(String name, long snapshotId) {
    RegisteredView view = registry.find(name);
    Map<TableName, Table> tables = new HashMap<>();
    Map<String, SourceColumns> schemas = new HashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) ->
                catalogs
                    .find(source.table())
                    .ifPresent(
                        table -> {
                          tables.put(source.table(), table);
                          schemas.put(type, SourceColumns.of(table));
                        }));
    ResolvedView resolved = FrozenTypes.resolve(view.definition(), schemas);
    Map<TableName, Long> read = readBy(view.table(), snapshotId);
    List<ViewProvenance.Dataset> inputs = new ArrayList<>();
    for (SourceTable source : resolved.sources()) {
      Table table = tables.get(source.table());
      if (table != null) {
        long at = read.getOrDefault(catalogs.qualified(source.table()), current(table));
        inputs.add(dataset(source.table(), table, source.schema(), at));
      }
    }
    return new ViewProvenance(
        view.name(),
        view.definition().view().refresh().policy(),
        DefinitionWriter.write(view.definition().view()),
        dataset(
            view.tableName(),
            view.table(),
            visible(resolved, view.table().schema()),
            snapshotId < 0 ? current(view.table()) : snapshotId),
        inputs,
        ColumnOrigins.of(resolved));
  }

  private Map<TableName, Long> readBy(Table view, long snapshotId) {
    Map<TableName, Long> read = new HashMap<>();
    Snapshot made = snapshotId < 0 ? null : view.snapshot(snapshotId);
    if (made != null
        && LineageLookup.of(view, made) instanceof LineageLookup.RecordedLineage found) {
      for (SourceSnapshot source : found.lineage().sources()) {
        read.put(catalogs.qualified(source.table()), source.snapshotId());
      }
    }
    return read;
  }

  /** What engines see, without what only Bergview reads. */
  private static Schema visible(ResolvedView resolved, Schema table) {
    return table.select(resolved.columns().stream().map(OutputColumn::name).toList());
  }

  private ViewProvenance.Dataset dataset(
      TableName name, Table table, Schema schema, long snapshotId) {
    return new ViewProvenance.Dataset(
        name, catalogs.nameFor(name), table.location(), schema, snapshotId);
  }

  private static long current(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? -1 : snapshot.snapshotId();
  }
}
