package io.bergview.discover;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.util.List;

/**
 * Which tables get types, and what is accepted.
 *
 * @param patterns globs over {@code [catalog.]namespace.table}; none for all tables
 * @param accept the least confidence of a key or a relation that is used, above 0, at most 1
 */
public record DiscoverOptions(List<String> patterns, double accept) {
  /** What is accepted unless told otherwise. */
  public static final double USUAL_BAR = 0.99;

  public DiscoverOptions {
    patterns = List.copyOf(patterns);
    if (!(accept > 0 && accept <= 1)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "The bar of confidence is %s; it must be above 0 and at most 1".formatted(accept));
    }
  }

  /** All tables, or those that match. */
  public static DiscoverOptions of(String... patterns) {
    return new DiscoverOptions(List.of(patterns), USUAL_BAR);
  }

  public DiscoverOptions accepting(double confidence) {
    return new DiscoverOptions(patterns, confidence);
  }
}
