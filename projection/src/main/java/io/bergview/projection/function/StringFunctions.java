package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions of strings. Positions and lengths count characters, from 1. */
final class StringFunctions {
  private static final Type STRING = Types.StringType.get();

  private StringFunctions() {}

  static List<SqlFunction> all() {
    List<SqlFunction> all = new ArrayList<>(letters());
    all.addAll(parts());
    all.addAll(searches());
    all.addAll(RegularExpressions.all());
    all.addAll(bytes());
    return all;
  }

  private static List<SqlFunction> letters() {
    return List.of(
        define("The strings one after the other; NULL if one of them is NULL.", "||")
            .form("||(string, string) -> string", "({0} || {1})")
            .form("||(binary, binary) -> binary", "({0} || {1})")
            .form("||(list<T>, list<T>) -> list<T>", (a, t) -> Functions.bound("list_concat", a))
            .form("||(any, any) -> string", (a, t) -> joined(a))
            .example("'a' || 'b'", "ab")
            .example("'no ' || 1", "no 1")
            .example("'a' || NULL", "NULL"),
        define("The strings one after the other; NULL if one of them is NULL.", "concat")
            .form("concat(any...) -> string", (a, t) -> joined(a))
            .example("concat('a', 'b', 'c')", "abc")
            .example("concat('a', NULL)", "NULL"),
        define(
                "The strings after the first, with the first between them. NULLs are left out.",
                "concat_ws")
            .form("concat_ws(string, string...) -> string", "concat_ws({*})")
            .example("concat_ws(', ', 'a', NULL, 'b')", "a, b"),
        define("The string in lower case.", "lower", "lcase")
            .form("lower(string) -> string", "lower({0})")
            .example("lower('ABC')", "abc"),
        define("The string in upper case.", "upper", "ucase")
            .form("upper(string) -> string", "upper({0})")
            .example("upper('abc')", "ABC"),
        define(
                "How many characters the string has.",
                "length",
                "len",
                "char_length",
                "character_length")
            .form("length(string) -> long", "length({0})")
            .form("length(list) -> long", "len({0})")
            .example("length('h\u00e4user')", "6")
            .example("length(NULL)", "NULL"),
        define("The string without the characters, or spaces, at both ends.", "trim", "btrim")
            .form("trim(string) -> string", "trim({0}, ' ')")
            .form("trim(string, string) -> string", "trim({0}, {1})")
            .example("trim('  a ')", "a")
            .example("trim('xxaxx', 'x')", "a", "btrim('xxaxx', 'x')"),
        define("The string without the characters, or spaces, at its beginning.", "ltrim")
            .form("ltrim(string) -> string", "ltrim({0}, ' ')")
            .form("ltrim(string, string) -> string", "ltrim({0}, {1})")
            .example("ltrim('  a')", "a"),
        define("The string without the characters, or spaces, at its end.", "rtrim")
            .form("rtrim(string) -> string", "rtrim({0}, ' ')")
            .form("rtrim(string, string) -> string", "rtrim({0}, {1})")
            .example("rtrim('a  ')", "a"),
        define(
                "The string filled up at its beginning, with spaces or a pattern, or cut at its"
                    + " end, to a length.",
                "lpad")
            .form("lpad(string, long) -> string", pad("lpad", "' '"))
            .form("lpad(string, long, string) -> string", pad("lpad", "{2}"))
            .example("lpad('7', 3, '0')", "007")
            .example("lpad('abc', 2, '0')", "ab"),
        define("As lpad, but filled up at its end.", "rpad")
            .form("rpad(string, long) -> string", pad("rpad", "' '"))
            .form("rpad(string, long, string) -> string", pad("rpad", "{2}"))
            .example("rpad('a', 3, '.')", "a.."),
        define("Each word, as spaces divide them, with its first letter in upper case.", "initcap")
            .form(
                "initcap(string) -> string",
                "array_to_string(list_transform(string_split(lower({0}), ' '), lambda w:"
                    + " upper(left(w, 1)) || substring(w, 2)), ' ')")
            .example("initcap('an OLD  tree')", "An Old  Tree"),
        define(
                "`overlay(string PLACING other FROM position FOR length)`: with another text in the"
                    + " place of a part, by default of one as long.",
                "overlay")
            .form(
                "overlay(string, string, long) -> string",
                "(left({0}, {2} - 1) || {1} || substring({0}, {2} + length({1})))")
            .form(
                "overlay(string, string, long, long) -> string",
                "(left({0}, {2} - 1) || {1} || substring({0}, {2} + {3}))")
            .example("overlay('Bergview' PLACING 'VIEW' FROM 5)", "BergVIEW")
            .example("overlay('abc' PLACING 'xx' FROM 2 FOR 1)", "axxc"),
        define("The string so many times.", "repeat")
            .form("repeat(string, long) -> string", "repeat({0}, {1})")
            .example("repeat('ab', 2)", "abab"),
        define(
                "The characters, or elements, in the opposite order.",
                "reverse",
                "array_reverse",
                "list_reverse")
            .form("reverse(string) -> string", "reverse({0})")
            .form("reverse(list<T>) -> list<T>", "list_reverse({0})")
            .example("reverse('abc')", "cba"),
        define("The string with each occurrence of one part replaced by another.", "replace")
            .form("replace(string, string, string) -> string", "replace({0}, {1}, {2})")
            .example("replace('a-b-c', '-', '+')", "a+b+c"),
        define(
                "The string with each character of the second replaced by the one at the same place"
                    + " in the third, or removed where the third is shorter.",
                "translate")
            .form("translate(string, string, string) -> string", "translate({0}, {1}, {2})")
            .example("translate('abcba', 'ab', 'x')", "xcx"));
  }

