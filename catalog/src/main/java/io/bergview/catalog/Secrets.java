package io.bergview.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.bergview.errors.Printable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets out of everything that is shown: errors, logs, JSON. A property is secret by its
 * key; its value is then hidden wherever it turns up, also inside another system's message.
 */
public final class Secrets {
  /** What stands in place of a secret. */
  public static final String MASK = "***";

  /** Settings of keys that sound secret: {@code token-refresh-enabled: true}. */
  private static final Pattern NO_SECRET = Pattern.compile("true|false|default|\\d{1,7}");

  private static final int SHORTEST_HIDDEN = 4;

  /** Fields of JSON that hold names which users gave: a text, or a list of such. */
  private static final Set<String> OF_USERS =
      Set.of(
          "view", "views", "table", "tables", "name", "column", "columns", "key", "id", "focus",
          "from", "to", "source", "sources", "type", "types", "paused");

  /** Fields of JSON that hold rows, in any form. */
  private static final Set<String> ROWS = Set.of("rows", "examples");

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
    Set<String> found = new HashSet<>();
    others.forEach(value -> found.addAll(SecretText.of(value)));
    for (CatalogSettings catalog : catalogs) {
      catalog
          .properties()
          .forEach(
              (key, value) ->
                  found.addAll(isSecret(key) ? SecretText.of(value) : SecretText.inside(value)));
    }
    found.removeIf(value -> value.length() < SHORTEST_HIDDEN || NO_SECRET.matcher(value).matches());
    List<String> values = new ArrayList<>(found);
    values.sort((left, right) -> right.length() - left.length());
    return new Secrets(values);
  }

  /** Whether the value of a key with this name is a secret. */
  public static boolean isSecret(String key) {
    return SecretText.isSecretKey(key);
  }

  /**
   * The same JSON with {@link #mask(String)} applied to every text in it but names and rows of
   * users: a password {@code test} must not change what a column of that name is called.
   */
  public static JsonNode masked(JsonNode json, UnaryOperator<String> mask) {
    if (json.isTextual()) {
      return TextNode.valueOf(mask.apply(json.textValue()));
    }
    if (json instanceof ArrayNode array) {
      ArrayNode shown = JsonNodeFactory.instance.arrayNode();
      array.forEach(element -> shown.add(masked(element, mask)));
      return shown;
    }
    if (json instanceof ObjectNode object) {
      ObjectNode shown = JsonNodeFactory.instance.objectNode();
      object.properties().forEach(field -> shown.set(field.getKey(), masked(field, mask)));
      return shown;
    }
    return json;
  }

  private static JsonNode masked(Map.Entry<String, JsonNode> field, UnaryOperator<String> mask) {
    boolean ofUser = OF_USERS.contains(field.getKey()) && !field.getValue().isObject();
    boolean row = ROWS.contains(field.getKey());
    return row || ofUser && namesOnly(field.getValue())
        ? masked(field.getValue(), Secrets::maskUris)
        : masked(field.getValue(), mask);
  }

  private static boolean namesOnly(JsonNode json) {
    for (JsonNode element : json) {
      if (element.isContainerNode()) {
        return false;
      }
    }
    return true;
  }

  /** Properties as they may be shown, by key. */
  public static Map<String, String> masked(Map<String, String> properties) {
    Map<String, String> shown = new TreeMap<>();
    properties.forEach((key, value) -> shown.put(key, isSecret(key) ? MASK : maskUris(value)));
    return shown;
  }

  /** Text without the user info and the secret parameters of the URIs in it. */
  public static String maskUris(String text) {
    return SecretText.hidden(text);
  }

  /** Text as it may be shown: {@link #maskUris} and every known secret hidden. */
  public String mask(@Nullable String text) {
    String shown = String.valueOf(text);
    for (String value : values) {
      shown = shown.replace(value, MASK);
    }
    return maskUris(shown);
  }

  /** A message in displayable form: {@link #mask(String)}, then printable and bounded. */
  public String displayText(@Nullable String message) {
    return Printable.lines(mask(message));
  }

  /**
   * The cause in a form that may be printed with its stack: itself if no message in its chain
   * contains a secret, otherwise a copy with masked messages.
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
