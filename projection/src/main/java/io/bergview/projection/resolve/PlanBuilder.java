package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Builds the plan's operators from a complete path tree. To-one targets are joined bottom up, so
 * that small dimensions are joined before the root; operators that multiply or collect rows are
 * attached to the joined row itself, so that a missing to-one row on the path gives empty lists and
 * not nulls. What {@code $join} says is joined with all of them.
 */
final class PlanBuilder {
  private final PathTree tree;
  private final Scope scope;
  private final boolean keepEmpty;
  private final Map<PathNode, List<JoinKey>> keys = new IdentityHashMap<>();

  PlanBuilder(PathTree tree, boolean keepEmpty) {
    this.tree = tree;
    this.scope = Scope.ofRows(tree);
    this.keepEmpty = keepEmpty;
  }

  /** All rows of the view's grain before any filter, with every required column. */
  Plan build() {
    return build(Optional.empty());
  }

  /**
   * As {@link #build()}.
   *
   * @param rootFilter of root columns alone: only the root rows for which it holds
   */
  Plan build(Optional<Predicate> rootFilter) {
    joinKeys(tree.root());
    Optional<Pred> early = rootFilter.map(predicate -> PredicateResolver.resolve(predicate, scope));
    tree.joins().forEach(join -> joinKeys(join.node()));
    Plan root = scan(tree.root());
    Plan rows =
        attachAll(early.isPresent() ? new Plan.Filter(root, early.get()) : root, tree.root());
    for (JoinedRows join : tree.joins()) {
      rows = join.over(rows, attachAll(scan(join.node()), join.node()), tree);
    }
    return rows;
  }

  /** Reads the key columns first: a scan must know all its columns when it is made. */
  private void joinKeys(PathNode node) {
    for (PathNode child : node.children().values()) {
      if (!used(child) || child.kind() == PathNode.NodeKind.JOINED) {
        continue;
      }
      if (child.isTable()) {
        keys.put(child, joinKeysOf(child));
      }
      if (child.kind() == PathNode.NodeKind.CHILDREN && child.isGathered()) {
        order(child);
      }
      if (child.kind() == PathNode.NodeKind.ELEMENTS) {
        scope.list(child);
      }
      joinKeys(child);
    }
  }

  static boolean used(PathNode node) {
    boolean below = node.children().values().stream().anyMatch(PlanBuilder::used);
    return switch (node.kind()) {
      case ROOT, JOINED -> true;
      case LOOKUP -> below || !node.reads().isEmpty();
      case STRUCT -> below;
      case CHILDREN, ELEMENTS -> node.fanned() || !node.gathered().isEmpty();
    };
  }

  private Plan scan(PathNode node) {
    List<Plan.Scan.Read> reads = new ArrayList<>();
    node.reads().forEach((fieldId, column) -> reads.add(new Plan.Scan.Read(column, fieldId)));
    return new Plan.Scan(node.table(), reads);
  }

  private Plan attachAll(Plan plan, PathNode node) {
    Plan joined = plan;
    for (PathNode child : node.children().values()) {
      if (used(child) && child.kind() != PathNode.NodeKind.JOINED) {
        joined = attach(joined, child);
      }
    }
    return joined;
  }

  private Plan attach(Plan plan, PathNode node) {
    return switch (node.kind()) {
      case ROOT, JOINED ->
          throw new IllegalStateException("no relation attaches " + node.display());
      case STRUCT -> attachAll(plan, node);
      case LOOKUP ->
          manyBelow(node)
              ? attachAll(new Plan.LeftJoin(plan, scan(node), keysOf(node)), node)
              : new Plan.LeftJoin(plan, attachAll(scan(node), node), keysOf(node));
      case CHILDREN -> {
        Plan children = attachAll(scan(node), node);
        yield node.fanned()
            ? new Plan.JoinToMany(plan, children, keysOf(node), keepEmptyAt(node))
            : new Plan.NestedAggregate(plan, children, keysOf(node), order(node), node.gathered());
      }
      case ELEMENTS ->
          node.fanned()
              ? attachAll(
                  new Plan.Unnest(
                      plan, scope.list(node), node.ordinal(), node.element(), keepEmptyAt(node)),
                  node)
              : nestedAggregateOfElements(plan, node);
    };
  }

  private Plan nestedAggregateOfElements(Plan plan, PathNode node) {
    Expr list = scope.list(node);
    if (node.gathered().stream()
        .allMatch(
            call ->
                call.kind() == AggregateCall.AggregateFunction.LIST
                    && fieldPath(call.argument(), node).isPresent())) {
      List<Assignment> added = new ArrayList<>();
      for (AggregateCall call : node.gathered()) {
        added.add(
            new Assignment(
                call.column(),
                new Expr.FieldOfEach(
                    list, fieldPath(call.argument(), node).orElseThrow(), call.column().type())));
      }
      return new Plan.Extend(plan, added);
    }
    String label = String.join(".", node.path());
    Plan.AssignUniqueId assign =
        new Plan.AssignUniqueId(plan, tree.ids().next(label + ".row", Types.LongType.get()));
    PlanColumn number = tree.ids().next(label + ".of", Types.LongType.get());
    Plan elements =
        attachAll(
            new Plan.UnnestElements(assign, list, number, node.ordinal(), node.element()), node);
    return new Plan.NestedAggregate(
        assign,
        elements,
        List.of(new JoinKey(new Expr.Ref(assign.number()), new Expr.Ref(number))),
        List.of(new Expr.Ref(node.ordinal())),
        node.gathered());
  }

