package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.PredicateReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which rows of a view, which columns, in which order. All names are those of the view's columns.
 *
 * @param select in this order; empty for all
 * @param sort empty for no order at all
 * @param skip rows left out at the beginning; meaningful with {@code sort} only
 * @param staleOk the view answers whatever its state
 */
public record FindQuery(
    Optional<Predicate> filter,
    List<String> select,
    List<SortKey> sort,
    OptionalLong limit,
    long skip,
    boolean staleOk) {
  /** Everything, in no order, from a view that is fresh enough. */
  public static final FindQuery ALL =
      new FindQuery(Optional.empty(), List.of(), List.of(), OptionalLong.empty(), 0, false);

  /** A column to sort by. Nulls come first, or last where descending. */
  public record SortKey(String column, boolean descending) {
    public SortKey {
      requireNonNull(column, "column is null");
    }

    /** Reads {@code total} or {@code -total}. */
    public static SortKey parse(String text) {
      String name = text.strip();
      return name.startsWith("-") ? new SortKey(name.substring(1), true) : new SortKey(name, false);
    }
  }

  public FindQuery {
    requireNonNull(filter, "filter is null");
    select = List.copyOf(select);
    sort = List.copyOf(sort);
    requireNonNull(limit, "limit is null");
    if (limit.isPresent() && limit.getAsLong() < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "The limit is %d; it cannot be negative".formatted(limit.getAsLong()));
    }
    if (skip < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "Cannot skip %d rows; it cannot be negative".formatted(skip));
    }
  }

  /**
   * Reads a filter in JSON5, such as {@code {status: 'open', total: {$gte: 100}}}.
   *
   * @throws UsageException with every problem found
   */
  public static Predicate filter(String text) {
    try {
      return PredicateReader.read(text);
    } catch (DefinitionException e) {
      throw usage(e);
    }
  }

  static UsageException usage(DefinitionException problem) {
    return new UsageException(ErrorCode.USAGE, String.valueOf(problem.getMessage()), problem);
  }
}
