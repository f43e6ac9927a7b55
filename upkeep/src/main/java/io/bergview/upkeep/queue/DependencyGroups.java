package io.bergview.upkeep.queue;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connected components of the view graph: views that read each other, at any depth, form a group:
 * its waiting refreshes run together, from one state of the base tables, and no other refresh of
 * the group runs meanwhile. Views that only share base tables do not form a group.
 */
public final class DependencyGroups {
  /** Every view is a family of its own. */
  public static final DependencyGroups NONE = new DependencyGroups(Map.of());

  private final Map<String, String> heads;

  private DependencyGroups(Map<String, String> heads) {
    this.heads = heads;
  }

  public static DependencyGroups of(ViewGraph<RegisteredView> graph) {
    Map<String, List<String>> upstream = new HashMap<>();
    graph
        .views()
        .forEach(
            (table, view) ->
                upstream.put(
                    view.name(),
                    graph.upstream(table).stream().map(RegisteredView::name).toList()));
    return of(upstream);
  }

  /**
   * @param upstream by view, the views that it reads
   */
  static DependencyGroups of(Map<String, List<String>> upstream) {
    Map<String, String> heads = new HashMap<>();
    upstream.forEach(
        (view, read) -> read.forEach(other -> heads.put(head(heads, view), head(heads, other))));
    Map<String, String> settled = new HashMap<>();
    heads.keySet().forEach(view -> settled.put(view, head(heads, view)));
    return new DependencyGroups(settled);
  }

  private static String head(Map<String, String> heads, String view) {
    String head = view;
    for (String next = heads.get(head); next != null && !next.equals(head); ) {
      head = next;
      next = heads.get(head);
    }
    return head;
  }

  /** The same for all views of a family. */
  public String of(String view) {
    return heads.getOrDefault(view, view);
  }
}
