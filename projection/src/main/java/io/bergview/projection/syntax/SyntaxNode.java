package io.bergview.projection.syntax;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** Another node in the place of this one. */
  public SyntaxNode with(JsonNode other) {
    return new SyntaxNode(other, text, offset);
  }

  /** The text that the node was read from, as far as DuckDB says; empty where it does not. */
  public String source() {
    return text.cut(json.path("query_location"), json.path("query_location_length"));
  }

  private SyntaxNode at(JsonNode node) {
    return new SyntaxNode(node, text, text.offset(node.path("query_location"), offset));
  }
}
