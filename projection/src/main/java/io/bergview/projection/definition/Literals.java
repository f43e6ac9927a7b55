package io.bergview.projection.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Values of documents as JSON. */
final class Literals {
  /** Keeps 1.50 apart from 1.5. */
  static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

  private Literals() {}

  /** A decimal keeps a point or an exponent, so that it remains distinct from an integer. */
  static JsonNode node(@Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    } else if (value instanceof String text) {
      return NODES.textNode(text);
    } else if (value instanceof Boolean bool) {
      return NODES.booleanNode(bool);
    } else if (value instanceof Long number) {
      return NODES.numberNode(number.longValue());
    } else if (value instanceof BigInteger number) {
      return NODES.numberNode(number);
    } else if (value instanceof BigDecimal number) {
      return NODES.numberNode(number.scale() == 0 ? number.setScale(1) : number);
    } else if (value instanceof Double number) {
      return NODES.numberNode(number.doubleValue());
    }
    throw new IllegalArgumentException("a literal cannot be a " + value.getClass().getName());
  }
}
