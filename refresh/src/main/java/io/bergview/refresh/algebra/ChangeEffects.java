package io.bergview.refresh.algebra;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.RefreshKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.types.Types;

/** What each kind of change of each source will cost a view, by its definition alone. */
public final class ChangeEffects {
  private final ViewDelta delta;
  private final List<ChangeEffect> effects = new ArrayList<>();

  private ChangeEffects(ViewDelta delta) {
    this.delta = delta;
  }

  /** The root's first, then the other sources' in the order in which the view reads them. */
  public static List<ChangeEffect> of(ViewDelta delta) {
    ChangeEffects effects = new ChangeEffects(delta);
    Optional<String> inexact =
        delta.isQuery() || !delta.grouped() ? Optional.empty() : delta.groups().inexactFilter();
    if (inexact.isPresent()) {
      delta
          .view()
          .sources()
          .forEach(source -> effects.add(source.type(), "any", RefreshKind.FULL, inexact.get()));
      return List.copyOf(effects.effects);
    }
    if (delta.isQuery()) {
      return QueryEffects.of(delta, delta.grouped() ? effects.recomputed() : "");
    }
    effects.root();
    effects.related();
    return List.copyOf(effects.effects);
  }

  private void root() {
    String root = delta.rootType();
    if (delta.relatedTypes().contains(root)) {
      any(root, "rows of " + root + " that a changed one affects are found and recomputed");
    } else if (delta.grouped() && delta.groups().areFiltered()) {
      add(root, "any", RefreshKind.MERGE, "the groups of changed rows are recomputed");
    } else if (delta.grouped()) {
      String again = recomputed();
      add(root, "insert", RefreshKind.MERGE, "inserted rows are added to their groups");
      add(
          root,
          "update or delete",
          RefreshKind.MERGE,
          "deleted rows are subtracted from their groups"
              + (again.isEmpty() ? "" : "; groups are recomputed " + again));
    } else {
      add(root, "insert", RefreshKind.APPEND, "new rows are computed and added");
      keyed(root, "update or delete", "the rows of changed keys are recomputed");
    }
  }

  private void related() {
    for (SourceTable source : delta.view().sources()) {
      if (!source.type().equals(delta.rootType())) {
        any(
            source.type(),
            "the rows of %s that reach a changed one are found by their keys and %s"
                .formatted(delta.rootType(), relatedHow()));
      }
    }
  }

  private String relatedHow() {
    if (!delta.grouped()) {
      return "recomputed";
    }
    return delta.groups().areFiltered()
        ? "aggregated before and after the change; groups that differ are recomputed"
        : "aggregated before and after the change";
  }

  private void any(String type, String how) {
    keyed(type, "any", how);
  }

  private void keyed(String type, String change, String how) {
    boolean keyed = delta.grouped() ? delta.hasRootKey() : !delta.view().rootKey().isEmpty();
    if (keyed) {
      add(type, change, RefreshKind.MERGE, how);
    } else {
      add(
          type,
          change,
          RefreshKind.FULL,
          "NO_UNIQUE_KEY: type %s has no $id to tell its rows by".formatted(delta.rootType()));
    }
  }

  private void add(String type, String change, RefreshKind kind, String how) {
    effects.add(new ChangeEffect(type, change, kind, how));
  }

  /** When groups cannot be merged: {@code where the row that decided cheapest goes}. */
  private String recomputed() {
    List<AggregateCall> calls = ((Plan.Aggregate) delta.view().plan().inputs().get(0)).calls();
    Set<String> kept = new TreeSet<>();
    Set<String> decided = new TreeSet<>();
    Set<String> floating = new TreeSet<>();
    Set<String> distinct = new TreeSet<>();
    for (AggregateCall call : calls) {
      switch (call.kind()) {
        case MIN, MAX -> (keepsMore(calls, call) ? kept : decided).add(output(call.column()));
        case FIRST, LAST -> decided.add(output(call.column()));
        case MEAN, SQUARED_DEVIATIONS -> floating.add(output(call.column()));
        case SUM -> {
          if (!(call.column().type() instanceof Types.DecimalType)) {
            floating.add(output(call.column()));
          }
        }
        case COUNT_DISTINCT -> distinct.add(output(call.column()));
        default -> {}
      }
    }
    List<String> when = new ArrayList<>();
    if (!kept.isEmpty()) {
      when.add("where all stored values were deleted of " + String.join(", ", kept));
    }
    if (!decided.isEmpty()) {
      when.add("where the row that decided " + String.join(", ", decided) + " was deleted");
    }
    if (!floating.isEmpty()) {
      when.add("where a value of " + String.join(", ", floating) + " was deleted");
    }
    if (!distinct.isEmpty()) {
      when.add("on any change, for " + String.join(", ", distinct));
    }
    return String.join(", ", when);
  }

  /** Whether more is kept of a least or greatest value than the value itself. */
  private static boolean keepsMore(List<AggregateCall> calls, AggregateCall extreme) {
    AggregateCall.AggregateFunction kind =
        extreme.kind() == AggregateCall.AggregateFunction.MIN
            ? AggregateCall.AggregateFunction.LEAST
            : AggregateCall.AggregateFunction.GREATEST;
    return calls.stream()
        .anyMatch(call -> call.kind() == kind && call.argument().equals(extreme.argument()));
  }

  /** Aggregates are labelled by the output that they were made for. */
  private static String output(PlanColumn column) {
    int dot = column.label().lastIndexOf('.');
    return dot < 0 ? column.label() : column.label().substring(0, dot);
  }
}
