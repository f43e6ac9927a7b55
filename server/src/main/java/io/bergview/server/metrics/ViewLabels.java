package io.bergview.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Names of views as labels: a limited number have their own, all others share one. */
final class ViewLabels {
  static final String OTHERS = "(others)";

  private final int most;
  private final Set<String> own = ConcurrentHashMap.newKeySet();

  ViewLabels(int most) {
    this.most = most;
  }

  synchronized String of(String view) {
    if (own.contains(view)) {
      return view;
    }
    if (own.size() >= most) {
      return OTHERS;
    }
    own.add(view);
    return view;
  }
}