  /**
   * The field names that lead from an element to the value, where it is nothing but a field of the
   * element.
   */
  private static Optional<List<String>> fieldPath(Expr value, PathNode node) {
    if (value instanceof Expr.Ref ref) {
      return ref.column().equals(node.element()) ? Optional.of(List.of()) : Optional.empty();
    }
    if (value instanceof Expr.Field field) {
      return fieldPath(field.struct(), node)
          .map(
              path -> {
                List<String> longer = new ArrayList<>(path);
                longer.add(field.name());
                return longer;
              });
    }
    return Optional.empty();
  }

  private boolean keepEmptyAt(PathNode node) {
    return keepEmpty && node.grain().kind() == PathNode.NodeKind.ROOT;
  }

  private static boolean manyBelow(PathNode node) {
    return node.children().values().stream()
        .anyMatch(child -> used(child) && (child.many() || manyBelow(child)));
  }

  private List<JoinKey> keysOf(PathNode node) {
    return java.util.Objects.requireNonNull(
        keys.get(node), "join keys are read before operators are made");
  }

  /** The child's own key, as far as it has one. */
  private List<Expr> order(PathNode node) {
    List<Expr> order = new ArrayList<>();
    EntityType type = node.type().orElseThrow();
    for (String column : type.id()) {
      order.add(scope.column(node, keyField(node, column, type, "$id")));
    }
    return order;
  }

  /** The pairs of columns that connect a lookup or children node with its parent. */
  List<JoinKey> joinKeysOf(PathNode node) {
    Relation relation = node.relation().orElseThrow();
    EntityType here = node.above().type().orElseThrow();
    EntityType target = node.type().orElseThrow();
    if (relation instanceof Relation.Forward forward) {
      return pair(node, foreignKeys(forward, here, target), target.id(), here, relation);
    }
    Relation.Backward backward = (Relation.Backward) relation;
    if (!(target.relations().get(backward.inverse()) instanceof Relation.Forward inverse)
        || !inverse.target().equals(here.name())) {
      throw failure(
          here,
          relation,
          ProblemKind.UNKNOWN_RELATION,
          "relation '"
              + relation.name()
              + "' of type "
              + here.name()
              + " is the inverse of '"
              + target.name()
              + "."
              + backward.inverse()
              + "', but type "
              + target.name()
              + " has no forward relation '"
              + backward.inverse()
              + "' to "
              + here.name()
              + io.bergview.errors.Suggestions.didYouMean(
                  backward.inverse(), target.relations().keySet()));
    }
    return pair(node, here.id(), foreignKeys(inverse, target, here), here, relation);
  }

  private List<String> foreignKeys(Relation.Forward relation, EntityType from, EntityType to) {
    if (to.id().isEmpty()) {
      throw failure(
          from,
          relation,
          ProblemKind.MISSING,
          "relation '"
              + relation.name()
              + "' of type "
              + from.name()
              + " leads to type "
              + to.name()
              + ", which has no $id to be found by");
    }
    List<String> columns =
        relation.keys().isEmpty() && to.id().size() == 1
            ? List.of(relation.name() + "_id")
            : relation.keys();
    if (columns.size() != to.id().size()) {
      throw failure(
          from,
          relation,
          ProblemKind.MISSING,
          "relation '"
              + relation.name()
              + "' of type "
              + from.name()
              + " needs "
              + to.id().size()
              + " foreign key columns, one for each of "
              + to.id()
              + "; name them: $keys: {"
              + relation.name()
              + ": [...]}");
    }
    return columns;
  }

  private List<JoinKey> pair(
      PathNode node, List<String> above, List<String> here, EntityType owner, Relation relation) {
    if (above.isEmpty() || above.size() != here.size()) {
      throw failure(
          owner,
          relation,
          ProblemKind.MISSING,
          "relation '"
              + relation.name()
              + "' of type "
              + owner.name()
              + " joins "
              + above
              + " with "
              + here
              + "; both sides need the same number of columns, at least one (check $id and $keys)");
    }
    List<JoinKey> pairs = new ArrayList<>();
    PathNode parent = node.above();
    for (int i = 0; i < above.size(); i++) {
      Expr left = scope.column(parent, keyField(parent, above.get(i), owner, relation.name()));
      Expr right =
          scope.column(
              node, keyField(node, here.get(i), node.type().orElseThrow(), relation.name()));
      if (!comparable(left.type(), right.type())) {
        throw failure(
            owner,
            relation,
            ProblemKind.WRONG_TYPE,
            "relation '"
                + relation.name()
                + "' of type "
                + owner.name()
                + " joins "
                + above.get(i)
                + " ("
                + left.type()
                + ") with "
                + node.typeName()
                + "."
                + here.get(i)
                + " ("
                + right.type()
                + "); the types must be alike");
      }
      pairs.add(new JoinKey(left, right));
    }
    return pairs;
  }

  private static boolean comparable(Type left, Type right) {
    boolean exact =
        NumericTypes.isNumber(left)
            && NumericTypes.isNumber(right)
            && !NumericTypes.isFloating(left)
            && !NumericTypes.isFloating(right);
    return exact || left.equals(right) && left.isPrimitiveType();
  }

  private Types.NestedField keyField(PathNode node, String column, EntityType owner, String where) {
    return node.field(column)
        .orElseThrow(
            () ->
                owner
                    .origin()
                    .failure(
                        ProblemKind.UNKNOWN_COLUMN,
                        where,
                        "type "
                            + owner.name()
                            + ", "
                            + where
                            + ": "
                            + node.typeName()
                            + " has no column '"
                            + column
                            + "'"
                            + io.bergview.errors.Suggestions.didYouMean(
                                column,
                                node.fields().stream().map(Types.NestedField::name).toList())
                            + "; name the foreign key with $keys, the key with $id"));
  }

  private static DefinitionException failure(
      EntityType type, Relation relation, ProblemKind kind, String message) {
    return type.origin().failure(kind, relation.name(), message);
  }
}
