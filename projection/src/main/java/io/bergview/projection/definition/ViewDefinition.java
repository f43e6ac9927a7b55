package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.LayoutSettings.Projection;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A view as declared. Paths speak source names (from {@code $from}); {@code select} and {@code
 * layout} speak output names.
 *
 * @param name {@code $type}
 * @param from an entity type or another view; empty where {@code query} is present
 * @param query {@code $sql}: the view in SQL. What the language would say of its rows, from {@code
 *     filter} to {@code compute}, is empty then
 * @param expand paths of relations whose columns are inlined
 * @param flatten in the order declared: an expanded path gets another prefix, or an output column
 *     gets another source
 * @param select output columns to keep, in this order: name to source output name; empty for all
 * @param joins in the order in which they are joined
 * @param groupBy present and empty for a grand total
 * @param compute by output name, in the order declared
 * @param having which groups are kept, by output names before {@code select}; only with {@code
 *     groupBy}
 * @param top of the rows, or of the groups that are kept, those that are shown
 * @param table {@code $table}; empty for the default place
 * @param publish {@code $publish}: the Iceberg view, in the catalog of the view's table, by which
 *     other engines read it; its name has no catalog
 * @param description what it is, for those who read it; decides nothing
 */
public record ViewDefinition(
    String name,
    Projection projection,
    String from,
    Optional<SqlText> query,
    Optional<Predicate> filter,
    List<ColumnPath> expand,
    List<Flatten> flatten,
    Optional<List<Select>> select,
    Optional<Unnest> unnest,
    List<Join> joins,
    Optional<List<GroupKey>> groupBy,
    Map<String, Computation> compute,
    Optional<Predicate> having,
    Optional<TopRows> top,
    RefreshSettings refresh,
    LayoutSettings layout,
    Optional<TableName> table,
    Optional<TableName> publish,
    ZoneId timezone,
    Optional<String> description,
    Origin origin)
    implements Definition {
  /**
   * An entry of {@code $flatten}, {@code left: right}, as written: {@code customer.address:
   * shipping} (the left side is an expanded path) or {@code vip: customer.is_vip} (it is not).
   * Which it is, is known once {@code $expand} is.
   */
  public record Flatten(ColumnPath left, ColumnPath right) {
    public Flatten {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
    }
  }

  /**
   * An entry of {@code $select}: the output column {@code path}, called {@code name}. A path that
   * is not an output name is a source path.
   */
  public record Select(String name, ColumnPath path) {
    public Select {
      requireNonNull(name, "name is null");
      requireNonNull(path, "path is null");
    }
  }

  /** {@code $unnest: items} or {@code {path: items, keepEmpty: true}}. */
  public record Unnest(ColumnPath path, boolean keepEmpty) {
    public Unnest {
      requireNonNull(path, "path is null");
    }
  }

  public ViewDefinition {
    requireNonNull(name, "name is null");
    requireNonNull(projection, "projection is null");
    requireNonNull(from, "from is null");
    requireNonNull(query, "query is null");
    requireNonNull(filter, "filter is null");
    expand = List.copyOf(expand);
    flatten = List.copyOf(flatten);
    select = select.map(List::copyOf);
    requireNonNull(unnest, "unnest is null");
    joins = List.copyOf(joins);
    groupBy = groupBy.map(List::copyOf);
    compute = Collections.unmodifiableMap(new LinkedHashMap<>(compute));
    requireNonNull(having, "having is null");
    requireNonNull(top, "top is null");
    requireNonNull(refresh, "refresh is null");
    requireNonNull(layout, "layout is null");
    requireNonNull(table, "table is null");
    requireNonNull(publish, "publish is null");
    requireNonNull(timezone, "timezone is null");
    requireNonNull(description, "description is null");
    requireNonNull(origin, "origin is null");
  }

  /** Begins a view that no file holds. */
  public static ViewBuilder named(String name) {
    return new ViewBuilder(name);
  }

  /**
   * The names of the types and views that it reads, as written; tables that a query names by their
   * own names are left out.
   *
   * @throws io.bergview.errors.DefinitionException where the query is none
   */
  public List<String> upstreams() {
    return query
        .map(
            sql ->
                sql.tables(origin).stream()
                    .filter(path -> path.size() == 1)
                    .map(path -> path.get(0))
                    .toList())
        .orElseGet(
            () ->
                Stream.concat(Stream.of(from), joins.stream().map(Join::from)).distinct().toList());
  }

  /** Where in the document one of {@link #upstreams} is named, in any case. */
  public String placeOf(String upstream) {
    return query.isPresent()
        ? "$sql"
        : joins.stream()
            .filter(join -> !from.equalsIgnoreCase(upstream))
            .filter(join -> join.from().equalsIgnoreCase(upstream))
            .map(join -> join.at() + ".$from")
            .findFirst()
            .orElse("$from");
  }

  /**
   * For messages: {@code view OrderDetails}, or for a query the view or type that it reads, {@code
   * Order}.
   */
  public String shown() {
    if (!origin.equals(Origin.QUESTION)) {
      return "view " + name;
    }
    return query.isPresent() ? "the query" : from;
  }

  /**
   * This, as far as it decides which rows the view has: without its layout, and without settings
   * that say only when and how it is refreshed, or what it is.
   */
  public ViewDefinition deciding() {
    return new ViewDefinition(
        name,
        Projection.OLAP,
        from,
        query,
        filter,
        expand,
        flatten,
        select,
        unnest,
        joins,
        groupBy,
        compute,
        having,
        top,
        refresh.deciding(),
        LayoutSettings.defaults(),
        table,
        Optional.empty(),
        timezone,
        Optional.empty(),
        origin);
  }
}
