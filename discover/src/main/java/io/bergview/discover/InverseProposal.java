package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.Relation;

/**
 * The way back of an accepted relation.
 *
 * @param relation of the type that is referred to
 * @param counts of the relation that leads there
 */
public record InverseProposal(Relation.Backward relation, RelationProposal.Counts counts) {
  public InverseProposal {
    requireNonNull(relation, "relation is null");
    requireNonNull(counts, "counts is null");
  }

  /** As it is written in a type: {@code orders: '<- Order.customer[]'}. */
  public String text() {
    return "%s: '%s'".formatted(relation.name(), TypeText.text(relation).replace("'", "''"));
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", relation.name());
    json.put("target", relation.target());
    json.put("inverse", relation.inverse());
    json.put("many", relation.many());
    return json;
  }
}
