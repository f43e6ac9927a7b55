package io.bergview.staleness;

import io.bergview.catalog.view.ViewListing.Unreadable;
import java.util.List;

/**
 * How the views of all catalogs stand.
 *
 * @param views by name; one that cannot be read is among them, invalid as {@link
 *     Reason#UNREADABLE}, where it is known to be a view
 * @param unreadable why those are, and catalogs and tables that may hold more views
 */
public record ViewStates(List<ViewState> views, List<Unreadable> unreadable) {
  public ViewStates {
    views = List.copyOf(views);
    unreadable = List.copyOf(unreadable);
  }
}
