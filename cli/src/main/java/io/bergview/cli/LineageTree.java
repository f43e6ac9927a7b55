package io.bergview.cli;

import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageEdge;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A lineage graph as indented lines. What is reached on several ways is unfolded once, and named
 * with "see above" after that; so a circle ends too.
 */
final class LineageTree {
  private final LineageGraph graph;
  private final StringBuilder lines = new StringBuilder();

  private LineageTree(LineageGraph graph) {
    this.graph = graph;
  }

  /**
   * @param direction where to look from the graph's focus, if it has one
   */
  static String of(LineageGraph graph, Direction direction) {
    LineageTree tree = new LineageTree(graph);
    Optional<LineageNode> focus = graph.focus().flatMap(graph::node);
    focus.ifPresentOrElse(node -> tree.around(node, direction), tree::whole);
    return tree.lines.toString().stripTrailing();
  }

  private void around(LineageNode node, Direction direction) {
    line("", describe(node, Optional.empty()));
    line("", LineageLabels.detail(node));
    line("", "");
    if (direction != Direction.DOWN) {
      section("derived from", node, graph.into(node), true);
    }
    if (direction != Direction.UP) {
      section("read by", node, graph.outOf(node), false);
    }
  }

  private void section(String title, LineageNode node, List<LineageEdge> edges, boolean up) {
    line("", title + (edges.isEmpty() ? " nothing" : ""));
    unfold(edges, up, "", new HashSet<>(Set.of(node.id())));
  }

  /** Every view that no other reads, with what it is derived from. */
  private void whole() {
    Set<String> unfolded = new HashSet<>();
    for (LineageNode node : graph.nodes()) {
      if (graph.outOf(node).isEmpty()) {
        root(node, unfolded);
      }
    }
    for (LineageNode node : graph.nodes()) {
      if (node instanceof LineageNode.View && !unfolded.contains(node.id())) {
        root(node, unfolded);
      }
    }
  }

  private void root(LineageNode node, Set<String> unfolded) {
    unfolded.add(node.id());
    line("", describe(node, Optional.empty()));
    unfold(graph.into(node), true, "", unfolded);
  }

  private void unfold(List<LineageEdge> edges, boolean up, String indent, Set<String> unfolded) {
    for (LineageEdge edge : edges) {
      boolean last = edge == edges.get(edges.size() - 1);
      LineageNode node = graph.node(up ? edge.from() : edge.to()).orElseThrow();
      List<LineageEdge> further = up ? graph.into(node) : graph.outOf(node);
      boolean again = !unfolded.add(node.id()) && !further.isEmpty();
      line(
          indent + (last ? "└─ " : "├─ "),
          describe(node, Optional.of(edge)) + (again ? " (see above)" : ""));
      if (!again) {
        unfold(further, up, indent + (last ? "   " : "│  "), unfolded);
      }
    }
  }

  private static String describe(LineageNode node, Optional<LineageEdge> edge) {
    StringJoiner text = new StringJoiner(", ", node.name() + "  ", "");
    boolean table = LineageLabels.kind(node).equals("table");
    text.add(
        edge.filter(unused -> table)
            .map(LineageLabels::snapshots)
            .orElseGet(() -> LineageLabels.state(node)));
    edge.map(LineageLabels::behind).filter(behind -> !behind.isEmpty()).ifPresent(text::add);
    return text.toString();
  }

  private void line(String indent, String text) {
    lines.append(indent).append(TextTable.shown(text)).append('\n');
  }
}
