package io.bergview.refresh.define;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import io.bergview.refresh.algebra.ChangeEffect;
import java.util.List;

/**
 * What registering a view does.
 *
 * @param changes for people, a line each; only for {@link Action#ALTER}
 * @param notes what the definition asks for and nothing does yet, a sentence each
 * @param effects what changes of the sources will cost
 */
public record DefinePlan(
    String view,
    TableName table,
    Action action,
    List<String> changes,
    List<String> notes,
    List<ChangeEffect> effects) {
  /** The kinds of change. */
  public enum Action {
    CREATE,
    ALTER,
    UNCHANGED
  }

  public DefinePlan {
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(action, "action is null");
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
    effects = List.copyOf(effects);
  }
}
