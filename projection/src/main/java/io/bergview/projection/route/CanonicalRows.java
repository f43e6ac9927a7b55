package io.bergview.projection.route;

import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.ScalarFunction;
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
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The rows of a plan in a form in which those of two plans can be compared: what relations they are
 * made of, what holds of each, and what their columns mean, whatever the ids and names of columns
 * and the order of inner joins. Two plans have the same rows if their grain and their filters are
 * equal, and two columns the same values if their meanings are, where both take their names from
 * the same {@link CanonicalNames}.
 */
final class CanonicalRows {
  static final ScalarFunction EQUAL = ScalarFunction.infix("=");
  static final ScalarFunction NOT_DISTINCT =
      new ScalarFunction("is not distinct from", "({0} IS NOT DISTINCT FROM {1})");

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

  TableName table(Plan.Scan scan) {
    return qualified.apply(scan.source().table());
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
      Pred sorted = sorted(predicate);
      if (!filters.contains(sorted)) {
        filters.add(sorted);
      }
    }
  }

  void equal(Expr left, Expr right, Match match) {
    ScalarFunction function = match == Match.EQUAL ? EQUAL : NOT_DISTINCT;
    filter(new Pred.IsTrue(new Expr.Call(function, List.of(left, right), Types.BooleanType.get())));
  }

  static Pred notNull(Expr value) {
    return new Pred.Not(new Pred.IsNull(value));
  }

  /** An equality with its sides in an order; of equals, that they are not null. */
  private static Pred sorted(Pred predicate) {
    Optional<Expr.Call> equality = equality(predicate);
    if (equality.isEmpty()) {
      return predicate;
    }
    Expr left = equality.get().arguments().get(0);
    Expr right = equality.get().arguments().get(1);
    boolean nullable = equality.get().function().name().equals(NOT_DISTINCT.name());
    if (left.equals(right)) {
      return nullable ? PredicateFolding.ALWAYS : notNull(left);
    }
    boolean inOrder = left.toString().compareTo(right.toString()) < 0;
    return new Pred.IsTrue(
        new Expr.Call(
            nullable ? NOT_DISTINCT : EQUAL,
            inOrder ? List.of(left, right) : List.of(right, left),
            Types.BooleanType.get()));
  }

  private static Optional<Expr.Call> equality(Pred predicate) {
    return predicate instanceof Pred.IsTrue isTrue
            && isTrue.value() instanceof Expr.Call call
            && call.arguments().size() == 2
            && (call.function().name().equals(EQUAL.name())
                || call.function().name().equals(NOT_DISTINCT.name()))
        ? Optional.of(call)
        : Optional.empty();
  }

  /**
   * The equality by which a filter makes two columns the same, neither null. Two numbers in
   * floating point can be equal and not the same.
   */
  static Optional<Expr.Call> uniting(Pred filter) {
    return equality(filter)
        .filter(call -> call.function().equals(EQUAL))
        .filter(call -> call.arguments().stream().allMatch(Expr.Ref.class::isInstance))
        .filter(call -> call.arguments().get(0).type().equals(call.arguments().get(1).type()))
        .filter(call -> call.arguments().get(0).type().typeId() != Type.TypeID.DOUBLE)
        .filter(call -> call.arguments().get(0).type().typeId() != Type.TypeID.FLOAT);
  }

  /** Columns that the filters make the same, each with the one that stands for all of them. */
  Map<PlanColumn, Expr> united() {
    Map<PlanColumn, Expr> by = new LinkedHashMap<>();
    for (Pred filter : filters) {
      Optional<Expr.Call> equality = uniting(filter);
      if (equality.isPresent()) {
        Expr left = standing(equality.get().arguments().get(0), by);
        Expr right = standing(equality.get().arguments().get(1), by);
        if (!left.equals(right)) {
          by.replaceAll((column, other) -> other.equals(right) ? left : other);
          by.put(((Expr.Ref) right).column(), left);
        }
      }
    }
    return by;
  }

  /** The name that stands for a name. */
  static Expr standing(Expr name, Map<PlanColumn, Expr> by) {
    return by.getOrDefault(((Expr.Ref) name).column(), name);
  }

  /**
   * The same rows, where a table is joined that a view looks up for each of its rows: then its rows
   * are those of the view for which something is found.
   *
   * @param looked the relations of which the view's rows have one row at most
   */
  CanonicalRows lookingUp(Set<Object> looked) {
    CanonicalRows rows = this;
    for (int i = 0; i < looked.size(); i++) {
      for (Object relation : looked) {
        rows = rows.lookingUp((Occurrence) relation).orElse(rows);
      }
    }
    return rows;
  }

  private Optional<CanonicalRows> lookingUp(Occurrence looked) {
    if (!(looked.relation() instanceof List<?> parts)
        || !RowLearning.isPlainLookUp(parts)
        || toOne.contains(looked)) {
      return Optional.empty();
    }
    Occurrence there = (Occurrence) ((Set<?>) parts.get(1)).iterator().next();
    for (Object made : grain) {
      Occurrence joined = (Occurrence) made;
      if (joined.relation().equals(there.relation()) && grain.size() > 1) {
        Map<PlanColumn, Expr> by = new HashMap<>();
        names
            .ofOccurrence(joined)
            .forEach(
                (name, value) -> {
                  Expr inner = names.of(List.of(there, value), name.type());
                  by.put(name, names.of(List.of(looked, inner), name.type()));
                });
        CanonicalRows other = renamed(by);
        if (other.isJoinedBy(looked, parts)) {
          other.grain.remove(joined);
          other.toOne.add(looked);
          return Optional.of(other.found(looked, parts));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the filters have all equalities by which a relation is looked up. */
  private boolean isJoinedBy(Occurrence looked, List<?> parts) {
    Set<?> on = (Set<?>) parts.get(3);
    return !on.isEmpty() && on.stream().allMatch(key -> filters.contains(key(looked, key)));
  }

  private Pred key(Occurrence looked, Object key) {
    List<?> sides = (List<?>) key;
    Expr other = (Expr) sides.get(1);
    Expr value = names.of(List.of(looked, other), other.type());
    return sorted(
        new Pred.IsTrue(
            new Expr.Call(EQUAL, List.of((Expr) sides.get(0), value), Types.BooleanType.get())));
  }

  /** Instead of the equalities: something is found. */
  private CanonicalRows found(Occurrence looked, List<?> parts) {
    for (Object key : (Set<?>) parts.get(3)) {
      filters.remove(key(looked, key));
      Expr other = (Expr) ((List<?>) key).get(1);
      filter(notNull(names.of(List.of(looked, other), other.type())));
    }
    return this;
  }
}
