package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.TableName;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageEdge;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The forms of a lineage graph, letter by letter, and with every name that could break one. */
class LineageFormsTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static TableName table(String name) {
    return new TableName(Optional.empty(), List.of("shop"), name);
  }

  private static LineageNode base(String name, long snapshot) {
    return new LineageNode.Base(
        table(name), LineageNode.Presence.PRESENT, snapshot, Optional.of(TIME), Optional.empty());
  }

  private static LineageNode view(String name, Reason reason, String message) {
    return new LineageNode.View(
        table(name.toLowerCase(java.util.Locale.ROOT)),
        new ViewState(
            name,
            table(name.toLowerCase(java.util.Locale.ROOT)),
            reason.state(),
            reason,
            message,
            reason == Reason.NEVER_REFRESHED ? Optional.empty() : Optional.of(TIME),
            reason == Reason.UP_TO_DATE ? Optional.empty() : Optional.of(TIME.plusSeconds(60)),
            false,
            Optional.empty(),
            Optional.empty(),
            List.of()));
  }

  private static LineageEdge edge(
      LineageNode from, LineageNode to, long read, long now, Reason why) {
    return new LineageEdge(from.id(), to.id(), read, now, read == now ? 0 : 1, why);
  }

  /** orders beneath Left and Right, both beneath Top, which New reads. */
  private static LineageGraph diamond() {
    LineageNode orders = base("orders", 8);
    LineageNode left = view("Left", Reason.UP_TO_DATE, "seen all");
    LineageNode right = view("Right", Reason.SOURCE_CHANGED, "Source shop.orders has 1 change");
    LineageNode top = view("Top", Reason.UPSTREAM_STALE, "Source shop.right is stale");
    LineageNode latest = view("Latest", Reason.NEVER_REFRESHED, "not refreshed yet");
    return new LineageGraph(
        Optional.empty(),
        List.of(orders, left, right, top, latest),
        List.of(
            edge(orders, left, 8, 8, Reason.UP_TO_DATE),
            edge(orders, right, 7, 8, Reason.SOURCE_CHANGED),
            edge(left, top, 3, 3, Reason.UP_TO_DATE),
            edge(right, top, 4, 4, Reason.UPSTREAM_STALE),
            edge(top, latest, -1, 5, Reason.NEVER_REFRESHED)),
        List.of());
  }

  @Test
  void treeOfTheWholeUnfoldsEveryViewOnce() {
    assertThat(LineageTree.of(diamond(), Direction.BOTH))
        .isEqualTo(
            """
            Latest  invalid: NEVER_REFRESHED
            └─ Top  stale: UPSTREAM_STALE, not read yet
               ├─ Left  fresh
               │  └─ shop.orders  read 8
               └─ Right  stale: SOURCE_CHANGED
                  └─ shop.orders  read 7, now 8, 1 snapshot behind\
            """);
  }

  @Test
  void treeAroundAViewLooksBothWays() {
    LineageGraph around = diamond().around("Right", Direction.BOTH);
    assertThat(LineageTree.of(around, Direction.BOTH))
        .isEqualTo(
            """
            Right  stale: SOURCE_CHANGED
            Source shop.orders has 1 change

            derived from
            └─ shop.orders  read 7, now 8, 1 snapshot behind
            read by
            └─ Top  stale: UPSTREAM_STALE
               └─ Latest  invalid: NEVER_REFRESHED, not read yet\
            """);
    LineageGraph down = diamond().around("shop.orders", Direction.DOWN);
    assertThat(LineageTree.of(down, Direction.DOWN))
        .isEqualTo(
            """
            shop.orders  snapshot 8
            Committed 2026-01-01T00:00:00Z

            read by
            ├─ Left  fresh
            │  └─ Top  stale: UPSTREAM_STALE
            │     └─ Latest  invalid: NEVER_REFRESHED, not read yet
            └─ Right  stale: SOURCE_CHANGED, 1 snapshot behind
               └─ Top  stale: UPSTREAM_STALE (see above)\
            """);
  }

  @Test
  void treeOfACircleEnds() {
    LineageNode a = view("A", Reason.UNREADABLE, "circle");
    LineageNode b = view("B", Reason.UNREADABLE, "circle");
    LineageGraph circle =
        new LineageGraph(
            Optional.empty(),
            List.of(a, b),
            List.of(edge(a, b, -1, -1, Reason.UNREADABLE), edge(b, a, -1, -1, Reason.UNREADABLE)),
            List.of());
    assertThat(LineageTree.of(circle, Direction.BOTH))
        .isEqualTo(
            """
            A  invalid: UNREADABLE
            └─ B  invalid: UNREADABLE
               └─ A  invalid: UNREADABLE (see above)\
            """);
    assertThat(LineageTree.of(circle.around("A", Direction.UP), Direction.UP))
        .endsWith("└─ B  invalid: UNREADABLE\n   └─ A  invalid: UNREADABLE (see above)");
    assertThat(parsed(LineageSvg.of(circle)).getElementsByTagName("rect").getLength()).isEqualTo(2);
  }

  @Test
  void jsonIsWhatScriptsRead() {
    LineageGraph part = diamond().around("Right", Direction.UP);
    assertThat(part.toJson().toPrettyString().replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
            {
              "focus" : "shop.right",
              "nodes" : [ {
                "id" : "shop.orders",
                "kind" : "table",
                "name" : "shop.orders",
                "state" : "present",
                "snapshotId" : 8,
                "committed" : "2026-01-01T00:00:00Z",
                "error" : null
              }, {
                "id" : "shop.right",
                "kind" : "view",
                "name" : "Right",
                "state" : "stale",
                "reason" : "SOURCE_CHANGED",
                "message" : "Source shop.orders has 1 change",
                "lastRefresh" : "2026-01-01T00:00:00Z",
                "staleSince" : "2026-01-01T00:01:00Z"
              } ],
              "edges" : [ {
                "from" : "shop.orders",
                "to" : "shop.right",
                "readSnapshotId" : 7,
                "currentSnapshotId" : 8,
                "snapshotsBehind" : 1,
                "reason" : "SOURCE_CHANGED"
              } ]
            }\
            """);
  }

  @Test
  void mermaidNumbersItsNodes() {
    assertThat(LineageMermaid.of(diamond().around("Right", Direction.UP)))
        .startsWith(
            """
            flowchart LR
              n0[("shop.orders<br/>snapshot 8")]:::table
              n1["Right<br/>stale: SOURCE_CHANGED"]:::stale
              n0 -->|"1 snapshot behind"| n1
              classDef fresh fill:\
            """);
  }

  private static LineageGraph odd() {
    List<LineageNode> nodes = new ArrayList<>();
    for (String name :
        List.of("end", "\"]; click", "<b>&amp;</b>", "größe 表", "a`b#c;", "line\nbreak\u0007")) {
      nodes.add(view(name, Reason.SOURCE_CHANGED, "'" + name + "' has ]]> in it"));
    }
    List<LineageEdge> edges = new ArrayList<>();
    for (int i = 1; i < nodes.size(); i++) {
      edges.add(edge(nodes.get(0), nodes.get(i), 1, 2, Reason.SOURCE_CHANGED));
    }
    return new LineageGraph(Optional.empty(), nodes, edges, List.of());
  }

  @Test
  void noNameBreaksOutOfMermaid() {
    String text = LineageMermaid.of(odd());
    assertThat(text.lines().filter(line -> line.matches("  n\\d+\\[.*")))
        .hasSize(6)
        .allMatch(line -> line.matches("  n\\d\\[\"[^\"<>`&]*<br/>[^\"<>`&]*\"\\]:::stale"));
    assertThat(text)
        .contains("n1[\"#34;#93;#59; click<br/>")
        .contains("#60;b#62;#38;amp#59;#60;#47;b#62;")
        .contains("größe 表")
        .contains("a#96;b#35;c#59;")
        .contains("line break ");
  }

  @Test
  void svgIsXmlWithEveryStateInWordAndColour() {
    Document picture = parsed(LineageSvg.of(diamond()));
    NodeList boxes = picture.getElementsByTagName("g");
    assertThat(boxes.getLength()).isEqualTo(5);
    assertThat(IntStream.range(0, 5).mapToObj(i -> ((Element) boxes.item(i)).getAttribute("class")))
        .containsExactly("table", "fresh", "stale", "stale", "invalid");
    assertThat(picture.getDocumentElement().getTextContent())
        .contains("stale: SOURCE_CHANGED", "snapshot 8", "1 snapshot behind", "not read yet");
    assertThat(columns(picture)).isEqualTo(List.of(0, 1, 1, 2, 3));
  }

  /** Where the boxes stand, counted from the left. */
  private static List<Integer> columns(Document picture) {
    NodeList boxes = picture.getElementsByTagName("rect");
    List<Double> places =
        IntStream.range(0, boxes.getLength())
            .mapToObj(i -> Double.valueOf(((Element) boxes.item(i)).getAttribute("x")))
            .toList();
    List<Double> sorted = places.stream().distinct().sorted().toList();
    return places.stream().map(sorted::indexOf).toList();
  }

  @Test
  void noNameBreaksOutOfSvg() {
    Document picture = parsed(LineageSvg.of(odd()));
    assertThat(picture.getElementsByTagName("rect").getLength()).isEqualTo(6);
    assertThat(picture.getElementsByTagName("b").getLength()).isZero();
    assertThat(picture.getDocumentElement().getTextContent())
        .contains("\"]; click", "<b>&amp;</b>", "größe 表", "line break ", "]]> in it");
  }

  @Test
  void emptyGraphIsAnEmptyPicture() {
    LineageGraph empty = new LineageGraph(Optional.empty(), List.of(), List.of(), List.of());
    assertThat(parsed(LineageSvg.of(empty)).getElementsByTagName("rect").getLength()).isZero();
    assertThat(LineageMermaid.of(empty)).startsWith("flowchart LR");
  }

  private static Document parsed(String svg) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError("no XML: " + svg, e);
    }
  }
}
