package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.NodeReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code $top}. */
final class TopParser {
  private static final int MAX_ROWS = 1_000_000_000;

  private final NodeReader reader;

  TopParser(NodeReader reader) {
    this.reader = reader;
  }

  Optional<TopRows> parse(Node node) {
    Optional<MapNode> map =
        reader.map(node, "a map such as {rows: 3, orderBy: [{total: desc}], by: customer_id}");
    if (map.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Node> keys = reader.known(map.get(), Vocabulary.TOP_KEYS);
    Optional<Integer> rows =
        required(map.get(), keys, "rows", "how many")
            .flatMap(value -> reader.integer(value, 1, MAX_ROWS));
    Optional<Node> order =
        required(map.get(), keys, "orderBy", "the order whose first rows these are");
    List<SortKey> orderBy = order.map(new SortKeyParser(reader)::parse).orElse(List.of());
    if (order.isPresent() && reader.oneOrMany(order.get(), SortKeyParser.MAX_KEYS).isEmpty()) {
      reader.problem(ProblemKind.WRONG_VALUE, order.get(), "at least one column is expected here");
    }
    List<ColumnPath> by =
        Optional.ofNullable(keys.get("by"))
            .map(value -> new Names(reader).paths(value, "a column"))
            .orElse(List.of());
    TopRows.Ties ties =
        Optional.ofNullable(keys.get("ties"))
            .flatMap(value -> reader.choice(value, Vocabulary.TIES))
            .orElse(TopRows.Ties.DROP);
    return rows.isEmpty() || orderBy.isEmpty()
        ? Optional.empty()
        : Optional.of(new TopRows(rows.get(), orderBy, by, ties, node.path()));
  }

  private Optional<Node> required(MapNode map, Map<String, Node> keys, String key, String meaning) {
    Node node = keys.get(key);
    if (node == null) {
      reader.problem(ProblemKind.MISSING, map, "'%s', %s, is missing".formatted(key, meaning));
    }
    return Optional.ofNullable(node);
  }
}
