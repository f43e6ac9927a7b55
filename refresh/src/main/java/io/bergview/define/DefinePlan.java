package io.bergview.define;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import io.bergview.refresh.algebra.ChangeEffect;
import java.util.List;

/**
 * What registering a view does.
 *
 * @param changes to what was registered; none for {@link Action#CREATE} and {@link
 *     Action#UNCHANGED}
 * @param notes settings of the definition that have no effect yet, and the views that read the
 *     changed one, a sentence each
 * @param warnings reasons why the view, or a downstream view, will not be kept fresh, a sentence
 *     each
 * @param effects the cost of changes of the sources
 */
public record DefinePlan(
    String view,
    TableName table,
    Action action,
    List<DefinitionDifference> changes,
    List<String> notes,
    List<String> warnings,
    List<ChangeEffect> effects) {
  /** The kinds of change. */
  public enum Action {
    CREATE,
    ALTER,
    /** Only settings of the refresh change: the rows stay, and nothing is recomputed for it. */
    ALTER_SETTINGS,
    /** Only the layout changes, and perhaps settings: so do the files that are written next. */
    ALTER_LAYOUT,
    UNCHANGED
  }

  /** Whether the view's rows are none yet, or of an earlier definition, until a refresh. */
  public boolean changesRows() {
    return action == Action.CREATE || action == Action.ALTER;
  }

  /** With warnings instead of those that it has. */
  public DefinePlan warning(List<String> of) {
    return saying(notes, of);
  }

  /** With notes and warnings instead of those that it has. */
  DefinePlan saying(List<String> noted, List<String> warned) {
    return new DefinePlan(view, table, action, changes, noted, warned, effects);
  }

  public DefinePlan {
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(action, "action is null");
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
    effects = List.copyOf(effects);
  }
}
