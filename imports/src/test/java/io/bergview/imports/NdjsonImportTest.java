package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the values of NDJSON files become in a table. */
class NdjsonImportTest {
  @TempDir private Path folder;

  private ImportProject project;

  @BeforeEach
  void open() {
    project = ImportProject.create(folder);
  }

  @AfterEach
  void close() {
    project.close();
  }

  @Test
  void objectsAreStructsAndArraysLists() {
    project.write(
        "a.ndjson",
        """
        {"id":1,"at":"2026-01-02T03:04:05Z","who":{"name":"A","tags":["x",null],"deep":{"n":1.5}}}
        {"id":2,"who":{"name":null,"tags":[]},"parts":[{"p":1},{"p":2,"q":true},null]}
        """);
    project.run("a.ndjson");
    assertThat(project.values("who"))
        .containsExactlyInAnyOrder(
            row("name", "A", "tags", Arrays.asList("x", null), "deep", row("n", 1.5)),
            row("name", null, "tags", List.of(), "deep", null));
    assertThat(project.values("parts"))
        .containsExactlyInAnyOrder(
            null, Arrays.asList(row("p", 1L, "q", null), row("p", 2L, "q", true), null));
    assertThat(project.types()).containsEntry("at", "timestamptz");
  }

  @Test
  void nestedRowsAreAddedToATableThatIsThere() {
    project.write("a.ndjson", "{\"id\":1,\"who\":{\"name\":\"A\",\"n\":1}}\n");
    project.run("a.ndjson");
    project.write("b.ndjson", "{\"id\":2,\"who\":{\"n\":7}}\n{\"id\":3}\n");
    project.run("b.ndjson");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "who", row("name", "A", "n", 1L)),
            row("id", 2L, "who", row("name", null, "n", 7L)),
            row("id", 3L, "who", null));
  }

  @Test
  void valuesOfSeveralKindsAreText() {
    project.write(
        "a.ndjson",
        "{\"x\":1,\"y\":[1]}\n"
            + "{\"x\":\"01\",\"y\":{\"a\":1}}\n"
            + "{\"x\":{\"b\":[1.50]},\"y\":null}\n"
            + "{\"x\":true}\n");
    project.run("a.ndjson");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("x", "1", "y", "[1]"),
            row("x", "01", "y", "{\"a\":1}"),
            row("x", "{\"b\":[1.50]}", "y", null),
            row("x", "true", "y", null));
  }

  @Test
  void numbersInTextStayText() {
    project.write("a.ndjson", "{\"x\":\"1\"}\n{\"x\":\"2\"}\n");
    project.run("a.ndjson");
    assertThat(project.values("x")).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void brokenLinesAndFieldsThatAreThereTwiceAreRejectedWithTheirLines() {
    Path file =
        project.write(
            "a.ndjson",
            "{\"id\":1}\n\n{\"id\":2\n{\"id\":3,\"id\":4}\n[5]\n{\"id\":6} x\n{\"id\":7}\n");
    assertThatThrownBy(() -> project.run("a.ndjson"))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.details().toString())
                    .contains(file + ":3", file + ":4", file + ":5", file + ":6")
                    .doesNotContain(file + ":7"));
    assertThat(project.hasTable()).isFalse();
    ImportResult passed = project.run(project.request("a.ndjson").rejecting(4, Optional.empty()));
    assertThat(passed.rowsRejected()).isEqualTo(4);
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 7L);
  }

  @Test
  void columnOfNullsIsTextWithARemark() {
    project.write("a.ndjson", "{\"id\":1,\"x\":null}\n");
    assertThat(project.plan(project.request("a.ndjson")).remarks().toString()).contains("x");
    project.run("a.ndjson");
    assertThat(project.types()).containsEntry("x", "string");
    assertThat(project.values("x")).containsExactly((Object) null);
  }

  @Test
  void negativeZerosKeepTheirSigns() {
    project.write(
        "a.ndjson",
        """
        {"d": -0.0, "l": [-0.00, 0.0, -0e0], "m": 1.5}
        {"d": 0.0, "l": [-0.5], "m": -0.0}
        """);
    project.run("a.ndjson");
    assertThat(project.values("d")).containsExactlyInAnyOrder(-0.0, 0.0);
    assertThat(project.values("l"))
        .containsExactlyInAnyOrder(List.of(-0.0, 0.0, -0.0), List.of(-0.5));
    assertThat(project.values("m")).containsExactlyInAnyOrder(1.5, -0.0);
    project.write("b.csv", "d,m\n-0.0,-0\n");
    project.run("b.csv");
    assertThat(project.values("m")).containsExactlyInAnyOrder(1.5, -0.0, -0.0);
  }

  @Test
  void largeNumbersKeepTheirDigits() {
    String beyond = "12345678901234567890123456789012345678901";
    project.write(
        "a.ndjson",
        "{\"n\":9223372036854775808,\"b\":%s,\"s\":{\"n\":18446744073709551615,\"b\":%s}}\n"
            .formatted(beyond, beyond));
    project.run("a.ndjson");
    assertThat(project.rows())
        .containsExactly(
            row(
                "n",
                new BigDecimal("9223372036854775808"),
                "b",
                beyond,
                "s",
                row("n", new BigDecimal("18446744073709551615"), "b", beyond)));
  }

  @Test
  void decimalCommaDoesNotTouchTheNumbersOfJson() {
    project.write("a.ndjson", "{\"x\":1.5}\n{\"x\":2.25}\n");
    project.run(project.request("a.ndjson").withText(ImportProject.decimalComma()));
    assertThat(project.values("x")).containsExactlyInAnyOrder(1.5, 2.25);
  }

  @Test
  void arrayOfAWholeFileIsRefused() {
    project.write("a.json", "[{\"id\":1},\n{\"id\":2}]\n");
    assertThatThrownBy(() -> project.run("a.json"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("JSON array")
        .hasMessageContaining("jq -c");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  @Tag("long")
  void fieldBeyondTheSampleIsRejectedAndNotLost() {
    StringBuilder text = new StringBuilder();
    String filler = "f".repeat(3_000);
    for (int i = 0; i < 24_000; i++) {
      text.append("{\"id\":").append(i).append(",\"f\":\"").append(filler).append("\"}\n");
    }
    text.append("{\"id\":24000,\"late\":1}\n");
    Path file = project.write("a.ndjson", text.toString());
    assertThat(project.plan(project.request("a.ndjson")).inferredFrom()).contains("sample");
    assertThatThrownBy(() -> project.run("a.ndjson"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.details().toString()).contains(file + ":24001", "late"));
    assertThat(project.hasTable()).isFalse();
    assertThat(project.dataFiles()).isEmpty();
  }

  @Test
  void fieldsThatDifferInCaseOnlyAreRefusedAtTheTopAndTextBelow() {
    project.write("a.ndjson", "{\"s\":{\"a\":1,\"A\":2}}\n");
    project.run("a.ndjson");
    assertThat(project.values("s")).containsExactly("{\"a\":1,\"A\":2}");
    project.write("b.ndjson", "{\"s\":\"x\",\"S\":\"y\"}\n");
    assertThatThrownBy(() -> project.run("b.ndjson"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("case only");
    ImportRequest other =
        new ImportRequest(
            List.of("b.ndjson"),
            folder,
            "s.u",
            io.bergview.imports.options.ImportMode.CREATE,
            Optional.empty(),
            io.bergview.imports.options.TextOptions.defaults(),
            io.bergview.imports.options.TableOptions.defaults(),
            false,
            false,
            0,
            Optional.empty());
    assertThatThrownBy(() -> project.run(other))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("case only");
  }
}
