package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.cli.Cli.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements from options, files and standard input. */
class SqlTest {
  @TempDir private static Path folder;
  private static Cli cli;

  @BeforeAll
  static void shop() {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.02");
    cli.done("apply");
    cli.done("refreshView", "DailyRevenue");
  }

  @Test
  void statementsComeFromOptionsInTheirOrder() {
    Result result =
        cli.done(
            "sql",
            "-e",
            "REFRESH MATERIALIZED VIEW dailyrevenue; DESCRIBE shop.customers",
            "-e",
            "SHOW MATERIALIZED VIEWS",
            "--format",
            "csv");
    assertThat(result.out().lines().map(line -> line.split(",")[0]))
        .startsWith("view", "DailyRevenue", "column", "customer_id")
        .endsWith("OrderWithItems");
  }

  @Test
  void aFileIsRunAndWhatIsWrongInItIsShown() {
    cli.write(
        "bad.sql",
        "SHOW TABLES;\n\nALTER MATERIALIZED VIEW DailyRevenue\n\tSET (grace_period = 'soon');\n");
    Result result = cli.run("sql", "-f", "bad.sql");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            bad.sql:4:22: DEFINITION_INVALID: 'soon' is not a duration such as '15 minutes', '1h30m' or '7d'
               SET (grace_period = 'soon');
                                   ^
            """);
  }

  @Test
  void standardInputIsReadToItsEnd() {
    Result result = cli.reading("-- tables\nSHOW TABLES\n IN shop;\n").run("sql");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("| shop.orders ", "| Order ");
    assertThat(cli.reading("").run("sql").exitCode()).isZero();
  }

  @Test
  void theFirstFailureEndsTheCommandWithItsExitCode() {
    Result result =
        cli.run(
            "sql",
            "-e",
            "ALTER MATERIALIZED VIEW OrderDetails SET (retries = 3)",
            "-e",
            "DROP MATERIALIZED VIEW Nope",
            "-e",
            "DROP MATERIALIZED VIEW OrderDetails");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out()).startsWith("altered OrderDetails");
    assertThat(result.err())
        .isEqualTo(
            """
            -e:1:24: VIEW_NOT_FOUND: There is no view 'Nope'
              DROP MATERIALIZED VIEW Nope
                                     ^
            """);
    assertThat(cli.done("listViews").out()).contains("OrderDetails");
  }

  @Test
  void nothingRunsIfAStatementCannotBeParsed() {
    Result result =
        cli.run("sql", "-e", "DROP MATERIALIZED VIEW DailyRevenue", "-e", "SHOW MATERIALIZED VIEW");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("-e:1:19: DEFINITION_INVALID: VIEWS is expected here, not 'VIEW' (did you mean");
    assertThat(cli.done("listViews").out()).contains("DailyRevenue");
  }

  @Test
  void valuesThatTheLanguageRefusesHaveTheirPlace() {
    Result result =
        cli.run(
            "sql", "-e", "ALTER MATERIALIZED VIEW DailyRevenue SET (retries = 3,\n  shards = -1)");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            """
            -e:2:12: DEFINITION_INVALID: shards: an integer from 0 to 10000 is expected here, found the number -1
                shards = -1)
                         ^
            """);
  }

  @Test
  void machinesGetJson() {
    JsonNode views = cli.done("sql", "-e", "SHOW MATERIALIZED VIEWS", "--json").json();
    assertThat(views.get(1).get("view").asText()).isEqualTo("DailyRevenue");
    assertThat(views.get(1).get("rows").isNumber()).isTrue();
    JsonNode altered =
        cli.done("sql", "--json", "-e", "ALTER MATERIALIZED VIEW DailyRevenue SET (timeout = '1h')")
            .json();
    assertThat(altered.get("message").asText()).startsWith("altered DailyRevenue");
    JsonNode error = cli.run("sql", "--json", "-e", "SELCT 1").error();
    assertThat(error.get("code").asText()).isEqualTo("DEFINITION_INVALID");
    assertThat(error.at("/problems/0/line").asInt()).isEqualTo(1);
    assertThat(error.at("/problems/0/file").asText()).isEqualTo("-e");
  }

  @Test
  void aSecretIsNotShownWithTheLine() {
    Result result = cli.run("sql", "-e", "SHOW 'jdbc:postgresql://ann:hunter22@host/db'");
    assertThat(result.err()).contains("jdbc:postgresql").doesNotContain("hunter22");
  }

  @Test
  void optionsThatContradictEachOtherAreWrongUsage() {
    assertThat(cli.run("sql", "-e", "SHOW TABLES", "-f", "x.sql").exitCode()).isEqualTo(2);
    assertThat(cli.run("sql", "-e", "SHOW TABLES", "--format", "arrow").exitCode()).isEqualTo(2);
    assertThat(cli.run("sql", "-f", "nope.sql").exitCode()).isEqualTo(3);
  }

  @Test
  void rowsAreThoseOfFind() {
    String query = "SELECT order_id, status FROM shop.orders ORDER BY order_id LIMIT 2";
    Result table = cli.done("sql", "-e", query);
    assertThat(table.out()).startsWith("+----------+").contains("| order_id | status");
    assertThat(table.err()).startsWith("2 rows from shop.orders at snapshot ");
    Result json = cli.done("sql", "-e", query, "--json");
    assertThat(json.json()).hasSize(2);
    assertThat(json.err()).isEmpty();
    assertThat(cli.done("sql", "-e", query, "--format", "csv").out().lines())
        .hasSize(3)
        .first()
        .isEqualTo("order_id,status");
    assertThat(cli.done("sql", "-e", "VALUES (1)").err()).isEqualTo("1 row from no table\n");
  }

  @Test
  void aViewIsCreatedFromAFileAndShownAsItsStatement() {
    cli.write(
        "open.sql",
        "CREATE MATERIALIZED VIEW OpenOrders AS\n"
            + "  SELECT order_id FROM shop.orders WHERE status = 'draft';");
    assertThat(cli.done("sql", "-f", "open.sql").out()).startsWith("created OpenOrders");
    assertThat(cli.done("sql", "-e", "SHOW CREATE MATERIALIZED VIEW openorders").out())
        .isEqualTo(
            """
            CREATE MATERIALIZED VIEW OpenOrders
            AS SELECT order_id FROM shop.orders WHERE status = 'draft';
            """);
    assertThat(cli.run("sql", "-f", "open.sql").exitCode()).isEqualTo(4);
    assertThat(cli.done("defineView", "-f", "open.sql").out()).startsWith("unchanged   OpenOrders");
    Result wrong =
        cli.run("sql", "-e", "CREATE MATERIALIZED VIEW v AS\nSELECT\tnope\nFROM shop.orders");
    assertThat(wrong.err())
        .contains("-e:2:8: DEFINITION_INVALID: there is no column 'nope'")
        .endsWith("\n  SELECT nope\n         ^\n");
    cli.done("sql", "-e", "DROP MATERIALIZED VIEW OpenOrders");
  }

  @Test
  void aViewOfTheLanguageIsShownAsAStatementIfSqlCanSayIt() {
    assertThat(cli.done("sql", "-e", "SHOW CREATE MATERIALIZED VIEW DailyRevenue").out())
        .startsWith("CREATE MATERIALIZED VIEW DailyRevenue\n")
        .contains("FROM \"Order\" AS \"order\"\n", "GROUP BY \"order\".status, ");
    assertThat(cli.run("sql", "-e", "SHOW CREATE MATERIALIZED VIEW OrderWithItems").err())
        .contains("view OrderWithItems cannot be written in SQL, which does not have lists of");
  }
}
