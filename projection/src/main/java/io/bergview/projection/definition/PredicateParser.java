package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.Predicate.And;
import io.bergview.projection.definition.Predicate.Compare;
import io.bergview.projection.definition.Predicate.In;
import io.bergview.projection.definition.Predicate.IsNull;
import io.bergview.projection.definition.Predicate.Not;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.definition.Predicate.Or;
import io.bergview.projection.definition.Predicate.Sql;
import io.bergview.projection.definition.Predicate.StartsWith;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code $filter}, and the test of a {@code $cond}. */
final class PredicateParser {
  private static final int MAX_LITERALS = 10_000;
  private static final int MAX_TERMS = 1_000;
  private static final String EXPECTED = "a filter such as {status: 'open', total: {$gt: 5}}";

  private final NodeReader reader;
  private final Names names;

  PredicateParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
  }

  /** The entries of the map, all of them. */
  Optional<Predicate> parse(Node node) {
    Optional<MapNode> map = reader.map(node, EXPECTED);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    List<Predicate> terms = new ArrayList<>();
    for (Entry entry : reader.entries(map.get(), MAX_TERMS)) {
      boolean operator = entry.key().startsWith("$");
      (operator ? logical(entry) : field(entry)).ifPresent(terms::add);
    }
    return Optional.of(all(terms));
  }

  private Optional<Predicate> logical(Entry entry) {
    Node value = entry.value();
    return switch (entry.key()) {
      case "$and" -> Optional.of(all(terms(value)));
      case "$or" -> Optional.of(any(terms(value)));
      case "$nor" -> Optional.of(new Not(any(terms(value))));
      case "$not" -> parse(value).map(Not::new);
      case SqlExpression.KEY -> names.expression(value).map(Sql::new);
      default -> {
        reader.problem(
            ProblemKind.UNKNOWN_OPERATOR,
            entry,
            Vocabulary.FIELD_OPERATORS.contains(entry.key())
                ? "'%s' stands under a column: {column: {%s: ...}}"
                    .formatted(entry.key(), entry.key())
                : unknown(entry, Vocabulary.LOGICAL));
        yield Optional.empty();
      }
    };
  }

  private List<Predicate> terms(Node node) {
    List<Predicate> terms = new ArrayList<>();
    for (Node item : reader.list(node, MAX_TERMS, "a list of filters").orElse(List.of())) {
      parse(item).ifPresent(terms::add);
    }
    return terms;
  }

  private Optional<Predicate> field(Entry entry) {
    Optional<ColumnPath> path = names.path(entry);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Node value = entry.value();
    if (value instanceof MapNode map) {
      return operators(path.get(), map);
    }
    if (value instanceof ScalarNode scalar) {
      return Optional.of(equal(path.get(), scalar.value()));
    }
    reader.wrongType(value, "a value or operators such as {$in: [...]}");
    return Optional.empty();
  }

  private Optional<Predicate> operators(ColumnPath path, MapNode map) {
    List<Entry> entries = reader.entries(map);
    if (entries.isEmpty()) {
      reader.wrongType(map, "a value or operators such as {$gt: 5}");
      return Optional.empty();
    }
    List<Predicate> terms = new ArrayList<>();
    for (Entry entry : entries) {
      operator(path, entry).ifPresent(terms::add);
    }
    return terms.isEmpty() ? Optional.empty() : Optional.of(all(terms));
  }

  private Optional<Predicate> operator(ColumnPath path, Entry entry) {
    Node value = entry.value();
    String name = entry.key();
    if (!name.startsWith("$")) {
      reader.problem(
          ProblemKind.WRONG_TYPE,
          entry,
          "'%s' is not an operator; for a field inside '%s' write the path: %s.%s"
              .formatted(name, path, path, name));
      return Optional.empty();
    }
    Operator comparison = Vocabulary.COMPARISONS.get(name);
    if (comparison != null) {
      return scalar(value).flatMap(scalar -> compare(path, comparison, scalar));
    }
    return switch (name) {
      case "$ne" -> scalar(value).map(scalar -> new Not(equal(path, scalar.value())));
      case "$in" -> literals(value).map(literals -> new In(path, literals));
      case "$nin" -> literals(value).map(literals -> new Not(new In(path, literals)));
      case "$not" ->
          reader
              .map(value, "operators such as {$gt: 5} (for a value there is $ne)")
              .flatMap(map -> operators(path, map))
              .map(Not::new);
      case "$exists" ->
          reader.bool(value).map(exists -> exists ? new Not(new IsNull(path)) : new IsNull(path));
      case "$startsWith" ->
          reader.text(value, "a string").map(prefix -> new StartsWith(path, prefix));
      default -> {
        reader.problem(
            ProblemKind.UNKNOWN_OPERATOR, entry, unknown(entry, Vocabulary.FIELD_OPERATORS));
        yield Optional.empty();
      }
    };
  }

  private static String unknown(Entry entry, List<String> known) {
    return "unknown operator '" + entry.key() + "'" + NodeReader.hint(entry.key(), known);
  }

  private Optional<Predicate> compare(ColumnPath path, Operator operator, ScalarNode scalar) {
    Object literal = scalar.value();
    if (operator == Operator.EQ) {
      return Optional.of(equal(path, literal));
    }
    if (literal == null) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          scalar,
          "nothing is less or greater than null; compare with a value");
      return Optional.empty();
    }
    return Optional.of(new Compare(path, operator, literal));
  }

  private Optional<ScalarNode> scalar(Node node) {
    if (node instanceof ScalarNode scalar) {
      return Optional.of(scalar);
    }
    reader.wrongType(node, "a single value");
    return Optional.empty();
  }

  private Optional<List<@Nullable Object>> literals(Node node) {
    Optional<List<Node>> items = reader.list(node, MAX_LITERALS, "a list of values");
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<@Nullable Object> literals = new ArrayList<>();
    for (Node item : items.get()) {
      scalar(item).ifPresent(scalar -> literals.add(scalar.value()));
    }
    return Optional.of(literals);
  }

  private static Predicate equal(ColumnPath path, @Nullable Object literal) {
    return literal == null ? new IsNull(path) : new Compare(path, Operator.EQ, literal);
  }

  private static Predicate all(List<Predicate> terms) {
    return terms.size() == 1 ? terms.get(0) : new And(terms);
  }

  private static Predicate any(List<Predicate> terms) {
    return terms.size() == 1 ? terms.get(0) : new Or(terms);
  }
}