  private static String pad(String function, String pattern) {
    return "CASE WHEN {0} IS NULL OR "
        + pattern
        + " IS NULL THEN NULL WHEN {1} <= 0 THEN '' WHEN "
        + pattern
        + " = '' OR length({0}) >= {1} THEN left({0}, {1}) ELSE "
        + function
        + "({0}, CAST({1} AS INTEGER), "
        + pattern
        + ") END";
  }

  private static List<SqlFunction> parts() {
    return List.of(
        define(
                "The part from a position on, of a length. A negative position counts from the end;"
                    + " 0 is as 1.",
                "substring",
                "substr")
            .form(
                "substring(string, long) -> string",
                "substring({0}, CASE WHEN {1} = 0 THEN 1 ELSE {1} END)")
            .form(
                "substring(string, long, long) -> string",
                "substring({0}, CASE WHEN {1} = 0 THEN 1 ELSE {1} END, CASE WHEN {2} < 0 THEN 0"
                    + " ELSE {2} END)")
            .form(
                "substring(binary, long) -> binary",
                "unhex(substring(hex({0}), CASE WHEN {1} < 0 THEN {1} * 2 ELSE greatest({1}, 1) * 2"
                    + " - 1 END))")
            .form(
                "substring(binary, long, long) -> binary",
                "unhex(substring(hex({0}), CASE WHEN {1} < 0 THEN {1} * 2 ELSE greatest({1}, 1) * 2"
                    + " - 1 END, CASE WHEN {2} < 0 THEN 0 ELSE {2} * 2 END))")
            .example(
                "hex(substring(unhex('0A0B0C'), 2, 1))",
                "0B",
                "hex(substring(unhex('0A0B0C'), 2, 1))")
            .example("substring('hello', 2, 3)", "ell")
            .example("substring('hello', 0, 2)", "he")
            .example("substring('hello', -3)", "llo"),
        define("The first characters.", "left")
            .form(
                "left(string, long) -> string", "left({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)")
            .form(
                "left(binary, long) -> binary",
                "unhex(left(hex({0}), CASE WHEN {1} < 0 THEN 0 ELSE {1} * 2 END))")
            .example("left('hello', 2)", "he")
            .example("left('hello', -1)", ""),
        define("The last characters.", "right")
            .form(
                "right(string, long) -> string",
                "right({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)")
            .form(
                "right(binary, long) -> binary",
                "unhex(right(hex({0}), CASE WHEN {1} < 0 THEN 0 ELSE {1} * 2 END))")
            .example("right('hello', 2)", "lo"),
        define(
                "The part of that number, of those that a separator divides the string into; an"
                    + " empty string where there is none. A negative number counts from the end.",
                "split_part")
            .form(
                "split_part(string, constant string, constant long) -> string",
                (a, t) -> splitPart(a))
            .example("split_part('a,b,c', ',', 2)", "b")
            .example("split_part('a,b,c', ',', -1)", "c")
            .example("split_part('a,b,c', ',', 5)", ""),
        define("The code of the first character; 0 of an empty string.", "ascii")
            .form("ascii(string) -> long", "ascii({0})")
            .example("ascii('A')", "65"),
        define("The character of a code; only the lowest 8 bits count.", "chr", "char")
            .form(
                "chr(long) -> string",
                "CASE WHEN {0} < 0 THEN '' ELSE chr(CAST({0} % 256 AS INTEGER)) END")
            .example("chr(65)", "A"));
  }

