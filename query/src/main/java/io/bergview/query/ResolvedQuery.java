package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.ViewResolver;
import io.bergview.projection.resolve.ViewResolver.Offered;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.Relations;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;

/**
 * A query as a view's definition would put it, resolved, so that it means exactly what a view
 * means; and what is done with the rows then: order, skip, limit.
 */
final class ResolvedQuery {
  private final FindQuery query;
  private final ResolvedView resolved;
  private final int shown;
  private final Map<OutputColumn, Boolean> order;

  /**
   * @param shown how many of the columns are the answer's; the others are there to sort by
   * @param order the columns to sort by, each with whether it descends
   */
  private ResolvedQuery(
      FindQuery query, ResolvedView resolved, int shown, Map<OutputColumn, Boolean> order) {
    this.query = query;
    this.resolved = resolved;
    this.shown = shown;
    this.order = order;
  }

  /**
   * @throws UsageException if the query does not fit the view or type
   */
  static ResolvedQuery resolve(FindQuery query, TypeSource types) {
    if (query.sql().isPresent()) {
      ResolvedView rows = ViewResolver.resolveQuery(definition(query, Optional.empty()), types);
      return new ResolvedQuery(query, rows, rows.columns().size(), Map.of());
    }
    try {
      List<Offered> all = ViewResolver.offered(definition(query, Optional.empty()), types);
      List<Select> selects = new ArrayList<>();
      for (ColumnPath path : query.select()) {
        selects.add(select("--select", path, query, all));
      }
      refuseTwice(selects);
      boolean everything = selects.isEmpty();
      if (everything) {
        all.forEach(c -> selects.add(new Select(c.name(), ColumnPath.of(c.name()))));
      }
      int shown = selects.size();
      List<String> sortedBy = new ArrayList<>();
      for (SortKey key : query.sort()) {
        sortedBy.add(sortedBy(key, query, all, selects));
      }
      Optional<List<Select>> kept =
          everything && selects.size() == shown ? Optional.empty() : Optional.of(selects);
      ResolvedView resolved = ViewResolver.resolveQuery(definition(query, kept), types);
      Map<OutputColumn, Boolean> order = new LinkedHashMap<>();
      for (int i = 0; i < sortedBy.size(); i++) {
        String name = sortedBy.get(i);
        OutputColumn by =
            resolved.columns().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
        order.putIfAbsent(by, query.sort().get(i).descending());
      }
      return new ResolvedQuery(query, resolved, shown, order);
    } catch (DefinitionException e) {
      boolean ours =
          e.problems().stream().allMatch(problem -> problem.file().equals(Origin.QUESTION.file()));
      throw ours ? FindQuery.usage(e) : e;
    }
  }

  private static ViewDefinition definition(FindQuery query, Optional<List<Select>> select) {
    return new ViewDefinition(
        query.from(),
        Projection.OLAP,
        query.sql().isPresent() ? "" : query.from(),
        query.sql(),
        query.filter(),
        query.include(),
        List.of(),
        select,
        query.unnest(),
        List.of(),
        query.groupBy(),
        query.compute(),
        Optional.empty(),
        Optional.empty(),
        RefreshSettings.manual(),
        LayoutSettings.defaults(),
        Optional.empty(),
        Optional.empty(),
        ZoneOffset.UTC,
        Optional.empty(),
        Origin.QUESTION);
  }

  /** The entry of {@code $select} for a column of the answer, or for a path of the root. */
  private static Select select(String option, ColumnPath path, FindQuery query, List<Offered> all) {
    List<String> names = all.stream().map(Offered::name).toList();
    String wanted = path.segments().size() == 1 ? path.last() : path.toString();
    if (names.contains(wanted)) {
      return new Select(wanted, ColumnPath.of(wanted));
    }
    Optional<Offered> shown =
        all.stream().filter(column -> column.source().equals(path.toString())).findFirst();
    if (shown.isPresent()) {
      String name = shown.get().name();
      boolean alone = names.stream().filter(name::equals).count() == 1;
      return new Select(name, alone ? ColumnPath.of(name) : path);
    }
    if (path.segments().size() > 1 && query.groupBy().isEmpty()) {
      return new Select(path.joined(), path);
    }
    throw new UsageException(
        ErrorCode.USAGE,
        "%s: %s has no column '%s'%s; it has %s"
            .formatted(
                option,
                query.from(),
                wanted,
                Suggestions.didYouMean(wanted, names),
                String.join(", ", names)));
  }

  private static void refuseTwice(List<Select> selects) {
    for (int i = 0; i < selects.size(); i++) {
      String name = selects.get(i).name();
      if (selects.subList(0, i).stream().anyMatch(other -> other.name().equals(name))) {
        throw new UsageException(ErrorCode.USAGE, "--select names '%s' twice".formatted(name));
      }
    }
  }

  /** The name of the column to sort by, which is added if it is not selected. */
  private static String sortedBy(
      SortKey key, FindQuery query, List<Offered> all, List<Select> selects) {
    Select by = select("--sort", key.column(), query, all);
    Optional<Select> there =
        selects.stream().filter(other -> other.path().equals(by.path())).findFirst();
    if (there.isPresent()) {
      return there.get().name();
    }
    String name = by.name();
    while (isTaken(name, selects)) {
      name = name + "_";
    }
    selects.add(new Select(name, by.path()));
    return name;
  }

  private static boolean isTaken(String name, List<Select> selects) {
    return selects.stream()
        .anyMatch(
            other -> other.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
  }

  /** The same query, its rows computed by another plan. */
  ResolvedQuery computedBy(Plan plan) {
    return new ResolvedQuery(query, resolved.computedBy(plan), shown, order);
  }

  /** What must be computed, and over which sources. */
  ResolvedView resolved() {
    return resolved;
  }

  /** The columns of the answer. */
  Schema answer() {
    return new Schema(resolved.schema().columns().subList(0, shown));
  }

  /**
   * @param relations what stands in FROM for each source
   */
  String sql(Relations relations) {
    List<String> outputs = new ArrayList<>();
    for (OutputColumn output : resolved.columns().subList(0, shown)) {
      outputs.add(
          "CAST(%s AS %s) AS %s"
              .formatted(value(output), sqlType(output.type()), quote(output.name())));
    }
    StringBuilder sql = new StringBuilder("SELECT ").append(String.join(", ", outputs));
    sql.append(" FROM (").append(DuckDbSql.select(resolved.plan(), relations)).append(") AS q");
    List<String> by = orderBy();
    if (!by.isEmpty()) {
      sql.append(" ORDER BY ").append(String.join(", ", by));
    }
    query.limit().ifPresent(limit -> sql.append(" LIMIT ").append(limit));
    if (query.skip() > 0) {
      sql.append(" OFFSET ").append(query.skip());
    }
    return sql.toString();
  }

  /**
   * The requested order; with a limit or skip, ties are broken by the other columns, so that pages
   * are consistent.
   */
  private List<String> orderBy() {
    List<String> by = new ArrayList<>();
    order.forEach(
        (key, descending) ->
            by.add(value(key) + (descending ? " DESC NULLS LAST" : " ASC NULLS FIRST")));
    if (query.limit().isPresent() || query.skip() > 0) {
      resolved.columns().stream()
          .filter(output -> !order.containsKey(output))
          .forEach(output -> by.add(value(output) + " ASC NULLS FIRST"));
    }
    return by;
  }

  /** Qualified: ORDER BY takes a bare name for that of an output, which may be called alike. */
  private static String value(OutputColumn output) {
    return "q." + column(output.column().id());
  }
}
