package io.bergview.projection.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.statement.Statement.CreateView;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a statement to a definition, and back. */
class CreatedViewTest {

  private static ViewDefinition view(String text) {
    CreateView create = (CreateView) Statements.parse(text, "views/v.sql").get(0);
    return CreatedView.definition(create, Set.of("lake"));
  }

  private static String written(String text) {
    return DefinitionWriter.write(view(text));
  }

  @Test
  void allClausesAreInTheDefinition() {
    assertThat(
            written(
                """
                CREATE MATERIALIZED VIEW lake.shop_views.Daily COMMENT 'x' WITH SHARDS=12 REPLICATION_FACTOR=2
                  PARTITIONED BY (day(ts), bucket(8, k)) ORDER BY (a, b DESC)
                  REFRESH CRON '0 2 * * *' TIME ZONE 'Europe/Berlin' GRACE PERIOD '15m'
                  REFRESH POLICY INCREMENTAL STRICT AS SELECT * FROM orders\
                """))
        .isEqualTo(
            """
            {"$type":"Daily","$description":"x","$sql":"SELECT * FROM orders",\
            "$refresh":{"mode":"scheduled",\
            "schedule":"0 2 * * *","timezone":"Europe/Berlin","gracePeriod":"15m","policy":"strict"},\
            "$partitionBy":[{"day":"ts"},{"bucket":8,"of":"k"}],"$sortBy":["a",{"b":"desc"}],\
            "$shards":12,"$replication":2,"$table":"lake.shop_views.Daily"}\
            """);
  }

  @Test
  void columnsRenameThoseOfTheQuery() {
    ViewDefinition view = view("CREATE MATERIALIZED VIEW v (a, \"b c\") AS\n  SELECT 1, 2");
    assertThat(view.query().orElseThrow().text())
        .isEqualTo("SELECT * FROM (SELECT 1, 2) AS v(a, \"b c\")");
    assertThat(view.query().orElseThrow().line()).isEqualTo(2);
  }

