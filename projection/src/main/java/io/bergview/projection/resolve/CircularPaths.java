package io.bergview.projection.resolve;

import static java.util.stream.Collectors.joining;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Relation;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses cyclic paths: those that return to a type that they have left, or over the inverse of the
 * relation just taken. A type may lead to itself, as a category to its parent and on to that one's
 * parent.
 */
final class CircularPaths {
  private CircularPaths() {}

  static void refuse(PathNode node, Relation relation, ColumnPath path, PathTree tree) {
    if (relation instanceof Relation.Embedded) {
      return;
    }
    String from = node.typeName();
    boolean self = relation.target().equals(from);
    List<String> walked = new ArrayList<>();
    for (PathNode on = node; ; on = on.above()) {
      walked.add(0, on.typeName());
      if (on.kind() == PathNode.NodeKind.ROOT || on.kind() == PathNode.NodeKind.JOINED) {
        break;
      }
    }
    boolean back =
        node.relation().filter(arrived -> self && inverse(arrived, relation)).isPresent();
    if (back || (!self && walked.contains(relation.target()))) {
      walked.add(relation.target());
      throw tree.failure(
          ProblemKind.CYCLE,
          path,
          "'"
              + path
              + "' of "
              + tree.view().shown()
              + " runs in a circle: "
              + walked.stream().collect(joining(" -> ")));
    }
  }

  private static boolean inverse(Relation one, Relation other) {
    return (one instanceof Relation.Forward
            && other instanceof Relation.Backward back
            && back.inverse().equals(one.name()))
        || (one instanceof Relation.Backward arrived
            && other instanceof Relation.Forward
            && arrived.inverse().equals(other.name()));
  }
}
