package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.TypeShapes;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Turns paths into column expressions and holds that all of them stand in rows of one grain. */
final class Scope implements ColumnScope {
  /** How much of a value is needed. */
  private enum Extent {
    WHOLE,
    READABLE
  }

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

  @Override
  public ViewDefinition view() {
    return tree.view();
  }

  @Override
  public TypeSource types() {
    return tree.source();
  }

  @Override
  public boolean begins(ColumnPath path) {
    return tree.begins(path);
  }

  @Override
  public ColumnPath spelled(ColumnPath path) {
    return tree.spelled(path);
  }

  @Override
  public Expr column(ColumnPath path) {
    return column(path, Extent.WHOLE);
  }

  @Override
  public Expr presence(ColumnPath path) {
    return column(path, Extent.READABLE);
  }

  private Expr column(ColumnPath path, Extent extent) {
    PathTree.PathTarget place = rows ? tree.resolve(path) : tree.resolveSpread(path);
    PathNode node = place.node();
    if (place.field().isPresent()) {
      Types.NestedField field = place.field().get();
      if (!rows && field.type().isListType()) {
        return elements(path, tree.elementsOf(node, field, path), extent);
      }
      enter(path, node.grain());
      return named(path, node, field, extent);
    }
    return switch (node.kind()) {
      case ROOT -> throw new IllegalStateException("a path has at least one step");
      case LOOKUP, CHILDREN, JOINED ->
          throw tree.failure(
              ProblemKind.UNKNOWN_COLUMN,
              path,
              "'"
                  + path
                  + "' of "
                  + tree.view().shown()
                  + (node.kind() == PathNode.NodeKind.JOINED
                      ? " is a join of "
                      : " is a relation to ")
                  + node.typeName()
                  + ", not a column; name a column of it, such as '"
                  + path
                  + "."
                  + node.fields().get(0).name()
                  + "'");
      case STRUCT -> {
        enter(path, node.grain());
        yield named(path, node.above(), node.held(), extent);
      }
      case ELEMENTS -> {
        if (rows && !node.fanned()) {
          enter(path, node.above().grain());
          yield named(path, node.above(), node.held(), extent);
        }
        yield elements(path, node, extent);
      }
    };
  }

  private Expr elements(ColumnPath path, PathNode node, Extent extent) {
    enter(path, node.grain());
    return extent == Extent.WHOLE ? whole(node) : value(node);
  }

  /** Takes the rows of a to-many relation or list themselves as the grain, for counting them. */
  PathNode rowsOf(ColumnPath path) {
    PathTree.PathTarget place = rows ? tree.resolve(path) : tree.resolveSpread(path);
    PathNode node = place.node();
    enter(path, node.grain());
    return node;
  }

  private void enter(ColumnPath path, PathNode of) {
    if (rows && of.kind() != PathNode.NodeKind.ROOT) {
      throw tree.failure(
          ProblemKind.GRAIN,
          path,
          "'"
              + path
              + "' of "
              + tree.view().shown()
              + " leads to many rows; add $unnest: "
              + of.display()
              + " to have a row for each");
    }
    if (!rows && of.kind() == PathNode.NodeKind.ROOT) {
      throw tree.failure(
          ProblemKind.GRAIN,
          path,
          "'"
              + path
              + "' of "
              + tree.view().shown()
              + " is one value per row; $compute without $groupBy aggregates lists and to-many"
              + " relations only");
    }
    if (grain != null && grain != of) {
      throw tree.failure(
          ProblemKind.GRAIN,
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

  /** A column that a path names. */
  private Expr named(ColumnPath path, PathNode node, Types.NestedField field, Extent extent) {
    if (TypeShapes.readable(field.type()).isEmpty()) {
      throw tree.failure(
          ProblemKind.TYPE_UNSUPPORTED,
          path,
          UnsupportedColumns.message(node, field) + "; do without it");
    }
    return extent == Extent.WHOLE ? column(node, field) : read(node, field);
  }

  /** The value of a column in rows of its node. */
  Expr column(PathNode node, Types.NestedField field) {
    refuseUnsupported(node, field, field.type());
    return read(node, field);
  }

  /** The elements of a list, or a struct, as values of their own. */
  Expr whole(PathNode node) {
    refuseUnsupported(node.above(), node.above().field(node.name()).orElseThrow(), node.rowType());
    return value(node);
  }

  private void refuseUnsupported(PathNode node, Types.NestedField field, Type value) {
    if (!TypeShapes.supported(value)) {
      throw tree.view()
          .origin()
          .failure(
              ProblemKind.TYPE_UNSUPPORTED,
              "",
              UnsupportedColumns.message(node, field)
                  + "; "
                  + UnsupportedColumns.advice(node, field));
    }
  }

  /** A column, or what can be read of one whose parts are used. */
  private Expr read(PathNode node, Types.NestedField field) {
    Type type =
        TypeShapes.readable(field.type())
            .orElseThrow(
                () ->
                    tree.view()
                        .origin()
                        .failure(
                            ProblemKind.TYPE_UNSUPPORTED,
                            "",
                            UnsupportedColumns.message(node, field) + "; do without it"));
    if (node.isTable()) {
      String label =
          node.kind() == PathNode.NodeKind.ROOT
              ? field.name()
              : node.display() + "." + field.name();
      return new Expr.Ref(
          node.reads().computeIfAbsent(field.fieldId(), id -> tree.ids().next(label, type)));
    }
    return new Expr.Field(value(node), field.name(), type);
  }

  /** The struct or element of an embedded node, as far as it can be read. */
  Expr value(PathNode node) {
    if (node.kind() == PathNode.NodeKind.ELEMENTS) {
      list(node);
      return new Expr.Ref(node.element());
    }
    return list(node);
  }

  /** The column of the parent that holds an embedded node: a list, or a struct. */
  Expr list(PathNode node) {
    return read(node.above(), node.held());
  }
}
