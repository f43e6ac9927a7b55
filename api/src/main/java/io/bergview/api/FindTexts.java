package io.bergview.api;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.text.Quantities;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A query built from named texts, as the options of a command line or the parameters of a URL have
 * them: {@code group-by}, {@code sort}, {@code max-staleness}. A name that is not there says
 * nothing.
 */
public final class FindTexts {
  private static final Map<String, BiFunction<Find, String, Find>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("include", Find::include);
    BY_NAME.put("filter", Find::filter);
    BY_NAME.put("unnest", Find::unnest);
    BY_NAME.put("group-by", Find::groupBy);
    BY_NAME.put("compute", Find::compute);
    BY_NAME.put("select", Find::select);
    BY_NAME.put("sort", Find::sort);
    BY_NAME.put("as-of", Find::asOf);
    BY_NAME.put("limit", (find, text) -> find.limit(number("limit", text)));
    BY_NAME.put("skip", (find, text) -> find.skip(number("skip", text)));
    BY_NAME.put("max-staleness", (find, text) -> find.maxStaleness(duration(text)));
    BY_NAME.put("no-route", (find, text) -> yes("no-route", text) ? find.withoutRoute() : find);
    BY_NAME.put("stale-ok", (find, text) -> yes("stale-ok", text) ? find.staleOk() : find);
  }

  private FindTexts() {}

  /** The names that there are. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * A query with all parts given as texts.
   *
   * @param texts by name; names other than {@link #names} are ignored
   * @throws UsageException if one of them cannot be parsed
   */
  public static Find ask(Find find, Map<String, String> texts) {
    Find asked = find;
    for (Map.Entry<String, BiFunction<Find, String, Find>> name : BY_NAME.entrySet()) {
      String text = texts.get(name.getKey());
      if (text != null) {
        asked = name.getValue().apply(asked, text);
      }
    }
    return asked;
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new UsageException(
          ErrorCode.USAGE, "%s: '%s' is not a whole number".formatted(name, text), e);
    }
  }

  private static boolean yes(String name, String text) {
    return switch (text) {
      case "true", "" -> true;
      case "false" -> false;
      default ->
          throw new UsageException(
              ErrorCode.USAGE, "%s: '%s' is neither true nor false".formatted(name, text));
    };
  }

  private static Duration duration(String text) {
    try {
      return Quantities.duration(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, "--max-staleness: " + e.getMessage(), e);
    }
  }
}
