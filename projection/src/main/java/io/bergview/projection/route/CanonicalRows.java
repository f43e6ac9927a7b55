package io.bergview.projection.route;

import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.route.CanonicalNames.Occurrence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The rows of a plan in a form in which those of two plans can be compared: what relations they are
 * made of, what holds of each, and what their columns mean, whatever the ids and names of columns
 * and the order of inner joins. Two plans have the same rows if their grain and their filters are
 * equal, and two columns the same values if their meanings are, where both take their names from
 * the same {@link CanonicalNames}.
 */
final class CanonicalRows {
  private final CanonicalNames names;
  private final UnaryOperator<TableName> qualified;
  private final int depth;
  private final Map<PlanColumn, Expr> meanings = new HashMap<>();
  private final Set<Object> grain = new LinkedHashSet<>();
  private final Set<Object> toOne = new LinkedHashSet<>();
  private final Map<Object, Integer> alike = new HashMap<>();
  private final List<Pred> filters = new ArrayList<>();

  private CanonicalRows(CanonicalNames names, UnaryOperator<TableName> qualified, int depth) {
    this.names = names;
    this.qualified = qualified;
    this.depth = depth;
  }

  /**
   * @param rows the rows that a view shows or groups
   * @param qualified gives the qualified name of each table
   */
  static CanonicalRows of(Plan rows, CanonicalNames names, UnaryOperator<TableName> qualified) {
    CanonicalRows canonical = new CanonicalRows(names, qualified, 0);
    canonical.learn(rows);
    return canonical;
  }

  /** The rows of a plan that are only looked up for these. */
  CanonicalRows lookedUp(Plan plan) {
    CanonicalRows others = new CanonicalRows(names, qualified, depth + 1);
    others.learn(plan);
    return others;
  }

  void learn(Plan plan) {
    plan.accept(new RowLearning(this));
  }

  /** The same, with names replaced. */
  CanonicalRows renamed(Map<PlanColumn, Expr> by) {
    CanonicalNames.Renaming renaming = names.new Renaming(by);
    CanonicalRows other = new CanonicalRows(names, qualified, depth);
    meanings.forEach((column, meaning) -> other.meanings.put(column, renaming.of(meaning)));
    grain.forEach(part -> other.grain.add(renaming.any(part)));
    toOne.forEach(part -> other.toOne.add(renaming.any(part)));
    other.alike.putAll(alike);
    filters.forEach(filter -> other.filter(renaming.of(filter)));
    return other;
  }

  CanonicalNames names() {
    return names;
  }

  /** The relations that each combination of rows is one of: the root first. */
  Set<Object> grain() {
    return grain;
  }

  /** The relations of which each row has at most one row more, so that they make no rows. */
  Set<Object> toOne() {
    return toOne;
  }

  /** What holds of every row: all of them, folded. */
  List<Pred> filters() {
    return filters;
  }

  /** A relation that makes rows. */
  Occurrence made(Object relation) {
    Occurrence occurrence = new Occurrence(depth, relation, alike.merge(relation, 1, Integer::sum));
    grain.add(occurrence);
    return occurrence;
  }

  /** A relation of which each row has one row at most. */
  Occurrence one(Object relation) {
    Occurrence occurrence = new Occurrence(depth, relation, 1);
    toOne.add(occurrence);
    return occurrence;
  }

  /** The table that a scan reads: as it was at some moment, it is another than it is now. */
  Object table(Plan.Scan scan) {
    TableName name = qualified.apply(scan.source().table());
    return scan.source().asOf().<Object>map(moment -> List.of(name, moment)).orElse(name);
  }

  void mean(PlanColumn column, Expr meaning) {
    meanings.put(column, meaning);
  }

  /** Gives a column the name of what is a value of an occurrence. */
  void mean(PlanColumn column, Occurrence of, Object value) {
    meanings.put(column, names.of(List.of(of, value), column.type()));
  }

  Expr of(Expr value) {
    return ExprRewrite.of(
            value,
            part ->
                part instanceof Expr.Ref ref
                    ? Optional.of(meanings.computeIfAbsent(ref.column(), this::unlike))
                    : Optional.empty())
        .orElseThrow();
  }

  /** Whether a column of the plan is a column of these rows. */
  boolean knows(Expr column) {
    return column instanceof Expr.Ref ref && meanings.containsKey(ref.column());
  }

  Pred of(Pred predicate) {
    return PredicateFolding.of(predicate.mapOperands(this::of));
  }

  List<Expr> of(List<Expr> values) {
    return values.stream().map(this::of).toList();
  }

  /** A column that means what no other does. */
  private Expr unlike(PlanColumn column) {
    return names.of(new Object(), column.type());
  }

  /** Groups of these rows: what their keys and aggregates mean. */
  void group(Plan.Aggregate aggregate) {
    aggregate.keys().forEach(key -> meanings.put(key.column(), of(key.value())));
    aggregate.calls().forEach(call -> meanings.put(call.column(), of(call)));
  }

  Expr of(AggregateCall call) {
    return names.of(List.of("aggregate", parts(call)), call.column().type());
  }

  /** What makes an aggregate what it is, beside the rows that it is of. */
  Object parts(AggregateCall call) {
    List<Object> parts = new ArrayList<>();
    parts.add(call.kind());
    parts.add(call.limit());
    call.named().ifPresent(named -> parts.add(named.function()));
    call.mapOperands(
        value -> {
          parts.add(of(value));
          return value;
        });
    call.named()
        .ifPresent(
            named ->
                named
                    .orderBy()
                    .forEach(by -> parts.add(List.of(by.descending(), by.nullsFirst()))));
    return List.copyOf(parts);
  }

  /** Adds what holds of every row. */
  void filter(Pred predicate) {
    if (predicate instanceof Pred.And and) {
      and.terms().forEach(this::filter);
    } else {
      Pred sorted = Equalities.sorted(predicate);
      if (!sorted.equals(PredicateFolding.ALWAYS) && !filters.contains(sorted)) {
        filters.add(sorted);
      }
    }
  }

  /** Columns that the filters make the same, each with the one that stands for all of them. */
  Map<PlanColumn, Expr> united() {
    Map<PlanColumn, Expr> by = new LinkedHashMap<>();
    for (Pred filter : filters) {
      Optional<Expr.Call> equality = Equalities.uniting(filter);
      if (equality.isPresent()) {
        Expr left = Equalities.standing(equality.get().arguments().get(0), by);
        Expr right = Equalities.standing(equality.get().arguments().get(1), by);
        if (!left.equals(right)) {
          by.replaceAll((column, other) -> other.equals(right) ? left : other);
          by.put(((Expr.Ref) right).column(), left);
        }
      }
    }
    return by;
  }

  /** The same, one of whose relations is looked up instead of joined. */
  void lookUp(Occurrence joined, Occurrence looked) {
    grain.remove(joined);
    toOne.add(looked);
  }
}
