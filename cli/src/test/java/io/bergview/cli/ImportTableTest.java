package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code importTable} as it is typed: what it shows, what it refuses, and that nothing is left. */
class ImportTableTest {
  private static final String SALES = "id,day,price\n1,2026-01-01,1.50\n2,2026-01-02,2.25\n";

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void project() {
    cli = Cli.in(folder);
    cli.done("init", "--empty");
    cli.write("sales.csv", SALES);
  }

  private List<Path> filesOfTables() throws IOException {
    Path warehouse = folder.resolve("warehouse");
    if (!Files.exists(warehouse)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(warehouse)) {
      return all.filter(
              path ->
                  Files.isRegularFile(path)
                      && !path.getFileName().toString().startsWith("catalog.db"))
          .toList();
    }
  }

  @Test
  void aPlanShowsColumnsAndChangesNothing() throws IOException {
    Cli.Result plan = cli.done("importTable", "sales.csv", "--table", "shop.sales", "--plan");
    assertThat(plan.out())
        .contains("Table shop.sales would be made from 1 file", "2 rows", "day     date");
    assertThat(plan.err()).contains("--column 'price:decimal(3,2)' would hold every value exactly");
    assertThat(filesOfTables()).isEmpty();
  }

  @Test
  void aViewOverAnImportedTableFollowsTheNextImport() {
    cli.done("import-table", "sales.csv", "--table", "shop.sales", "--id", "id");
    cli.write("types/Sale.yaml", "$type: Sale\n$table: shop.sales\n$id: id\n");
    cli.write(
        "views/Days.yaml",
        "$type: Days\n$from: Sale\n$groupBy: [day]\n$compute: {n: {$count: '*'}}\n");
    cli.done("apply");
    cli.done("refreshView", "Days");
    cli.write("more.csv", "id,day,price\n2,2026-01-01,9\n3,2026-01-03,1\n");
    cli.done("importTable", "more.csv", "--table", "shop.sales", "--mode", "upsert");
    assertThat(cli.done("refreshView", "Days").out()).startsWith("Days: merge");
    JsonNode days = cli.done("find", "Days", "--sort", "day", "--format", "json").json();
    assertThat(days.toString())
        .isEqualTo("[{\"day\":\"2026-01-01\",\"n\":2},{\"day\":\"2026-01-03\",\"n\":1}]");
  }

  @Test
  void theSecondImportOfAFileSaysThatThereIsNothingNew() {
    JsonNode first = cli.done("importTable", "sales.csv", "--table", "shop.sales", "--json").json();
    assertThat(first.get("rowsAdded").asInt()).isEqualTo(2);
    JsonNode second =
        cli.done("importTable", "sales.csv", "--table", "shop.sales", "--json").json();
    assertThat(second.get("known").asInt()).isEqualTo(1);
    assertThat(second.get("rowsAdded").asInt()).isZero();
    assertThat(second.has("snapshotId")).isFalse();
  }

  @Test
  void badRowsAreListedAndNothingIsImported() throws Exception {
    cli.write("bad.csv", SALES + "3,2026-13-01,1\nx,2026-01-01,2\n5,2026-01-01\n");
    Cli.Result refused =
        cli.run(
            "importTable",
            "bad.csv",
            "--table",
            "shop.bad",
            "--column",
            "id:long",
            "--column",
            "day:date",
            "--rejects",
            "rejects.json");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("error IMPORT_ROWS_REJECTED: 3 rows cannot be imported, so nothing was")
        .contains(
            "bad.csv:4: column day: '2026-13-01' is no date",
            "bad.csv:5: column id: 'x' is no long",
            "bad.csv:6: the row has 2 fields, not 3: 5,2026-01-01");
    assertThat(Files.readAllLines(folder.resolve("rejects.json"))).hasSize(3);
    assertThat(
            cli.run(
                    "importTable",
                    "bad.csv",
                    "--table",
                    "shop.bad",
                    "--mode",
                    "create",
                    "--column",
                    "id:long",
                    "--column",
                    "day:date",
                    "--max-errors",
                    "3")
                .exitCode())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nowhere.csv --table a.b | 3 | FILE_NOT_FOUND: There is no file or folder nowhere.csv",
        "*.parquet --table a.b | 3 | FILE_NOT_FOUND: *.parquet holds no file to import",
        "sales.csv --table b | 2 | USAGE: --table: 'b' names no namespace",
        "sales.csv --table a.b --mode upsert | 2 | USAGE: --mode upsert needs the columns of the"
            + " key",
        "sales.csv --table a.b --id nr | 2 | USAGE: --id: 'nr': there is no such column",
        "sales.csv --table a.b --partition week(day) | 2 | USAGE: --partition: 'week(day)'",
        "sales.csv --table a.b --partition day(price) | 2 | USAGE: --partition: 'day(price)'",
        "sales.csv --table a.b --sort dya | 2 | USAGE: --sort: 'dya': there is no such column (did"
            + " you mean 'day'?)",
        "sales.csv --table a.b --column price:money | 2 | USAGE: 'money' is no type of a column",
        "sales.csv --table a.b --column prize:double | 2 | USAGE: --column names prize, which no"
            + " file has (did you mean 'price'?)",
        "sales.csv --table a.b --column price:decimal(40,2) | 2 | USAGE: 'decimal(40,2)': a decimal"
            + " has 1 to 38 digits",
        "sales.csv --table a.b --zone Mars | 2 | USAGE: --zone 'Mars' is no time zone",
        "sales.csv --table a.b --encoding klingon | 2 | USAGE: --encoding 'klingon' is not known",
        "sales.csv --table a.b --in-place | 2 | USAGE: --in-place takes Parquet files only",
        "sales.csv --table a.b --format parquet | 1 | IMPORT_FILE_UNREADABLE: File",
        "empty.csv --table a.b | 1 | IMPORT_FILE_UNREADABLE: There is no column in",
        "twice.csv --table a.b --id id | 1 | DUPLICATE_KEY: id is no key of the imported rows",
      })
  void whatIsWrongIsSaidAndNoTableIsLeft(String arguments, int exitCode, String message)
      throws IOException {
    cli.write("empty.csv", "");
    cli.write("twice.csv", SALES + "1,2026-01-01,3\n");
    String[] words = ("importTable " + arguments).split(" ");
    Cli.Result result = cli.run(words);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.err()).startsWith("error " + message).doesNotContain("Exception", "\tat ");
    assertThat(filesOfTables()).isEmpty();
    cli.done("importTable", "sales.csv", "--table", "a.b", "--mode", "create");
  }

  @Test
  void aTableThatIsThereIsNotMadeAgain() {
    cli.done("importTable", "sales.csv", "--table", "shop.sales");
    Cli.Result refused =
        cli.run("importTable", "sales.csv", "--table", "shop.sales", "--mode", "create");
    assertThat(refused.exitCode()).isEqualTo(4);
    assertThat(refused.err()).startsWith("error TABLE_EXISTS: Table shop.sales exists");
  }
}
