package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A query of a view or an entity type, independent of what answers it. Paths start at the columns
 * and relations of {@code from}; {@code select} and {@code sort} may also name columns of the
 * answer.
 *
 * @param from a view or entity type; for a query in SQL what messages call it
 * @param sql a query in SQL, beside which only {@code limit}, {@code skip}, {@code asOf} and how
 *     stale an answer may be have a meaning
 * @param include relations whose columns are inlined, as {@code $expand} does
 * @param filter which rows, before grouping
 * @param unnest one row per element instead of one row per root row
 * @param groupBy present and empty for a grand total
 * @param compute aggregates and other values by output name, in order
 * @param select in this order; empty for all
 * @param sort empty for no order. Nulls come first, or last where descending
 * @param skip rows left out at the beginning; meaningful with {@code sort} only
 * @param asOf empty for now
 * @param staleOk a view answers for itself whatever its state
 * @param maxStaleness how long an answering view may have been stale; empty for its own grace
 *     period
 * @param route whether another view may answer
 */
public record FindQuery(
    String from,
    Optional<SqlText> sql,
    List<ColumnPath> include,
    Optional<Predicate> filter,
    Optional<Unnest> unnest,
    Optional<List<GroupKey>> groupBy,
    Map<String, Computation> compute,
    List<ColumnPath> select,
    List<SortKey> sort,
    OptionalLong limit,
    long skip,
    Optional<AsOf> asOf,
    boolean staleOk,
    Optional<Duration> maxStaleness,
    boolean route) {
  public FindQuery {
    requireNonNull(from, "from is null");
    requireNonNull(sql, "sql is null");
    include = List.copyOf(include);
    requireNonNull(filter, "filter is null");
    requireNonNull(unnest, "unnest is null");
    groupBy = groupBy.map(List::copyOf);
    compute = Collections.unmodifiableMap(new LinkedHashMap<>(compute));
    select = List.copyOf(select);
    sort = List.copyOf(sort);
    requireNonNull(limit, "limit is null");
    requireNonNull(asOf, "asOf is null");
    requireNonNull(maxStaleness, "maxStaleness is null");
    if (limit.isPresent() && limit.getAsLong() < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "The limit is %d; it cannot be negative".formatted(limit.getAsLong()));
    }
    if (skip < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "Cannot skip %d rows; it cannot be negative".formatted(skip));
    }
    if (staleOk && asOf.isPresent()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--stale-ok has no meaning with --as-of, which asks for the past anyway");
    }
    if (maxStaleness.isPresent() && (asOf.isPresent() || staleOk)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--max-staleness has no meaning with --as-of or --stale-ok, which say how old the answer"
              + " may be");
    }
    if (maxStaleness.isPresent() && maxStaleness.get().isNegative()) {
      throw new UsageException(ErrorCode.USAGE, "--max-staleness cannot be negative");
    }
  }

  /** Everything that a view or an entity type has, in no order. */
  public static FindQuery of(String from) {
    return new Builder(from).build();
  }

  /**
   * A query in SQL over tables, types and views.
   *
   * @param sql SELECT, VALUES, or what WITH, UNION and the like make of them
   */
  public static FindQuery select(SqlText sql) {
    Builder builder = new Builder("the query");
    builder.sql = Optional.of(sql);
    return builder.build();
  }

  /** What is wrong with a part of a query. */
  static UsageException usage(DefinitionException problem) {
    return new UsageException(ErrorCode.USAGE, String.valueOf(problem.getMessage()), problem);
  }

  /** The same query, to be changed. */
  public Builder toBuilder() {
    Builder builder = new Builder(from);
    builder.sql = sql;
    builder.include = include;
    builder.filter = filter;
    builder.unnest = unnest;
    builder.groupBy = groupBy;
    builder.compute = compute;
    builder.select = select;
    builder.sort = sort;
    builder.limit = limit;
    builder.skip = skip;
    builder.asOf = asOf;
    builder.staleOk = staleOk;
    builder.maxStaleness = maxStaleness;
    builder.route = route;
    return builder;
  }

  /** A query under construction. */
  public static final class Builder {
    private final String from;
    private Optional<SqlText> sql = Optional.empty();
    private List<ColumnPath> include = List.of();
    private Optional<Predicate> filter = Optional.empty();
    private Optional<Unnest> unnest = Optional.empty();
    private Optional<List<GroupKey>> groupBy = Optional.empty();
    private Map<String, Computation> compute = Map.of();
    private List<ColumnPath> select = List.of();
    private List<SortKey> sort = List.of();
    private OptionalLong limit = OptionalLong.empty();
    private long skip;
    private Optional<AsOf> asOf = Optional.empty();
    private boolean staleOk;
    private Optional<Duration> maxStaleness = Optional.empty();
    private boolean route = true;

    private Builder(String from) {
      this.from = from;
    }

    public Builder include(List<ColumnPath> paths) {
      include = paths;
      return this;
    }

    public Builder filter(Predicate predicate) {
      filter = Optional.of(predicate);
      return this;
    }

    public Builder unnest(Unnest path) {
      unnest = Optional.of(path);
      return this;
    }

    public Builder groupBy(List<GroupKey> keys) {
      groupBy = Optional.of(keys);
      return this;
    }

    public Builder compute(Map<String, Computation> aggregates) {
      compute = aggregates;
      return this;
    }

    public Builder select(List<ColumnPath> paths) {
      select = paths;
      return this;
    }

    public Builder sort(List<SortKey> keys) {
      sort = keys;
      return this;
    }

    public Builder limit(long rows) {
      limit = OptionalLong.of(rows);
      return this;
    }

    public Builder skip(long rows) {
      skip = rows;
      return this;
    }

    public Builder asOf(AsOf moment) {
      asOf = Optional.of(moment);
      return this;
    }

    public Builder staleOk() {
      staleOk = true;
      return this;
    }

    public Builder maxStaleness(Duration limit) {
      maxStaleness = Optional.of(limit);
      return this;
    }

    public Builder withoutRoute() {
      route = false;
      return this;
    }

    /**
     * @throws UsageException if it is not a valid query
     */
    public FindQuery build() {
      return new FindQuery(
          from,
          sql,
          include,
          filter,
          unnest,
          groupBy,
          compute,
          select,
          sort,
          limit,
          skip,
          asOf,
          staleOk,
          maxStaleness,
          route);
    }
  }
}