  private static Expr splitPart(List<Expr> arguments) {
    Object separator = ((Expr.Constant) arguments.get(1)).value();
    Object number = ((Expr.Constant) arguments.get(2)).value();
    if ("".equals(separator) || Long.valueOf(0).equals(number)) {
      throw FunctionException.wrongArguments(
          "split_part needs a separator that is not empty and a number that is not 0");
    }
    return new Expr.Call(ScalarFunction.named("split_part"), arguments, STRING);
  }

  private static List<SqlFunction> searches() {
    return List.of(
        define(
                "The position of the first occurrence; 0 where there is none. Also"
                    + " `position(part IN string)`.",
                "strpos",
                "instr",
                "position")
            .form("strpos(string, string) -> long", "strpos({0}, {1})")
            .example("strpos('hello', 'l')", "3", "instr('hello', 'l')")
            .example("instr('hello', 'x')", "0"),
        define(
                "Whether the string begins with the other.",
                "starts_with",
                "prefix",
                "startswith",
                "^@")
            .form("starts_with(string, string) -> boolean", "starts_with({0}, {1})")
            .example("starts_with('hello', 'he')", "true", "startswith('hello', 'he')"),
        define("Whether the string ends with the other.", "ends_with", "suffix", "endswith")
            .form("ends_with(string, string) -> boolean", "suffix({0}, {1})")
            .example("ends_with('hello', 'lo')", "true", "endswith('hello', 'lo')"),
        define("Whether the other occurs in the string, or the value in the list.", "contains")
            .form("contains(string, string) -> boolean", "contains({0}, {1})")
            .form("contains(list<T>, T) -> boolean", (a, t) -> Functions.bound("list_contains", a))
            .example("contains('hello', 'ell')", "true"),
        like(
                "~~",
                "LIKE",
                "`string LIKE pattern`: whether the string has the form of the pattern: `%`"
                    + " is any part, `_` any character, `\\` makes the next one plain.")
            .example("'hello' LIKE 'h%o'", "true")
            .example("NULL LIKE 'a'", "NULL"),
        like("!~~", "NOT LIKE", "`string NOT LIKE pattern`: the opposite of `LIKE`.")
            .example("'hello' NOT LIKE 'h_'", "true"),
        like("~~*", "ILIKE", "`string ILIKE pattern`: `LIKE` without regard to case.")
            .example("'Hello' ILIKE 'hE%'", "true"),
        like("!~~*", "NOT ILIKE", "`string NOT ILIKE pattern`: the opposite of `ILIKE`.")
            .example("'Hello' NOT ILIKE 'x%'", "true"),
        escaped("like_escape", "LIKE").example("'50%' LIKE '50!%' ESCAPE '!'", "true"),
        escaped("not_like_escape", "NOT LIKE").example("'50x' NOT LIKE '50!%' ESCAPE '!'", "true"),
        escaped("ilike_escape", "ILIKE").example("'A%' ILIKE 'a!%' ESCAPE '!'", "true"),
        escaped("not_ilike_escape", "NOT ILIKE")
            .example("'Ax' NOT ILIKE 'a!%' ESCAPE '!'", "true"));
  }

