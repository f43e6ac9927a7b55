package io.bergview.refresh.algebra;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.RefreshKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What each kind of change of each source costs a view whose rows depend on several tables or rows
 * alike: the operators above the source that do more than to take one row after another, from the
 * source up.
 */
final class PlanEffects {
  private static final String INSERT = "insert";
  private static final String OTHERS = "update or delete";
  private static final String JOINED = "joined with ";

  private final ViewDelta delta;
  private final Plan.Project plan;
  private final String recomputed;
  private final List<ChangeEffect> effects = new ArrayList<>();

  /**
   * @param recomputed when groups that are kept cannot be merged; empty for never
   */
  private PlanEffects(ViewDelta delta, String recomputed) {
    this.delta = delta;
    this.plan = (Plan.Project) delta.view().plan();
    this.recomputed = recomputed;
  }

  static List<ChangeEffect> of(ViewDelta delta, String recomputed) {
    PlanEffects effects = new PlanEffects(delta, recomputed);
    delta.view().sources().forEach(effects::add);
    return List.copyOf(effects.effects);
  }

  private void add(SourceTable source) {
    String type = source.type();
    Optional<String> why = Following.ofAny(delta.view(), List.of(type));
    if (why.isPresent()) {
      effects.add(new ChangeEffect(type, "any", RefreshKind.FULL, why.get()));
      return;
    }
    Set<String> steps = new LinkedHashSet<>();
    collect(delta.grouped() ? delta.rows() : below(), type, steps);
    if (delta.grouped()) {
      effect(type, INSERT, RefreshKind.MERGE, steps, "rows are added to their groups");
      effect(
          type,
          OTHERS,
          RefreshKind.MERGE,
          steps,
          "rows are subtracted from their groups and added to them"
              + (recomputed.isEmpty() ? "" : "; groups are recomputed " + recomputed));
    } else if (plan.input() instanceof QueryPlan.Limit limit && limit.rows().isPresent()) {
      limited(type, limit, steps);
    } else {
      boolean adds = steps.stream().allMatch(step -> step.startsWith(JOINED));
      if (adds) {
        effect(type, INSERT, RefreshKind.APPEND, steps, "rows are added");
      }
      String change = adds ? OTHERS : "any";
      effect(type, change, RefreshKind.MERGE, steps, "rows that differ are replaced");
    }
  }

  private Plan below() {
    return plan.input() instanceof QueryPlan.Limit limit && limit.rows().isPresent()
        ? limit.input()
        : plan.input();
  }

  private void limited(String type, QueryPlan.Limit limit, Set<String> steps) {
    if (Following.firstRows(plan).isEmpty()) {
      effect(type, "any", RefreshKind.MERGE, steps, first(limit) + " before and after");
      return;
    }
    effect(
        type, INSERT, RefreshKind.MERGE, steps, "what comes in is compared with " + stored(limit));
    effect(
        type,
        OTHERS,
        RefreshKind.MERGE,
        steps,
        "what comes in is compared with %s; where one of them goes, %s is computed again"
            .formatted(stored(limit), first(limit)));
  }

  private static String stored(QueryPlan.Limit limit) {
    return "the stored first %d rows".formatted(limit.rows().orElseThrow());
  }

  private static String first(QueryPlan.Limit limit) {
    return limit.rows().orElse(0) == 1
        ? "the first row of the order"
        : "what is first of the order";
  }

  private void effect(
      String type, String change, RefreshKind kind, Set<String> steps, String last) {
    List<String> all = new ArrayList<>(steps);
    all.add(last);
    effects.add(new ChangeEffect(type, change, kind, String.join("; ", all)));
  }

  /** Adds the steps from a source up to a plan, if the plan reads the source. */
  private void collect(Plan plan, String type, Set<String> steps) {
    if (!reads(plan, type)) {
      return;
    }
    plan.inputs().forEach(input -> collect(input, type, steps));
    step(plan, type).ifPresent(steps::add);
  }

  private static boolean reads(Plan plan, String type) {
    return plan.scans().anyMatch(scan -> scan.source().type().equals(type));
  }

  private Optional<String> step(Plan plan, String type) {
    if (plan instanceof QueryPlan.Join join) {
      return Optional.of(join(join, reads(join.right(), type)));
    } else if (plan instanceof Plan.Aggregate aggregate) {
      List<PlanColumn> keys = aggregate.keys().stream().map(Plan.Assignment::column).toList();
      return Optional.of(
          keys.isEmpty()
              ? "the total is computed before and after"
              : "groups by %s are computed before and after".formatted(labels(keys)));
    } else if (plan instanceof QueryPlan.Window window) {
      Set<PlanColumn> columns = new LinkedHashSet<>();
      window.partitionBy().forEach(value -> columns.addAll(ExprColumns.of(value)));
      return Optional.of(
          columns.isEmpty()
              ? "the window over all rows is computed before and after"
              : "windows by %s are computed before and after".formatted(labels(columns)));
    } else if (plan instanceof QueryPlan.Limit limit
        && (limit.rows().isPresent() || limit.skipped() > 0)) {
      return Optional.of("the first rows are computed before and after");
    }
    return Optional.empty();
  }

  private static String join(QueryPlan.Join join, boolean right) {
    String sides = sources(right ? join.left() : join.right());
    String keys = keys(join, right);
    if (join.kind() == JoinKind.INNER || !right) {
      return JOINED + "%s%s".formatted(sides, keys);
    }
    return "rows of %s%s are joined before and after".formatted(sides, keys);
  }

  private static String keys(QueryPlan.Join join, boolean left) {
    if (join.on().isEmpty()) {
      return "";
    }
    Set<PlanColumn> columns = new LinkedHashSet<>();
    join.on()
        .forEach(
            key -> {
              Expr value = left ? key.left() : key.right();
              columns.addAll(ExprColumns.of(value));
            });
    return " by " + labels(columns);
  }

  private static String sources(Plan plan) {
    String all =
        plan.scans().map(scan -> scan.source().type()).distinct().collect(Collectors.joining(", "));
    return all.isEmpty() ? "constants" : all;
  }

  private static String labels(Iterable<PlanColumn> columns) {
    List<String> labels = new ArrayList<>();
    columns.forEach(column -> labels.add(column.label()));
    return String.join(", ", labels);
  }
}
