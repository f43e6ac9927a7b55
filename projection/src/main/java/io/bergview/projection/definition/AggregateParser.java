package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.Aggregate.Function;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code $compute}. */
final class AggregateParser {
  private static final int MAX_AGGREGATES = 1_000;
  private static final String ORDER_BY = "$orderBy";
  private static final List<String> VALUE = List.of(SqlExpression.KEY);

  private final NodeReader reader;
  private final Names names;
  private final ValueParser values;

  AggregateParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
    this.values = new ValueParser(reader);
  }

  Map<String, Computation> parse(Node node) {
    Map<String, Computation> aggregates = new LinkedHashMap<>();
    Optional<MapNode> map = reader.map(node, "a map such as {orders: {$count: '*'}}");
    if (map.isEmpty()) {
      return aggregates;
    }
    if (reader.entries(map.get()).isEmpty()) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "there is no aggregate here; write one such as {orders: {$count: '*'}}, or leave this"
              + " out");
    }
    for (Entry entry : reader.entries(map.get(), MAX_AGGREGATES)) {
      if (Vocabulary.AGGREGATES.containsKey(entry.key())) {
        reader.problem(
            ProblemKind.WRONG_VALUE,
            entry,
            "the output column has no name; write {name: {%s: ...}}".formatted(entry.key()));
      } else if (names.output(entry)) {
        computation(entry.value()).ifPresent(a -> aggregates.put(entry.key(), a));
      }
    }
    return aggregates;
  }

  private Optional<? extends Computation> computation(Node node) {
    if (node instanceof MapNode map
        && reader.entries(map).stream().map(Entry::key).toList().equals(VALUE)) {
      return names
          .expression(reader.entries(map).get(0).value())
          .map(expression -> new ComputedValue(expression, node.path()));
    }
    return aggregate(node);
  }

  private Optional<Aggregate> aggregate(Node node) {
    Optional<MapNode> map = reader.map(node, "an aggregate such as {$sum: total}");
    if (map.isEmpty()) {
      return Optional.empty();
    }
    List<Entry> functions = new ArrayList<>();
    Optional<Entry> orderBy = Optional.empty();
    for (Entry entry : reader.entries(map.get())) {
      if (entry.key().equals(ORDER_BY)) {
        orderBy = Optional.of(entry);
      } else if (Vocabulary.AGGREGATES.containsKey(entry.key())) {
        functions.add(entry);
      } else {
        reader.problem(
            ProblemKind.UNKNOWN_AGGREGATE,
            entry,
            entry.key().equals(SqlExpression.KEY)
                ? "$expr stands alone, or within an aggregate: {$sum: {$expr: '...'}}"
                : "unknown aggregate '"
                    + entry.key()
                    + "'"
                    + NodeReader.hint(entry.key(), Vocabulary.AGGREGATES.keySet()));
        return Optional.empty();
      }
    }
    if (functions.size() != 1) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "one aggregate is expected here, found " + functions.size());
      return Optional.empty();
    }
    return aggregate(node, functions.get(0), orderBy);
  }

  private Optional<Aggregate> aggregate(Node node, Entry entry, Optional<Entry> orderBy) {
    Function function = requireNonNull(Vocabulary.AGGREGATES.get(entry.key()));
    List<ColumnPath> order =
        orderBy.map(by -> names.paths(by.value(), "a column to order by")).orElse(List.of());
    boolean ordered = function == Function.FIRST || function == Function.LAST;
    if (!ordered) {
      orderBy.ifPresent(
          by ->
              reader.problem(
                  ProblemKind.WRONG_VALUE,
                  by,
                  "$orderBy is for $first and $last, not " + entry.key()));
    }
    if (function == Function.COUNT && ValueParser.isStar(entry.value())) {
      return Optional.of(new Aggregate(function, Optional.empty(), order, node.path()));
    }
    return values
        .parse(entry.value())
        .map(argument -> new Aggregate(function, Optional.of(argument), order, node.path()));
  }
}
