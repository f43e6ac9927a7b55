package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.Aggregate;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.ComputedValue;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.definition.ViewDefinition.Flatten;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;

/**
 * The output columns of a view without {@code $groupBy}: the root's columns, those of expanded
 * paths, per-row aggregates.
 */
final class RowOutputs {
  /**
   * An output whose columns are read only if it is kept.
   *
   * @param column the path of the column that it shows unchanged; empty for a computed value
   */
  record CandidateOutput(
      String name,
      String source,
      String at,
      Optional<ColumnPath> column,
      Supplier<OutputValue> value) {}

  /** An output's value, and what the hidden state must keep for it. */
  record OutputValue(Expr value, Map<String, Expr> state) {
    static OutputValue of(Expr value) {
      return new OutputValue(value, Map.of());
    }
  }

  private final PathTree tree;
  private final ViewDefinition view;
  private final OutputNames names;
  private final Scope scope;
  private final Set<PathNode> expanded = new LinkedHashSet<>();
  private final Map<ColumnPath, CandidateOutput> byPath = new LinkedHashMap<>();
  private final List<CandidateOutput> candidates = new ArrayList<>();

  RowOutputs(PathTree tree, OutputNames names) {
    this.tree = tree;
    this.view = tree.view();
    this.names = names;
    this.scope = Scope.ofRows(tree);
  }

  List<CandidateOutput> candidates() {
    for (ColumnPath path : view.expand()) {
      expanded.add(expandedNode(path));
    }
    inline(tree.root(), "$from");
    int i = 0;
    for (PathNode node : expanded) {
      inline(node, "$expand[" + i++ + "]");
    }
    for (JoinedRows join : tree.joins()) {
      if (join.join().kind().showsMatch()) {
        inline(join.node(), join.join().at());
      }
    }
    flatten();
    candidates.addAll(byPath.values());
    view.compute()
        .forEach(
            (name, computation) ->
                candidates.add(
                    new CandidateOutput(
                        name,
                        "$compute." + name,
                        computation.at(),
                        Optional.empty(),
                        () -> OutputValue.of(compute(name, computation)))));
    return candidates;
  }

  private PathNode expandedNode(ColumnPath path) {
    PathTree.PathTarget place = tree.resolve(path);
    if (place.field().isPresent()) {
      throw tree.failure(
          ProblemKind.UNKNOWN_RELATION,
          path,
          "Cannot expand '"
              + path
              + "' of "
              + view.shown()
              + ": it is a column of type "
              + place.field().get().type()
              + ", not a relation; declare it as one in type "
              + place.node().typeName()
              + " to expand it");
    }
    if (!place.node().rowType().isStructType()) {
      throw tree.failure(
          ProblemKind.UNKNOWN_RELATION,
          path,
          "Cannot expand '"
              + path
              + "' of "
              + view.shown()
              + ": its elements are "
              + place.node().rowType()
              + " and have no columns");
    }
    return place.node();
  }

  private void inline(PathNode node, String at) {
    Set<String> repeated = repeatedKeys(node);
    for (Types.NestedField field : node.fields()) {
      PathNode child = node.children().get(field.name());
      boolean embedded = child != null && !child.isTable();
      if (field.name().isEmpty()) {
        refuseNameless(node, at);
        continue;
      }
      if (repeated.contains(field.name()) || (embedded && expanded.contains(child))) {
        continue;
      }
      List<String> segments = node.path();
      segments.add(field.name());
      ColumnPath path = new ColumnPath(segments, at);
      if (names.explicit(path).isPresent()) {
        tree.types().name(node, field);
      }
      byPath.put(
          path,
          new CandidateOutput(
              names.of(path),
              path.toString(),
              at,
              Optional.of(path),
              () -> OutputValue.of(valueOf(node, field))));
    }
  }

  /** No path names such a column, so that it can only be left out. */
  private void refuseNameless(PathNode node, String at) {
    if (view.select().isEmpty()) {
      throw view.origin()
          .failure(
              ProblemKind.TYPE_UNSUPPORTED,
              at,
              "%s has a column without a name, which %s cannot show; choose the others with $select"
                  .formatted(node.display(), view.shown()));
    }
  }

  /** The target's key columns, where the foreign key that they repeat is an output already. */
  private Set<String> repeatedKeys(PathNode node) {
    boolean forward = node.relation().filter(Relation.Forward.class::isInstance).isPresent();
    if (!forward) {
      return Set.of();
    }
    PathNode parent = node.above();
    boolean inlined =
        parent.kind() == PathNode.NodeKind.ROOT
            || parent.kind() == PathNode.NodeKind.JOINED
            || expanded.contains(parent);
    return inlined ? Set.copyOf(node.type().orElseThrow().id()) : Set.of();
  }

  private Expr valueOf(PathNode node, Types.NestedField field) {
    PathNode child = node.children().get(field.name());
    if (child != null && child.kind() == PathNode.NodeKind.ELEMENTS && child.fanned()) {
      return lifted(scope.whole(child), child, field.name());
    }
    return lifted(scope.column(node, field), node, field.name());
  }

  /**
   * Collects a value of gathered rows into lists, one level for each to-many step between them and
   * the root.
   */
  private Expr lifted(Expr value, PathNode node, String column) {
    Expr lifted = value;
    PathNode grain = node.grain();
    while (grain.kind() != PathNode.NodeKind.ROOT) {
      PlanColumn list =
          tree.ids()
              .next(String.join(".", node.path()) + "." + column, TypeShapes.listOf(lifted.type()));
      grain
          .gathered()
          .add(new AggregateCall(list, AggregateCall.AggregateFunction.LIST, lifted, List.of()));
      lifted = new Expr.Ref(list);
      grain = grain.above().grain();
    }
    return lifted;
  }

  /**
   * Entries {@code output: source path}: an inlined column is renamed in place, any other is added.
   */
  private void flatten() {
    for (Flatten flatten : names.columns()) {
      ColumnPath path = flatten.right();
      CandidateOutput moved = byPath.get(path);
      String name = flatten.left().last();
      tree.resolve(path);
      if (moved != null) {
        byPath.put(
            path,
            new CandidateOutput(name, moved.source(), path.at(), moved.column(), moved.value()));
      } else {
        byPath.put(
            path,
            new CandidateOutput(
                name,
                path.toString(),
                path.at(),
                Optional.of(path),
                () -> OutputValue.of(scope.column(path))));
      }
    }
  }

  private Expr compute(String name, Computation computation) {
    return computation instanceof ComputedValue value
        ? scope.computed(value)
        : compute(name, (Aggregate) computation);
  }

  private Expr compute(String name, Aggregate aggregate) {
    if (aggregate.argument().isEmpty()) {
      throw view.origin()
          .failure(
              ProblemKind.GRAIN,
              aggregate.at(),
              "{$count: '*'} of '"
                  + name
                  + "' counts the rows of groups; add $groupBy ([] for a grand total), or count a"
                  + " list: {$count: items}");
    }
    Scope children = Scope.ofChildren(tree);
    Aggregates.Parts parts = Aggregates.resolve(name, aggregate, children, List.of(), 0);
    PathNode grain =
        children
            .grain()
            .orElseThrow(
                () ->
                    view.origin()
                        .failure(
                            ProblemKind.GRAIN,
                            aggregate.at(),
                            "'"
                                + name
                                + "' names no list or to-many relation; $compute without $groupBy"
                                + " aggregates those"));
    Set<PlanColumn> used = ExprColumns.of(parts.value());
    parts.calls().stream()
        .filter(call -> used.contains(call.column()))
        .forEach(grain.gathered()::add);
    return parts.value();
  }
}
