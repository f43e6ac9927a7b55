package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import io.bergview.cli.LineageColours.Colour;
import io.bergview.staleness.graph.LineageEdge;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A lineage graph as a picture: sources on the left, what is derived from them on the right. */
final class LineageSvg {
  private static final double LETTER = 7.8;
  private static final int PADDING = 12;
  private static final int HEIGHT = 46;
  private static final int ROW = 66;
  private static final int GAP = 130;
  private static final int MARGIN = 16;

  /** Where a node stands. */
  private record Box(double x, double y, double width) {
    double right() {
      return x + width;
    }

    double middle() {
      return y + HEIGHT / 2.0;
    }
  }

  private final LineageGraph graph;
  private final Map<String, Box> boxes = new HashMap<>();
  private final StringBuilder svg = new StringBuilder();
  private double width;
  private double height;

  private LineageSvg(LineageGraph graph) {
    this.graph = graph;
  }

  static String of(LineageGraph graph) {
    LineageSvg picture = new LineageSvg(graph);
    picture.place();
    picture.draw();
    return picture.svg.toString();
  }

  private void place() {
    List<List<LineageNode>> columns = LineageLayers.of(graph);
    int rows = columns.stream().mapToInt(List::size).max().orElse(0);
    double x = MARGIN;
    for (List<LineageNode> column : columns) {
      double widest = column.stream().mapToDouble(LineageSvg::width).max().orElse(0);
      double y = MARGIN + (rows - column.size()) * ROW / 2.0;
      for (LineageNode node : column) {
        boxes.put(node.id(), new Box(x, y, widest));
        y += ROW;
      }
      x += widest + GAP;
    }
    width = Math.max(x - GAP, 0) + MARGIN;
    height = 2.0 * MARGIN + Math.max(rows * ROW - (ROW - HEIGHT), 0);
  }

  private static double width(LineageNode node) {
    int letters = Math.max(letters(node.name()), letters(LineageLabels.state(node)));
    return letters * LETTER + 2 * PADDING;
  }

  /** Beyond Latin and its neighbours letters may be twice as wide. */
  private static int letters(String text) {
    return text.codePoints().map(c -> c < 0x1100 ? 1 : 2).sum();
  }

  private void draw() {
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\">\n",
            width, height, width, height));
    svg.append("<title>Lineage</title>\n");
    svg.append(
        format(
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" fill=\"%s\"/></marker></defs>\n",
            LineageColours.LINE));
    graph.edges().forEach(this::line);
    graph.nodes().forEach(this::box);
    graph.edges().forEach(this::label);
    svg.append("</svg>\n");
  }

  private Box boxOf(String id) {
    return requireNonNull(boxes.get(id), id);
  }

  private void line(LineageEdge edge) {
    Box from = boxOf(edge.from());
    Box to = boxOf(edge.to());
    double bend = Math.max(GAP, Math.abs(to.x() - from.right())) / 2;
    svg.append(
        format(
            "<path d=\"M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" marker-end=\"url(#arrow)\"/>\n",
            from.right(),
            from.middle(),
            from.right() + bend,
            from.middle(),
            to.x() - bend,
            to.middle(),
            to.x(),
            to.middle(),
            LineageColours.LINE));
  }

  /** Near the view, where edges of different sources have not met yet. */
  private void label(LineageEdge edge) {
    String behind = LineageLabels.behind(edge);
    if (!behind.isEmpty()) {
      Box from = boxOf(edge.from());
      Box to = boxOf(edge.to());
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"11\" fill=\"%s\">%s</text>\n",
              (from.right() + to.x()) / 2,
              (from.middle() + to.middle()) / 2 - 5,
              LineageColours.LINE,
              escaped(behind)));
    }
  }

  private void box(LineageNode node) {
    Box box = boxOf(node.id());
    String kind = LineageLabels.kind(node);
    Colour colour = requireNonNull(LineageColours.ALL.get(kind), kind);
    boolean focused = graph.focus().filter(node.id()::equals).isPresent();
    svg.append(
        format("<g class=\"%s\"><title>%s</title>", kind, escaped(LineageLabels.detail(node))));
    svg.append(
        format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%d\"/>",
            box.x(),
            box.y(),
            box.width(),
            HEIGHT,
            node instanceof LineageNode.View ? 8 : 0,
            colour.fill(),
            colour.line(),
            focused ? 3 : 1));
    text(box, 19, "bold", node.name());
    text(box, 36, "normal", LineageLabels.state(node));
    svg.append("</g>\n");
  }

  private void text(Box box, int below, String weight, String text) {
    svg.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"%s\" fill=\"%s\">%s</text>",
            box.x() + PADDING, box.y() + below, weight, LineageColours.TEXT, escaped(text)));
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }

  /** Characters that XML cannot hold at all become spaces. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default ->
                    escaped.appendCodePoint(
                        Character.isISOControl(c)
                                || Character.getType(c) == Character.SURROGATE
                                || c == 0xFFFE
                                || c == 0xFFFF
                            ? ' '
                            : c);
              }
            });
    return escaped.toString();
  }
}
