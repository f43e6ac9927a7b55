package io.bergview.refresh.spark;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One attempt to refresh one view, for the engine of another process.
 *
 * @param view by name
 * @param full recompute even what is fresh
 * @param named false where it is refreshed only since others read it
 * @param first whether this is the first attempt at this view
 * @param scheduled the instant for which it is refreshed
 * @param bases the snapshots at which base tables are read, by qualified name; -1 for none
 */
public record EngineTask(
    String view,
    boolean full,
    boolean named,
    boolean first,
    Instant scheduled,
    Map<String, Long> bases) {
  public EngineTask {
    requireNonNull(view, "view is null");
    requireNonNull(scheduled, "scheduled is null");
    bases = Map.copyOf(bases);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("view", view);
    json.put("full", full);
    json.put("named", named);
    json.put("first", first);
    json.put("scheduled", scheduled.toString());
    ObjectNode snapshots = json.putObject("bases");
    new TreeMap<>(bases).forEach(snapshots::put);
    return json;
  }

  static EngineTask of(JsonNode json) {
    Map<String, Long> bases = new TreeMap<>();
    json.path("bases")
        .properties()
        .forEach(base -> bases.put(base.getKey(), base.getValue().longValue()));
    return new EngineTask(
        json.path("view").textValue(),
        json.path("full").booleanValue(),
        json.path("named").booleanValue(),
        json.path("first").booleanValue(),
        Instant.parse(json.path("scheduled").textValue()),
        bases);
  }
}
