package io.bergview.refresh;

import java.util.List;

/**
 * Which views to refresh, and how.
 *
 * @param views by name; empty only with {@code all}
 * @param all every view of the project's catalogs
 * @param upstream also the views that these read, at any depth, before them
 * @param full recompute even what is fresh, whatever the policy says
 * @param dryRun say what would be done and do nothing
 */
public record RefreshRequest(
    List<String> views, boolean all, boolean upstream, boolean full, boolean dryRun) {
  public RefreshRequest {
    views = List.copyOf(views);
  }

  public static RefreshRequest of(String... views) {
    return new RefreshRequest(List.of(views), false, false, false, false);
  }

  public static RefreshRequest ofAll() {
    return new RefreshRequest(List.of(), true, false, false, false);
  }

  /** With all that the views read. */
  public RefreshRequest withUpstream() {
    return new RefreshRequest(views, all, true, full, dryRun);
  }

  public RefreshRequest fully() {
    return new RefreshRequest(views, all, upstream, true, dryRun);
  }

  /** Nothing is to be done, only said. */
  public RefreshRequest dry() {
    return new RefreshRequest(views, all, upstream, full, true);
  }

  /** Whether every view beneath one of these is refreshed with it. */
  public boolean cascades() {
    return all || upstream;
  }
}
