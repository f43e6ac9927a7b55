package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ValueExpression.Arithmetic;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.definition.ValueExpression.Column;
import io.bergview.projection.definition.ValueExpression.Cond;
import io.bergview.projection.definition.ValueExpression.Literal;
import io.bergview.projection.definition.ValueExpression.Sql;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The argument of an aggregate. */
final class ValueParser {
  private static final int MAX_OPERANDS = 50;
  private static final String EXPECTED =
      "a column, a number, {$cond: [...]}, {$literal: ...} or {$expr: '...'}";

  private final NodeReader reader;
  private final Names names;
  private final PredicateParser predicates;

  ValueParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
    this.predicates = new PredicateParser(reader);
  }

  /** Where a string means a column: everywhere but in the arms of {@code $cond}. */
  Optional<ValueExpression> parse(Node node) {
    if (node instanceof MapNode map) {
      return operation(map);
    }
    if (node instanceof ScalarNode scalar && scalar.value() instanceof Number number) {
      return Optional.of(new Literal(number, node.path()));
    }
    if (isStar(node)) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "'*' is for {$count: '*'} only; a column is expected here");
      return Optional.empty();
    }
    return names.path(node, EXPECTED).map(Column::new);
  }

  /** A column of that name is written {@code $*}. */
  static boolean isStar(Node node) {
    return node instanceof ScalarNode scalar && "*".equals(scalar.value());
  }

  /** An arm of {@code $cond}: only a string with a {@code $} in front means a column. */
  private Optional<ValueExpression> arm(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.value() instanceof String text && text.startsWith("$")
          ? names.path(node, EXPECTED).map(Column::new)
          : Optional.of(new Literal(scalar.value(), node.path()));
    }
    return parse(node);
  }

  private Optional<ValueExpression> operation(MapNode map) {
    List<Entry> entries = reader.entries(map);
    if (entries.size() != 1) {
      reader.wrongType(map, "one of {" + String.join(", ", Vocabulary.EXPRESSIONS) + "}");
      return Optional.empty();
    }
    Entry entry = entries.get(0);
    ArithmeticOperator operator = Vocabulary.ARITHMETIC.get(entry.key());
    if (operator != null) {
      return arithmetic(operator, entry.value());
    }
    return switch (entry.key()) {
      case "$cond" -> cond(entry.value());
      case "$literal" -> literal(entry.value());
      case SqlExpression.KEY -> names.expression(entry.value()).map(Sql::new);
      default -> {
        reader.problem(
            ProblemKind.UNKNOWN_OPERATOR,
            entry,
            "unknown operator '"
                + entry.key()
                + "'"
                + NodeReader.hint(entry.key(), Vocabulary.EXPRESSIONS));
        yield Optional.empty();
      }
    };
  }

  private Optional<ValueExpression> literal(Node node) {
    if (node instanceof ScalarNode scalar) {
      return Optional.of(new Literal(scalar.value(), node.path()));
    }
    reader.wrongType(node, "a single value");
    return Optional.empty();
  }

  private Optional<ValueExpression> arithmetic(ArithmeticOperator operator, Node node) {
    List<Node> items =
        reader.list(node, MAX_OPERANDS, "a list of two operands or more").orElse(List.of());
    if (items.size() == 1 || (items.isEmpty() && node instanceof Node.ListNode)) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "two operands or more are expected, found " + items.size());
    }
    Optional<ValueExpression> result = Optional.empty();
    for (Node item : items) {
      Optional<ValueExpression> operand = parse(item);
      if (operand.isEmpty()) {
        continue;
      }
      result =
          result.isEmpty()
              ? operand
              : Optional.of(new Arithmetic(operator, result.get(), operand.get(), node.path()));
    }
    return result;
  }

  private Optional<ValueExpression> cond(Node node) {
    List<Node> parts = condParts(node);
    if (parts.size() != Vocabulary.COND_KEYS.size()) {
      return Optional.empty();
    }
    Optional<Predicate> test = predicates.parse(parts.get(0));
    Optional<ValueExpression> then = arm(parts.get(1));
    Optional<ValueExpression> otherwise = arm(parts.get(2));
    if (test.isEmpty() || then.isEmpty() || otherwise.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Cond(test.get(), then.get(), otherwise.get(), node.path()));
  }

  private List<Node> condParts(Node node) {
    if (node instanceof MapNode map) {
      Map<String, Node> known = reader.known(map, Vocabulary.COND_KEYS);
      List<Node> parts = new ArrayList<>();
      for (String key : Vocabulary.COND_KEYS) {
        Node part = known.get(key);
        if (part == null) {
          reader.problem(ProblemKind.MISSING, map, "'" + key + "' is missing in $cond");
        } else {
          parts.add(part);
        }
      }
      return parts;
    }
    String expected = "[test, then, else] or {if, then, else}";
    Optional<List<Node>> items = reader.list(node, Vocabulary.COND_KEYS.size(), expected);
    if (items.isPresent() && items.get().size() < Vocabulary.COND_KEYS.size()) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          expected + " is expected, found " + items.get().size() + " parts");
    }
    return items.orElse(List.of());
  }
}
