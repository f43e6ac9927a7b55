package io.bergview.projection.definition;

import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import java.util.ArrayList;
import java.util.List;

/** Values moved to their place in a document that no file holds. */
final class PlacedNodes {
  private PlacedNodes() {}

  /** The same value at another position, without a line number. */
  static Node at(Node node, String at) {
    if (node instanceof MapNode map) {
      List<Entry> entries =
          map.entries().stream()
              .map(
                  entry ->
                      new Entry(
                          entry.key(),
                          0,
                          0,
                          at(entry.value(), at.isEmpty() ? entry.key() : at + "." + entry.key())))
              .toList();
      return new MapNode(entries, at, 0, 0);
    }
    if (node instanceof ListNode list) {
      List<Node> items = new ArrayList<>();
      for (Node item : list.items()) {
        items.add(at(item, at + "[" + items.size() + "]"));
      }
      return new ListNode(items, at, 0, 0);
    }
    return new ScalarNode(((ScalarNode) node).value(), at, 0, 0);
  }
}
