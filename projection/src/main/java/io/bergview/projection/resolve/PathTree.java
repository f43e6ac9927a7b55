package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The tree of all relation paths of a view, and the resolution of a path to its target. */
final class PathTree {
  /**
   * Marks the copy of a to-many relation below which every further one is unnested, for aggregates
   * over deep paths.
   */
  private static final String SPREAD = "\u0000spread";

  /** Where a path ends: at a node, or at a column of one. */
  record PathTarget(PathNode node, Optional<Types.NestedField> field) {}

  private final ViewDefinition view;
  private final ColumnIds ids;
  private final MentionedTypes types;
  private final List<JoinedRows> joins = new ArrayList<>();
  private final PathNode root;

  PathTree(ViewDefinition view, TypeSource source, ColumnIds ids) {
    this(view, view.from(), new MentionedTypes(view, source), ids);
  }

  private PathTree(ViewDefinition view, String rows, MentionedTypes types, ColumnIds ids) {
    this.view = view;
    this.types = types;
    this.ids = ids;
    EntityType from = types.from(rows, "$from", "$from names");
    this.root = PathNode.root(from, types.tableOf(from, "$from"), types.rowType(from));
  }

  /** Another tree over the same tables, for plans beside the main one. */
  PathTree beside() {
    return new PathTree(view, view.from(), types.beside(), ids);
  }

  /** As {@link #beside}, a tree whose root are the rows of a join. */
  PathTree beside(Join join) {
    return new PathTree(view, join.from(), types.beside(), ids);
  }

  PathNode root() {
    return root;
  }

  /** What is joined so far, in this order. */
  List<JoinedRows> joins() {
    return joins;
  }

  /** A node for the rows of a join, to which no path leads yet. */
  PathNode joined(Join join) {
    String at = join.at() + ".$from";
    EntityType type = types.from(join.from(), at, "join '" + join.name() + "' is of");
    return PathNode.joined(root, join.name(), type, types.tableOf(type, at), types.rowType(type));
  }

  TypeSource source() {
    return types.source();
  }

  ColumnIds ids() {
    return ids;
  }

  ViewDefinition view() {
    return view;
  }

  /** What the paths so far mention. */
  MentionedTypes types() {
    return types;
  }

  /**
   * Follows a path; a to-many step leads to the node that is gathered, or fanned where {@code
   * $unnest} says so.
   */
  PathTarget resolve(ColumnPath path) {
    return resolve(path, "");
  }

  /**
   * As {@link #resolve}, but where the path has several gathered to-many steps, to rows that are
   * all spread under the first.
   */
  PathTarget resolveSpread(ColumnPath path) {
    PathTarget plain = resolve(path);
    PathNode rows = plain.node().grain();
    boolean several =
        rows.kind() != PathNode.NodeKind.ROOT
            && rows.above().grain().kind() != PathNode.NodeKind.ROOT;
    return several ? resolve(path, SPREAD + rows.display()) : plain;
  }

  /**
   * @param spread added to the name of the first gathered step, so that each set of spread rows has
   *     a copy of its own; empty for none
   */
  private PathTarget resolve(ColumnPath path, String spread) {
    PathNode node = root;
    boolean spreading = false;
    for (int i = 0; i < path.segments().size(); i++) {
      String segment = path.segments().get(i);
      boolean last = i == path.segments().size() - 1;
      Optional<PathNode> next = step(node, segment, path, spreading ? "" : spread, spreading);
      if (next.isPresent()) {
        node = next.get();
        spreading |= !spread.isEmpty() && node.isGathered();
        continue;
      }
      Types.NestedField field = node.field(segment).orElse(null);
      if (field == null) {
        throw unknown(node, segment, last, path);
      }
      if (last) {
        refuseUnreadablePart(node, field, path);
        types.name(node, field);
        return new PathTarget(node, Optional.of(field));
      }
      node = embedded(node, field, path, spreading ? "" : spread, spreading);
      spreading |= !spread.isEmpty() && node.isGathered();
    }
    return new PathTarget(node, Optional.empty());
  }

