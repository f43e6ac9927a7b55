package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
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
import io.bergview.projection.plan.ViewResolver;
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
import java.util.stream.Stream;
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

  static ResolvedView resolve(RegisteredView view) {
    return ViewResolver.resolve(view.definition().view(), new StoredTypes(view.definition()));
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
    Function<SourceTable, String> sources = sources(name, view);
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

  private Function<SourceTable, String> sources(String name, ResolvedView view) {
    List<Plan> plans = new ArrayList<>();
    plans.add(view.plan());
    for (UniqueCheck check : view.checks()) {
      plans.add(check.target());
      plans.add(check.references());
    }
    Map<TableName, String> from = new HashMap<>();
    for (SourceTable source : PlanSources.of(plans.toArray(Plan[]::new))) {
      from.put(source.table(), source(name, source));
    }
    return source ->
        Optional.ofNullable(from.get(source.table()))
            .orElseThrow(() -> new IllegalStateException(source.table() + " is not pinned"));
  }

  private String source(String view, SourceTable source) {
    Table table =
        tables.computeIfAbsent(catalogs.qualified(source.table()), name -> catalogs.load(name));
    Optional<RegisteredView> upstream =
        registry.viewIn(source.table(), table).filter(found -> !mayAnswer(staleness.state(found)));
    if (upstream.isPresent()) {
      return define(upstream.get().name(), resolve(upstream.get()), source.schema());
    }
    UsedColumn.of(source.schema(), ids(source.schema()).toList())
        .forEach((path, used) -> checkUnchanged(view, source, table, path, used));
    return scan(table, source.schema());
  }

  private static Stream<Integer> ids(Schema schema) {
    return schema.columns().stream().map(Types.NestedField::fieldId);
  }

  private static void checkUnchanged(
      String view, SourceTable source, Table table, String path, UsedColumn used) {
    if (!used.isIn(table.schema())) {
      throw new SourceException(
          ErrorCode.SOURCE_SCHEMA_CHANGED,
          "Column %s of source %s, a %s when view %s was defined, is gone or has another type; define the view anew"
              .formatted(path, source.table(), used.type(), view));
    }
  }

  @Override
  public void close() {
    while (!relations.isEmpty()) {
      relations.pop().close();
    }
  }
}
