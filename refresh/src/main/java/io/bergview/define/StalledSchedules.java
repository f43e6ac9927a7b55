package io.bergview.define;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Scheduled or streaming views that read, directly or through views that are refreshed with them, a
 * view that nothing refreshes: they get no new rows unless that view is refreshed on request.
 */
public final class StalledSchedules {
  private final ViewGraph<String> graph;
  private final Map<String, RefreshSettings> settings = new HashMap<>();

  /**
   * @param changed definitions that are registered, or are to be, in place of those
   */
  StalledSchedules(
      ViewGraph<String> graph,
      Collection<RegisteredView> registered,
      Collection<ViewDefinition> changed) {
    this.graph = graph;
    registered.forEach(view -> settings.put(view.name(), view.definition().view().refresh()));
    changed.forEach(view -> settings.put(view.name(), view.refresh()));
  }

  /**
   * What is to be said of a view once it is as given.
   *
   * @param views all that are registered
   */
  public static List<String> warnings(Collection<RegisteredView> views, RegisteredView changed) {
    ViewGraph<String> graph = new ViewGraph<>();
    views.forEach(view -> add(view, graph));
    add(changed, graph);
    return new StalledSchedules(graph, views, List.of(changed.definition().view()))
        .warnings(changed.name(), changed.qualifiedName());
  }

  private static void add(RegisteredView view, ViewGraph<String> graph) {
    graph.put(view.qualifiedName(), view.name(), view.reads().values());
  }

  /** Whether the view may stall, or make another one stall. */
  public static boolean matters(RefreshSettings settings) {
    return settings.mode() != Mode.MANUAL || settings.isLeftAlone();
  }

  /** A sentence for each view that stalls this one, or that this one stalls. */
  List<String> warnings(String view, TableName table) {
    List<String> warnings = new ArrayList<>();
    RefreshSettings own = of(view);
    if (own.mode() != Mode.MANUAL) {
      for (String other : leftAlone(table)) {
        warnings.add(
            "View %s is %s and reads view %s, which nothing refreshes ($refresh.cascade is false): it gets nothing new until somebody refreshes that one"
                .formatted(view, modeName(own), other));
      }
    } else if (own.isLeftAlone()) {
      graph.views().entrySet().stream()
          .filter(reader -> of(reader.getValue()).mode() != Mode.MANUAL)
          .filter(reader -> leftAlone(reader.getKey()).contains(view))
          .map(Map.Entry::getValue)
          .sorted()
          .map(
              reader ->
                  "View %s is %s and reads view %s, which nothing refreshes ($refresh.cascade is false): it gets nothing new until somebody refreshes this one"
                      .formatted(reader, modeName(of(reader)), view))
          .forEach(warnings::add);
    }
    return warnings;
  }

  private RefreshSettings of(String view) {
    return settings.getOrDefault(view, RefreshSettings.manual());
  }

  private static String modeName(RefreshSettings settings) {
    return settings.mode().name().toLowerCase(Locale.ROOT);
  }

  /** The views that a refresh of one needs and that nothing refreshes, by name. */
  private List<String> leftAlone(TableName reader) {
    return graph
        .upstream(reader, view -> !of(view).isLeftAlone() && of(view).isRefreshedWithReaders())
        .stream()
        .filter(view -> of(view).isLeftAlone())
        .toList();
  }
}
