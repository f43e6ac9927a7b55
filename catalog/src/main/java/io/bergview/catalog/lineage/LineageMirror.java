package io.bergview.catalog.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;

/**
 * {@code {"snapshot-id": 17, "summary": {"refresh-state": "...", "bergview.sources": "...", ...}}}:
 * the entries of a snapshot's summary that are ours, word for word.
 */
record LineageMirror(long snapshotId, Map<String, String> summary) {
  LineageMirror {
    summary = Map.copyOf(summary);
  }

  static LineageMirror of(Snapshot snapshot) {
    Map<String, String> ours = new TreeMap<>();
    snapshot
        .summary()
        .forEach(
            (key, value) -> {
              if (key.equals(SummaryKeys.REFRESH_STATE) || key.startsWith("bergview.")) {
                ours.put(key, value);
              }
            });
    return new LineageMirror(snapshot.snapshotId(), ours);
  }

  String toJson() {
    ObjectNode mirror = LineageText.JSON.createObjectNode().put("snapshot-id", snapshotId);
    ObjectNode entries = mirror.putObject("summary");
    new TreeMap<>(summary).forEach(entries::put);
    return mirror.toString();
  }

  static LineageMirror fromJson(String text) {
    JsonNode mirror = LineageText.parse(text, "property bergview.lineage");
    Map<String, String> summary = new TreeMap<>();
    LineageText.required(mirror, "summary")
        .properties()
        .forEach(entry -> summary.put(entry.getKey(), entry.getValue().asText()));
    return new LineageMirror(LineageText.integer(mirror, "snapshot-id"), summary);
  }
}
