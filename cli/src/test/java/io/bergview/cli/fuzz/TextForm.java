package io.bergview.cli.fuzz;

import io.bergview.cli.fuzz.Tree.ListValue;
import io.bergview.cli.fuzz.Tree.MapValue;
import io.bergview.cli.fuzz.Tree.Member;
import io.bergview.cli.fuzz.Tree.Scalar;
import io.bergview.cli.fuzz.Tree.Value;
import java.util.regex.Pattern;

/** How a document is written. */
enum TextForm {
  YAML("yaml") {
    @Override
    String write(Tree tree) {
      StringBuilder text = new StringBuilder();
      block(tree.root(), 0, text);
      return text.toString();
    }
  },
  YAML_FLOW("yaml") {
    @Override
    String write(Tree tree) {
      StringBuilder text = new StringBuilder();
      flow(tree.root(), this, text);
      return text.append('\n').toString();
    }
  },
  JSON("json") {
    @Override
    String write(Tree tree) {
      StringBuilder text = new StringBuilder();
      flow(tree.root(), this, text);
      return text.append('\n').toString();
    }
  },
  JSON5("json5") {
    @Override
    String write(Tree tree) {
      StringBuilder text = new StringBuilder("// a comment\n");
      flow(tree.root(), this, text);
      return text.append('\n').toString();
    }
  };

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_$][A-Za-z0-9_]*");
  private static final Pattern RESERVED =
      Pattern.compile("(?i)null|true|false|yes|no|on|off|nan|inf|infinity|y|n");
  private static final int DEEPEST_BLOCK = 30;

  private final String extension;

  TextForm(String extension) {
    this.extension = extension;
  }

  String extension() {
    return extension;
  }

  abstract String write(Tree tree);

  private static void block(Value value, int depth, StringBuilder text) {
    String indent = "  ".repeat(depth);
    if (depth < DEEPEST_BLOCK && value instanceof MapValue map && !map.members().isEmpty()) {
      for (Member member : map.members()) {
        text.append(indent).append(scalar(member.key(), YAML)).append(':');
        child(member.value(), depth, text);
      }
    } else if (depth < DEEPEST_BLOCK
        && value instanceof ListValue list
        && !list.items().isEmpty()) {
      for (Value item : list.items()) {
        text.append(indent).append('-');
        child(item, depth, text);
      }
    } else {
      text.append(indent);
      flow(value, YAML_FLOW, text);
      text.append('\n');
    }
  }

  private static void child(Value value, int depth, StringBuilder text) {
    if (value instanceof Scalar) {
      text.append(' ');
      flow(value, YAML_FLOW, text);
      text.append('\n');
    } else {
      text.append('\n');
      block(value, depth + 1, text);
    }
  }

  private static void flow(Value value, TextForm form, StringBuilder text) {
    if (value instanceof MapValue map) {
      text.append('{');
      String comma = "";
      for (Member member : map.members()) {
        text.append(comma).append(scalar(member.key(), form)).append(": ");
        flow(member.value(), form, text);
        comma = ", ";
      }
      text.append(form == JSON5 && !map.members().isEmpty() ? ",}" : "}");
    } else if (value instanceof ListValue list) {
      text.append('[');
      String comma = "";
      for (Value item : list.items()) {
        text.append(comma);
        flow(item, form, text);
        comma = ", ";
      }
      text.append(form == JSON5 && !list.items().isEmpty() ? ",]" : "]");
    } else {
      text.append(scalar(((Scalar) value).value(), form));
    }
  }

  private static String scalar(Object value, TextForm form) {
    if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
      boolean yaml = form == YAML || form == YAML_FLOW;
      String infinite = yaml ? ".inf" : "Infinity";
      return number.isNaN() ? (yaml ? ".nan" : "NaN") : (number < 0 ? "-" : "") + infinite;
    }
    if (!(value instanceof String text)) {
      return String.valueOf(value);
    }
    boolean plain = PLAIN.matcher(text).matches() && !RESERVED.matcher(text).matches();
    if (plain && form != JSON) {
      return form == JSON5 ? "'" + text + "'" : text;
    }
    return quoted(text);
  }

  /** In double quotes, escaped where it must be, in a way that YAML and JSON both know. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> {
          boolean shown = c >= ' ' && c != 0x7f && !(c >= 0x80 && c < 0xa0) && c < 0xfffe;
          boolean surrogate = Character.isSurrogate(c);
          if (shown && !surrogate && c != '\ufeff') {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
