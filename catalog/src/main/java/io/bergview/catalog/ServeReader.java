package io.bergview.catalog;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code serve} of {@code bergview.yaml}. */
final class ServeReader {
  static final List<String> KEYS =
      List.of(
          "workers",
          "refresh-timeout",
          "attempts",
          "backoff",
          "backoff-limit",
          "poll-interval",
          "stop-timeout",
          "quartz",
          "address",
          "port",
          "token",
          "open-lineage",
          "hooks");
  private static final List<String> LINEAGE_KEYS = List.of("transport", "namespace");
  private static final int HIGHEST_PORT = 65_535;
  private static final int MOST_WORKERS = 256;
  private static final int MOST_ATTEMPTS = 100;

  private final NodeReader reader;
  private final SettingValues values;

  ServeReader(NodeReader reader, SettingValues values) {
    this.reader = reader;
    this.values = values;
  }

  ServeSettings read(@Nullable Node node) {
    ServeSettings defaults = ServeSettings.defaults();
    Map<String, Node> keys =
        Optional.ofNullable(node)
            .flatMap(given -> reader.map(given, "a map of settings of serve"))
            .map(map -> reader.known(map, KEYS))
            .orElse(Map.of());
    return new ServeSettings(
        values.integer(keys, "workers", 1, MOST_WORKERS).orElse(defaults.workers()),
        values.span(keys, "refresh-timeout").orElse(defaults.refreshTimeout()),
        values.integer(keys, "attempts", 1, MOST_ATTEMPTS).orElse(defaults.attempts()),
        values.span(keys, "backoff").orElse(defaults.backoff()),
        values.span(keys, "backoff-limit").orElse(defaults.backoffLimit()),
        values.span(keys, "poll-interval").orElse(defaults.pollInterval()),
        values.duration(keys, "stop-timeout").orElse(defaults.stopTimeout()),
        new QuartzReader(reader, values).read(keys.get("quartz")),
        listen(keys, defaults.listen()),
        Optional.ofNullable(keys.get("open-lineage")).flatMap(this::lineage),
        new HookReader(reader, values).read(keys.get("hooks")));
  }

  private ListenSettings listen(Map<String, Node> keys, ListenSettings defaults) {
    return new ListenSettings(
        values.value(keys, "address", ServeReader::notBlank).orElse(defaults.address()),
        values.integer(keys, "port", 0, HIGHEST_PORT).orElse(defaults.port()),
        keys.containsKey("token")
            ? values.value(keys, "token", ServeReader::notBlank)
            : values.variable(ListenSettings.TOKEN_VARIABLE));
  }

  private static String notBlank(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a value is expected here, found an empty text");
    }
    return text;
  }

  private Optional<LineageEventSettings> lineage(Node node) {
    Map<String, Node> keys =
        reader
            .map(node, "a map of settings of OpenLineage")
            .map(map -> reader.known(map, LINEAGE_KEYS))
            .orElse(Map.of());
    Node transport = keys.get("transport");
    if (transport == null) {
      reader.problem(ProblemKind.MISSING, node, "'transport' is missing: where the events go");
      return Optional.empty();
    }
    return reader
        .map(transport, "a transport")
        .flatMap(map -> values.tree(map))
        .map(
            tree ->
                new LineageEventSettings(
                    transport(transport, tree), values.text(keys, "namespace")));
  }

  /** Of the transport's further keys the client says itself what is wrong. */
  private Map<String, Object> transport(Node node, Object tree) {
    Map<String, Object> told = new LinkedHashMap<>();
    ((Map<?, ?>) tree).forEach((key, value) -> told.put(key.toString(), value));
    Object given = told.get("type");
    if (given == null) {
      reader.problem(
          ProblemKind.MISSING,
          node,
          "a transport needs a 'type': one of " + String.join(", ", LineageEventSettings.types()));
      return told;
    }
    String type = given.toString();
    Optional<String> needed = LineageEventSettings.TYPES.get(type);
    if (needed == null) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "'type' of a transport is one of %s, not '%s'%s"
              .formatted(
                  String.join(", ", LineageEventSettings.types()),
                  type,
                  Suggestions.didYouMean(type, LineageEventSettings.types())));
    } else if (needed.isPresent() && !told.containsKey(needed.get())) {
      reader.problem(
          ProblemKind.MISSING,
          node,
          "a transport of type %s needs '%s'".formatted(type, needed.get()));
    }
    told.computeIfPresent("location", (key, path) -> values.resolved(path.toString()));
    return told;
  }
}
