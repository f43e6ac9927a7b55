package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code $join}. */
final class JoinParser {
  static final int MAX_JOINS = 100;

  private static final String EXPECTED =
      "a map such as {band: {$from: shop.bands, $on: {$expr: 'total >= band.low'}}}";

  private final NodeReader reader;
  private final Names names;

  JoinParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
  }

  List<Join> parse(Node node) {
    List<Join> joins = new ArrayList<>();
    Optional<MapNode> map = reader.map(node, EXPECTED);
    for (Entry entry : map.map(m -> reader.entries(m, MAX_JOINS)).orElse(List.of())) {
      boolean taken = joins.stream().anyMatch(join -> join.name().equalsIgnoreCase(entry.key()));
      if (taken) {
        reader.problem(
            ProblemKind.DUPLICATE,
            entry,
            "'%s' is joined twice (case does not tell names apart)".formatted(entry.key()));
      } else if (names.output(entry)) {
        join(entry).ifPresent(joins::add);
      }
    }
    return joins;
  }

  private Optional<Join> join(Entry entry) {
    Optional<MapNode> map = reader.map(entry.value(), "a map such as {$from: Band, $on: {..}}");
    if (map.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Node> keys = reader.known(map.get(), Vocabulary.JOIN_KEYS);
    Optional<String> from =
        required(entry, keys, "$from", "the type, view or table that is joined")
            .flatMap(names::typeOrTable);
    Optional<Predicate> on =
        required(entry, keys, "$on", "the filter that says which of its rows match")
            .flatMap(new PredicateParser(reader)::parse);
    Optional<Join.Kind> kind =
        Optional.ofNullable(keys.get("$kind")).map(this::kind).orElse(Optional.of(Join.Kind.INNER));
    return from.isEmpty() || on.isEmpty() || kind.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Join(entry.key(), from.get(), on.get(), kind.get(), entry.value().path()));
  }

  private Optional<Join.Kind> kind(Node node) {
    String word =
        reader.text(node, "one of " + String.join(", ", Vocabulary.JOIN_KINDS.keySet())).orElse("");
    String kind = word.toLowerCase(Locale.ROOT);
    if (kind.equals("right") || kind.equals("full")) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "there is no %s join here, since rows would not be those of $from; %s"
              .formatted(
                  kind,
                  kind.equals("right")
                      ? "begin with the other side and join with $kind: left"
                      : "write the view in SQL, with $sql"));
      return Optional.empty();
    }
    return word.isEmpty() ? Optional.empty() : reader.choice(node, Vocabulary.JOIN_KINDS);
  }

  private Optional<Node> required(Entry entry, Map<String, Node> keys, String key, String meaning) {
    Node node = keys.get(key);
    if (node == null) {
      reader.problem(
          ProblemKind.MISSING,
          entry.value(),
          "'%s' of join '%s', %s, is missing".formatted(key, entry.key(), meaning));
    }
    return Optional.ofNullable(node);
  }
}
