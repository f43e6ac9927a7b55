package io.bergview.api;

import io.bergview.query.Answer;
import io.bergview.query.FindQuery;
import io.bergview.query.FindQuery.SortKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A question in the making: {@code bergview.find("OrderDetails").filter("{status:
 * 'open'}").sort("-total").limit(10).answer()}. Each step gives a new question; names are those of
 * the view's columns.
 */
public final class Find {
  private final FindQuery query;
  private final Function<FindQuery, Answer> ask;

  Find(FindQuery query, Function<FindQuery, Answer> ask) {
    this.query = query;
    this.ask = ask;
  }

  /**
   * Only the rows for which this holds.
   *
   * @param json JSON5 in the language of a view's {@code $filter}
   * @throws io.bergview.errors.UsageException where it is no filter
   */
  public Find filter(String json) {
    return with(
        new FindQuery(
            Optional.of(FindQuery.filter(json)),
            query.select(),
            query.sort(),
            query.limit(),
            query.skip(),
            query.staleOk()));
  }

  /** Only these columns, in this order. */
  public Find select(String... columns) {
    return with(
        new FindQuery(
            query.filter(),
            List.of(columns),
            query.sort(),
            query.limit(),
            query.skip(),
            query.staleOk()));
  }

  /** Sorted by these columns; {@code -} before a name is descending. */
  public Find sort(String... columns) {
    return with(
        new FindQuery(
            query.filter(),
            query.select(),
            Arrays.stream(columns).map(SortKey::parse).toList(),
            query.limit(),
            query.skip(),
            query.staleOk()));
  }

  /** At most so many rows. */
  public Find limit(long rows) {
    return with(
        new FindQuery(
            query.filter(),
            query.select(),
            query.sort(),
            OptionalLong.of(rows),
            query.skip(),
            query.staleOk()));
  }

  /** Without so many rows at the beginning. */
  public Find skip(long rows) {
    return with(
        new FindQuery(
            query.filter(), query.select(), query.sort(), query.limit(), rows, query.staleOk()));
  }

  /** From the view itself, however stale it is. */
  public Find staleOk() {
    return with(
        new FindQuery(
            query.filter(), query.select(), query.sort(), query.limit(), query.skip(), true));
  }

  private Find with(FindQuery changed) {
    return new Find(changed, ask);
  }

  /**
   * Asks. Close the answer before the façade.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.UsageException where the question does not fit the view's columns
   */
  public Answer answer() {
    return ask.apply(query);
  }
}
