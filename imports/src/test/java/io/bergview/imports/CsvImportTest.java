package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.imports.convert.BadRow;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.TableOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the texts of CSV files become in a table. */
class CsvImportTest {
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
  void byteOrderMarkCarriageReturnsAndQuotesAreNoPartOfValues() {
    project.write(
        "a.csv", "\uFEFFid,text\r\n1,\"two\r\nlines\"\r\n2,\"a \"\"b\"\", c\"\r\n3,plain\r\n");
    project.run("a.csv");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "text", "two\r\nlines"),
            row("id", 2L, "text", "a \"b\", c"),
            row("id", 3L, "text", "plain"));
  }

  @Test
  void raggedRowsAreRejectedWithTheirLines() {
    Path file = project.write("a.csv", "id,x\n1,\"a\nb\"\n2\n3,c\n4,d,e\n");
    assertThatThrownBy(() -> project.run("a.csv"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> {
              assertThat(e.code().name()).isEqualTo("IMPORT_ROWS_REJECTED");
              assertThat(e.details().toString())
                  .contains(file + ":4")
                  .contains(file + ":6")
                  .contains("1 field, not 2")
                  .contains("3 fields, not 2");
            });
    assertThat(project.hasTable()).isFalse();
    assertThat(project.dataFiles()).isEmpty();
    ImportResult passed = project.run(project.request("a.csv").rejecting(2, Optional.empty()));
    assertThat(passed.rejected()).extracting(BadRow::line).containsExactly(4L, 6L);
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void otherEncodingsAreRefusedUntilTheyAreNamed() {
    project.write("a.csv", "id,name\n1,Müller\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> project.run("a.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.csv")
        .hasMessageContaining("--encoding ISO-8859-1");
    project.run(project.request("a.csv").withText(ImportProject.encoded("ISO-8859-1")));
    assertThat(project.values("name")).containsExactly("Müller");
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE, ",
    "UTF-16BE, ",
    "UTF-16LE, UTF-16",
    "UTF-16BE, UTF-16",
    "UTF-16LE, UTF-16LE"
  })
  void byteOrderMarkOfUtf16SaysTheOrderOfItsBytes(String written, String named) {
    project.write("a.csv", "\uFEFFid,name\n1,日本\n".getBytes(Charset.forName(written)));
    ImportRequest request = project.request("a.csv");
    project.run(named == null ? request : request.withText(ImportProject.encoded(named)));
    assertThat(project.rows()).containsExactly(row("id", 1L, "name", "日本"));
  }

  @Test
  void numbersWithACommaAreTextWithARemarkUntilTheCommaIsNamed() {
    project.write("a.csv", "id;price\n1;1,5\n2;1.234,75\n3;7\n");
    ImportPlan plan = project.plan(project.request("a.csv"));
    assertThat(plan.columns()).extracting(c -> c.type()).containsExactly("long", "string");
    assertThat(plan.remarks().toString()).contains("price").contains("--decimal-comma");
    project.run(project.request("a.csv").withText(ImportProject.decimalComma()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "price", 1.5),
            row("id", 2L, "price", 1234.75),
            row("id", 3L, "price", 7.0));
  }

  @Test
  void pointThatPartsNoThousandsIsNoPartOfANumberWithADecimalComma() {
    project.write("a.csv", "id;price\n1;1,5\n2;1.5\n");
    ImportRequest request =
        project
            .request("a.csv")
            .withText(ImportProject.decimalComma())
            .withOptions(ImportProject.typed("price", "decimal(9,2)"));
    assertThatThrownBy(() -> project.run(request))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.details().toString()).contains("1.5"));
    project.write("b.csv", "price\n1.5\n2.25\n");
    project.run(project.request("b.csv").withText(ImportProject.decimalComma()));
    assertThat(project.values("price")).doesNotContain(15.0, 225.0);
  }

  @Test
  void datesOfThreeFormsAreDatesAndAmbiguousOnesStayText() {
    project.write(
        "a.csv",
        "iso,dotted,month_first,day_first,either\n"
            + "2026-12-31,31.12.2026,12/31/2026,31/12/2026,01/02/2026\n"
            + "2026-01-02,2.1.2026,01/02/2026,2/1/2026,03/04/2026\n");
    ImportPlan plan = project.plan(project.request("a.csv"));
    assertThat(plan.remarks().toString()).contains("either").contains("day or the month");
    project.run("a.csv");
    LocalDate last = LocalDate.of(2026, 12, 31);
    LocalDate second = LocalDate.of(2026, 1, 2);
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row(
                "iso",
                last,
                "dotted",
                last,
                "month_first",
                last,
                "day_first",
                last,
                "either",
                "01/02/2026"),
            row(
                "iso",
                second,
                "dotted",
                second,
                "month_first",
                second,
                "day_first",
                second,
                "either",
                "03/04/2026"));
  }

  @Test
  void headerThatComesAgainIsRejectedAndDoesNotMakeNumbersText() {
    Path file = project.write("a.csv", "id,n\n1,5\nid,n\n2,6\n");
    ImportResult result = project.run(project.request("a.csv").rejecting(1, Optional.empty()));
    assertThat(result.rejected().toString()).contains(file + ":3").contains("is the header again");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(row("id", 1L, "n", 5L), row("id", 2L, "n", 6L));
  }

  @Test
  void emptyFileHasNoColumnsAndBesideOthersNoRows() {
    project.write("in/a.csv", "");
    assertThatThrownBy(() -> project.run("in"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column");
    project.write("in/b.csv", "id\n1\n");
    project.run("in");
    assertThat(project.values("id")).containsExactly(1L);
  }

  @Test
  void headerAloneMakesATableOfTextColumnsWithoutRows() {
    project.write("a.csv", "id,name\n");
    project.run("a.csv");
    assertThat(project.types()).containsEntry("id", "string").containsEntry("name", "string");
    assertThat(project.rows()).isEmpty();
  }

  @Test
  void columnsWithoutANameAndOfOneNameAreNamed() {
    project.write("a.csv", "a,,A,a\n1,2,3,4\n");
    project.run("a.csv");
    assertThat(project.rows()).containsExactly(row("a", 1L, "column_2", 2L, "A_2", 3L, "a_3", 4L));
  }

  @Test
  void firstRowIsDataWhereThereIsNoHeader() {
    project.write("a.csv", "1,x\n2,y\n");
    project.run(project.request("a.csv").withText(ImportProject.withoutHeader()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("column_1", 1L, "column_2", "x"), row("column_1", 2L, "column_2", "y"));
  }

  @Test
  void textsThatANumberWouldChangeStayText() {
    String huge = "1234567890123456789012345678901234567890";
    project.write(
        "a.csv", "zip,phone,huge\n01234,+4915112345678," + huge + "\n99999,+4917012345678,1\n");
    project.run("a.csv");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("zip", "01234", "phone", "+4915112345678", "huge", huge),
            row("zip", "99999", "phone", "+4917012345678", "huge", "1"));
  }

  @Test
  void integersBeyondLongAreDecimalsAndNotANumberIsADouble() {
    project.write("a.csv", "n,d\n9223372036854775807,1.5\n9223372036854775808,NaN\n-1,-Infinity\n");
    project.run("a.csv");
    assertThat(project.types()).containsEntry("n", "decimal(38, 0)").containsEntry("d", "double");
    assertThat(project.values("n"))
        .containsExactlyInAnyOrder(
            new BigDecimal("9223372036854775807"),
            new BigDecimal("9223372036854775808"),
            new BigDecimal("-1"));
    assertThat(project.values("d"))
        .containsExactlyInAnyOrder(1.5, Double.NaN, Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource({
    "int, 2147483648",
    "int, 1.5",
    "int, 1e3",
    "long, 9223372036854775808",
    "float, 1e39",
    "double, 1e400",
    "double, 1_000",
    "'decimal(5,2)', 1000.00",
    "'decimal(5,2)', 1.005",
    "date, 2026-02-30",
    "date, 2026-01-01 12:00:00",
    "time, 25:00:00",
    "timestamp, 2026-01-01 10:00:00.1234567",
    "timestamp, 2026-01-01T10:00:00Z",
    "timestamptz, 2026-01-01 10:00:00",
    "uuid, x",
    "boolean, maybe"
  })
  void valueThatATypeCannotHoldIsRejected(String type, String text) {
    project.write("a.csv", "id,v\n1," + text + "\n");
    ImportRequest request = project.request("a.csv").withOptions(ImportProject.typed("v", type));
    assertThatThrownBy(() -> project.run(request))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.details().toString()).contains("a.csv:2").contains(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-06-01T12:00:00Z",
        "2026-06-01t12:00:00z",
        "2026-06-01 14:00:00+02:00",
        "2026-06-01 14:00:00+0200",
        "2026-06-01 14:00+02",
        "2026-06-01T06:30:00-05:30",
        "2026-06-01T06:30:00.000000000-0530"
      })
  void timestampWithAnOffsetIsItsInstant(String text) {
    project.write("a.csv", "t\n" + text + "\n");
    project.run("a.csv");
    assertThat(project.values("t"))
        .containsExactly(OffsetDateTime.of(2026, 6, 1, 12, 0, 0, 0, ZoneOffset.UTC));
  }

  @Test
  void timestampsWithoutAnOffsetAreLocal() {
    project.write("a.csv", "t\n2026-06-01 12:00:00.123456\n2026-06-02\n2026-06-03T04:05\n");
    project.run("a.csv");
    assertThat(project.values("t"))
        .containsExactlyInAnyOrder(
            LocalDateTime.of(2026, 6, 1, 12, 0, 0, 123_456_000),
            LocalDateTime.of(2026, 6, 2, 0, 0),
            LocalDateTime.of(2026, 6, 3, 4, 5));
  }

  @Test
  void timestampsFinerThanMicrosecondsStayText() {
    project.write("a.csv", "t\n2026-06-01 12:00:00.123456789\n");
    project.run("a.csv");
    assertThat(project.values("t")).containsExactly("2026-06-01 12:00:00.123456789");
  }

  @Test
  @Timeout(120)
  void aThousandColumnsAreImported() {
    String names = names(1_000, "c");
    project.write("a.csv", names + "\n" + names(1_000, "") + "\n" + names(1_000, "") + "\n");
    project.close();
    project =
        ImportProject.create(
            folder,
            "catalogs:\n"
                + "  lake: {type: sqlite, warehouse: warehouse}\n"
                + "settings: {memory-limit: 2GiB, threads: 2}\n");
    long begun = System.nanoTime();
    project.run("a.csv");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    assertThat(project.values("c999")).containsExactly(999L, 999L);
  }

  private static String names(int count, String prefix) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void delimiterIsRecognised(String delimiter) {
    String text = "id,name,x\n1,a b,2.5\n2,c d,3.5\n".replace(",", delimiter);
    project.write("a.csv", text);
    project.run("a.csv");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "name", "a b", "x", 2.5), row("id", 2L, "name", "c d", "x", 3.5));
  }

  @Test
  void namedTextsAreNullAndQuotedOnesAreNot() {
    project.write("a.csv", "id,s\n1,NA\n2,\"NA\"\n3,x\n");
    project.run(project.request("a.csv").withText(ImportProject.nulls("NA")));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "s", null), row("id", 2L, "s", "NA"), row("id", 3L, "s", "x"));
  }

  @Test
  void quotedEmptyTextIsEmptyAndUnquotedIsNull() {
    project.write("a.csv", "id,s\n1,\"\"\n2,\n3,x\n");
    project.run("a.csv");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "s", ""), row("id", 2L, "s", null), row("id", 3L, "s", "x"));
  }

  @Test
  void compressedFilesAreReadToTheEndOfTheirLastMember() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip("id\n1\n2\n"));
    members.write(gzip("3\n4\n"));
    project.write("in/a.csv.gz", members.toByteArray());
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    frames.write(Zstd.compress("id\n5\n".getBytes(StandardCharsets.UTF_8)));
    frames.write(Zstd.compress("6\n".getBytes(StandardCharsets.UTF_8)));
    project.write("in/b.csv.zst", frames.toByteArray());
    project.run("in");
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void compressedFileThatIsCutOffIsRefused(String ending) throws IOException {
    StringBuilder text = new StringBuilder("id,x\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i).append(',').append(Integer.toHexString(i * 0x9E3779B1)).append('\n');
    }
    byte[] whole =
        ending.equals("gz")
            ? gzip(text.toString())
            : Zstd.compress(text.toString().getBytes(StandardCharsets.UTF_8));
    project.write("a.csv." + ending, Arrays.copyOf(whole, whole.length - 20));
    assertThatThrownBy(() -> project.run("a.csv." + ending))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code().name()).isEqualTo("IMPORT_FILE_UNREADABLE"))
        .hasMessageContaining("a.csv." + ending);
    assertThat(project.hasTable()).isFalse();
    assertThat(project.dataFiles()).isEmpty();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void filesThatNameAColumnInAnotherCaseAreRefused() {
    project.write("in/a.csv", "id,name\n1,x\n");
    project.write("in/b.csv", "id,Name\n2,y\n");
    assertThatThrownBy(() -> project.run("in"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Name")
        .hasMessageContaining("case only");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void namesOfColumnsDoNotMixWithThoseOfTheStatements() {
    List<String> names =
        List.of("t1", "t0", "bad", "bad_text", "f", "l", "v1", "v0", "a b", "'", "x.y", "ü", "k0");
    project.write(
        "a.csv",
        String.join(",", names)
            + "\n"
            + names(names.size(), "")
            + "\n"
            + names(names.size(), "1")
            + "\n");
    project.run(project.request("a.csv").withOptions(ImportProject.key("t0", "k0")));
    for (int i = 0; i < names.size(); i++) {
      assertThat(project.values(names.get(i)))
          .as(names.get(i))
          .containsExactlyInAnyOrder((long) i, Long.parseLong("1" + i));
    }
  }

  @Test
  void rejectsOfAnEarlierImportAreGone() throws Exception {
    Path rejects = folder.resolve("rejects.json");
    project.write("a.csv", "id\n1\nx\n");
    project.write("b.csv", "id\n2\n");
    ImportRequest first =
        project
            .request("a.csv")
            .withOptions(
                new TableOptions(
                    Map.of("id", ColumnType.of(Types.LongType.get())),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    2,
                    false))
            .rejecting(1, Optional.of(rejects));
    project.run(first);
    assertThat(Files.readAllLines(rejects)).hasSize(1);
    project.run(project.request("b.csv").rejecting(1, Optional.of(rejects)));
    assertThat(rejects).isEmptyFile();
  }
}
