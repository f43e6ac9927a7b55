package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.UniqueCheck;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/** Collects, for every to-one relation that a tree joins, what must be checked. */
final class UniqueChecks {
  private UniqueChecks() {}

  /**
   * @param rootFilter of root columns alone: which root rows matter
   */
  static List<UniqueCheck> of(PathTree tree, Optional<Predicate> rootFilter) {
    List<UniqueCheck> checks = new ArrayList<>();
    for (PathNode lookup : lookUps(tree.root())) {
      checks.add(check(lookup, lookup.path(), tree.beside(), rootFilter));
    }
    for (JoinedRows join : tree.joins()) {
      for (PathNode lookup : lookUps(join.node())) {
        List<String> path = lookup.path().subList(1, lookup.path().size());
        checks.add(check(lookup, path, tree.beside(join.join()), Optional.empty()));
      }
    }
    return checks;
  }

  private static Collection<PathNode> lookUps(PathNode rows) {
    Map<String, PathNode> lookups = new LinkedHashMap<>();
    collect(rows, lookups);
    return lookups.values();
  }

  private static void collect(PathNode node, Map<String, PathNode> lookups) {
    for (PathNode child : node.children().values()) {
      if (PlanBuilder.used(child) && child.kind() != PathNode.NodeKind.JOINED) {
        if (child.kind() == PathNode.NodeKind.LOOKUP) {
          lookups.putIfAbsent(child.display(), child);
        }
        collect(child, lookups);
      }
    }
  }

  /**
   * @param path that leads to it in the tree beside
   */
  private static UniqueCheck check(
      PathNode lookup, List<String> path, PathTree beside, Optional<Predicate> rootFilter) {
    EntityType type = lookup.type().orElseThrow();
    PathNode node = beside.spreadTo(new ColumnPath(path, ""));
    PlanBuilder builder = new PlanBuilder(beside, false);
    List<JoinKey> keys = builder.joinKeysOf(node);
    List<Plan.Scan.Read> reads = new ArrayList<>();
    node.reads().forEach((fieldId, column) -> reads.add(new Plan.Scan.Read(column, fieldId)));
    node.reads().clear();
    List<Assignment> references = new ArrayList<>();
    List<Assignment> targets = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JoinKey key : keys) {
      Types.NestedField field = keyField(node, reads, key);
      names.add(field.name());
      references.add(
          new Assignment(beside.ids().next(field.name(), key.input().type()), key.input()));
      targets.add(new Assignment(beside.ids().next(field.name(), key.other().type()), key.other()));
    }
    return new UniqueCheck(
        lookup.display(),
        type.name(),
        names,
        new Plan.Project(new Plan.Scan(node.table(), reads), targets),
        new Plan.Project(builder.build(rootFilter), references));
  }

  private static Types.NestedField keyField(
      PathNode node, List<Plan.Scan.Read> reads, JoinKey key) {
    PlanColumn column = ((Expr.Ref) key.other()).column();
    int fieldId =
        reads.stream()
            .filter(read -> read.column().equals(column))
            .findFirst()
            .orElseThrow()
            .fieldId();
    return node.table().schema().findField(fieldId);
  }
}
