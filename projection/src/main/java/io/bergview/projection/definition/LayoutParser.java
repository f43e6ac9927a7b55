package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.LayoutSettings.PartitionKey;
import io.bergview.projection.definition.LayoutSettings.Transform;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The keys that lay out the view's table. */
final class LayoutParser {
  static final int MAX_SHARDS = 10_000;
  static final int MAX_REPLICATION = 512;
  static final int MAX_WIDTH = 1_000_000;
  private static final int MAX_KEYS = 100;
  private static final String OF = "of";
  private static final String SHARD_KEY = "$shardKey";
  private static final String COLUMN = "the name of an output column";
  private static final String PARTITION =
      "a name, {month: name}, {bucket: 16, of: name} or {truncate: 4, of: name}";

  private final NodeReader reader;
  private final Names names;

  LayoutParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
  }

  LayoutSettings parse(Map<String, Node> keys) {
    Node lookup = keys.get("$lookup");
    return new LayoutSettings(
        Optional.ofNullable(keys.get("$partitionBy")).map(this::partitionBy),
        Optional.ofNullable(keys.get("$sortBy")).map(new SortKeyParser(reader)::parse),
        count(keys.get("$shards"), 0, MAX_SHARDS),
        Optional.ofNullable(keys.get(SHARD_KEY))
            .flatMap(node -> shardKey(node, keys.get("$shards"))),
        count(keys.get("$replication"), 1, MAX_REPLICATION),
        lookup == null ? List.of() : names.paths(lookup, COLUMN));
  }

  private OptionalInt count(@Nullable Node node, int least, int most) {
    Optional<Integer> count =
        Optional.ofNullable(node).flatMap(n -> reader.integer(n, least, most));
    return count.isPresent() ? OptionalInt.of(count.get()) : OptionalInt.empty();
  }

  private Optional<ColumnPath> shardKey(Node node, @Nullable Node shards) {
    if (shards == null) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "a shard key needs a number of shards; give it with $shards, 12 for example");
    } else if (shards instanceof ScalarNode scalar && Long.valueOf(0).equals(scalar.value())) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "0 shards means as many as the root table's own bucketing has, by its column, so there"
              + " is no other shard key; give a number of shards from 1, or leave the key out");
    }
    List<Node> columns = reader.oneOrMany(node, MAX_KEYS);
    if (columns.size() != 1) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "shards are by one column, found "
              + columns.size()
              + ": Iceberg's bucket takes no more; $partitionBy with a bucket for each column"
              + " makes a partition for each combination");
      return Optional.empty();
    }
    return names.path(columns.get(0), COLUMN);
  }

  private List<PartitionKey> partitionBy(Node node) {
    List<PartitionKey> keys = new ArrayList<>();
    for (Node item : reader.oneOrMany(node, MAX_KEYS)) {
      Optional<PartitionKey> key =
          item instanceof MapNode map
              ? transformed(map)
              : names
                  .path(item, PARTITION)
                  .map(column -> new PartitionKey(column, Transform.IDENTITY, 0));
      if (key.isPresent() && keys.contains(key.get())) {
        reader.problem(ProblemKind.DUPLICATE, item, "the same partition key is listed twice");
      } else {
        key.ifPresent(keys::add);
      }
    }
    return keys;
  }

  private Optional<PartitionKey> transformed(MapNode map) {
    List<String> words = new ArrayList<>(Vocabulary.TIME_TRANSFORMS.keySet());
    words.addAll(Vocabulary.WIDTH_TRANSFORMS.keySet());
    words.add(OF);
    Map<String, Node> known = reader.known(map, words);
    if (known.size() < reader.entries(map).size()) {
      return Optional.empty();
    }
    Node of = known.remove(OF);
    if (known.size() == 1) {
      String word = known.keySet().iterator().next();
      Node value = known.values().iterator().next();
      Transform time = Vocabulary.TIME_TRANSFORMS.get(word);
      Transform width = Vocabulary.WIDTH_TRANSFORMS.get(word);
      if (time != null && of == null) {
        return names.path(value, COLUMN).map(column -> new PartitionKey(column, time, 0));
      }
      if (width != null && of != null) {
        Optional<Integer> count = reader.integer(value, 1, MAX_WIDTH);
        Optional<ColumnPath> column = names.path(of, COLUMN);
        return count.isPresent() && column.isPresent()
            ? Optional.of(new PartitionKey(column.get(), width, count.get()))
            : Optional.empty();
      }
    }
    reader.wrongType(map, PARTITION);
    return Optional.empty();
  }
}
