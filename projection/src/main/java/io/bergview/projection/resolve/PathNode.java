package io.bergview.projection.resolve;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree of relation paths: the root, the target of a relation, an embedded struct, the
 * elements of a list. Grows while paths are resolved; {@link PlanBuilder} then turns the tree into
 * operators.
 */
final class PathNode {
  /** How a row of the parent reaches rows here. */
  enum NodeKind {
    ROOT,
    /** At most one row of another table. */
    LOOKUP,
    /** Any number of rows of another table. */
    CHILDREN,
    /** The rows of another table for which a condition holds. */
    JOINED,
    /** A struct inside the parent's row. */
    STRUCT,
    /** The elements of a list inside the parent's row. */
    ELEMENTS
  }

  private final NodeKind kind;
  private final @Nullable PathNode parent;
  private final String name;
  private final @Nullable EntityType type;
  private final @Nullable Relation relation;
  private final @Nullable SourceTable table;
  private final Type rowType;
  private final Map<String, PathNode> children = new LinkedHashMap<>();
  private final Map<Integer, PlanColumn> reads = new LinkedHashMap<>();
  private final List<AggregateCall> gathered = new ArrayList<>();
  private boolean fanned;
  private @Nullable PlanColumn ordinal;
  private @Nullable PlanColumn element;

  private PathNode(
      NodeKind kind,
      @Nullable PathNode parent,
      String name,
      @Nullable EntityType type,
      @Nullable Relation relation,
      @Nullable SourceTable table,
      Type rowType) {
    this.kind = requireNonNull(kind, "kind is null");
    this.parent = parent;
    this.name = requireNonNull(name, "name is null");
    this.type = type;
    this.relation = relation;
    this.table = table;
    this.rowType = requireNonNull(rowType, "rowType is null");
  }

  /**
   * @param table as it is read
   * @param rowType of its rows, including parts of columns that cannot be read
   */
  static PathNode root(EntityType type, SourceTable table, Type rowType) {
    return new PathNode(NodeKind.ROOT, null, "", type, null, table, rowType);
  }

  /** As {@link #root}, of another table than the root's. */
  static PathNode rows(
      NodeKind kind,
      PathNode parent,
      Relation relation,
      EntityType type,
      SourceTable table,
      Type rowType) {
    return new PathNode(kind, parent, relation.name(), type, relation, table, rowType);
  }

  /** Rows of another table that stand beside the root's. */
  static PathNode joined(
      PathNode root, String name, EntityType type, SourceTable table, Type rowType) {
    PathNode node = new PathNode(NodeKind.JOINED, root, name, type, null, table, rowType);
    node.joinToMany();
    return node;
  }

  /** A struct or the elements of a list, held in the parent's column of the same name. */
  static PathNode embedded(
      NodeKind kind,
      PathNode parent,
      String name,
      @Nullable EntityType type,
      @Nullable Relation relation,
      Type rowType) {
    return new PathNode(kind, parent, name, type, relation, null, rowType);
  }

  NodeKind kind() {
    return kind;
  }

  Optional<PathNode> parent() {
    return Optional.ofNullable(parent);
  }

  /** The parent of a node that is not the root. */
  PathNode above() {
    return requireNonNull(parent, "the root has no parent");
  }

  String name() {
    return name;
  }

  Optional<EntityType> type() {
    return Optional.ofNullable(type);
  }

  Optional<Relation> relation() {
    return Optional.ofNullable(relation);
  }

  /** The table of a root, lookup or children node. */
  SourceTable table() {
    return requireNonNull(table, "an embedded node has no table");
  }

  boolean isTable() {
    return table != null;
  }

  Type rowType() {
    return rowType;
  }

  Map<String, PathNode> children() {
    return children;
  }

  /** Top-level columns read from the table, by field id. */
  Map<Integer, PlanColumn> reads() {
    return reads;
  }

  /** What the parent's side gets of the rows here; only where this node is gathered. */
  List<AggregateCall> gathered() {
    return gathered;
  }

  /** Whether rows here become rows of the parent's grain. */
  boolean fanned() {
    return fanned;
  }

  void joinToMany() {
    fanned = true;
  }

  boolean many() {
    return kind == NodeKind.CHILDREN || kind == NodeKind.ELEMENTS || kind == NodeKind.JOINED;
  }

  /** Whether rows here are collected into lists or aggregates of the parent's row. */
  boolean isGathered() {
    return many() && !fanned;
  }

  /**
   * The nearest node, this one included, whose rows have a grain of their own: the root or a
   * gathered one.
   */
  PathNode grain() {
    PathNode node = this;
    while (node.kind != NodeKind.ROOT && !node.isGathered()) {
      node = node.above();
    }
    return node;
  }

  /** Whether it is, or stands behind, rows of {@code $join}. */
  boolean isOfJoin() {
    return kind == NodeKind.JOINED || parent != null && parent.isOfJoin();
  }

  void hold(PlanColumn ordinalColumn, PlanColumn elementColumn) {
    ordinal = ordinalColumn;
    element = elementColumn;
  }

  PlanColumn ordinal() {
    return requireNonNull(ordinal, "not a list's elements");
  }

  PlanColumn element() {
    return requireNonNull(element, "not a list's elements");
  }

  /** The names from the root. */
  List<String> path() {
    List<String> names = parent == null ? new ArrayList<>() : new ArrayList<>(parent.path());
    if (parent != null) {
      names.add(name);
    }
    return names;
  }

  /** For display: {@code customer.address}, or the type's name for the root. */
  String display() {
    return parent == null ? typeName() : String.join(".", path());
  }

  String typeName() {
    return type == null ? rowType.toString() : type.name();
  }

  Optional<Types.NestedField> field(String column) {
    return rowType.isStructType()
        ? Optional.ofNullable(rowType.asStructType().field(column))
        : Optional.empty();
  }

  /**
   * A column of the type's {@code $id}.
   *
   * @throws io.bergview.errors.DefinitionException where the table does not have it
   */
  Types.NestedField keyField(String column) {
    EntityType of = requireNonNull(type, "no type, no $id");
    return field(column)
        .orElseThrow(
            () ->
                of.origin()
                    .failure(
                        DefinitionProblem.ProblemKind.UNKNOWN_COLUMN,
                        "$id",
                        "type %s: $id names column '%s', which its table does not have%s"
                            .formatted(
                                of.name(),
                                column,
                                Suggestions.didYouMean(
                                    column,
                                    fields().stream().map(Types.NestedField::name).toList()))));
  }

  /** The parent's column that holds an embedded node. */
  Types.NestedField held() {
    return above().field(name).orElseThrow();
  }

  List<Types.NestedField> fields() {
    return rowType.isStructType() ? rowType.asStructType().fields() : List.of();
  }
}
