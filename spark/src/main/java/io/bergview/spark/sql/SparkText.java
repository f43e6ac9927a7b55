package io.bergview.spark.sql;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Constants as Spark SQL writes them. */
final class SparkText {
  private SparkText() {}

  /**
   * A string constant. A backslash begins an escape; and Spark puts the values of settings and of
   * environment variables in place of <code>${...}</code> anywhere in a statement.
   */
  static String text(String value) {
    return "'"
        + value
            .replace("\\", "\\\\")
            .replace("'", "\\'")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\0", "\\u0000")
            .replace("${", "\\u0024{")
        + "'";
  }

  /** An identifier, always in backquotes. */
  static String name(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  /** The bytes from the buffer's position to its limit. */
  static String bytes(ByteBuffer value) {
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    return "X'" + HexFormat.of().formatHex(copy) + "'";
  }
}
