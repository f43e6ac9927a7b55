package io.bergview.projection.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Definitions as YAML: a line for each key, for each column that is computed, and for each filter.
 */
public final class DefinitionText {
  /** How long a line may be with everything of a key on it. */
  private static final int WIDTH = 100;

  /**
   * What YAML's core schema takes for no string, and what stands for something at its beginning.
   */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*([.][A-Za-z0-9_]+)*");

  private static final Pattern NOT_TEXT = Pattern.compile("(?i)null|true|false");

  private DefinitionText() {}

  /** Without a line break at its end. */
  public static String of(Definition definition) {
    List<String> lines = new ArrayList<>();
    ObjectNode tree = DefinitionWriter.tree(definition);
    tree.properties().forEach(field -> entry(field.getKey(), field.getValue(), lines));
    return String.join("\n", lines);
  }

  private static void entry(String key, JsonNode value, List<String> lines) {
    String line = key(key) + ": " + flow(value);
    if (line.length() <= WIDTH && !key.equals("$compute") || !value.isContainerNode()) {
      lines.add(line);
      return;
    }
    lines.add(key(key) + ":");
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> lines.add("  " + key(field.getKey()) + ": " + flow(field.getValue())));
    } else {
      value.forEach(item -> lines.add("- " + flow(item)));
    }
  }

  private static String key(String key) {
    return text(key);
  }

  private static String flow(JsonNode value) {
    List<String> parts = new ArrayList<>();
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> parts.add(key(field.getKey()) + ": " + flow(field.getValue())));
      return "{" + String.join(", ", parts) + "}";
    }
    if (value.isArray()) {
      value.forEach(item -> parts.add(flow(item)));
      return "[" + String.join(", ", parts) + "]";
    }
    return value.isTextual() ? text(value.textValue()) : number(value);
  }

  private static String number(JsonNode value) {
    if (!value.isFloatingPointNumber() || value.isBigDecimal()) {
      return value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asText();
    }
    double number = value.doubleValue();
    return Double.isNaN(number) ? ".nan" : number > 0 ? ".inf" : "-.inf";
  }

  private static String text(String text) {
    if (PLAIN.matcher(text).matches() && !NOT_TEXT.matcher(text).matches()) {
      return text;
    }
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 0x7f || c >= 0xa0 && c < 0xd800);
    return printable ? "'" + text.replace("'", "''") + "'" : quoted(text);
  }

  /** In double quotes, with escapes for what cannot stand in YAML as it is. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (c == '\n') {
                quoted.append("\\n");
              } else if (c >= ' ' && c < 0x7f) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
              }
            });
    return quoted.append('"').toString();
  }
}
