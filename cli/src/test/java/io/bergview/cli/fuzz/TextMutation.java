package io.bergview.cli.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is done to the characters or bytes of a text, whatever they mean. */
enum TextMutation {
  DELETE_CHARACTERS {
    @Override
    String change(String text, Chance chance) {
      int at = chance.between(0, text.length());
      int end = Math.min(text.length(), at + chance.oneOf(1, 1, 2, 10));
      return text.substring(0, at) + text.substring(end);
    }
  },
  INSERT_CHARACTER {
    @Override
    String change(String text, Chance chance) {
      return OddValues.with(text, chance.oneOf(OddValues.CHARACTERS), chance);
    }
  },
  SWAP_CHARACTERS {
    @Override
    String change(String text, Chance chance) {
      if (text.length() < 2) {
        return text + text;
      }
      int at = chance.below(text.length() - 1);
      return text.substring(0, at) + text.charAt(at + 1) + text.charAt(at) + text.substring(at + 2);
    }
  },
  CUT_SHORT {
    @Override
    String change(String text, Chance chance) {
      return text.substring(0, chance.between(0, text.length()));
    }
  },
  REPEAT_LINE {
    @Override
    String change(String text, Chance chance) {
      List<String> lines = new ArrayList<>(text.lines().toList());
      if (!lines.isEmpty()) {
        lines.add(chance.between(0, lines.size()), chance.oneOf(lines));
      }
      return String.join("\n", lines);
    }
  },
  INDENT_LINE {
    @Override
    String change(String text, Chance chance) {
      List<String> lines = new ArrayList<>(text.lines().toList());
      if (!lines.isEmpty()) {
        int at = chance.below(lines.size());
        String line = lines.get(at);
        lines.set(at, chance.in100(50) ? chance.oneOf(" ", "\t", "  ") + line : line.strip());
      }
      return String.join("\n", lines);
    }
  },
  BROKEN_ESCAPE {
    @Override
    String change(String text, Chance chance) {
      String escape =
          chance.oneOf("\\u", "\\u12", "\\ud800", "\\x", "\\x4", "\\U0011ffff", "\\q", "\\", "\\0");
      String quote = chance.oneOf("\"", "'", "");
      return chance.in100(30)
          ? text.stripTrailing() + quote + "x" + escape
          : OddValues.with(text, quote + escape + quote, chance);
    }
  },
  YAML_WORDS {
    @Override
    String change(String text, Chance chance) {
      String bomb =
          "a: &a [x, x, x, x, x, x, x, x, x]\n"
              + "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
              + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
              + "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
              + "e: [*d, *d, *d, *d, *d, *d, *d, *d, *d]\n";
      String put =
          chance.oneOf(
              "&a ",
              "*a",
              "!!str ",
              "!x ",
              "!!java.net.URL ",
              "<<: ",
              "? ",
              "|\n",
              ">-\n",
              "%TAG ",
              "%YAML 1.1\n---\n",
              "---\n",
              "...\n",
              bomb);
      return put.equals(bomb) ? text + put : OddValues.with(text, put, chance);
    }
  },
  OTHER_BYTES {
    @Override
    String change(String text, Chance chance) {
      return text;
    }

    @Override
    byte[] bytes(String text, Chance chance) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length == 0 || chance.in100(20)) {
        return text.getBytes(chance.oneOf(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1));
      }
      for (int i = chance.between(1, 4); i > 0; i--) {
        bytes[chance.below(bytes.length)] = (byte) chance.bits();
      }
      return bytes;
    }
  };

  abstract String change(String text, Chance chance);

  byte[] bytes(String text, Chance chance) {
    return change(text, chance).getBytes(StandardCharsets.UTF_8);
  }
}
