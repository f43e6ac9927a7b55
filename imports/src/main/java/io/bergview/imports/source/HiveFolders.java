package io.bergview.imports.source;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The escapes in the names of {@code name=value} folders. */
final class HiveFolders {
  private static final int HEXADECIMAL = 16;

  private HiveFolders() {}

  /**
   * The text that a name stands for: {@code %2F} is a slash, a plus is a plus, and a percent sign
   * without two hexadecimal digits is itself, as in Hive and Spark. Bytes beyond ASCII are UTF-8,
   * as Arrow and DuckDB write them; where they are none, each is a character, as Spark reads them.
   */
  static String decoded(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder decoded = new StringBuilder();
    int at = 0;
    while (at < name.length()) {
      int escaped = escaped(name, at);
      if (escaped < 0) {
        decoded.append(text(bytes)).append(name.charAt(at));
        at++;
      } else {
        bytes.write(escaped);
        at += 3;
      }
    }
    return decoded.append(text(bytes)).toString();
  }

  private static int escaped(String name, int at) {
    if (name.charAt(at) != '%' || at + 2 >= name.length()) {
      return -1;
    }
    int high = Character.digit(name.charAt(at + 1), HEXADECIMAL);
    int low = Character.digit(name.charAt(at + 2), HEXADECIMAL);
    return high < 0 || low < 0 ? -1 : high * HEXADECIMAL + low;
  }

  private static String text(ByteArrayOutputStream bytes) {
    byte[] taken = bytes.toByteArray();
    bytes.reset();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(taken)).toString();
    } catch (CharacterCodingException e) {
      return new String(taken, StandardCharsets.ISO_8859_1);
    }
  }
}
