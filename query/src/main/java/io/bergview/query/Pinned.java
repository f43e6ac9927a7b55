package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.pipeline.DuplicateKeys;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/**
 * The tables that one question reads, each loaded once and read at the snapshot it then had. What
 * stands in FROM for each of them gives its columns as {@code c<field id>}.
 */
final class Pinned implements AutoCloseable {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final Kernel kernel;
  private final TableScanner scanner;
  private final Map<TableName, Table> tables = new HashMap<>();
  private final Map<TableName, Optional<RegisteredView>> views = new HashMap<>();
  private final Deque<Relation> relations = new ArrayDeque<>();

  Pinned(
      Catalogs catalogs,
      ViewRegistry registry,
      Staleness staleness,
      Kernel kernel,
      TableScanner scanner) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.staleness = staleness;
    this.kernel = kernel;
    this.scanner = scanner;
  }

  /** A view may answer for itself while it is fresh, or stale no longer than its grace period. */
  static boolean mayAnswer(ViewState state) {
    return state.state() == Freshness.FRESH || state.withinGrace();
  }

  /** The view's definition over the columns that it froze, as far as they are still there. */
  ResolvedView resolve(RegisteredView view) {
    Map<String, Schema> now = new HashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) -> {
              if (askedInstead(source.table()).isEmpty()) {
                now.put(type, load(source.table()).schema());
              }
            });
    return FrozenTypes.resolve(view.definition(), now);
  }

  /** The rows of a table as it was loaded. */
  String scan(Table table, Schema columns) {
    OptionalLong snapshot =
        table.currentSnapshot() == null
            ? OptionalLong.empty()
            : OptionalLong.of(table.currentSnapshot().snapshotId());
    Relation relation = scanner.scan(kernel, table, snapshot, columns);
    relations.push(relation);
    return relation.sql();
  }

  /**
   * The rows that a definition gives over its sources now.
   *
   * @param columns some of the view's visible columns by name, their ids being the caller's
   */
  String define(String name, ResolvedView view, Schema columns) {
    Function<SourceTable, String> sources = sources(view);
    DuplicateKeys.refuse(kernel, name, view.checks(), sources);
    String outputs =
        columns.columns().stream()
            .map(
                field ->
                    "CAST("
                        + column(output(name, view, field).column().id())
                        + " AS "
                        + sqlType(field.type())
                        + ") AS "
                        + column(field.fieldId()))
            .collect(joining(", "));
    return "(SELECT "
        + (outputs.isEmpty() ? "1 AS one" : outputs)
        + " FROM ("
        + DuckDbSql.select(view.plan(), sources)
        + ") AS d)";
  }

  private static OutputColumn output(String name, ResolvedView view, Types.NestedField field) {
    return view.columns().stream()
        .filter(column -> column.name().equals(field.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new SourceException(
                    ErrorCode.SOURCE_SCHEMA_CHANGED,
                    "View %s has no column '%s' any more; define the views that read it anew"
                        .formatted(name, field.name())));
  }

  private Function<SourceTable, String> sources(ResolvedView view) {
    List<Plan> plans = new ArrayList<>();
    plans.add(view.plan());
    for (UniqueCheck check : view.checks()) {
      plans.add(check.target());
      plans.add(check.references());
    }
    Map<TableName, String> from = new HashMap<>();
    for (SourceTable source : PlanSources.of(plans.toArray(Plan[]::new))) {
      from.put(source.table(), source(source));
    }
    return source ->
        Optional.ofNullable(from.get(source.table()))
            .orElseThrow(() -> new IllegalStateException(source.table() + " is not pinned"));
  }

  private String source(SourceTable source) {
    Optional<RegisteredView> upstream = askedInstead(source.table());
    return upstream.isPresent()
        ? define(upstream.get().name(), resolve(upstream.get()), source.schema())
        : scan(load(source.table()), source.schema());
  }

  /** The view that a table holds, where its definition must be asked in its place. */
  private Optional<RegisteredView> askedInstead(TableName table) {
    return views.computeIfAbsent(
        catalogs.qualified(table),
        name ->
            registry.viewIn(name, load(name)).filter(view -> !mayAnswer(staleness.state(view))));
  }

  private Table load(TableName table) {
    return tables.computeIfAbsent(catalogs.qualified(table), catalogs::load);
  }

  @Override
  public void close() {
    while (!relations.isEmpty()) {
      relations.pop().close();
    }
  }
}
