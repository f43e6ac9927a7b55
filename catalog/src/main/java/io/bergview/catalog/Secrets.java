package io.bergview.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets out of everything that is shown: errors, logs, JSON. A property is secret by its
 * key; its value is then hidden wherever it turns up, also inside another system's message.
 */
public final class Secrets {
  /** What stands in place of a secret. */
  public static final String MASK = "***";

  private static final String WORDS =
      "password|passwd|passphrase|secret|token|key|credential|authorization";
  private static final Pattern SECRET_KEY = Pattern.compile(WORDS, Pattern.CASE_INSENSITIVE);
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s?#]+(?=@)");
  private static final Pattern QUERY_PARAMETER =
      Pattern.compile(
          "(?<=[?&;])([^=&;\\s]*(?:" + WORDS + ")[^=&;\\s]*=)[^&;\\s]+", Pattern.CASE_INSENSITIVE);
  private static final int SHORTEST_HIDDEN = 4;

  private final List<String> values;

  private Secrets(List<String> values) {
    this.values = List.copyOf(values);
  }

  /**
   * Knows the secrets among the properties of all catalogs.
   *
   * @param others further values that are secret
   */
  static Secrets of(Collection<CatalogSettings> catalogs, Collection<String> others) {
    List<String> values = new ArrayList<>(others);
    values.removeIf(value -> value.length() < SHORTEST_HIDDEN);
    for (CatalogSettings catalog : catalogs) {
      catalog
          .properties()
          .forEach(
              (key, value) -> {
                if (isSecret(key) && value.length() >= SHORTEST_HIDDEN) {
                  values.add(value);
                }
              });
    }
    values.sort((left, right) -> right.length() - left.length());
    return new Secrets(values);
  }

  /** Whether the value of such a key is never shown. */
  public static boolean isSecret(String key) {
    return SECRET_KEY.matcher(key).find();
  }

  /** Properties as they may be shown, by key. */
  public static Map<String, String> masked(Map<String, String> properties) {
    Map<String, String> shown = new TreeMap<>();
    properties.forEach((key, value) -> shown.put(key, isSecret(key) ? MASK : maskUris(value)));
    return shown;
  }

  /** Text without the user info and the secret parameters of the URIs in it. */
  public static String maskUris(String text) {
    String withoutUser = USER_INFO.matcher(text).replaceAll(MASK);
    return QUERY_PARAMETER.matcher(withoutUser).replaceAll("$1" + MASK);
  }

  /** Text as it may be shown: {@link #maskUris} and every known secret hidden. */
  public String mask(@Nullable String text) {
    String shown = String.valueOf(text);
    for (String value : values) {
      shown = shown.replace(value, MASK);
    }
    return maskUris(shown);
  }

  /**
   * The cause as it may be printed with its stack: itself where no message in its chain holds a
   * secret, else a copy with the messages masked.
   */
  Throwable mask(Throwable cause) {
    for (Throwable link = cause; link != null; link = link.getCause()) {
      if (showsSecret(link)) {
        return copy(cause);
      }
    }
    return cause;
  }

  private boolean showsSecret(Throwable link) {
    String text = link.toString();
    return !mask(text).equals(text) || link.getSuppressed().length > 0;
  }

  private Throwable copy(Throwable original) {
    Throwable next = original.getCause();
    RuntimeException copy =
        new RuntimeException(mask(original.toString()), next == null ? null : copy(next));
    copy.setStackTrace(original.getStackTrace());
    return copy;
  }
}
