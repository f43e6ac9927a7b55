package io.bergview.projection.resolve;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.Join;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.query.PredicateJoin;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An entry of {@code $join} over typed columns.
 *
 * @param node of the joined rows; paths lead to it if the rows are shown
 */
record JoinedRows(Join join, PathNode node, Pred on) {
  JoinedRows {
    requireNonNull(join, "join is null");
    requireNonNull(node, "node is null");
    requireNonNull(on, "on is null");
  }

  /** Joins what a view joins, one after the other: a condition sees the joins before it. */
  static void in(PathTree tree) {
    for (Join join : tree.view().joins()) {
      refuseTaken(join, tree);
      PathNode node = tree.joined(join);
      Pred on =
          within(tree, join, node, () -> PredicateResolver.resolve(join.on(), Scope.ofRows(tree)));
      if (join.kind().showsMatch()) {
        tree.root().children().put(join.name(), node);
      }
      tree.joins().add(new JoinedRows(join, node, on));
    }
  }

  private static void refuseTaken(Join join, PathTree tree) {
    PathNode root = tree.root();
    Set<String> relations = root.type().orElseThrow().relations().keySet();
    Optional<String> taken =
        Stream.concat(root.fields().stream().map(field -> field.name()), relations.stream())
            .filter(join.name()::equalsIgnoreCase)
            .findFirst();
    if (taken.isPresent()) {
      throw tree.view()
          .origin()
          .failure(
              ProblemKind.NAME_COLLISION,
              join.at(),
              "join '%s' of %s: type %s has a %s of that name; call the join otherwise, such as 'other_%s'"
                  .formatted(
                      join.name(),
                      tree.view().shown(),
                      root.typeName(),
                      relations.contains(taken.get()) ? "relation" : "column",
                      join.name()));
    }
  }

  /** What is found while paths lead to its rows, shown or not. */
  <T> T within(PathTree tree, Supplier<T> found) {
    return within(tree, join, node, found);
  }

  private static <T> T within(PathTree tree, Join join, PathNode node, Supplier<T> found) {
    Map<String, PathNode> names = tree.root().children();
    boolean hidden = names.putIfAbsent(join.name(), node) == null;
    try {
      return found.get();
    } finally {
      if (hidden) {
        names.remove(join.name());
      }
    }
  }

  /**
   * Joined with the rows before it.
   *
   * @param rows those
   * @param others its own
   */
  Plan over(Plan rows, Plan others, PathTree tree) {
    JoinKind kind =
        switch (join.kind()) {
          case INNER -> JoinKind.INNER;
          case LEFT -> JoinKind.LEFT;
          case SEMI -> JoinKind.SEMI;
          case ANTI -> JoinKind.ANTI;
        };
    return PredicateJoin.of(rows, others, kind, on, tree.ids());
  }

  /** Whether its condition names columns behind relations of its rows. */
  boolean isOnRelations() {
    Set<PlanColumn> named = new HashSet<>();
    on.mapOperands(
        value -> {
          named.addAll(ExprColumns.of(value));
          return value;
        });
    return node.children().values().stream().anyMatch(child -> reads(child, named));
  }

  private static boolean reads(PathNode node, Set<PlanColumn> columns) {
    return node.reads().values().stream().anyMatch(columns::contains)
        || node.children().values().stream().anyMatch(child -> reads(child, columns));
  }

  /** The columns of the key of its rows; empty where they have none, or are not shown. */
  List<String> key() {
    return join.kind().showsMatch() ? node.type().orElseThrow().id() : List.of();
  }
}
