package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.Predicate.And;
import io.bergview.projection.definition.Predicate.Compare;
import io.bergview.projection.definition.Predicate.In;
import io.bergview.projection.definition.Predicate.IsNull;
import io.bergview.projection.definition.Predicate.Not;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.definition.Predicate.Or;
import io.bergview.projection.definition.Predicate.Sql;
import io.bergview.projection.definition.Predicate.StartsWith;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A predicate as {@link PredicateParser} reads it. */
final class PredicateWriter implements Predicate.Visitor<ObjectNode> {
  private static final PredicateWriter WRITER = new PredicateWriter();

  private PredicateWriter() {}

  static ObjectNode tree(Predicate given) {
    return unwrapped(given).accept(WRITER);
  }

  @Override
  public ObjectNode visit(And and) {
    return and(and.terms());
  }

  @Override
  public ObjectNode visit(Or or) {
    return object("$or", list(or.terms()));
  }

  @Override
  public ObjectNode visit(Not not) {
    return not(unwrapped(not.term()));
  }

  @Override
  public ObjectNode visit(Compare compare) {
    return object(compare.path().toString(), comparison(compare));
  }

  @Override
  public ObjectNode visit(In in) {
    return object(in.path().toString(), object("$in", literals(in.literals())));
  }

  @Override
  public ObjectNode visit(IsNull isNull) {
    return object(isNull.path().toString(), Literals.node(null));
  }

  @Override
  public ObjectNode visit(StartsWith starts) {
    return object(starts.path().toString(), object("$startsWith", Literals.node(starts.prefix())));
  }

  @Override
  public ObjectNode visit(Sql sql) {
    return tree(sql.expression());
  }

  static ObjectNode tree(SqlExpression expression) {
    return object(SqlExpression.KEY, Literals.NODES.textNode(expression.text()));
  }

  /** A list of one term is that term, as the parser has it. */
  private static Predicate unwrapped(Predicate predicate) {
    if (predicate instanceof And and && and.terms().size() == 1) {
      return unwrapped(and.terms().get(0));
    }
    if (predicate instanceof Or or && or.terms().size() == 1) {
      return unwrapped(or.terms().get(0));
    }
    return predicate;
  }

  private static JsonNode comparison(Compare compare) {
    JsonNode literal = Literals.node(compare.literal());
    return compare.operator() == Operator.EQ
        ? literal
        : object(Vocabulary.wordOf(Vocabulary.COMPARISONS, compare.operator()), literal);
  }

  private static ObjectNode not(Predicate term) {
    if (term instanceof Compare compare && compare.operator() == Operator.EQ) {
      return object(compare.path().toString(), object("$ne", Literals.node(compare.literal())));
    } else if (term instanceof IsNull isNull) {
      return object(isNull.path().toString(), object("$ne", Literals.node(null)));
    } else if (term instanceof In in) {
      return object(in.path().toString(), object("$nin", literals(in.literals())));
    } else if (term instanceof Or or) {
      return object("$nor", list(or.terms()));
    }
    return object("$not", tree(term));
  }

  /** One map where the keys allow it: {@code {a: 1, b: 2}}, {@code {a: {$gt: 1, $lt: 5}}}. */
  private static ObjectNode and(List<Predicate> terms) {
    List<ObjectNode> trees = terms.stream().map(PredicateWriter::tree).toList();
    return merged(trees).or(() -> sameColumn(trees)).orElseGet(() -> object("$and", list(terms)));
  }

  private static Optional<ObjectNode> merged(List<ObjectNode> trees) {
    Set<String> keys = new HashSet<>();
    ObjectNode merged = Literals.NODES.objectNode();
    for (ObjectNode tree : trees) {
      if (tree.size() != 1 || !keys.add(tree.fieldNames().next())) {
        return Optional.empty();
      }
      merged.setAll(tree);
    }
    return Optional.of(merged);
  }

  private static Optional<ObjectNode> sameColumn(List<ObjectNode> trees) {
    List<ObjectNode> operators = new ArrayList<>();
    String first = trees.get(0).isEmpty() ? "$" : trees.get(0).fieldNames().next();
    for (ObjectNode tree : trees) {
      boolean same = tree.size() == 1 && !first.startsWith("$") && tree.has(first);
      if (!same || !(tree.get(first) instanceof ObjectNode operator)) {
        return Optional.empty();
      }
      operators.add(operator);
    }
    return merged(operators).map(all -> object(first, all));
  }

  private static ArrayNode list(List<Predicate> terms) {
    ArrayNode list = Literals.NODES.arrayNode();
    terms.forEach(term -> list.add(tree(term)));
    return list;
  }

  private static ArrayNode literals(List<@Nullable Object> literals) {
    ArrayNode list = Literals.NODES.arrayNode();
    literals.forEach(literal -> list.add(Literals.node(literal)));
    return list;
  }

  static ObjectNode object(String key, JsonNode value) {
    ObjectNode object = Literals.NODES.objectNode();
    object.set(key, requireNonNull(value));
    return object;
  }
}
