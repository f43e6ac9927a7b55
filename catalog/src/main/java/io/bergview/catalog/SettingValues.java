package io.bergview.catalog;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import io.bergview.projection.text.Quantities;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

  Optional<Long> size(Map<String, Node> values, String key) {
    return value(
        values,
        key,
        text -> {
          long bytes = Quantities.size(text);
          if (bytes < 1) {
            throw new IllegalArgumentException("'" + text + "' must be at least 1B");
          }
          return bytes;
        });
  }

  Optional<Duration> duration(Map<String, Node> values, String key) {
    return value(values, key, Quantities::duration);
  }

  /** A duration that is not zero. */
  Optional<Duration> span(Map<String, Node> values, String key) {
    return value(
        values,
        key,
        text -> {
          Duration span = Quantities.duration(text);
          if (span.isZero()) {
            throw new IllegalArgumentException("'" + text + "' must be greater than zero");
          }
          return span;
        });
  }

  Optional<Integer> integer(Map<String, Node> values, String key, int least, int most) {
    return Optional.ofNullable(values.get(key)).flatMap(node -> reader.integer(node, least, most));
  }

  Optional<Path> path(Map<String, Node> values, String key) {
    return value(values, key, text -> project.resolve(text).normalize());
  }

  /** A path, relative to the project. */
  String resolved(String path) {
    return project.resolve(path).normalize().toString();
  }

  /** What the environment says, not empty; for settings that need not be in the file. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(interpolation.environment().get(name))
        .filter(value -> !value.isBlank());
  }

  /** A whole tree: maps, lists, texts with {@code ${...}} filled in, numbers, true, false. */
  Optional<Object> tree(Node node) {
    if (node instanceof MapNode map) {
      Map<String, Object> values = new LinkedHashMap<>();
      reader
          .entries(map)
          .forEach(entry -> tree(entry.value()).ifPresent(value -> values.put(entry.key(), value)));
      return Optional.of(values);
    }
    if (node instanceof ListNode list) {
      return Optional.of(list.items().stream().map(this::tree).flatMap(Optional::stream).toList());
    }
    if (node instanceof ScalarNode plain
        && (plain.value() instanceof Number || plain.value() instanceof Boolean)) {
      return Optional.of(plain.value());
    }
    return scalar(node).map(Object.class::cast);
  }

  Optional<String> text(Map<String, Node> values, String key) {
    return value(values, key, Function.identity());
  }

  /**
   * @param parse may throw an {@link IllegalArgumentException} with a message for the user
   */
  <T> Optional<T> value(Map<String, Node> values, String key, Function<String, T> parse) {
    Node node = values.get(key);
    return node == null
        ? Optional.empty()
        : scalar(node).flatMap(text -> checked(node, parse, text));
  }

  Optional<String> scalar(Node node) {
    if (node instanceof ScalarNode scalar && scalar.value() != null) {
      return checked(node, interpolation::fill, scalar.value().toString());
    }
    reader.wrongType(node, "a text, a number, true or false");
    return Optional.empty();
  }

  <T> Optional<T> checked(Node node, Function<String, T> parse, String text) {
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException e) {
      reader.problem(ProblemKind.WRONG_VALUE, node, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
