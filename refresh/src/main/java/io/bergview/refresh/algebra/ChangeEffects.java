package io.bergview.refresh.algebra;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.RefreshKind;
import java.util.ArrayList;
import java.util.List;
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
    String recomputed = delta.grouped() ? effects.recomputed() : "";
    if (delta.rooted().isEmpty() || Following.inexact(delta.view().plan()).isPresent()) {
      return PlanEffects.of(delta, recomputed);
    }
    effects.root(delta.rooted().get(), recomputed);
    effects.related(delta.rooted().get());
    return List.copyOf(effects.effects);
  }

  private void root(RootedPlan plan, String recomputed) {
    String root = plan.rootType();
    if (plan.relatedTypes().contains(root)) {
      merged(
          root,
          "any",
          "rows of %s that a changed one affects are found and ".formatted(root) + how());
    } else if (delta.grouped() && delta.groups().areFiltered()) {
      merged(root, "any", "the groups of changed rows are recomputed");
    } else if (delta.grouped()) {
      merged(root, "insert", "inserted rows are added to their groups");
      merged(
          root,
          "update or delete",
          "deleted rows are subtracted from their groups"
              + (recomputed.isEmpty() ? "" : "; groups are recomputed " + recomputed));
    } else {
      effects.add(
          new ChangeEffect(root, "insert", RefreshKind.APPEND, "new rows are computed and added"));
      merged(
          root,
          "update or delete",
          delta.replacedByRoot().isPresent()
              ? "the rows of changed keys are recomputed"
              : "rows that differ are replaced");
    }
  }

  private void related(RootedPlan plan) {
    for (SourceTable source : delta.view().sources()) {
      if (!source.type().equals(plan.rootType())) {
        merged(
            source.type(),
            "any",
            "the rows of %s that reach a changed one are found by their keys and %s"
                .formatted(plan.rootType(), relatedHow()));
      }
    }
  }

  private void merged(String type, String change, String how) {
    effects.add(new ChangeEffect(type, change, RefreshKind.MERGE, how));
  }

  private String how() {
    return delta.replacedByRoot().isPresent() || delta.grouped()
        ? "recomputed"
        : "computed before and after";
  }

  private String relatedHow() {
    if (!delta.grouped()) {
      return how();
    }
    return delta.groups().areFiltered()
        ? "aggregated before and after the change; groups that differ are recomputed"
        : "aggregated before and after the change";
  }

  /** When groups cannot be merged: {@code where the row that decided cheapest goes}. */
  private String recomputed() {
    List<AggregateCall> calls = delta.groups().aggregate().calls();
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
