package io.bergview.refresh;

import java.util.List;

/**
 * Which views to refresh, and how.
 *
 * @param views by name; empty only with {@code all}
 * @param all every view of the project's catalogs
 * @param full recompute even what is fresh, whatever the policy says
 * @param dryRun say what would be done and do nothing
 */
public record RefreshRequest(List<String> views, boolean all, boolean full, boolean dryRun) {
  public RefreshRequest {
    views = List.copyOf(views);
  }

  public static RefreshRequest of(String... views) {
    return new RefreshRequest(List.of(views), false, false, false);
  }

  public static RefreshRequest ofAll() {
    return new RefreshRequest(List.of(), true, false, false);
  }

  public RefreshRequest fully() {
    return new RefreshRequest(views, all, true, dryRun);
  }
}