  private static SqlFunction escaped(String name, String operator) {
    return define(
            "`string " + operator + " pattern ESCAPE character`, with another character than `\\`.",
            name)
        .form(
            name + "(string, string, constant string) -> boolean",
            "({0} " + operator + " {1} ESCAPE {2})");
  }

  private static SqlFunction like(String name, String operator, String description) {
    return define(description, name)
        .form(name + "(string, string) -> boolean", (a, t) -> like(name, operator, a));
  }

  /** A pattern without a backslash is matched without an escape, which DuckDB does faster. */
  private static Expr like(String name, String operator, List<Expr> arguments) {
    boolean plain =
        arguments.get(1) instanceof Expr.Constant constant
            && !String.valueOf(constant.value()).contains("\\");
    String form = "({0} " + operator + " {1}" + (plain ? ")" : " ESCAPE '\\')");
    return new Expr.Call(new ScalarFunction(name, form), arguments, Types.BooleanType.get());
  }

  private static Expr joined(List<Expr> arguments) {
    StringBuilder form = new StringBuilder("(");
    List<Expr> strings = new ArrayList<>();
    for (Expr argument : arguments) {
      if (NumericTypes.isFloating(argument.type()) || !argument.type().isPrimitiveType()) {
        throw FunctionException.wrongArguments(
            "a value of type "
                + Coercion.shown(argument.type())
                + " is not joined to a string; cast or round it first");
      }
      form.append(strings.isEmpty() ? "" : " || ").append("{").append(strings.size()).append("}");
      strings.add(Coercion.cast(argument, STRING));
    }
    return new Expr.Call(new ScalarFunction("||", form.append(")").toString()), strings, STRING);
  }

  private static List<SqlFunction> bytes() {
    return List.of(
        define("How many bytes the string has in UTF-8, or the value.", "octet_length", "strlen")
            .form("octet_length(string) -> long", "strlen({0})")
            .form("octet_length(binary) -> long", "octet_length({0})")
            .example("octet_length('h\u00e4')", "3"),
        define("The bytes of the string in UTF-8.", "encode")
            .form("encode(string) -> binary", "encode({0})")
            .example("hex(encode('ab'))", "6162", "hex(encode('ab', 'utf-8'))"),
        define("The string that the bytes are in UTF-8.", "decode")
            .form("decode(binary) -> string", "decode({0})")
            .example("decode(encode('ab'))", "ab", "decode(encode('ab', 'utf-8'), 'utf-8')"),
        define("In hexadecimal, in upper case.", "hex", "to_hex")
            .form("hex(string) -> string", "hex({0})")
            .form("hex(long) -> string", "hex({0})")
            .form("hex(binary) -> string", "hex({0})")
            .example("hex('ab')", "6162")
            .example("hex(255)", "FF"),
        define("The bytes that are written in hexadecimal.", "unhex", "from_hex")
            .form("unhex(string) -> binary", "unhex({0})")
            .example("decode(unhex('6162'))", "ab", "decode(unhex('6162'), 'utf-8')"),
        define("The bytes in base64.", "to_base64", "base64")
            .form("to_base64(binary) -> string", "to_base64({0})")
            .example("to_base64(encode('ab'))", "YWI=", "base64(encode('ab', 'utf-8'))"),
        define("The bytes that are written in base64.", "from_base64", "unbase64")
            .form("from_base64(string) -> binary", "from_base64({0})")
            .example("decode(from_base64('YWI='))", "ab", "decode(unbase64('YWI='), 'utf-8')"),
        define("The MD5 digest, in hexadecimal.", "md5")
            .form("md5(string) -> string", "md5({0})")
            .form("md5(binary) -> string", "md5({0})")
            .example("md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        define("The SHA-1 digest, in hexadecimal.", "sha1")
            .form("sha1(string) -> string", "sha1({0})")
            .form("sha1(binary) -> string", "sha1({0})")
            .example("sha1('a')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        define("The SHA-256 digest, in hexadecimal.", "sha256")
            .form("sha256(string) -> string", "sha256({0})")
            .form("sha256(binary) -> string", "sha256({0})")
            .example(
                "sha256('a')",
                "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
                "sha2('a', 256)"));
  }
}
