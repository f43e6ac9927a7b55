package io.bergview.cli.fuzz;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Values that stand at a bound or outside of what somebody may have thought of. */
final class OddValues {
  /** Characters that mean something somewhere, and some that must never reach a terminal. */
  static final List<String> CHARACTERS =
      List.of(
          "\u0000",
          "\u0001",
          "\u0007",
          "\b",
          "\u001b[31m",
          "\u001b]0;x\u0007",
          "\u007f",
          "\u0085",
          "\u009b",
          "\u200b",
          "\u2028",
          "\u202e",
          "\ufeff",
          "\uffff",
          "\ud800",
          "\udfff",
          "😀",
          "é",
          "e\u0301",
          "ß",
          "İ",
          "名",
          "'",
          "\"",
          "`",
          "\\",
          "/",
          "%",
          "%s",
          "{",
          "}",
          "[",
          "]",
          "<",
          ">",
          "&",
          "|",
          ";",
          ":",
          ",",
          ".",
          "*",
          "?",
          "#",
          "!",
          "@",
          "$",
          "-",
          "--",
          "/*",
          "*/",
          " ",
          "\t",
          "\r",
          "\n",
          "\r\n",
          "\u00a0",
          "\u3000",
          "+",
          "=",
          "~",
          "^",
          "(",
          ")");

  static final List<String> NAMES =
      List.of(
          "",
          " ",
          ".",
          "..",
          "$",
          "$$",
          "$from",
          "`",
          "``",
          "a.b",
          "`a.b`",
          "a b",
          " a",
          "a ",
          "*",
          "null",
          "true",
          "1",
          "-1",
          "NaN",
          "_pos",
          "_file",
          "_state",
          "_refreshed_at",
          "_row_id",
          "filename",
          "file_row_number",
          "select",
          "from",
          "order by",
          "rowid",
          "名前",
          "größe",
          "😀",
          "e\u0301",
          "İ",
          "a\u0000b",
          "a\nb",
          "a\u001b[31mb",
          "a\ud800",
          "\u202eabc",
          "x'; --",
          "x\" y",
          "../x",
          "a/b",
          "a\\b",
          "con",
          "con.txt",
          "%00",
          "%2e%2e",
          "Order",
          "order",
          "ORDER");

  private static final List<Object> NUMBERS =
      List.of(
          0L,
          -0.0,
          1L,
          -1L,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          (long) Integer.MAX_VALUE,
          Integer.MAX_VALUE + 1L,
          BigInteger.TWO.pow(63),
          BigInteger.TEN.pow(38).subtract(BigInteger.ONE),
          BigInteger.TEN.pow(38),
          BigInteger.TWO.pow(200),
          new BigDecimal("0.1"),
          new BigDecimal("1e-38"),
          new BigDecimal("1e-400"),
          new BigDecimal("1e400"),
          new BigDecimal("99999999999999999999999999999999999999"),
          new BigDecimal("9999999999999999999999999999.9999999999"),
          Double.MIN_VALUE,
          Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);

  private static final List<String> TEXTS =
      List.of(
          "0001-01-01",
          "0000-12-31",
          "9999-12-31",
          "10000-01-01",
          "-0001-01-01",
          "2024-02-30",
          "2024-02-29T24:00:00Z",
          "2024-03-31T02:30:00",
          "2024-01-01T00:00:00+18:00",
          "2024-01-01T00:00:00.123456789Z",
          "1969-12-31T23:59:59.999999Z",
          "23:59:60",
          "0x00ff",
          "0x0",
          "0xzz",
          "00000000-0000-0000-0000-000000000000",
          "yes",
          "~",
          "1_000",
          "0o17",
          "1e5",
          ".5",
          "5.",
          "+1",
          "-.inf",
          ".nan",
          "PT1S",
          "1d",
          "0s",
          "-5m",
          "1h30m",
          "99999999999999999999d",
          "5MiB",
          "-1kB",
          "* * * * *",
          "*/0 * * * *",
          "0 0 31 2 *",
          "@daily",
          "@reboot",
          "UTC",
          "Europe/Berlin",
          "Berlin",
          "+25:00",
          "${env:NONE}",
          "$${x}");

  private OddValues() {}

  static Object number(Chance chance) {
    return chance.in100(20) ? (Object) chance.bits() : chance.oneOf(NUMBERS);
  }

  static String text(Chance chance) {
    return switch (chance.below(5)) {
      case 0 -> chance.oneOf(NAMES);
      case 1 -> chance.oneOf(TEXTS);
      case 2 -> with(chance.oneOf(TEXTS), chance.oneOf(CHARACTERS), chance);
      case 3 -> chance.oneOf(CHARACTERS).repeat(chance.between(1, 3));
      default -> with("abc", chance.oneOf(CHARACTERS), chance);
    };
  }

  static String name(Chance chance) {
    return chance.in100(70)
        ? chance.oneOf(NAMES)
        : with(chance.oneOf("a", "total", "id"), chance.oneOf(CHARACTERS), chance);
  }

  /** Large, but not so large that somebody could not have sent it. */
  static String longText(Chance chance) {
    String part = chance.in100(50) ? "x" : chance.oneOf(CHARACTERS);
    return part.repeat(chance.oneOf(300, 5_000, 70_000) / part.length());
  }

  /** The text with something put into it. */
  static String with(String text, String put, Chance chance) {
    int at = chance.between(0, text.length());
    return text.substring(0, at) + put + text.substring(at);
  }
}
