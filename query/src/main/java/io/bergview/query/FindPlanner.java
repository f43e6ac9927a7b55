package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryResolver;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.query.FindQuery.SortKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A question resolved against the columns of a view, ready to be asked of whatever holds its rows.
 */
final class FindPlanner {
  private final FindQuery query;
  private final QueryResolver.Query resolved;
  private final List<Types.NestedField> selected;

  private FindPlanner(
      FindQuery query, List<Types.NestedField> selected, QueryResolver.Query resolved) {
    this.query = query;
    this.selected = selected;
    this.resolved = resolved;
  }

  /**
   * @param view the view's visible columns; its {@code type} is the view's name
   * @throws UsageException where the question does not fit the view
   */
  static FindPlanner plan(SourceTable view, FindQuery query) {
    List<String> all = view.schema().columns().stream().map(Types.NestedField::name).toList();
    List<String> names = query.select().isEmpty() ? all : query.select();
    Set<String> read = new LinkedHashSet<>();
    for (String name : names) {
      check(view, "--select", name, all);
      if (!read.add(name)) {
        throw new UsageException(ErrorCode.USAGE, "--select names '%s' twice".formatted(name));
      }
    }
    for (SortKey key : query.sort()) {
      check(view, "--sort", key.column(), all);
      read.add(key.column());
    }
    List<Types.NestedField> selected = names.stream().map(name -> field(view, name)).toList();
    try {
      return new FindPlanner(
          query, selected, QueryResolver.resolve(view, query.filter(), List.copyOf(read)));
    } catch (DefinitionException e) {
      throw FindQuery.usage(e);
    }
  }

  /** A top-level column: a dotted name must not be taken for a path. */
  private static Types.NestedField field(SourceTable view, String name) {
    return requireNonNull(view.schema().asStruct().field(name), name);
  }

  private static void check(SourceTable view, String option, String name, List<String> all) {
    if (!all.contains(name)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "%s: view %s has no column '%s'%s; it has %s"
              .formatted(
                  option,
                  view.type(),
                  name,
                  Suggestions.didYouMean(name, all),
                  String.join(", ", all)));
    }
  }

  /** The columns of the view that the question touches, by field id. */
  Schema reads() {
    return resolved.source().schema();
  }

  /** The columns of the answer. */
  Schema answer() {
    return new Schema(selected);
  }

  /**
   * @param relation stands in FROM and gives {@link #reads} as {@code c<field id>}
   */
  String sql(String relation) {
    List<PlanColumn> columns = resolved.columns();
    String outputs =
        columns.subList(0, selected.size()).stream()
            .map(output -> column(output.id()) + " AS " + quote(output.label()))
            .collect(joining(", "));
    StringBuilder sql = new StringBuilder("SELECT ").append(outputs).append(" FROM (");
    sql.append(DuckDbSql.select(resolved.plan(), source -> relation)).append(") AS q");
    if (!query.sort().isEmpty()) {
      sql.append(" ORDER BY ").append(String.join(", ", order(columns)));
    }
    query.limit().ifPresent(limit -> sql.append(" LIMIT ").append(limit));
    if (query.skip() > 0) {
      sql.append(" OFFSET ").append(query.skip());
    }
    return sql.toString();
  }

  /**
   * What was asked for; where only a part of the rows is wanted, ties are broken by the other
   * columns, so that one page follows the other.
   */
  private List<String> order(List<PlanColumn> columns) {
    List<String> order = new ArrayList<>();
    List<PlanColumn> others = new ArrayList<>(columns);
    for (SortKey key : query.sort()) {
      PlanColumn by =
          columns.stream().filter(c -> c.label().equals(key.column())).findFirst().orElseThrow();
      others.remove(by);
      order.add(column(by.id()) + (key.descending() ? " DESC NULLS LAST" : " ASC NULLS FIRST"));
    }
    if (query.limit().isPresent() || query.skip() > 0) {
      others.forEach(column -> order.add(column(column.id()) + " ASC NULLS FIRST"));
    }
    return order;
  }
}
