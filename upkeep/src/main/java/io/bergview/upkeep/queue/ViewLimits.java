package io.bergview.upkeep.queue;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.projection.definition.RefreshSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The refresh limits of a view's definition, where it sets any.
 *
 * @param timeout of one refresh
 * @param retries after the first attempt
 */
public record ViewLimits(Optional<Duration> timeout, OptionalInt retries) {
  static final ViewLimits NONE = new ViewLimits(Optional.empty(), OptionalInt.empty());

  public ViewLimits {
    requireNonNull(timeout, "timeout is null");
    requireNonNull(retries, "retries is null");
  }

  /** By view, of those that have some. */
  public static Map<String, ViewLimits> of(Collection<RegisteredView> views) {
    Map<String, ViewLimits> limits = new HashMap<>();
    for (RegisteredView view : views) {
      RefreshSettings settings = view.definition().view().refresh();
      ViewLimits own = new ViewLimits(settings.timeout(), settings.retries());
      if (!own.equals(NONE)) {
        limits.put(view.name(), own);
      }
    }
    return Map.copyOf(limits);
  }

  /** The project's policy, with the number of attempts that the view says. */
  public RetryPolicy retries(RetryPolicy usual) {
    return retries.isEmpty()
        ? usual
        : new RetryPolicy(retries.getAsInt() + 1, usual.backoff(), usual.backoffLimit());
  }
}
