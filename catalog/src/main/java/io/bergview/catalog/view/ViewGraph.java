package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which views read which tables, and so which views. Each view is identified by its table; tables
 * are named with their catalogs.
 *
 * @param <V> the representation of a view
 */
public final class ViewGraph<V> {
  private record Node<V>(V view, Set<TableName> reads) {}

  private final Map<TableName, Node<V>> nodes = new LinkedHashMap<>();

  public static ViewGraph<RegisteredView> of(Collection<RegisteredView> views) {
    ViewGraph<RegisteredView> graph = new ViewGraph<>();
    views.forEach(view -> graph.put(view.qualifiedName(), view, view.reads().values()));
    return graph;
  }

  /** Adds a view, or replaces the one with the same table. */
  public void put(TableName table, V view, Collection<TableName> reads) {
    requireNonNull(view, "view is null");
    nodes.put(table, new Node<>(view, Collections.unmodifiableSet(new LinkedHashSet<>(reads))));
  }

  /** Adds the views of another graph; they replace those that have their tables. */
  public void putAll(ViewGraph<V> other) {
    nodes.putAll(other.nodes);
  }

  /** The view that a table holds. */
  public Optional<V> view(TableName table) {
    return Optional.ofNullable(nodes.get(table)).map(Node::view);
  }

  /** All views by table, in the order in which they were added. */
  public Map<TableName, V> views() {
    Map<TableName, V> views = new LinkedHashMap<>();
    nodes.forEach((table, node) -> views.put(table, node.view()));
    return views;
  }

  /** The tables that a view reads directly; none where the table holds no view. */
  public Set<TableName> reads(TableName table) {
    Node<V> node = nodes.get(table);
    return node == null ? Set.of() : node.reads();
  }

  /** The views that a view reads directly. */
  public List<V> upstream(TableName table) {
    return reads(table).stream().map(nodes::get).filter(Objects::nonNull).map(Node::view).toList();
  }

  /**
   * The tables that a view reads, directly or through other views, nearest first.
   *
   * @param through whether the sources of an upstream view are followed too
   */
  public Set<TableName> reachable(TableName table, Predicate<V> through) {
    Set<TableName> reached = new LinkedHashSet<>();
    Deque<TableName> left = new ArrayDeque<>(List.of(table));
    while (!left.isEmpty()) {
      for (TableName source : reads(left.removeFirst())) {
        if (reached.add(source) && view(source).filter(through).isPresent()) {
          left.addLast(source);
        }
      }
    }
    return reached;
  }

  /** As {@link #reachable}, the views among these tables. */
  public Set<V> upstream(TableName table, Predicate<V> through) {
    Set<V> views = new LinkedHashSet<>();
    reachable(table, through).forEach(source -> view(source).ifPresent(views::add));
    return views;
  }

  /** Each view after those that it reads; of a cycle, the first that was added comes last. */
  public List<V> inOrder() {
    List<V> ordered = new ArrayList<>();
    Set<TableName> seen = new HashSet<>();
    nodes.keySet().forEach(table -> visit(table, seen, ordered));
    return ordered;
  }

  private void visit(TableName table, Set<TableName> seen, List<V> ordered) {
    Node<V> node = nodes.get(table);
    if (node != null && seen.add(table)) {
      node.reads().forEach(source -> visit(source, seen, ordered));
      ordered.add(node.view());
    }
  }

  /**
   * The views on a path from some tables to another one; empty where there is no such path.
   *
   * @param to not on the path itself
   */
  public Optional<List<V>> path(Collection<TableName> from, TableName to) {
    Deque<V> path = new ArrayDeque<>();
    return reaches(from, to, path, new HashSet<>())
        ? Optional.of(List.copyOf(path))
        : Optional.empty();
  }

  private boolean reaches(
      Collection<TableName> from, TableName to, Deque<V> path, Set<TableName> seen) {
    for (TableName source : from) {
      if (source.equals(to)) {
        return true;
      }
      Node<V> node = nodes.get(source);
      if (node != null && seen.add(source)) {
        path.addLast(node.view());
        if (reaches(node.reads(), to, path, seen)) {
          return true;
        }
        path.removeLast();
      }
    }
    return false;
  }
}
