package io.bergview.projection.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {
  @TempDir Path folder;

  private static Node only(String file, String text) {
    List<Node> documents = DocumentReader.read(file, text);
    assertThat(documents).hasSize(1);
    return documents.get(0);
  }

  private static Object scalar(String file, String text) {
    MapNode map = (MapNode) only(file, "{a: " + text + "}");
    return ((ScalarNode) map.get("a").orElseThrow()).value();
  }

  private static DefinitionProblem problem(String file, String text) {
    DefinitionException failure =
        catchThrowableOfType(DefinitionException.class, () -> DocumentReader.read(file, text));
    assertThat(failure).as("problems of the text").isNotNull();
    assertThat(failure.problems()).hasSize(1);
    assertThat(failure.problems().get(0).kind()).isEqualTo(ProblemKind.SYNTAX);
    return failure.problems().get(0);
  }

  private static List<String> places(Node node) {
    List<String> places = new ArrayList<>();
    places.add(node.path() + " " + node.line() + ":" + node.column());
    if (node instanceof MapNode map) {
      map.entries().forEach(entry -> places.addAll(places(entry.value())));
    } else if (node instanceof ListNode list) {
      list.items().forEach(item -> places.addAll(places(item)));
    }
    return places;
  }

  @Test
  void yamlNodesKnowTheirPlace() {
    String text =
        """
        # comment
        $compute:
          revenue:
            $sum: total
          a.b: [x,
            {y: 1}]
        😀: end
        """;
    assertThat(places(only("a.yaml", text)))
        .containsExactly(
            " 2:1",
            "$compute 2:1",
            "$compute.revenue 3:3",
            "$compute.revenue.$sum 4:11",
            "$compute.`a.b` 5:3",
            "$compute.`a.b`[0] 5:9",
            "$compute.`a.b`[1] 6:5",
            "$compute.`a.b`[1].y 6:9",
            "😀 7:4");
  }

  @Test
  void json5NodesHavePositionsForEveryKindOfLineEnd() {
    String text =
        "// comment\r\n{$compute: {\r  revenue:\n {'$sum': 'total'},\n"
            + "  \"a.b\": [ 'x',\n {y: 1}]}, '😀': 'end'}";
    assertThat(places(only("a.json5", text)))
        .containsExactly(
            " 2:1",
            "$compute 2:2",
            "$compute.revenue 3:3",
            "$compute.revenue.$sum 4:11",
            "$compute.`a.b` 5:3",
            "$compute.`a.b`[0] 5:12",
            "$compute.`a.b`[1] 6:2",
            "$compute.`a.b`[1].y 6:6",
            "😀 6:17");
  }

  @Test
  void aFileHoldsSeveralDocumentsEachItsOwnRoot() {
    assertThat(DocumentReader.read("a.yaml", "a: 1\n---\n---\n# none\n---\nb: [2]\n"))
        .map(DocumentReaderTest::places)
        .containsExactly(List.of(" 1:1", "a 1:4"), List.of(" 6:1", "b 6:1", "b[0] 6:5"));
    assertThat(DocumentReader.read("a.json", "[{\"a\": 1},\n {\"b\": 2}]"))
        .map(DocumentReaderTest::places)
        .containsExactly(List.of(" 1:2", "a 1:8"), List.of(" 2:2", "b 2:8"));
    assertThat(DocumentReader.read("a.yaml", "- a: 1\n- b: 2\n"))
        .map(DocumentReaderTest::places)
        .containsExactly(List.of(" 1:3", "a 1:6"), List.of(" 2:3", "b 2:6"));
    assertThat(DocumentReader.read("a.json5", " // nothing\n")).isEmpty();
  }

  @Test
  void theExtensionSaysTheFormatElseTheFirstCharacterDoes() {
    assertThat(places(only("a.YML", "{a: b}"))).containsExactly(" 1:1", "a 1:5");
    assertThat(problem("a.json", "{a: b}").message()).contains("'b' is not a value");
    assertThat(problem("option", "{a: b}").message()).contains("'b' is not a value");
    assertThat(problem("view X", " // json5\n{a: b}").message()).contains("'b' is not a value");
    assertThat(places(only("option", "a: b\n"))).containsExactly(" 1:1", "a 1:4");
  }

  static Stream<Arguments> json5Values() {
    return Stream.of(
        Arguments.of("null", null),
        Arguments.of("true", true),
        Arguments.of("12", 12L),
        Arguments.of("-0", 0L),
        Arguments.of("+1", 1L),
        Arguments.of(".5", new BigDecimal("0.5")),
        Arguments.of("5.", new BigDecimal("5.0")),
        Arguments.of("1.50", new BigDecimal("1.50")),
        Arguments.of("-1.5e-3", new BigDecimal("-0.0015")),
        Arguments.of("9223372036854775807", Long.MAX_VALUE),
        Arguments.of("9223372036854775808", new BigInteger("9223372036854775808")),
        Arguments.of("0xfF", 255L),
        Arguments.of("-0x10", -16L),
        Arguments.of("0x8000000000000000", new BigInteger("8000000000000000", 16)),
        Arguments.of("NaN", Double.NaN),
        Arguments.of("-Infinity", Double.NEGATIVE_INFINITY),
        Arguments.of("+Infinity", Double.POSITIVE_INFINITY),
        Arguments.of("0.10000000000000000555111", new BigDecimal("0.10000000000000000555111")),
        Arguments.of("'it\\'s \"so\"'", "it's \"so\""),
        Arguments.of("\"one \\\ntwo\"", "one two"),
        Arguments.of("\"one \\\r\ntwo\"", "one two"),
        Arguments.of("'\\x41\\u00e9\\v\\0\\q\\\\\\/'", "A\u00e9\u000b\0q\\/"),
        Arguments.of("'\\ud83d\\ude00'", "😀"),
        Arguments.of("'2020-01-01'", "2020-01-01"),
        Arguments.of("/* a */ 1 // b\n", 1L));
  }

  @ParameterizedTest
  @MethodSource("json5Values")
  void json5ValuesAreExact(String text, Object value) {
    assertThat(scalar("a.json5", text)).isEqualTo(value);
  }

  @Test
  void json5KeysNeedNoQuotes() {
    MapNode map = (MapNode) only("a.json5", "{$a_1: 1, größe: 2, \\u0061b: 3, 'c d': 4, null: 5,}");
    assertThat(map.entries())
        .map(MapNode.Entry::key)
        .containsExactly("$a_1", "größe", "ab", "c d", "null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a: 01}",
        "{a: 1_000}",
        "{a: '\\1'}",
        "{a: '\\01'}",
        "{a: '\\xg0'}",
        "{a: '\\u12'}",
        "{a: 0x}",
        "{a: .}",
        "{a: +}",
        "{1a: 1}",
        "{a b: 1}",
        "{a: 1,, b: 2}",
        "{,}",
        "[1, , 2]",
        "{a: 'x\ny'}",
        "{a: undefined}",
        "{a: 1e99999}",
        "{a: 1e99999999999}",
        "{a:}",
        "{a}",
        "{\"a\\ud800\": 1}",
        "{a: 1}}",
        "{a: [}",
        "'",
        "{a: '",
        "{a: '\\",
        "{\\",
        "/",
        "/*",
        "{a: 1 /"
      })
  void brokenJson5IsRefusedAtItsPlace(String text) {
    DefinitionProblem problem = problem("a.json5", text);
    assertThat(problem.line()).isPositive();
    assertThat(problem.column()).isPositive();
  }

  static Stream<Arguments> yamlValues() {
    return Stream.of(
        Arguments.of("null", null),
        Arguments.of("~", null),
        Arguments.of("''", ""),
        Arguments.of("TRUE", true),
        Arguments.of("False", false),
        Arguments.of("no", "no"),
        Arguments.of("2020-01-01", "2020-01-01"),
        Arguments.of("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        Arguments.of("12", 12L),
        Arguments.of("'12'", "12"),
        Arguments.of("0o17", 15L),
        Arguments.of("0xfF", 255L),
        Arguments.of("1_000", "1_000"),
        Arguments.of("1.50", new BigDecimal("1.50")),
        Arguments.of("1e3", new BigDecimal("1E+3")),
        Arguments.of(".nan", Double.NaN),
        Arguments.of("-.INF", Double.NEGATIVE_INFINITY),
        Arguments.of("123456789012345678901", new BigInteger("123456789012345678901")),
        Arguments.of("30%", "30%"),
        Arguments.of("1:30", "1:30"));
  }

  @ParameterizedTest
  @MethodSource("yamlValues")
  void yamlValuesFollowTheCoreSchema(String text, Object value) {
    assertThat(scalar("a.yaml", text)).isEqualTo(value);
  }

  @Test
  void aliasesAreFollowed() {
    MapNode map = (MapNode) only("a.yaml", "a: &x [1, 2]\nb: *x\n");
    assertThat(places(map.get("b").orElseThrow()))
        .containsExactly("b 2:1", "b[0] 1:8", "b[1] 1:11");
  }

  @Test
  void aliasesCannotBlowUp() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String aliases = ("*a" + (i - 1) + ", ").repeat(10);
      laughs.append("a%d: &a%d [%s]\n".formatted(i, i, aliases));
    }
    assertThat(problem("a.yaml", laughs.toString()).message()).contains("100000 values");
    String many = "a: &a 1\nb: [" + "*a, ".repeat(1_001) + "]\n";
    assertThat(problem("a.yaml", many).message()).contains("more than 1000 aliases");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.yaml", "a.json5"})
  void depthIsLimited(String file) {
    assertThat(only(file, "{a: " + "[".repeat(99) + "]".repeat(99) + "}")).isNotNull();
    DefinitionProblem problem = problem(file, "{a: " + "[".repeat(200_000));
    assertThat(problem.message()).contains("100 levels");
    assertThat(problem.line()).isEqualTo(1);
    assertThat(problem.column()).isBetween(100, 110);
  }

  @Test
  void sizeIsLimited() throws IOException {
    String large = "a: " + "x".repeat(1 << 20);
    assertThat(problem("a.yaml", large).message()).contains("larger than 1048576 bytes");
    Path file = Files.writeString(folder.resolve("a.yaml"), large);
    assertThatThrownBy(() -> DocumentReader.read(file)).hasMessageContaining("larger than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.yaml", "a.json5"})
  void numbersAreLimited(String file) {
    assertThat(problem(file, "{a: " + "9".repeat(1_001) + "}").message())
        .contains("1000 characters");
    assertThat(problem(file, "{a: 1e10001}").message()).contains("exponent");
  }

  @Test
  void aMapMayHaveVeryManyKeys() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 49_000; i++) {
      text.append('k').append(i).append(": 1,");
    }
    MapNode map = (MapNode) only("a.json5", text.append('}').toString());
    assertThat(map.entries()).hasSize(49_000);
  }

  @Test
  void filesAreUtf8WithOrWithoutByteOrderMark() throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "\ufeffgröße: 1\n");
    assertThat(places(DocumentReader.read(file).get(0))).containsExactly(" 1:1", "größe 1:8");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xe4});
    assertThatThrownBy(() -> DocumentReader.read(file)).hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> DocumentReader.read(folder.resolve("none.yaml")))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
  }

  @Test
  void duplicateKeysNameBothPlaces() {
    DefinitionProblem yaml = problem("a.yaml", "a: 1\nb: 2\na: 3\n");
    assertThat(yaml.line()).isEqualTo(3);
    assertThat(yaml.message()).contains("first at 1:1");
    DefinitionProblem json5 = problem("a.json5", "{a: 1,\n 'a': 3}");
    assertThat(json5.line()).isEqualTo(2);
    assertThat(json5.message()).contains("first at 1:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: \"x\\u", "a: \"x\\x", "{a: \"\\U"})
  void anEscapeThatTheTextEndsWithinIsRefusedAtItsEnd(String text) {
    DefinitionProblem problem = problem("a.yaml", text);
    assertThat(problem.message()).contains("ends within an escape", "two hexadecimal digits");
    assertThat(problem.column()).isEqualTo(text.length() + 1);
  }

  @Test
  void controlCharactersInYamlHaveTheirPlace() {
    DefinitionProblem problem = problem("a.yaml", "a: 😀\nb: \u0001\n");
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.column()).isEqualTo(4);
    assertThat(problem.message()).contains("U+0001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d\ude00", "\ud800", "\u202e", "x", "- ", "{a: "})
  void anErrorAtAnyPlaceOfALongTextIsASyntaxProblem(String part) {
    for (int before = 0; before < 4; before++) {
      for (int times : new int[] {500, 511, 512, 513, 1_023, 1_024, 1_025, 2_100}) {
        String text = "a: b\n" + "c".repeat(before) + part.repeat(times) + ": {";
        assertThatThrownBy(() -> DocumentReader.read("x.yaml", text))
            .as("%d times after %d", times, before)
            .isInstanceOf(DefinitionException.class);
      }
    }
  }
}
