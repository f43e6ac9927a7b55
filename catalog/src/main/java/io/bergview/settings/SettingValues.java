package io.bergview.settings;

import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Single values of {@code bergview.yaml}, with {@code ${...}} filled in. What is wrong becomes a
 * problem of the reader, and an empty value.
 */
final class SettingValues {
  private final NodeReader reader;
  private final Path project;
  private final Interpolation interpolation;

  SettingValues(NodeReader reader, Path project, Interpolation interpolation) {
    this.reader = reader;
    this.project = project;
    this.interpolation = interpolation;
  }

  NodeReader reader() {
    return reader;
  }

  <T> Optional<T> read(SettingType<T> type, @Nullable Node node) {
    return Optional.ofNullable(node).flatMap(given -> type.reading().read(given, this));
  }

  /** A path, relative to the project. */
  Path path(String text) {
    return project.resolve(text).normalize();
  }

  /** What the environment says, not empty; for settings that need not be in the file. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(interpolation.environment().get(name))
        .filter(value -> !value.isBlank());
  }

  /** A whole tree: maps, lists, texts with {@code ${...}} filled in, numbers, true, false. */
  Map<String, Object> tree(MapNode map) {
    Map<String, Object> tree = new LinkedHashMap<>();
    reader
        .entries(map)
        .forEach(entry -> tree(entry.value()).ifPresent(value -> tree.put(entry.key(), value)));
    return tree;
  }

  private Optional<Object> tree(Node node) {
    if (node instanceof MapNode map) {
      return Optional.of(tree(map));
    }
    if (node instanceof ListNode list) {
      return Optional.of(list.items().stream().map(this::tree).flatMap(Optional::stream).toList());
    }
    if (node instanceof ScalarNode plain
        && (plain.value() instanceof Number || plain.value() instanceof Boolean)) {
      return Optional.of(plain.value());
    }
    return text(node).map(Object.class::cast);
  }

  List<String> texts(List<Node> nodes) {
    return nodes.stream().flatMap(node -> text(node).stream()).toList();
  }

  Optional<String> text(Node node) {
    if (node instanceof ScalarNode scalar && scalar.value() != null) {
      return reader.parsed(node, scalar.value().toString(), interpolation::fill);
    }
    reader.wrongType(node, "a text, a number, true or false");
    return Optional.empty();
  }

  /**
   * @param parse may throw an {@link IllegalArgumentException} with a message for the user
   */
  <T> Optional<T> parsed(Node node, Function<String, T> parse) {
    return text(node).flatMap(text -> reader.parsed(node, text, parse));
  }
}
