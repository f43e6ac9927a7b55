package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import io.bergview.staleness.graph.LineageEdge;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Assigns the nodes of a graph to columns, each to the right of its upstream nodes, and orders each
 * column so that few edges cross: a node is placed in the middle of its neighbours in the previous
 * column, then of those in the next one, a few times over.
 */
final class LineageLayers {
  private static final int SWEEPS = 4;

  private LineageLayers() {}

  /** The columns from left to right, each from top to bottom. */
  static List<List<LineageNode>> of(LineageGraph graph) {
    List<List<LineageNode>> columns = columns(graph);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int i = 1; i < columns.size(); i++) {
        order(columns.get(i), columns, graph.edges(), LineageEdge::to, LineageEdge::from);
      }
      for (int i = columns.size() - 2; i >= 0; i--) {
        order(columns.get(i), columns, graph.edges(), LineageEdge::from, LineageEdge::to);
      }
    }
    return columns;
  }

  /** Nodes come after those that they are derived from; in a cycle one edge runs back. */
  private static List<List<LineageNode>> columns(LineageGraph graph) {
    Map<String, Integer> columnOf = new HashMap<>();
    List<List<LineageNode>> columns = new ArrayList<>();
    for (LineageNode node : graph.nodes()) {
      int column =
          graph.into(node).stream()
              .mapToInt(edge -> columnOf.getOrDefault(edge.from(), -1) + 1)
              .max()
              .orElse(0);
      columnOf.put(node.id(), column);
      while (columns.size() <= column) {
        columns.add(new ArrayList<>());
      }
      columns.get(column).add(node);
    }
    return columns;
  }

  private static void order(
      List<LineageNode> column,
      List<List<LineageNode>> columns,
      List<LineageEdge> edges,
      Function<LineageEdge, String> near,
      Function<LineageEdge, String> far) {
    Map<String, Double> heights = new HashMap<>();
    for (List<LineageNode> other : columns) {
      for (int i = 0; i < other.size(); i++) {
        heights.put(other.get(i).id(), (i + 0.5) / other.size());
      }
    }
    Map<String, Double> wanted = new HashMap<>();
    for (LineageNode node : column) {
      wanted.put(
          node.id(),
          edges.stream()
              .filter(edge -> near.apply(edge).equals(node.id()))
              .mapToDouble(edge -> requireNonNull(heights.get(far.apply(edge))))
              .average()
              .orElse(requireNonNull(heights.get(node.id()))));
    }
    column.sort(Comparator.comparing(node -> wanted.get(node.id())));
  }
}
