package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.LayoutSettings;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ColumnIds;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks an entity type against its table, and its relations against the tables they lead to. */
public final class TypeCheck {
  private final EntityType type;
  private final TypeSource types;
  private final List<DefinitionProblem> problems = new ArrayList<>();

  private TypeCheck(EntityType type, TypeSource types) {
    this.type = type;
    this.types = types;
  }

  /**
   * What a view would be refused for that used all of the type: columns of {@code $id}, declared
   * fields and foreign keys that are not there or of another type, relations that lead nowhere.
   *
   * @param type with a table
   * @throws io.bergview.errors.NotFoundException where a table does not exist
   */
  public static List<DefinitionProblem> problems(EntityType type, TypeSource types) {
    TypeCheck check = new TypeCheck(type, types);
    if (check.passes(check::key)) {
      type.relations().values().forEach(relation -> check.passes(() -> check.follow(relation)));
    }
    return check.problems.stream().distinct().toList();
  }

  private boolean passes(Runnable step) {
    try {
      step.run();
      return true;
    } catch (DefinitionException e) {
      problems.addAll(e.problems());
      return false;
    }
  }

  private PathTree tree() {
    return new PathTree(everything(), types, new ColumnIds());
  }

  private ViewDefinition everything() {
    return new ViewDefinition(
        type.name(),
        Projection.OLAP,
        type.name(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        RefreshSettings.manual(),
        LayoutSettings.defaults(),
        Optional.empty(),
        Optional.empty(),
        ZoneOffset.UTC,
        Optional.empty(),
        type.origin());
  }

  private void key() {
    PathNode root = tree().root();
    type.id().forEach(root::keyField);
  }

  private void follow(Relation relation) {
    PathTree tree = tree();
    PathNode node = tree.resolve(ColumnPath.of(relation.name())).node();
    if (!(relation instanceof Relation.Embedded)) {
      new PlanBuilder(tree, false).joinKeysOf(node);
    }
  }
}
