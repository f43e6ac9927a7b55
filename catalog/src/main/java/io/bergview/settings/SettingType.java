package io.bergview.settings;

import io.bergview.projection.definition.EngineChoice;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Quantities;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What values a setting takes.
 *
 * @param words its type and bounds, as the docs show them
 */
record SettingType<T>(String words, Reading<T> reading) {
  /** Takes the value of a node; what is wrong with it is reported, and gives nothing. */
  interface Reading<T> {
    Optional<T> read(Node node, SettingValues values);
  }

  private static final int LONGEST_NAME = 100;
  private static final int MOST_TEXTS = 1_000;
  private static final String POSTGRESQL = "jdbc:postgresql:";

  static final SettingType<Long> SIZE =
      parsed(
          "size",
          text -> {
            long bytes = Quantities.size(text);
            check(bytes >= 1, "'" + text + "' must be at least 1B");
            return bytes;
          });

  static final SettingType<Duration> DURATION = parsed("duration", Quantities::duration);

  /** Of at least a millisecond. */
  static final SettingType<Duration> POSITIVE_DURATION =
      parsed(
          "duration above zero",
          text -> {
            Duration duration = Quantities.duration(text);
            check(duration.toMillis() > 0, "'" + text + "' must be greater than zero");
            return duration;
          });

  static final SettingType<Double> SHARE =
      new SettingType<>(
          "share above 0% up to 100%, `10%` or `0.1`",
          (node, values) -> values.reader().share(node));

  static final SettingType<Boolean> FLAG =
      new SettingType<>("`true` or `false`", (node, values) -> values.reader().bool(node));

  static final SettingType<Path> PATH =
      new SettingType<>("path", (node, values) -> values.parsed(node, values::path));

  static final SettingType<String> TEXT = parsed("text", Function.identity());

  static final SettingType<String> NOT_BLANK =
      text("text", text -> !text.isBlank(), "a value is expected here, found an empty text");

  static final SettingType<String> NAME =
      text(
          "1 to " + LONGEST_NAME + " characters",
          text -> !text.isBlank() && text.length() <= LONGEST_NAME,
          "a name of 1 to " + LONGEST_NAME + " characters is expected here");

  static final SettingType<String> POSTGRESQL_URL =
      text(
          "`" + POSTGRESQL + "//...`",
          text -> text.startsWith(POSTGRESQL),
          "the schedules are shared through PostgreSQL, so the url begins with '"
              + POSTGRESQL
              + "'");

  static final SettingType<URI> WEB_URL = parsed("`http://...` or `https://...`", SettingType::url);

  static final SettingType<EngineChoice> ENGINE = choice(EngineChoice.values());

  static final SettingType<SparkSettings.Session> SESSION = choice(SparkSettings.Session.values());

  /** At least one; a single one needs no brackets. */
  static final SettingType<List<String>> TEXTS =
      new SettingType<>(
          "one or several texts",
          (node, values) ->
              Optional.of(values.texts(values.reader().oneOrMany(node, MOST_TEXTS)))
                  .filter(texts -> !texts.isEmpty()));

  /** As it is written, to be read elsewhere. */
  static SettingType<Node> node(String words) {
    return new SettingType<>(words, (node, values) -> Optional.of(node));
  }

  static SettingType<Integer> count(int least, int most) {
    return new SettingType<>(
        least + " to " + most, (node, values) -> values.reader().integer(node, least, most));
  }

  /** One of the constants of an enum, in lower case. */
  private static <E extends Enum<E>> SettingType<E> choice(E[] constants) {
    Map<String, E> words = new LinkedHashMap<>();
    Arrays.stream(constants)
        .forEach(constant -> words.put(constant.name().toLowerCase(Locale.ROOT), constant));
    return new SettingType<>(
        "`" + String.join("`, `", words.keySet()) + "`",
        (node, values) -> values.reader().choice(node, words));
  }

  private static SettingType<String> text(String words, Predicate<String> rule, String otherwise) {
    return parsed(
        words,
        text -> {
          check(rule.test(text), otherwise);
          return text;
        });
  }

  /**
   * @param parse may throw an {@link IllegalArgumentException} with a message for the user
   */
  private static <T> SettingType<T> parsed(String words, Function<String, T> parse) {
    return new SettingType<>(words, (node, values) -> values.parsed(node, parse));
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static URI url(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a URL is expected here", e);
    }
    check(
        uri.getHost() != null && uri.getScheme() != null && uri.getScheme().matches("https?"),
        "a URL that begins with http:// or https:// is expected");
    return uri;
  }
}
