package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import io.bergview.refresh.RefreshRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One view that is to be refreshed, and why.
 *
 * @param with others that are to be refreshed in the same request for the same reason, each after
 *     those that it reads; as {@code view}, none of them may be refreshed otherwise meanwhile
 */
public record RefreshTask(String view, List<String> with, Occasion occasion) {
  public RefreshTask {
    requireNonNull(view, "view is null");
    with = with.stream().filter(other -> !other.equals(view)).distinct().toList();
    requireNonNull(occasion, "occasion is null");
  }

  public RefreshTask(String view, Occasion occasion) {
    this(view, List.of(), occasion);
  }

  /** All of them. */
  public List<String> views() {
    return Stream.concat(Stream.of(view), with.stream()).toList();
  }

  /** What is to be done. */
  public RefreshRequest request() {
    if (occasion instanceof Occasion.Tick tick) {
      Map<String, Instant> ticks = new LinkedHashMap<>();
      views().forEach(name -> ticks.put(name, tick.scheduled()));
      return RefreshRequest.due(ticks);
    }
    RefreshRequest request = RefreshRequest.of(views().toArray(String[]::new));
    return occasion instanceof Occasion.Asked asked && asked.full() ? request.fully() : request;
  }
}
