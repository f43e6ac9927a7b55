package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where OpenLineage events go.
 *
 * @param transport what the OpenLineage client is told: {@code type} and the keys of that type
 * @param namespace of the jobs
 */
public record LineageEventSettings(Map<String, Object> transport, Optional<String> namespace) {
  public LineageEventSettings {
    transport = Collections.unmodifiableMap(new LinkedHashMap<>(transport));
    requireNonNull(namespace, "namespace is null");
  }

  /** Without what the transport is told, which may be secret. */
  @Override
  public String toString() {
    return "transport " + transport.get("type");
  }
}
