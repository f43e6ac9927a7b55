package io.bergview.refresh.run;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.pin.BaseTables;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chooses the upstream views that are refreshed together with unattended views.
 *
 * <p>These are views in mode manual, since nothing else refreshes them, and streaming ones, which
 * follow their tables anyway. A view with a schedule of its own keeps to that, except for its first
 * refresh, and if the upstream views of one view are derived from different states of a base table:
 * then nothing could be derived from them at all. {@code $refresh.cascade: false} and a pause
 * exclude a view.
 */
final class CascadedUpstreams {
  private final RefreshRequest request;
  private final Set<String> diverged = new HashSet<>();

  CascadedUpstreams(RefreshRequest request) {
    this.request = request;
  }

  void addTo(RefreshOrder order, ViewRegistry registry, BaseTables bases) {
    if (!request.unattended().isEmpty()) {
      List<RegisteredView> readers = among(order, request.unattended()::contains);
      order.addUpstream(readers, this::isRefreshedToo, registry, bases);
      order.addUpstream(among(order, diverged::contains), this::mayCome, registry, bases);
    }
  }

  private static List<RegisteredView> among(RefreshOrder order, Predicate<String> names) {
    return order.inOrder().stream().filter(view -> names.test(view.name())).toList();
  }

  /**
   * The upstream views of this one are derived from different states of a base table.
   *
   * @return whether more of them will be refreshed in another pass
   */
  boolean readsMore(String view) {
    boolean named = request.views().contains(view) || request.all();
    boolean unattended = request.unattended().contains(view);
    boolean brought = !request.unattended().isEmpty() && !named;
    return (unattended || brought) && diverged.add(view);
  }

  private boolean isRefreshedToo(RegisteredView view) {
    return mayCome(view)
        && (settings(view).isRefreshedWithReaders()
            || LineageLookup.of(view.table()) instanceof LineageLookup.NeverRefreshed);
  }

  private boolean mayCome(RegisteredView view) {
    return settings(view).cascade() && !request.paused().contains(view.name());
  }

  private static RefreshSettings settings(RegisteredView view) {
    return view.definition().view().refresh();
  }
}