  @Test
  void theDefinitionKnowsItsPlaces() {
    ViewDefinition view =
        view("-- first\n CREATE MATERIALIZED VIEW v\n WITH SHARDS=2\n AS SELECT * FROM orders");
    assertThat(view.origin().file()).isEqualTo("views/v.sql");
    assertThat(view.origin().places().get("").line()).isEqualTo(2);
    assertThat(view.origin().places().get("$shards").line()).isEqualTo(3);
    assertThat(view.query().orElseThrow())
        .satisfies(query -> assertThat(query.line()).isEqualTo(4))
        .satisfies(query -> assertThat(query.column()).isEqualTo(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          WITH SHARDS=-1           | views/v.sql:1:40: shards: an integer from 0 to 10000 is expected here, found the number -1
          WITH SHARDS=1000000      | views/v.sql:1:40: shards: an integer from 0 to 10000 is expected here, found the number 1000000
          WITH SHARDS=1.5          | views/v.sql:1:40: shards: an integer from 0 to 10000
          WITH SHARDS=many         | views/v.sql:1:40: shards: an integer from 0 to 10000
          WITH REPLICATION_FACTOR=0 | views/v.sql:1:52: replication_factor: an integer from 1 to 512 is expected here, found the number 0
          WITH SHARDS=0 SHARD KEY (a) | views/v.sql:1:52: shard_key: 0 shards means as many as the root table's own bucketing has
          SHARD KEY (a)            | views/v.sql:1:38: shard_key: a shard key needs a number of shards
          WITH SHARDS=2 SHARD KEY (a, b) | views/v.sql:1:52: shard_key: shards are by one column, found 2: Iceberg's bucket takes no more
          WITH (shards = 2, shard_key = ('a', 'b')) | views/v.sql:1:58: shard_key: shards are by one column, found 2
          WITH SHARDS=2 SHARD KEY () | views/v.sql:1:52: shard_key: shards are by one column, found 0
          WITH (layout = 'rows')   | views/v.sql:1:43: layout:
          REFRESH CRON '61 * * * *' | views/v.sql:1:41: schedule:
          REFRESH CRON '0 2 * * *' TIME ZONE 'Mars' | views/v.sql:1:63: schedule_timezone:
          WITH (strategy = 'append') | views/v.sql:1:45: strategy:
          WITH (refresh_mode = scheduled) | views/v.sql:1:49:
          WITH (lookup = 'a')      | views/v.sql:1:43: lookup:
          WITH (table = 'x')       | views/v.sql:1:42: 'x' names no namespace
          """)
  void wrongValuesHaveThePlaceOfTheirClause(String clause, String problem) {
    String text = "CREATE MATERIALIZED VIEW v " + clause + " AS SELECT 1";
    DefinitionException wrong = catchThrowableOfType(DefinitionException.class, () -> view(text));
    assertThat(wrong.problems().get(0).toString()).startsWith(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE MATERIALIZED VIEW v AS SELECT 1",
        "CREATE MATERIALIZED VIEW \"odd \"\"name\" AS SELECT 'it''s' -- one\n, 2",
        "CREATE MATERIALIZED VIEW shop_views.daily WITH SHARDS=12 REPLICATION_FACTOR=2 AS SELECT 1",
        "CREATE MATERIALIZED VIEW v WITH SHARDS=0 AS SELECT 1",
        "CREATE MATERIALIZED VIEW v WITH SHARDS=12 SHARD KEY (\"odd.name\") AS SELECT 1",
        "CREATE MATERIALIZED VIEW v WITH (shards = 12, shard_key = k) PARTITIONED BY (a) AS SELECT"
            + " 1",
        "CREATE MATERIALIZED VIEW Daily WITH (table = 'shop_views.daily', layout = 'oltp') AS FROM"
            + " t",
        "CREATE MATERIALIZED VIEW v (a, \"select\") AS SELECT 1, 2",
        "CREATE MATERIALIZED VIEW v PARTITIONED BY (day(ts), bucket(8, k), \"x y\") ORDER BY (a,"
            + " b.c DESC) AS SELECT 1",
        "CREATE MATERIALIZED VIEW v PARTITIONED BY () AS SELECT 1",
        "CREATE MATERIALIZED VIEW v REFRESH ON COMMIT GRACE PERIOD '1h30m' REFRESH POLICY FULL AS"
            + " SELECT 1",
        "CREATE MATERIALIZED VIEW v REFRESH EVERY '15 minutes' TIME ZONE 'Asia/Tokyo' AS SELECT 1",
        "CREATE MATERIALIZED VIEW v REFRESH CRON '0 2 * * *' WITH (strategy = 'append', jitter ="
            + " '5m', retention = '30d', max_delta = 0.2, event_types = ('CREATE', 'UPDATE'), pin ="
            + " true, timeout = '1h', retries = 2, cascade = false, timezone = 'Europe/Berlin') AS"
            + " SELECT 1"
      })
  void aDefinitionIsWrittenAsTheStatementThatReadsBack(String text) {
    ViewDefinition view = view(text);
    String written = SqlWriter.create(view).orElseThrow();
    assertThat(written(written)).isEqualTo(DefinitionWriter.write(view));
    assertThat(SqlWriter.create(view(written))).hasValue(written);
  }

  @Test
  void theStatementIsWrittenOverSeveralLines() {
    assertThat(
            SqlWriter.create(
                view(
                    "CREATE MATERIALIZED VIEW shop_views.Daily WITH SHARDS=12 REFRESH EVERY '1"
                        + " hour' AS SELECT 1")))
        .hasValue(
            """
            CREATE MATERIALIZED VIEW shop_views.Daily
              WITH (shards = 12)
              REFRESH CRON '0 * * * *'
            AS SELECT 1;\
            """);
  }

  @Test
  void theShardKeyIsWrittenAsAClause() {
    assertThat(
            SqlWriter.create(
                view(
                    "CREATE MATERIALIZED VIEW v WITH (shards = 12, SHARD KEY (customer_id)) AS"
                        + " SELECT 1")))
        .hasValue(
            """
            CREATE MATERIALIZED VIEW v
              WITH (shards = 12)
              SHARD KEY (customer_id)
            AS SELECT 1;\
            """);
  }

  @Test
  void aViewOfTheLanguageIsNotWrittenYet() {
    assertThat(SqlWriter.create(ViewDefinition.named("V").from("Order").build())).isEmpty();
  }
}
