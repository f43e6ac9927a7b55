package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.EngineChoice;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which views to refresh, and how.
 *
 * @param views by name; empty only with {@code all}
 * @param all every view of the project's catalogs
 * @param upstream also their upstream views, at any depth, first
 * @param full recompute even fresh views, regardless of the policy
 * @param dryRun report what would be done and do nothing
 * @param ticks by view, the tick of its schedule; without one it is requested now
 * @param unattended those of the views that a schedule or a stream triggered: their upstream views
 *     are refreshed first, as far as {@code $refresh.cascade} allows
 * @param paused views that are not refreshed as upstream views of an unattended one
 * @param engine that computes; empty for what each view says, or else the project
 */
public record RefreshRequest(
    List<String> views,
    boolean all,
    boolean upstream,
    boolean full,
    boolean dryRun,
    Map<String, Instant> ticks,
    Set<String> unattended,
    Set<String> paused,
    Optional<EngineChoice> engine) {
  public RefreshRequest {
    views = List.copyOf(views);
    ticks = Map.copyOf(ticks);
    unattended = Set.copyOf(unattended);
    paused = Set.copyOf(paused);
    requireNonNull(engine, "engine is null");
  }

  private RefreshRequest(List<String> views, boolean all) {
    this(views, all, false, false, false, Map.of(), Set.of(), Set.of(), Optional.empty());
  }

  public static RefreshRequest of(String... views) {
    return new RefreshRequest(List.of(views), false);
  }

  public static RefreshRequest ofAll() {
    return new RefreshRequest(List.of(), true);
  }

  /** The views of some ticks, each for its own. */
  public static RefreshRequest due(Map<String, Instant> ticks) {
    return of(ticks.keySet().stream().sorted().toArray(String[]::new)).at(ticks);
  }

  /** With the instants for which views are refreshed, of those that have one. */
  public RefreshRequest at(Map<String, Instant> scheduled) {
    return new RefreshRequest(
        views, all, upstream, full, dryRun, scheduled, unattended, paused, engine);
  }

  /** With all that the views read, also what {@code $refresh.cascade} leaves alone. */
  public RefreshRequest withUpstream() {
    return new RefreshRequest(views, all, true, full, dryRun, ticks, unattended, paused, engine);
  }

  public RefreshRequest fully() {
    return new RefreshRequest(
        views, all, upstream, true, dryRun, ticks, unattended, paused, engine);
  }

  /** Nothing is to be done, only said. */
  public RefreshRequest dry() {
    return new RefreshRequest(views, all, upstream, full, true, ticks, unattended, paused, engine);
  }

  /** Those of the views that a schedule or a stream triggered. */
  public RefreshRequest unattended(Collection<String> wanted) {
    return new RefreshRequest(
        views, all, upstream, full, dryRun, ticks, Set.copyOf(wanted), paused, engine);
  }

  /** With views that are not refreshed for others. */
  public RefreshRequest pausing(Collection<String> left) {
    return new RefreshRequest(
        views, all, upstream, full, dryRun, ticks, unattended, Set.copyOf(left), engine);
  }

  /** With the engine that computes, whatever the views say. */
  public RefreshRequest by(EngineChoice chosen) {
    return new RefreshRequest(
        views, all, upstream, full, dryRun, ticks, unattended, paused, Optional.of(chosen));
  }

  /** Whether every view upstream of one of these is refreshed with it. */
  public boolean cascades() {
    return all || upstream;
  }
}
