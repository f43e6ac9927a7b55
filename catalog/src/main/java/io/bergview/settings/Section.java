package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A map in {@code bergview.yaml}: its settings, in the order in which they are declared. */
final class Section {
  private final String path;
  private final String expected;
  private final List<Setting<?>> settings = new ArrayList<>();

  /**
   * @param path of its key
   * @param expected is shown where it is no map
   */
  Section(String path, String expected) {
    this.path = path;
    this.expected = expected;
  }

  /** What the file says in a section. */
  record Values(Map<String, Node> nodes, @Nullable Node node, SettingValues values) {
    <T> T get(Setting<T> setting) {
      return setting.reading().read(nodes.get(setting.key()), this);
    }

    boolean has(Setting<?> setting) {
      return nodes.containsKey(setting.key());
    }

    /** A problem with the value of a setting that is set. */
    void problem(ProblemKind kind, Setting<?> setting, String message) {
      values.reader().problem(kind, requireNonNull(nodes.get(setting.key())), message);
    }

    /** A problem with the section, which is there. */
    void problem(ProblemKind kind, String message) {
      values.reader().problem(kind, requireNonNull(node), message);
    }
  }

  /**
   * @param value the default, as it would be written in the file
   */
  <T> Setting<T> setting(String key, SettingType<T> type, String value, String doc) {
    ScalarNode usual = new ScalarNode(scalar(value), path + "." + key, 1, 1);
    return add(
        new Setting<>(
            key,
            type.words(),
            "`" + value + "`",
            doc,
            (node, section) ->
                section
                    .values()
                    .read(type, node)
                    .or(() -> section.values().read(type, usual))
                    .orElseThrow()));
  }

  private static Object scalar(String value) {
    if (value.matches("\\d+")) {
      return Long.valueOf(value);
    }
    return value.matches("true|false") ? (Object) Boolean.valueOf(value) : value;
  }

  /**
   * @param otherwise what is done without it, in words
   */
  <T> Setting<Optional<T>> optional(String key, SettingType<T> type, String otherwise, String doc) {
    return add(
        new Setting<>(
            key,
            type.words(),
            otherwise,
            doc,
            (node, section) -> section.values().read(type, node)));
  }

  /**
   * @param missing the problem where the section does not have it
   */
  <T> Setting<Optional<T>> required(String key, SettingType<T> type, String missing, String doc) {
    return add(
        new Setting<>(
            key,
            type.words(),
            "required",
            doc,
            (node, section) -> {
              if (node == null && section.node() instanceof MapNode) {
                section.problem(ProblemKind.MISSING, missing);
              }
              return section.values().read(type, node);
            }));
  }

  private <T> Setting<T> add(Setting<T> setting) {
    settings.add(setting);
    return setting;
  }

  Values read(@Nullable Node node, SettingValues values) {
    return new Values(
        Optional.ofNullable(node)
            .flatMap(given -> values.reader().map(given, expected))
            .map(map -> values.reader().known(map, settings.stream().map(Setting::key).toList()))
            .orElse(Map.of()),
        node,
        values);
  }

  List<Setting<?>> settings() {
    return List.copyOf(settings);
  }
}
