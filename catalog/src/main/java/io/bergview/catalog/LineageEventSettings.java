package io.bergview.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where OpenLineage events go.
 *
 * @param transport what the OpenLineage client is told: {@code type} and the keys of that type
 * @param namespace of the jobs
 */
public record LineageEventSettings(Map<String, Object> transport, Optional<String> namespace) {
  /** The types of transport, each with the key that it cannot do without, if there is one. */
  static final Map<String, Optional<String>> TYPES =
      Map.of(
          "console", Optional.empty(), "file", Optional.of("location"), "http", Optional.of("url"));

  public LineageEventSettings {
    transport = Collections.unmodifiableMap(new LinkedHashMap<>(transport));
    requireNonNull(namespace, "namespace is null");
  }

  static List<String> types() {
    return List.copyOf(new TreeSet<>(TYPES.keySet()));
  }

  /** Without what the transport is told, which may be secret. */
  @Override
  public String toString() {
    return "transport " + transport.get("type");
  }
}
