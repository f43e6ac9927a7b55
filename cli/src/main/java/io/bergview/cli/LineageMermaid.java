package io.bergview.cli;

import io.bergview.staleness.graph.LineageEdge;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.util.HashMap;
import java.util.Map;

/**
 * A lineage graph as a Mermaid flowchart. Nodes are numbered, so that no name is read as a Mermaid
 * keyword, and characters with a meaning in Mermaid or HTML are escaped as numbers.
 */
final class LineageMermaid {
  private static final String HARMLESS = " .,:_-()";
  private static final int ASCII = 128;

  private LineageMermaid() {}

  static String of(LineageGraph graph) {
    StringBuilder text = new StringBuilder("flowchart LR\n");
    Map<String, String> names = new HashMap<>();
    for (LineageNode node : graph.nodes()) {
      String name = "n" + names.size();
      names.put(node.id(), name);
      boolean view = node instanceof LineageNode.View;
      text.append("  ")
          .append(name)
          .append(view ? "[\"" : "[(\"")
          .append(escaped(node.name()))
          .append("<br/>")
          .append(escaped(LineageLabels.state(node)))
          .append(view ? "\"]" : "\")]")
          .append(":::")
          .append(LineageLabels.kind(node))
          .append('\n');
    }
    for (LineageEdge edge : graph.edges()) {
      String behind = LineageLabels.behind(edge);
      text.append("  ")
          .append(names.get(edge.from()))
          .append(behind.isEmpty() ? " --> " : " -->|\"" + escaped(behind) + "\"| ")
          .append(names.get(edge.to()))
          .append('\n');
    }
    LineageColours.ALL.forEach(
        (kind, colour) ->
            text.append(
                "  classDef %s fill:%s,stroke:%s,color:%s\n"
                    .formatted(kind, colour.fill(), colour.line(), LineageColours.TEXT)));
    return text.toString().stripTrailing();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                escaped.append(' ');
              } else if (c >= ASCII || Character.isLetterOrDigit(c) || HARMLESS.indexOf(c) >= 0) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append('#').append(c).append(';');
              }
            });
    return escaped.toString();
  }
}
