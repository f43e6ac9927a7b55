package io.bergview.api;

import io.bergview.projection.definition.AsOf;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.query.QueryText;
import io.bergview.query.Routing;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A query under construction: {@code bergview.find("Order").include("customer").filter("{status:
 * open}").sort("-total").limit(10).answer()}. Each step returns a new query, and throws {@link
 * io.bergview.errors.UsageException} if its text cannot be parsed. Paths start at the columns and
 * relations of the queried view or type.
 */
public final class Find {
  private final FindQuery query;
  private final Function<FindQuery, QueryResult> ask;
  private final Function<FindQuery, Routing> explain;

  Find(
      FindQuery query, Function<FindQuery, QueryResult> ask, Function<FindQuery, Routing> explain) {
    this.query = query;
    this.ask = ask;
    this.explain = explain;
  }

  /** With the columns of these relations: {@code customer}, {@code customer.address}. */
  public Find include(String... paths) {
    return with(changed -> QueryText.include(changed, String.join(",", paths)));
  }

  /**
   * Only the rows for which this holds.
   *
   * @param text JSON5 in the language of a view's {@code $filter}, or YAML on one line
   */
  public Find filter(String text) {
    return with(changed -> QueryText.filter(changed, text));
  }

  /** One row for each element of a list or to-many relation. */
  public Find unnest(String path) {
    return with(changed -> QueryText.unnest(changed, path));
  }

  /**
   * One row per group: columns, paths, {@code day(created_at)}; none of them is the grand total.
   */
  public Find groupBy(String... keys) {
    return with(changed -> QueryText.groupBy(changed, String.join(",", keys)));
  }

  /** Aggregates by name: {@code {orders: {$count: '*'}, revenue: {$sum: total}}}. */
  public Find compute(String text) {
    return with(changed -> QueryText.compute(changed, text));
  }

  /** Only these columns, in this order; a path to one row is a column too. */
  public Find select(String... columns) {
    return with(changed -> QueryText.select(changed, String.join(",", columns)));
  }

  /** Sorted by these columns; {@code -} before a name is descending. */
  public Find sort(String... columns) {
    return with(changed -> QueryText.sort(changed, String.join(",", columns)));
  }

  /** Maximum number of rows. */
  public Find limit(long rows) {
    return with(changed -> changed.limit(rows));
  }

  /** Without so many rows at the beginning. */
  public Find skip(long rows) {
    return with(changed -> changed.skip(rows));
  }

  /** As it was at an instant. */
  public Find asOf(Instant instant) {
    return with(changed -> changed.asOf(new AsOf.Time(instant)));
  }

  /** As it was at a time, a snapshot, a tag or a branch: see {@link AsOf#parse}. */
  public Find asOf(String moment) {
    return with(changed -> changed.asOf(AsOf.parse(moment)));
  }

  /** From the view itself, however stale it is. */
  public Find staleOk() {
    return with(FindQuery.Builder::staleOk);
  }

  /** From views that have been stale for no longer than this, instead of their grace periods. */
  public Find maxStaleness(Duration limit) {
    return with(changed -> changed.maxStaleness(limit));
  }

  /** From the queried view or type itself, not from another view that covers the query. */
  public Find withoutRoute() {
    return with(FindQuery.Builder::withoutRoute);
  }

  /** The query built so far. */
  public FindQuery query() {
    return query;
  }

  private Find with(Consumer<FindQuery.Builder> change) {
    FindQuery.Builder changed = query.toBuilder();
    change.accept(changed);
    return new Find(changed.build(), ask, explain);
  }

  /**
   * Who would answer, and why not the others. Reads metadata only, and throws what {@link #answer}
   * throws of it.
   */
  public Routing explain() {
    return explain.apply(query);
  }

  /**
   * Runs the query. Close the result before the façade.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}, {@code AS_OF_TOO_EARLY},
   *     {@code SNAPSHOT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException if the query does not fit the view or type
   * @throws io.bergview.errors.SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   */
  public QueryResult answer() {
    return ask.apply(query);
  }
}
