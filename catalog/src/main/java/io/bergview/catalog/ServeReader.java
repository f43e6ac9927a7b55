package io.bergview.catalog;

import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code serve} of {@code bergview.yaml}. */
final class ServeReader {
  private static final List<String> KEYS =
      List.of(
          "workers",
          "refresh-timeout",
          "attempts",
          "backoff",
          "backoff-limit",
          "poll-interval",
          "stop-timeout",
          "quartz");
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
    if (node == null) {
      return defaults;
    }
    Map<String, Node> keys =
        reader
            .map(node, "a map of settings of serve")
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
        new QuartzReader(reader, values).read(keys.get("quartz")));
  }
}
