package io.bergview.staleness.graph;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.Suggestions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The views of a project and the tables that they read, at one moment.
 *
 * @param focus the {@link LineageNode#id} of the table that the graph was drawn around; empty for
 *     the whole
 * @param nodes each after those that it is derived from, except in cycles; otherwise by name
 * @param edges in the order of the reading nodes, then of the read ones
 * @param unreadable what cannot be read and may hold more views, or why a node is unreadable
 */
public record LineageGraph(
    Optional<String> focus,
    List<LineageNode> nodes,
    List<LineageEdge> edges,
    List<Unreadable> unreadable) {
  public LineageGraph {
    requireNonNull(focus, "focus is null");
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    unreadable = List.copyOf(unreadable);
  }

  public Optional<LineageNode> node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /** What a table is derived from, directly. */
  public List<LineageEdge> into(LineageNode node) {
    return edges.stream().filter(edge -> edge.to().equals(node.id())).toList();
  }

  /** What is derived from a table, directly. */
  public List<LineageEdge> outOf(LineageNode node) {
    return edges.stream().filter(edge -> edge.from().equals(node.id())).toList();
  }

  /**
   * The part of the graph around one table.
   *
   * @param name of a view, else of a table
   * @throws NotFoundException {@code VIEW_NOT_FOUND}
   * @throws ConflictException {@code VIEW_EXISTS} if several views have the name
   */
  public LineageGraph around(String name, Direction direction) {
    LineageNode centre = named(name);
    Set<String> kept = new LinkedHashSet<>(Set.of(centre.id()));
    if (direction.up()) {
      kept.addAll(reached(centre.id(), id -> edges(id, LineageEdge::to, LineageEdge::from)));
    }
    if (direction.down()) {
      kept.addAll(reached(centre.id(), id -> edges(id, LineageEdge::from, LineageEdge::to)));
    }
    return new LineageGraph(
        Optional.of(centre.id()),
        nodes.stream().filter(node -> kept.contains(node.id())).toList(),
        edges.stream()
            .filter(edge -> kept.contains(edge.from()) && kept.contains(edge.to()))
            .toList(),
        unreadable);
  }

  private LineageNode named(String name) {
    List<LineageNode> found =
        nodes.stream()
            .filter(node -> node instanceof LineageNode.View && node.name().equals(name))
            .toList();
    if (found.isEmpty()) {
      found = nodes.stream().filter(node -> node.id().equals(name)).toList();
    }
    if (found.size() > 1) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "The name %s is ambiguous, several tables claim to be that view: %s; name one of the tables"
              .formatted(
                  name, found.stream().map(LineageNode::id).collect(Collectors.joining(", "))));
    }
    if (found.isEmpty()) {
      if (!unreadable.isEmpty()) {
        throw unreadable.get(0).error();
      }
      throw new NotFoundException(
          ErrorCode.VIEW_NOT_FOUND,
          "There is no view '%s', and no table of that name that a view reads%s"
              .formatted(
                  name,
                  Suggestions.didYouMean(
                      name, nodes.stream().map(LineageNode::name).distinct().toList())));
    }
    return found.get(0);
  }

  private List<String> edges(
      String id, Function<LineageEdge, String> near, Function<LineageEdge, String> far) {
    return edges.stream().filter(edge -> near.apply(edge).equals(id)).map(far).toList();
  }

  private static Set<String> reached(String from, Function<String, List<String>> next) {
    Set<String> reached = new LinkedHashSet<>();
    Deque<String> left = new ArrayDeque<>(List.of(from));
    while (!left.isEmpty()) {
      for (String id : next.apply(left.removeFirst())) {
        if (reached.add(id)) {
          left.addLast(id);
        }
      }
    }
    return reached;
  }

  /**
   * The same with what is said of the tables as it may be shown, before it is put into any format.
   *
   * @param mask hides the secrets of a text
   */
  public LineageGraph masked(UnaryOperator<String> mask) {
    return new LineageGraph(
        focus, nodes.stream().map(node -> node.masked(mask)).toList(), edges, unreadable);
  }

  /** For machines: {@code focus} (null for the whole), {@code nodes}, {@code edges}. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("focus", focus.orElse(null));
    ArrayNode nodeArray = json.putArray("nodes");
    nodes.forEach(node -> nodeArray.add(node.toJson()));
    ArrayNode edgeArray = json.putArray("edges");
    edges.forEach(edge -> edgeArray.add(edge.toJson()));
    return json;
  }
}
