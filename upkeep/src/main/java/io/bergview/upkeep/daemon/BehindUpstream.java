package io.bergview.upkeep.daemon;

import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.UpkeepStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The views whose scheduled or streaming refresh was skipped because their upstream views are stale
 * and were not refreshed with them.
 */
final class BehindUpstream implements UpkeepListener {
  private final Map<String, UpkeepStatus.BehindUpstream> views = new TreeMap<>();
  private final Set<String> following = new TreeSet<>();

  @Override
  public synchronized void on(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Completed done) {
      if (!done.result().leftBehind()) {
        views.remove(done.view());
        following.remove(done.view());
      } else if (!(done.trigger() instanceof RefreshTrigger.Requested)) {
        views.put(
            done.view(),
            new UpkeepStatus.BehindUpstream(done.view(), done.at(), done.result().message()));
        if (done.trigger() instanceof RefreshTrigger.SourceChange) {
          following.add(done.view());
        }
      }
    }
  }

  /** Of those, the ones that wait for no tick. */
  synchronized Set<String> following() {
    return Set.copyOf(following);
  }

  synchronized List<UpkeepStatus.BehindUpstream> views() {
    return List.copyOf(views.values());
  }

  /** Forgets views that are not among these. */
  synchronized void retainOnly(Set<String> there) {
    views.keySet().retainAll(there);
    following.retainAll(there);
  }
}
