package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A definition as a builder makes it: a document, which the parser of files reads, so that the same
 * rules hold and the same problems are found.
 */
final class MemoryDocument {
  private final String origin;
  private final Map<String, Node> values = new LinkedHashMap<>();

  /**
   * @param origin shown in problems
   */
  MemoryDocument(String origin) {
    this.origin = origin;
  }

  /** A plain string, whatever characters it has. */
  void string(String key, String value) {
    values.put(key, scalar(value));
  }

  /** Adds one to a list, which may be of several calls. */
  void append(String key, Node item) {
    List<Node> items = new ArrayList<>();
    if (values.get(key) instanceof ListNode list) {
      items.addAll(list.items());
    }
    items.add(item);
    values.put(key, new ListNode(items, "", 0, 0));
  }

  /** A list without anything in it yet. */
  void emptyList(String key) {
    values.putIfAbsent(key, new ListNode(List.of(), "", 0, 0));
  }

  /**
   * Adds an entry to a map, which may be of several calls.
   *
   * @throws DefinitionException if it has the entry
   */
  void entry(String key, String name, Node value) {
    List<Entry> entries = new ArrayList<>();
    if (values.get(key) instanceof MapNode map) {
      entries.addAll(map.entries());
    }
    if (entries.stream().anyMatch(entry -> entry.key().equals(name))) {
      throw failure(ProblemKind.DUPLICATE, key, "'%s' is here twice".formatted(name));
    }
    entries.add(new Entry(name, 0, 0, value));
    values.put(key, new MapNode(entries, "", 0, 0));
  }

  /** The value of a key. */
  void node(String key, Node value) {
    values.put(key, value);
  }

  static Node scalar(String value) {
    return new ScalarNode(requireNonNull(value, "value is null"), "", 0, 0);
  }

  static Node map(String key, String value) {
    return new MapNode(List.of(new Entry(key, 0, 0, scalar(value))), "", 0, 0);
  }

  static Node list(List<String> values) {
    return new ListNode(values.stream().map(MemoryDocument::scalar).toList(), "", 0, 0);
  }

  /**
   * A value as a text says it: JSON5, or YAML on one line.
   *
   * @param at the key that it is for
   */
  Node read(String at, String text) {
    requireNonNull(text, "text is null");
    List<Node> read;
    try {
      read = DocumentReader.read(origin + ".json5", "{value: " + text + "\n}");
    } catch (DefinitionException notJson5) {
      read = DocumentReader.read(origin + ": " + at + ".yaml", "value: " + text.strip());
    }
    if (read.size() == 1 && read.get(0) instanceof MapNode map && map.entries().size() == 1) {
      return map.entries().get(0).value();
    }
    throw failure(ProblemKind.SYNTAX, at, "'%s' is not one value".formatted(text));
  }

  private DefinitionException failure(ProblemKind kind, String at, String message) {
    return new DefinitionException(new DefinitionProblem(kind, origin, at, 0, 0, message));
  }

  /**
   * Reads what was put together.
   *
   * @param catalogs names with which a table's name may begin
   * @throws DefinitionException with every problem found
   */
  Definition definition(boolean view, Set<String> catalogs) {
    List<Entry> entries = new ArrayList<>();
    values.forEach((key, value) -> entries.add(new Entry(key, 0, 0, value)));
    MapNode root = (MapNode) PlacedNodes.at(new MapNode(entries, "", 0, 0), "");
    NodeReader reader = new NodeReader(origin, Vocabulary.FREE_TEXT);
    Origin from = Origin.of(origin, root);
    Optional<Definition> read =
        view
            ? new ViewParser(reader, catalogs).parse(root, from)
            : new EntityTypeParser(reader, catalogs).parse(root, from);
    reader.throwIfAny();
    return read.orElseThrow();
  }
}
