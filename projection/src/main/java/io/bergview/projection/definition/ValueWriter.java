package io.bergview.projection.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.ValueExpression.Arithmetic;
import io.bergview.projection.definition.ValueExpression.Column;
import io.bergview.projection.definition.ValueExpression.Cond;
import io.bergview.projection.definition.ValueExpression.Literal;
import io.bergview.projection.definition.ValueExpression.Sql;

/** What is computed, and what of, as {@link AggregateParser} reads them. */
final class ValueWriter implements ValueExpression.Visitor<JsonNode> {
  private static final ValueWriter WRITER = new ValueWriter();

  private ValueWriter() {}

  static ObjectNode tree(Computation computation) {
    return computation instanceof ComputedValue value
        ? PredicateWriter.tree(value.expression())
        : tree((Aggregate) computation);
  }

  private static ObjectNode tree(Aggregate aggregate) {
    ObjectNode tree = Literals.NODES.objectNode();
    tree.set(
        aggregate.function().symbol(),
        aggregate.argument().map(ValueWriter::value).orElse(Literals.NODES.textNode("*")));
    if (aggregate.orderBy().size() == 1) {
      tree.put("$orderBy", aggregate.orderBy().get(0).toString());
    } else {
      aggregate.orderBy().forEach(path -> tree.withArray("$orderBy").add(path.toString()));
    }
    return tree;
  }

  /** Where a string means a column. */
  private static JsonNode value(ValueExpression value) {
    return value.accept(WRITER);
  }

  @Override
  public JsonNode visit(Column column) {
    String path = column.path().toString();
    return Literals.NODES.textNode(path.equals("*") ? "$*" : path);
  }

  @Override
  public JsonNode visit(Literal literal) {
    JsonNode node = Literals.node(literal.value());
    return node.isNumber() ? node : PredicateWriter.object("$literal", node);
  }

  @Override
  public JsonNode visit(Cond cond) {
    ArrayNode parts = Literals.NODES.arrayNode();
    parts.add(PredicateWriter.tree(cond.test())).add(arm(cond.then())).add(arm(cond.otherwise()));
    return PredicateWriter.object("$cond", parts);
  }

  @Override
  public JsonNode visit(Arithmetic arithmetic) {
    ArrayNode operands = Literals.NODES.arrayNode();
    operands(arithmetic, operands);
    return PredicateWriter.object(
        Vocabulary.wordOf(Vocabulary.ARITHMETIC, arithmetic.operator()), operands);
  }

  @Override
  public JsonNode visit(Sql sql) {
    return PredicateWriter.tree(sql.expression());
  }

  /** What is nested to the left by the same operator is one list again. */
  private static void operands(Arithmetic arithmetic, ArrayNode operands) {
    if (arithmetic.left() instanceof Arithmetic left && left.operator() == arithmetic.operator()) {
      operands(left, operands);
    } else {
      operands.add(value(arithmetic.left()));
    }
    operands.add(value(arithmetic.right()));
  }

  private static JsonNode arm(ValueExpression value) {
    if (value instanceof Column column) {
      return Literals.NODES.textNode("$" + column.path());
    }
    boolean plain =
        value instanceof Literal literal
            && !(literal.value() instanceof String text && text.startsWith("$"));
    return plain ? Literals.node(((Literal) value).value()) : value(value);
  }
}
