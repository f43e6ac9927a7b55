package io.bergview.projection.syntax;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A node of DuckDB's syntax tree of a query. Its JSON is no contract of DuckDB's: what is read of
 * it is held by golden tests.
 *
 * @param json the node
 * @param text the query
 * @param offset of its first character in the text; that of the node around it where DuckDB does
 *     not say
 */
public record SyntaxNode(JsonNode json, QueryText text, int offset) {
  public SyntaxNode {
    requireNonNull(json, "json is null");
    requireNonNull(text, "text is null");
  }

  /** {@code COLUMN_REF}, {@code FUNCTION}; empty for what is no expression. */
  public String nodeClass() {
    return string("class");
  }

  /** {@code COMPARE_EQUAL}, {@code SELECT_NODE}. */
  public String type() {
    return string("type");
  }

  /** A text field; empty where it is missing. */
  public String string(String field) {
    return json.path(field).asText("");
  }

  public boolean bool(String field) {
    return json.path(field).asBoolean(false);
  }

  /** A child, unless it is missing or null. */
  public Optional<SyntaxNode> child(String field) {
    JsonNode node = json.path(field);
    return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(at(node));
  }

  /** A child that is always there. */
  public SyntaxNode required(String field) {
    return child(field).orElseThrow(() -> new IllegalStateException(type() + " without " + field));
  }

  /** The elements of a list; none where it is missing. */
  public List<SyntaxNode> children(String field) {
    List<SyntaxNode> nodes = new ArrayList<>();
    json.path(field).forEach(node -> nodes.add(at(node)));
    return nodes;
  }

  /** The elements, of a node that is a list itself. */
  public List<SyntaxNode> elements() {
    List<SyntaxNode> nodes = new ArrayList<>();
    json.forEach(node -> nodes.add(at(node)));
    return nodes;
  }

  /** All nodes of a class, this one and those anywhere below it. */
  public List<SyntaxNode> all(String ofClass) {
    List<SyntaxNode> found = new ArrayList<>();
    collect(ofClass, found);
    return found;
  }

  private void collect(String ofClass, List<SyntaxNode> found) {
    if (nodeClass().equals(ofClass)) {
      found.add(this);
    }
    json.forEach(child -> at(child).collect(ofClass, found));
  }

  /** The texts of a list. */
  public List<String> strings(String field) {
    List<String> strings = new ArrayList<>();
    json.path(field).forEach(node -> strings.add(node.asText()));
    return strings;
  }

  /**
   * The first place that DuckDB knows of what the node is made of: SELECT has none of its own, but
   * its outputs do.
   */
  public int firstOffset() {
    int first = Integer.MAX_VALUE;
    for (JsonNode place : json.findValues("query_location")) {
      first = Math.min(first, text.offset(place, Integer.MAX_VALUE));
    }
    return first == Integer.MAX_VALUE ? offset : first;
  }

  /** The same at the word that the user last wrote, where DuckDB does not say its place. */
  public SyntaxNode placed(String word) {
    return json.path("query_location").canConvertToInt()
        ? this
        : new SyntaxNode(json, text, text.last(word, offset));
  }

  /** Another node in the place of this one. */
  public SyntaxNode with(JsonNode other) {
    return new SyntaxNode(other, text, offset);
  }

  /** The text that the node was read from, as far as DuckDB says; empty where it does not. */
  public String source() {
    return text.cut(json.path("query_location"), json.path("query_location_length"));
  }

  /**
   * The syntax without places and names of outputs: where two have the same, they mean the same.
   */
  public String normal() {
    JsonNode copy = json.deepCopy();
    strip(copy);
    return copy.toString();
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("query_location");
      object.remove("query_location_length");
      if (object.has("class")) {
        object.remove("alias");
      }
    }
    node.forEach(SyntaxNode::strip);
  }

  /**
   * The same with others in place of some nodes, with whatever is below those.
   *
   * @param other what stands for a node; empty for one that stays
   */
  public SyntaxNode replaced(Function<SyntaxNode, Optional<SyntaxNode>> other) {
    return new SyntaxNode(replaced(this, other), text, offset);
  }

  private static JsonNode replaced(
      SyntaxNode node, Function<SyntaxNode, Optional<SyntaxNode>> other) {
    Optional<SyntaxNode> made = other.apply(node);
    if (made.isPresent()) {
      return made.get().json();
    }
    if (node.json().isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.json()
          .properties()
          .forEach(field -> copy.set(field.getKey(), replaced(node.at(field.getValue()), other)));
      return copy;
    }
    if (node.json().isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.elements().forEach(element -> copy.add(replaced(element, other)));
      return copy;
    }
    return node.json();
  }

  /** A column at the place of this node. */
  public SyntaxNode column(List<String> name) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    made.put("class", "COLUMN_REF").put("type", "COLUMN_REF");
    name.forEach(made.putArray("column_names")::add);
    return new SyntaxNode(made, text, offset);
  }

  /** That two columns are equal, as a condition at the place of this node. */
  public SyntaxNode equality(List<String> left, List<String> right) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    made.put("class", "COMPARISON").put("type", "COMPARE_EQUAL");
    made.set("left", column(left).json());
    made.set("right", column(right).json());
    return new SyntaxNode(made, text, offset);
  }

  private SyntaxNode at(JsonNode node) {
    return new SyntaxNode(node, text, text.offset(node.path("query_location"), offset));
  }
}
