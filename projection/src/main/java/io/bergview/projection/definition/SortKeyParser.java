package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists of columns with directions: {@code [status, {total: desc}]}. */
final class SortKeyParser {
  static final int MAX_KEYS = 100;

  private final NodeReader reader;
  private final Names names;

  SortKeyParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
  }

  List<SortKey> parse(Node node) {
    List<SortKey> keys = new ArrayList<>();
    for (Node item : reader.oneOrMany(node, MAX_KEYS)) {
      Optional<SortKey> key = sortKey(item);
      Optional<ColumnPath> column = key.map(SortKey::column);
      if (keys.stream().anyMatch(k -> Optional.of(k.column()).equals(column))) {
        reader.problem(
            ProblemKind.DUPLICATE, item, "'" + column.orElseThrow() + "' is listed twice");
      } else {
        key.ifPresent(keys::add);
      }
    }
    return keys;
  }

  private Optional<SortKey> sortKey(Node node) {
    String expected = "a name or {name: desc}";
    if (!(node instanceof MapNode map)) {
      return names.path(node, expected).map(column -> new SortKey(column, false));
    }
    List<Entry> entries = reader.entries(map);
    if (entries.size() != 1) {
      reader.wrongType(node, expected);
      return Optional.empty();
    }
    Optional<ColumnPath> column = names.path(entries.get(0));
    Optional<Boolean> descending = reader.choice(entries.get(0).value(), Vocabulary.DIRECTIONS);
    return column.flatMap(c -> descending.map(d -> new SortKey(c, d)));
  }
}
