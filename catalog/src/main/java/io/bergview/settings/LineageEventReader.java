package io.bergview.settings;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.text.Node;
import io.bergview.settings.SettingsTable.OpenLineage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code serve.open-lineage}. */
final class LineageEventReader {
  /** The types of transport, each with the key that it cannot do without, if there is one. */
  private static final Map<String, Optional<String>> TYPES =
      new TreeMap<>(
          Map.of(
              "console",
              Optional.empty(),
              "file",
              Optional.of("location"),
              "http",
              Optional.of("url")));

  private static final String NAMES = String.join(", ", TYPES.keySet());

  private LineageEventReader() {}

  static Optional<LineageEventSettings> read(Node node, SettingValues values) {
    Section.Values events = OpenLineage.SECTION.read(node, values);
    return events
        .get(OpenLineage.TRANSPORT)
        .map(transport -> new LineageEventSettings(transport, events.get(OpenLineage.NAMESPACE)));
  }

  /** Of the transport's further keys the client says itself what is wrong. */
  static Optional<Map<String, Object>> transport(Node node, SettingValues values) {
    return values
        .reader()
        .map(node, "a transport")
        .map(values::tree)
        .map(transport -> checked(node, transport, values));
  }

  private static Map<String, Object> checked(
      Node node, Map<String, Object> transport, SettingValues values) {
    Object given = transport.get("type");
    if (given == null) {
      values
          .reader()
          .problem(ProblemKind.MISSING, node, "a transport needs a 'type': one of " + NAMES);
      return transport;
    }
    String type = given.toString();
    Optional<String> needed = TYPES.get(type);
    if (needed == null) {
      values
          .reader()
          .problem(
              ProblemKind.WRONG_VALUE,
              node,
              "'type' of a transport is one of %s, not '%s'%s"
                  .formatted(NAMES, type, Suggestions.didYouMean(type, TYPES.keySet())));
    } else if (needed.isPresent() && !transport.containsKey(needed.get())) {
      values
          .reader()
          .problem(
              ProblemKind.MISSING,
              node,
              "a transport of type %s needs '%s'".formatted(type, needed.get()));
    }
    transport.computeIfPresent("location", (key, path) -> values.path(path.toString()).toString());
    return transport;
  }
}
