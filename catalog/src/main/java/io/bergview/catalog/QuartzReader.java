package io.bergview.catalog;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code quartz} of {@code serve}. */
final class QuartzReader {
  private static final List<String> KEYS =
      List.of("url", "user", "password", "name", "instance", "check-in");
  private static final int LONGEST_NAME = 100;

  private final NodeReader reader;
  private final SettingValues values;

  QuartzReader(NodeReader reader, SettingValues values) {
    this.reader = reader;
    this.values = values;
  }

  Optional<QuartzSettings> read(@Nullable Node node) {
    if (node == null) {
      return Optional.empty();
    }
    Map<String, Node> keys =
        reader
            .map(node, "a map such as {url: 'jdbc:postgresql://host/database'}")
            .map(map -> reader.known(map, KEYS))
            .orElse(Map.of());
    if (!keys.containsKey("url")) {
      reader.problem(
          ProblemKind.MISSING, node, "quartz needs the url of a database, jdbc:postgresql://...");
    }
    return values
        .value(keys, "url", QuartzReader::url)
        .map(
            url ->
                new QuartzSettings(
                    url,
                    values.text(keys, "user"),
                    values.text(keys, "password"),
                    values
                        .value(keys, "name", QuartzReader::name)
                        .orElse(QuartzSettings.DEFAULT_NAME),
                    values.value(keys, "instance", QuartzReader::name),
                    values.span(keys, "check-in").orElse(QuartzSettings.DEFAULT_CHECK_IN)));
  }

  private static String url(String text) {
    if (!text.startsWith(QuartzSettings.POSTGRESQL)) {
      throw new IllegalArgumentException(
          "the schedules are shared through PostgreSQL, so the url begins with '"
              + QuartzSettings.POSTGRESQL
              + "'");
    }
    return text;
  }

  private static String name(String text) {
    if (text.isBlank() || text.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "a name of 1 to " + LONGEST_NAME + " characters is expected here");
    }
    return text;
  }
}
