package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.resolve.RowOutputs.CandidateOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The forward relations that a view's rows have: those whose key columns it shows, under any names.
 * The key of a relation is the foreign key, or the {@code $id} of the related row. A group has the
 * foreign keys by which it is grouped; columns that are computed, truncated to a unit of time, or
 * from many rows do not count.
 */
final class ShownRelations {
  private final OutputNames names;
  private final Set<String> columns;
  private final Map<String, Relation.Forward> relations = new LinkedHashMap<>();

  /** A place in the tree, and the outputs that show columns of its rows, by column. */
  private record Row(PathNode node, Map<String, String> outputs) {}

  private ShownRelations(OutputNames names, Set<String> columns) {
    this.names = names;
    this.columns = columns;
  }

  /**
   * By name: a relation of the root is called as there, one behind a path as an output column would
   * be. Where both could be meant by a name, it is a column of the view.
   *
   * @param kept the view's outputs
   */
  static Map<String, Relation.Forward> of(
      PathTree tree, OutputNames names, List<CandidateOutput> kept) {
    Set<String> columns = kept.stream().map(CandidateOutput::name).collect(Collectors.toSet());
    ShownRelations shown = new ShownRelations(names, columns);
    List<Row> rows = rows(tree, kept);
    rows.forEach(shown::foreignKeys);
    rows.stream()
        .filter(row -> tree.source().type(row.node().typeName()).isPresent())
        .forEach(shown::ids);
    return shown.relations;
  }

  /** Those that are one row for each row of the view, nearest to the root first. */
  private static List<Row> rows(PathTree tree, List<CandidateOutput> kept) {
    Map<List<String>, Row> rows = new LinkedHashMap<>();
    for (CandidateOutput candidate : kept) {
      if (candidate.column().isEmpty()) {
        continue;
      }
      PathTree.PathTarget place = tree.resolve(candidate.column().get());
      PathNode node = place.node();
      boolean single =
          place.field().filter(field -> field.type().isPrimitiveType()).isPresent()
              && node.grain().kind() == PathNode.NodeKind.ROOT;
      if (single && node.type().isPresent()) {
        rows.computeIfAbsent(node.path(), path -> new Row(node, new LinkedHashMap<>()))
            .outputs()
            .putIfAbsent(place.field().get().name(), candidate.name());
      }
    }
    return rows.values().stream()
        .sorted(Comparator.comparingInt(row -> row.node().path().size()))
        .toList();
  }

  private void foreignKeys(Row row) {
    EntityType type = row.node().type().orElseThrow();
    for (Relation relation : type.relations().values()) {
      if (!(relation instanceof Relation.Forward forward)) {
        continue;
      }
      List<String> keys =
          forward.keys().isEmpty() ? List.of(forward.name() + "_id") : forward.keys();
      Optional<List<String>> outputs = outputs(keys, row);
      if (outputs.isEmpty()) {
        continue;
      }
      if (row.node().kind() == PathNode.NodeKind.ROOT && outputs.get().equals(keys)) {
        offer(forward, forward.keys().contains(forward.name()));
      } else {
        offer(
            new Relation.Forward(name(row, forward.name()), forward.target(), outputs.get()),
            false);
      }
    }
  }

  private void ids(Row row) {
    if (row.node().isTable() && row.node().kind() != PathNode.NodeKind.ROOT) {
      EntityType type = row.node().type().orElseThrow();
      outputs(type.id(), row)
          .filter(keys -> !keys.isEmpty())
          .ifPresent(
              keys ->
                  offer(
                      new Relation.Forward(
                          names.of(new ColumnPath(row.node().path(), "")), type.name(), keys),
                      false));
    }
  }

  private String name(Row row, String relation) {
    List<String> path = new ArrayList<>(row.node().path());
    path.add(relation);
    return names.of(new ColumnPath(path, ""));
  }

  private static Optional<List<String>> outputs(List<String> keys, Row row) {
    return row.outputs().keySet().containsAll(keys)
        ? Optional.of(keys.stream().map(row.outputs()::get).toList())
        : Optional.empty();
  }

  /**
   * @param namedAsItsKey as in its own type, where the name denotes the relation
   */
  private void offer(Relation.Forward relation, boolean namedAsItsKey) {
    if (namedAsItsKey || !columns.contains(relation.name())) {
      relations.putIfAbsent(relation.name(), relation);
    }
  }
}
