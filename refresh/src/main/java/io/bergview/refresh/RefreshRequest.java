package io.bergview.refresh;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Which views to refresh, and how.
 *
 * @param views by name; empty only with {@code all}
 * @param all every view of the project's catalogs
 * @param upstream also the views that these read, at any depth, before them
 * @param full recompute even what is fresh, whatever the policy says
 * @param dryRun say what would be done and do nothing
 * @param ticks by view, the instant at which its schedule named it; without one it is asked for now
 */
public record RefreshRequest(
    List<String> views,
    boolean all,
    boolean upstream,
    boolean full,
    boolean dryRun,
    Map<String, Instant> ticks) {
  public RefreshRequest {
    views = List.copyOf(views);
    ticks = Map.copyOf(ticks);
  }

  public static RefreshRequest of(String... views) {
    return new RefreshRequest(List.of(views), false, false, false, false, Map.of());
  }

  public static RefreshRequest ofAll() {
    return new RefreshRequest(List.of(), true, false, false, false, Map.of());
  }

  /** The views of some ticks, each for its own. */
  public static RefreshRequest due(Map<String, Instant> ticks) {
    List<String> views = ticks.keySet().stream().sorted().toList();
    return new RefreshRequest(views, false, false, false, false, ticks);
  }

  /** With the instants for which views are refreshed, of those that have one. */
  public RefreshRequest at(Map<String, Instant> scheduled) {
    return new RefreshRequest(views, all, upstream, full, dryRun, scheduled);
  }

  /** With all that the views read. */
  public RefreshRequest withUpstream() {
    return new RefreshRequest(views, all, true, full, dryRun, ticks);
  }

  public RefreshRequest fully() {
    return new RefreshRequest(views, all, upstream, true, dryRun, ticks);
  }

  /** Nothing is to be done, only said. */
  public RefreshRequest dry() {
    return new RefreshRequest(views, all, upstream, full, true, ticks);
  }

  /** Whether every view beneath one of these is refreshed with it. */
  public boolean cascades() {
    return all || upstream;
  }
}
