package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * Column lineage: the source columns that each column of a view is derived from, and those that
 * affect only which rows there are.
 *
 * @param columns by the name of the view's visible column; empty for one that reads none, such as a
 *     count of rows
 * @param rows what joins, filters, groups and orders rows
 */
public record ColumnOrigins(Map<String, Set<Origin>> columns, Set<Origin> rows) {
  /** What becomes of a source's column. */
  public enum ColumnUse {
    /** It is as it was. */
    IDENTITY,
    /** It is part of what is computed from each row. */
    TRANSFORMATION,
    /** It is part of what is computed from several rows. */
    AGGREGATION,
    /** Rows are brought together by it. */
    JOIN,
    /** It says which rows there are. */
    FILTER,
    GROUP_BY,
    /** It determines the order of values. */
    SORT
  }

  /** A top-level column of a source, and what becomes of it. */
  public record Origin(TableName table, String column, ColumnUse use) {
    public Origin {
      requireNonNull(table, "table is null");
      requireNonNull(column, "column is null");
      requireNonNull(use, "use is null");
    }

    /** The same column, as part of a computed value. */
    private Origin within(ColumnUse outer) {
      return outer.compareTo(use) > 0 ? new Origin(table, column, outer) : this;
    }
  }

  public ColumnOrigins {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    rows = Collections.unmodifiableSet(new LinkedHashSet<>(rows));
  }

  /** Of a view's own plan, as its definition makes it. */
  public static ColumnOrigins of(ResolvedView view) {
    Walk walk = new Walk();
    walk.walk(view.plan());
    Map<String, Set<Origin>> columns = new LinkedHashMap<>();
    view.columns()
        .forEach(
            column ->
                columns.put(
                    column.name(), Collections.unmodifiableSet(walk.origins(column.column()))));
    return new ColumnOrigins(columns, walk.rows);
  }

  /** Traverses a plan from its sources up; ids of columns are unique in a plan. */
  private static final class Walk extends DefinitionVisitor<Plan> {
    private final Map<Integer, Set<Origin>> byColumn = new HashMap<>();
    private final Set<Origin> rows = new LinkedHashSet<>();

    void walk(Plan plan) {
      plan.inputs().forEach(this::walk);
      plan.accept(this);
    }

    @Override
    public Plan visit(Plan.Scan scan) {
      scan.reads().forEach(read -> scanned(scan.source(), read));
      return scan;
    }

    @Override
    public Plan visit(Plan.LeftJoin join) {
      joined(join.on());
      return join;
    }

    @Override
    public Plan visit(Plan.JoinToMany join) {
      joined(join.on());
      return join;
    }

    @Override
    public Plan visit(Plan.NestedAggregate nested) {
      joined(nested.on());
      nested.orderBy().forEach(key -> decides(key, ColumnUse.SORT));
      nested.calls().forEach(this::aggregated);
      return nested;
    }

    @Override
    public Plan visit(Plan.AssignUniqueId assign) {
      // The number is of no column.
      return assign;
    }

    @Override
    public Plan visit(Plan.UnnestElements unnest) {
      put(unnest.element(), made(unnest.list()));
      return unnest;
    }

    @Override
    public Plan visit(Plan.Unnest unnest) {
      put(unnest.element(), made(unnest.list()));
      return unnest;
    }

    @Override
    public Plan visit(Plan.Extend extend) {
      extend.added().forEach(added -> put(added.column(), made(added.value())));
      return extend;
    }

    @Override
    public Plan visit(Plan.Filter filter) {
      ExprColumns.of(filter.predicate()).forEach(column -> decides(column, ColumnUse.FILTER));
      return filter;
    }

    @Override
    public Plan visit(Plan.Aggregate aggregate) {
      aggregate.keys().forEach(this::grouped);
      aggregate.calls().forEach(this::aggregated);
      return aggregate;
    }

    @Override
    public Plan visit(Plan.Project project) {
      project.outputs().forEach(output -> put(output.column(), made(output.value())));
      return project;
    }

    @Override
    public Plan visit(QueryPlan.Join join) {
      for (QueryPlan.Equality key : join.on()) {
        decides(key.left(), ColumnUse.JOIN);
        decides(key.right(), ColumnUse.JOIN);
      }
      join.condition().ifPresent(condition -> decides(condition, ColumnUse.JOIN));
      return join;
    }

    @Override
    public Plan visit(QueryPlan.Union union) {
      for (int i = 0; i < union.columns().size(); i++) {
        Set<Origin> all = new LinkedHashSet<>();
        for (Plan input : union.inputs()) {
          all.addAll(origins(input.columns().get(i)));
        }
        put(union.columns().get(i), all);
      }
      return union;
    }

    @Override
    public Plan visit(QueryPlan.Window window) {
      window.partitionBy().forEach(value -> decides(value, ColumnUse.GROUP_BY));
      window.orderBy().forEach(order -> decides(order.value(), ColumnUse.SORT));
      for (WindowCall call : window.calls()) {
        put(
            call.column(),
            call.arguments().stream()
                .flatMap(argument -> made(argument).stream())
                .map(origin -> origin.within(ColumnUse.AGGREGATION))
                .toList());
      }
      return window;
    }

    @Override
    public Plan visit(QueryPlan.Limit limit) {
      limit.orderBy().forEach(order -> decides(order.value(), ColumnUse.SORT));
      return limit;
    }

    @Override
    public Plan visit(QueryPlan.Values values) {
      // Constants are of no column.
      return values;
    }

    Set<Origin> origins(PlanColumn column) {
      return byColumn.getOrDefault(column.id(), Set.of());
    }

    private void scanned(SourceTable source, Plan.Scan.Read read) {
      Types.NestedField field = source.schema().findField(read.fieldId());
      put(read.column(), List.of(new Origin(source.table(), field.name(), ColumnUse.IDENTITY)));
    }

    private void grouped(Plan.Assignment key) {
      put(key.column(), made(key.value()));
      decides(key.value(), ColumnUse.GROUP_BY);
    }

    private void aggregated(AggregateCall call) {
      put(
          call.column(),
          ExprColumns.of(call.argument()).stream()
              .flatMap(column -> origins(column).stream())
              .map(origin -> origin.within(ColumnUse.AGGREGATION))
              .toList());
      call.orderBy().forEach(key -> decides(key, ColumnUse.SORT));
    }

    private void joined(List<Plan.JoinKey> on) {
      for (Plan.JoinKey key : on) {
        decides(key.input(), ColumnUse.JOIN);
        decides(key.other(), ColumnUse.JOIN);
      }
    }

    private void decides(Expr value, ColumnUse use) {
      ExprColumns.of(value).forEach(column -> decides(column, use));
    }

    private void decides(PlanColumn column, ColumnUse use) {
      origins(column).forEach(o -> rows.add(new Origin(o.table(), o.column(), use)));
    }

    private List<Origin> made(Expr value) {
      ColumnUse use = isAsItWas(value) ? ColumnUse.IDENTITY : ColumnUse.TRANSFORMATION;
      return ExprColumns.of(value).stream()
          .flatMap(column -> origins(column).stream())
          .map(origin -> origin.within(use))
          .toList();
    }

    /** A part of a struct is as it was too. */
    private static boolean isAsItWas(Expr value) {
      if (value instanceof Expr.Field field) {
        return isAsItWas(field.struct());
      }
      return value instanceof Expr.Ref || value instanceof Expr.Canonical;
    }

    private void put(PlanColumn column, Collection<Origin> origins) {
      byColumn.put(column.id(), new LinkedHashSet<>(origins));
    }
  }
}
