package io.bergview.projection.plan;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.Kind;
import io.bergview.projection.definition.ColumnPath;
import java.util.Optional;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Turns paths into column expressions and holds that all of them stand in rows of one grain. */
final class Scope {
  private final PathTree tree;
  private final boolean rows;
  private @Nullable PathNode grain;

  private Scope(PathTree tree, boolean rows) {
    this.tree = tree;
    this.rows = rows;
  }

  /** Columns of the view's rows, after {@code $unnest}. */
  static Scope ofRows(PathTree tree) {
    return new Scope(tree, true);
  }

  /** Columns of the rows of one to-many relation or list, which the paths themselves name. */
  static Scope ofChildren(PathTree tree) {
    return new Scope(tree, false);
  }

  boolean isRows() {
    return rows;
  }

  PathTree tree() {
    return tree;
  }

  /** The grain of the paths seen; empty before the first one. */
  Optional<PathNode> grain() {
    return Optional.ofNullable(grain);
  }

  /** The view or question, for messages. */
  String viewName() {
    return tree.view().shown();
  }

  DefinitionException failure(Kind kind, ColumnPath path, String message) {
    return tree.failure(kind, path, message);
  }

  /** The value at the end of a path. */
  Expr column(ColumnPath path) {
    PathTree.Place place = rows ? tree.resolve(path) : tree.resolveSpread(path);
    PathNode node = place.node();
    if (place.field().isPresent()) {
      Types.NestedField field = place.field().get();
      if (!rows && field.type().isListType()) {
        return elements(path, node, field);
      }
      enter(path, node.grain());
      return column(node, field);
    }
    return switch (node.kind()) {
      case ROOT -> throw new IllegalStateException("a path has at least one step");
      case LOOKUP, CHILDREN ->
          throw tree.failure(
              Kind.UNKNOWN_COLUMN,
              path,
              "'"
                  + path
                  + "' of "
                  + tree.view().shown()
                  + " is a relation to "
                  + node.typeName()
                  + ", not a column; name a column of it, such as '"
                  + path
                  + "."
                  + node.fields().get(0).name()
                  + "'");
      case STRUCT -> {
        enter(path, node.grain());
        yield value(node);
      }
      case ELEMENTS -> {
        if (rows && !node.fanned()) {
          PathNode holder = node.above();
          enter(path, holder.grain());
          yield column(holder, holder.field(node.name()).orElseThrow());
        }
        enter(path, node.grain());
        yield value(node);
      }
    };
  }

  private Expr elements(ColumnPath path, PathNode holder, Types.NestedField field) {
    PathNode node = tree.elementsOf(holder, field, path);
    enter(path, node.grain());
    return value(node);
  }

  /** Takes the rows of a to-many relation or list themselves as the grain, for counting them. */
  PathNode rowsOf(ColumnPath path) {
    PathTree.Place place = rows ? tree.resolve(path) : tree.resolveSpread(path);
    PathNode node = place.node();
    enter(path, node.grain());
    return node;
  }

  private void enter(ColumnPath path, PathNode of) {
    if (rows && of.kind() != PathNode.Kind.ROOT) {
      throw tree.failure(
          Kind.GRAIN,
          path,
          "'"
              + path
              + "' of "
              + tree.view().shown()
              + " leads to many rows; add $unnest: "
              + of.display()
              + " to have a row for each");
    }
    if (!rows && of.kind() == PathNode.Kind.ROOT) {
      throw tree.failure(
          Kind.GRAIN,
          path,
          "'"
              + path
              + "' of "
              + tree.view().shown()
              + " is one value a row; $compute without $groupBy aggregates lists and to-many relations only");
    }
    if (grain != null && grain != of) {
      throw tree.failure(
          Kind.GRAIN,
          path,
          "'"
              + path
              + "' of "
              + tree.view().shown()
              + " stands in rows of "
              + of.display()
              + ", but the same aggregate also uses "
              + grain.display());
    }
    grain = of;
  }

  /** The value of a column in rows of its node. */
  Expr column(PathNode node, Types.NestedField field) {
    if (!TypeShapes.supported(field.type())) {
      throw tree.view()
          .origin()
          .failure(
              Kind.TYPE_UNSUPPORTED,
              "",
              "column '"
                  + field.name()
                  + "' of "
                  + node.display()
                  + " is "
                  + field.type()
                  + ", a type of format v3 that views cannot hold yet; leave it out with $select");
    }
    if (node.isTable()) {
      String label =
          node.kind() == PathNode.Kind.ROOT ? field.name() : node.display() + "." + field.name();
      return new Expr.Ref(
          node.reads()
              .computeIfAbsent(field.fieldId(), id -> tree.ids().next(label, field.type())));
    }
    return new Expr.Field(value(node), field.name(), field.type());
  }

  /** The struct or element that an embedded node stands for. */
  Expr value(PathNode node) {
    if (node.kind() == PathNode.Kind.ELEMENTS) {
      list(node);
      return new Expr.Ref(node.element());
    }
    return list(node);
  }

  /** The column of the parent that holds an embedded node: a list, or a struct. */
  Expr list(PathNode node) {
    PathNode holder = node.above();
    return column(holder, holder.field(node.name()).orElseThrow());
  }
}
