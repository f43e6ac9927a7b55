package io.bergview.settings;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code spark.conf}. */
final class SparkReader {
  private static final int MOST_SETTINGS = 1_000;
  private static final String PREFIX = "spark.";

  /** Settings of Spark that have a key of their own here. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "spark.master", "'master' beside 'conf'",
          "spark.driver.memory", "'driver-memory' beside 'conf'",
          "spark.submit.deployMode",
              "nothing: the driver runs on this machine, since refreshes are passed to it");

  private SparkReader() {}

  /** {@code spark: {executor: {memory: 4g}}} and {@code spark.executor.memory: 4g} are one. */
  static Optional<Map<String, String>> conf(Node node, SettingValues values) {
    Map<String, String> conf = new LinkedHashMap<>();
    values
        .reader()
        .map(node, "a map of Spark's settings, such as {spark.executor.memory: 4g}")
        .ifPresent(map -> flatten("", map, values, conf));
    return Optional.of(conf);
  }

  private static void flatten(
      String prefix, MapNode map, SettingValues values, Map<String, String> conf) {
    for (Entry entry : values.reader().entries(map, MOST_SETTINGS)) {
      String key = prefix + entry.key();
      if (entry.value() instanceof MapNode nested) {
        flatten(key + ".", nested, values, conf);
        continue;
      }
      String elsewhere = ELSEWHERE.get(key);
      if (!key.startsWith(PREFIX)) {
        values
            .reader()
            .problem(
                ProblemKind.WRONG_VALUE,
                entry,
                "a setting of Spark begins with '%s', found '%s'".formatted(PREFIX, key));
      } else if (elsewhere != null) {
        values
            .reader()
            .problem(ProblemKind.WRONG_VALUE, entry, "'%s' is set by %s".formatted(key, elsewhere));
      } else {
        values
            .text(entry.value())
            .ifPresent(
                value -> {
                  if (conf.put(key, value) != null) {
                    values
                        .reader()
                        .problem(ProblemKind.DUPLICATE, entry, "'" + key + "' is set twice");
                  }
                });
      }
    }
  }
}
