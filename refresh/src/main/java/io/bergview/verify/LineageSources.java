package io.bergview.verify;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.SourceException;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.incremental.SourceReads;
import io.bergview.staleness.SameRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/**
 * The sources of a view as its lineage says: the snapshots that it has read, their columns then.
 */
final class LineageSources {
  private final RegisteredView view;
  private final Catalogs catalogs;
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final Map<TableName, SourceSnapshot> seen = new LinkedHashMap<>();

  /**
   * @throws NotFoundException {@code SOURCE_NOT_FOUND}
   */
  LineageSources(RegisteredView view, Lineage lineage, Catalogs catalogs) {
    this.view = view;
    this.catalogs = catalogs;
    load();
    lineage.sources().forEach(source -> seen.put(catalogs.qualified(source.table()), source));
  }

  private void load() {
    try {
      view.definition()
          .sources()
          .forEach((type, source) -> tables.put(type, catalogs.load(source.table())));
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.code(), "View %s cannot be verified: %s".formatted(view.name(), e.getMessage()), e);
    }
  }

  private Table table(String type) {
    return requireNonNull(tables.get(type), () -> "no source of type " + type);
  }

  /**
   * The view as it was when it read them.
   *
   * @throws SourceException {@code SOURCE_SCHEMA_CHANGED} where that cannot be found out any more
   */
  ResolvedView resolved() {
    Map<String, SourceColumns> schemas = new LinkedHashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) ->
                schemas.put(type, SourceColumns.of(table(type), schema(type, source))));
    return FrozenTypes.resolve(view, schemas);
  }

  private Schema schema(String type, StoredDefinition.Source source) {
    Table table = table(type);
    SourceSnapshot read = seen.get(catalogs.qualified(source.table()));
    List<Schema> known = new ArrayList<>(List.of(table.schema()));
    table.schemas().values().stream()
        .sorted(Comparator.comparing(Schema::schemaId).reversed())
        .forEach(known::add);
    return known.stream()
        .filter(schema -> read == null || fits(SourceColumns.of(table, schema), source, read))
        .findFirst()
        .orElseThrow(
            () ->
                new SourceException(
                    ErrorCode.SOURCE_SCHEMA_CHANGED,
                    "View %s cannot be verified: table %s no longer knows the columns that it is derived from; refresh it"
                        .formatted(view.name(), source.table())));
  }

  private static boolean fits(
      SourceColumns columns, StoredDefinition.Source source, SourceSnapshot read) {
    return read.columns().values().stream().allMatch(column -> column.isIn(columns.schema()))
        && source.schema().columns().stream().allMatch(columns::has);
  }

  /**
   * Where they are read.
   *
   * @param sources by type, with the columns to read
   * @throws SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   */
  SourceReads reads(EngineSession session, Map<String, SourceTable> sources) {
    Map<String, SourceReads.PinnedTable> places = new LinkedHashMap<>();
    sources.forEach(
        (type, source) ->
            places.put(type, new SourceReads.PinnedTable(source, table(type), snapshot(source))));
    return new SourceReads(session, places);
  }

  private OptionalLong snapshot(SourceTable source) {
    SourceSnapshot read = seen.get(catalogs.qualified(source.table()));
    if (read == null) {
      throw new IllegalStateException("the lineage does not name " + source.table());
    }
    Table table = table(source.type());
    if (!table.uuid().toString().equals(read.uuid())) {
      throw sourceGone(
          "table %s, which it is derived from, was dropped and made again", source.table());
    }
    if (read.snapshotId() == SourceSnapshot.NONE) {
      return OptionalLong.empty();
    }
    OptionalLong readable = SameRows.readable(read.snapshotId(), table);
    if (readable.isEmpty()) {
      throw sourceGone(
          "snapshot %d of table %s, which it is derived from, has expired",
          read.snapshotId(), source.table());
    }
    return readable;
  }

  private SourceException sourceGone(String what, Object... names) {
    return new SourceException(
        ErrorCode.SOURCE_SNAPSHOT_EXPIRED,
        "View %s cannot be verified any more: %s. Refresh it, and have '$refresh: {pin: true}' keep what it reads"
            .formatted(view.name(), what.formatted(names)));
  }
}