  /** The part of a filter that speaks of root columns alone: all rows that it keeps, this keeps. */
  Optional<Predicate> ofRoot(Predicate filter) {
    List<Predicate> terms =
        RootTerms.conjuncts(filter).stream()
            .filter(term -> term.paths().stream().map(this::spelled).allMatch(this::endsAtRoot))
            .toList();
    return terms.isEmpty() ? Optional.empty() : Optional.of(new Predicate.And(terms));
  }

  /** Whether there is a column or relation by the first name of a path, in any case. */
  boolean begins(ColumnPath path) {
    String first = path.segments().get(0);
    return spelling(first, namesAt(List.of())).isPresent()
        || view.joins().stream().anyMatch(join -> join.name().equalsIgnoreCase(first));
  }

  /**
   * A path whose names may be in any case, in the spelling of the columns and relations that it
   * leads along; where it leads nowhere, or several ways, unchanged from there on.
   */
  ColumnPath spelled(ColumnPath path) {
    List<String> spelled = new ArrayList<>();
    for (String segment : path.segments()) {
      Optional<String> name = spelling(segment, namesAt(spelled));
      if (name.isEmpty()) {
        spelled.addAll(path.segments().subList(spelled.size(), path.segments().size()));
        break;
      }
      spelled.add(name.get());
    }
    return new ColumnPath(spelled, path.at());
  }

  /** The exact name, or else the only one that differs in case alone. */
  private static Optional<String> spelling(String name, Set<String> known) {
    if (known.contains(name)) {
      return Optional.of(name);
    }
    List<String> alike = known.stream().filter(name::equalsIgnoreCase).toList();
    return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
  }

  /** The columns and relations that a path can go on with. */
  private Set<String> namesAt(List<String> path) {
    if (path.isEmpty()) {
      return namesOf(root);
    }
    PathTarget target = resolve(new ColumnPath(path, ""));
    if (target.field().isEmpty()) {
      return namesOf(target.node());
    }
    Type type = target.field().get().type();
    Type row = type.isListType() ? type.asListType().elementType() : type;
    Set<String> names = new TreeSet<>();
    if (row.isStructType()) {
      row.asStructType().fields().forEach(field -> names.add(field.name()));
    }
    return names;
  }

  private static Set<String> namesOf(PathNode node) {
    Set<String> names = new TreeSet<>();
    node.fields().forEach(field -> names.add(field.name()));
    node.type().ifPresent(type -> names.addAll(type.relations().keySet()));
    node.children().values().stream()
        .filter(child -> child.kind() == PathNode.NodeKind.JOINED)
        .forEach(join -> names.add(join.name()));
    return names;
  }

  private boolean endsAtRoot(ColumnPath path) {
    PathNode node = resolve(path).node();
    while (node.kind() == PathNode.NodeKind.STRUCT) {
      node = node.above();
    }
    return node.kind() == PathNode.NodeKind.ROOT;
  }

  /** A part of a column that is left out when the column is read cannot be named at all. */
  private void refuseUnreadablePart(PathNode node, Types.NestedField field, ColumnPath path) {
    if (!node.isTable() && TypeShapes.readable(field.type()).isEmpty()) {
      throw failure(
          ProblemKind.TYPE_UNSUPPORTED,
          path,
          UnsupportedColumns.message(node, field) + "; do without it");
    }
  }

  /** Remembers the root's key, which identifies the rows of a changed root. */
  void nameRootKey() {
    root.type().orElseThrow().id().stream()
        .flatMap(column -> root.field(column).stream())
        .forEach(column -> types.name(root, column));
  }

