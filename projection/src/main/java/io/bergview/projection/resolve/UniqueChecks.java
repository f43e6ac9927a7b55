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
    Map<String, PathNode> lookups = new LinkedHashMap<>();
    collect(tree.root(), lookups);
    return lookups.values().stream().map(node -> check(tree, node, rootFilter)).toList();
  }

  private static void collect(PathNode node, Map<String, PathNode> lookups) {
    for (PathNode child : node.children().values()) {
      if (PlanBuilder.used(child)) {
        if (child.kind() == PathNode.NodeKind.LOOKUP) {
          lookups.putIfAbsent(child.display(), child);
        }
        collect(child, lookups);
      }
    }
  }

  private static UniqueCheck check(PathTree tree, PathNode lookup, Optional<Predicate> rootFilter) {
    EntityType type = lookup.type().orElseThrow();
    PathTree beside = tree.beside();
    PathNode node = beside.spreadTo(new ColumnPath(lookup.path(), ""));
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
