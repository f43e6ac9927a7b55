package io.bergview.staleness;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.view.ViewListing.Unreadable;
import java.util.List;

/**
 * The states of the views of all catalogs.
 *
 * @param views by name; including those that cannot be read, invalid as {@link Reason#UNREADABLE},
 *     if they are known to be views
 * @param unreadable why those are, and catalogs and tables that may hold more views
 */
public record ViewStates(List<ViewState> views, List<Unreadable> unreadable) {
  public ViewStates {
    views = List.copyOf(views);
    unreadable = List.copyOf(unreadable);
  }

  /** The views for machines, each as {@link ViewState#toJson} without its sources. */
  public ArrayNode toJson() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (ViewState view : views) {
      ObjectNode state = view.toJson();
      state.remove("sources");
      json.add(state);
    }
    return json;
  }
}