  /**
   * The node behind a declared relation, or behind a list that {@code $unnest} spreads; empty where
   * the segment is a plain column.
   */
  private Optional<PathNode> step(
      PathNode node, String segment, ColumnPath path, String copy, boolean fan) {
    Relation relation = node.type().map(type -> type.relations().get(segment)).orElse(null);
    if (relation == null) {
      return Optional.ofNullable(node.children().get(segment))
          .filter(child -> child.many() && child.fanned());
    }
    if (relation instanceof Relation.Embedded && relation.many() && node.isOfJoin()) {
      return Optional.empty();
    }
    CircularPaths.refuse(node, relation, path, this);
    refuseManyOfJoin(node, relation.many(), path);
    types.follow(node.typeName(), segment);
    if (relation instanceof Relation.Backward back) {
      types.follow(back.target(), back.inverse());
    }
    PathNode plain = node.children().get(segment);
    boolean fannedAlready = plain != null && plain.fanned();
    String key = relation.many() && !fannedAlready ? segment + copy : segment;
    PathNode child = node.children().get(key);
    if (child == null) {
      child = make(node, relation, path);
      node.children().put(key, child);
    }
    if (fan && child.many()) {
      child.joinToMany();
    }
    return Optional.of(child);
  }

  private PathNode make(PathNode node, Relation relation, ColumnPath path) {
    EntityType target =
        types.named(relation.target(), path.at(), "relation '" + relation.name() + "' leads to");
    if (relation instanceof Relation.Embedded embedded) {
      Types.NestedField field =
          node.field(embedded.name()).orElseThrow(() -> unknown(node, embedded.name(), true, path));
      return embeddedNode(node, field, Optional.of(target), Optional.of(embedded), path);
    }
    PathNode.NodeKind kind =
        relation.many() ? PathNode.NodeKind.CHILDREN : PathNode.NodeKind.LOOKUP;
    return PathNode.rows(
        kind, node, relation, target, types.tableOf(target, path.at()), types.rowType(target));
  }

  private PathNode embedded(
      PathNode node, Types.NestedField field, ColumnPath path, String copy, boolean fan) {
    boolean list = field.type().isListType();
    String key = list ? field.name() + copy : field.name();
    PathNode child = node.children().get(key);
    if (child == null) {
      child = embeddedNode(node, field, Optional.empty(), Optional.empty(), path);
      node.children().put(key, child);
    }
    if (fan && child.many()) {
      child.joinToMany();
    }
    return child;
  }

  /** The rows of a join are joined one by one; what belongs to each is theirs to collect. */
  private void refuseManyOfJoin(PathNode node, boolean many, ColumnPath path) {
    if (many && node.isOfJoin()) {
      throw failure(
          ProblemKind.GRAIN,
          path,
          "'%s' of %s leads from a joined row to many rows; join those too, or join a view that collects them"
              .formatted(path, view.shown()));
    }
  }

  private PathNode embeddedNode(
      PathNode node,
      Types.NestedField field,
      Optional<EntityType> type,
      Optional<Relation.Embedded> relation,
      ColumnPath path) {
    types.name(node, field);
    refuseManyOfJoin(node, field.type().isListType(), path);
    if (field.type().isListType()) {
      if (relation.isPresent() && !relation.get().many()) {
        throw failure(
            ProblemKind.WRONG_TYPE,
            path,
            "column '"
                + field.name()
                + "' of type "
                + node.typeName()
                + " is a list; declare it as '"
                + relation.get().target()
                + "[]'");
      }
      Type element = field.type().asListType().elementType();
      PathNode child =
          PathNode.embedded(
              PathNode.NodeKind.ELEMENTS,
              node,
              field.name(),
              type.orElse(null),
              relation.orElse(null),
              element);
      String label = String.join(".", child.path());
      child.hold(
          ids.next(label + ".ordinal", Types.IntegerType.get()),
          ids.next(label, TypeShapes.readable(element).orElse(element)));
      return child;
    }
    if (field.type().isStructType()) {
      if (relation.isPresent() && relation.get().many()) {
        throw failure(
            ProblemKind.WRONG_TYPE,
            path,
            "column '"
                + field.name()
                + "' of type "
                + node.typeName()
                + " is a struct, not a list; declare it as '"
                + relation.get().target()
                + "'");
      }
      return PathNode.embedded(
          PathNode.NodeKind.STRUCT,
          node,
          field.name(),
          type.orElse(null),
          relation.orElse(null),
          field.type());
    }
    throw failure(
        ProblemKind.UNKNOWN_RELATION,
        path,
        "'"
            + path
            + "' goes on behind column '"
            + field.name()
            + "', which is "
            + field.type()
            + " and has no fields");
  }

  /**
   * The node of {@code $unnest}: every to-many step of its path becomes part of the rows' grain.
   */
  PathNode joinToMany(ColumnPath path) {
    PathTarget place = resolve(path);
    PathNode node = place.node();
    if (place.field().isPresent()) {
      Types.NestedField field = place.field().get();
      if (!field.type().isListType()) {
        throw failure(
            ProblemKind.GRAIN,
            path,
            "Cannot unnest '"
                + path
                + "' of "
                + view.shown()
                + ": it is "
                + field.type()
                + ", not a list or a to-many relation");
      }
      node = embedded(node, field, path, "", false);
    }
    if (!node.many()) {
      throw failure(
          ProblemKind.GRAIN,
          path,
          "Cannot unnest '"
              + path
              + "' of "
              + view.shown()
              + ": it leads to at most one row; name a list or a to-many relation");
    }
    joinUpwards(node);
    return node;
  }

  /**
   * The node at the end of a path of relations and lists, with every to-many step of the path
   * unnested.
   */
  PathNode spreadTo(ColumnPath path) {
    PathNode node = resolve(path).node();
    joinUpwards(node);
    return node;
  }

  private static void joinUpwards(PathNode node) {
    for (PathNode on = node; on.kind() != PathNode.NodeKind.ROOT; on = on.above()) {
      if (on.many()) {
        on.joinToMany();
      }
    }
  }

  /**
   * The elements of a list column, as a node of their own; spread where the list already stands
   * under a gathered node.
   */
  PathNode elementsOf(PathNode holder, Types.NestedField list, ColumnPath path) {
    boolean under = holder.grain().kind() != PathNode.NodeKind.ROOT;
    if (!under) {
      return embedded(holder, list, path, "", false);
    }
    PathNode spread = resolve(path, SPREAD + path).node();
    return embedded(spread, list, path, "", true);
  }

  DefinitionException failure(ProblemKind kind, ColumnPath path, String message) {
    return view.origin().failure(kind, path.at(), message);
  }

  private DefinitionException notShown(Join join, boolean last, ColumnPath path) {
    String why =
        joins.stream().anyMatch(joined -> joined.join().equals(join))
            ? "join '%s' is %s, which shows nothing of its rows"
                .formatted(join.name(), join.kind() == Join.Kind.SEMI ? "semi" : "anti")
            : "'%s' is joined later: $unnest comes before all joins, and $on sees the joins before its own"
                .formatted(join.name());
    return failure(
        last ? ProblemKind.UNKNOWN_COLUMN : ProblemKind.UNKNOWN_RELATION,
        path,
        "'%s' of %s: %s".formatted(path, view.shown(), why));
  }

  private DefinitionException unknown(
      PathNode node, String segment, boolean last, ColumnPath path) {
    if (node.kind() == PathNode.NodeKind.ROOT) {
      view.joins().stream()
          .filter(join -> join.name().equalsIgnoreCase(segment))
          .findFirst()
          .ifPresent(
              join -> {
                throw notShown(join, last, path);
              });
    }
    Set<String> known = namesOf(node);
    String what = last ? "column or relation" : "relation";
    String list =
        known.size() <= 12 && Suggestions.nearest(segment, known).isEmpty()
            ? "; it has " + String.join(", ", known)
            : "";
    return failure(
        last ? ProblemKind.UNKNOWN_COLUMN : ProblemKind.UNKNOWN_RELATION,
        path,
        "'"
            + path
            + "' of "
            + view.shown()
            + ": "
            + (node.type().isPresent() ? "type " : "")
            + node.typeName()
            + " has no "
            + what
            + " '"
            + segment
            + "'"
            + Suggestions.didYouMean(segment, known)
            + list);
  }
}
