package io.bergview.projection.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.projection.statement.Statement.CreateView;
import io.bergview.projection.statement.Statement.IfExists;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of statements, and the places of what is wrong in them. */
class StatementsTest {

  private static Statement one(String text) {
    List<Statement> statements = Statements.parse(text, "a.sql");
    assertThat(statements).hasSize(1);
    return statements.get(0);
  }

  private static Map<String, String> settings(String clauses) {
    CreateView view =
        (CreateView) one("CREATE MATERIALIZED VIEW v " + clauses + " AS SELECT * FROM t");
    Map<String, String> settings = new TreeMap<>();
    view.settings().forEach((key, setting) -> settings.put(key, setting.value().toString()));
    return settings;
  }

  private static List<DefinitionProblem> problems(String text) {
    return catchThrowableOfType(DefinitionException.class, () -> Statements.parse(text, "a.sql"))
        .problems();
  }

  private static String problem(String text) {
    return problems(text).get(0).toString();
  }

  @Test
  void semicolonsInQuotesAndCommentsSeparateNothing() {
    String text =
        """
        -- first; of all
        SELECT ';' AS a, "b;c" /* ; /* nested; */ ; */ FROM t;
        ;; SELECT $$;$$, $tag$ ; $$ $tag$, E'it\\'s;' ; VALUES ('it''s;')
        """;
    assertThat(Statements.parse(text, ""))
        .extracting(Statement::text)
        .containsExactly(
            "SELECT ';' AS a, \"b;c\" /* ; /* nested; */ ; */ FROM t",
            "SELECT $$;$$, $tag$ ; $$ $tag$, E'it\\'s;'",
            "VALUES ('it''s;')");
    assertThat(Statements.parse(text, "").get(1).place())
        .isEqualTo(new Place("", 3, 4, text.indexOf("SELECT $$")));
    assertThat(Statements.parse(" -- nothing\n;", "")).isEmpty();
  }

  @Test
  void everyStatementIsRead() {
    assertThat(
            Statements.parse(
                    """
                    create or replace materialized view V as select 1;
                    ALTER MATERIALIZED VIEW v SET (shards = 3); ALTER MATERIALIZED VIEW v AS FROM t;
                    DROP MATERIALIZED VIEW IF EXISTS v; DROP MATERIALIZED VIEW v;
                    REFRESH MATERIALIZED VIEW v; REFRESH MATERIALIZED VIEW v WITH UPSTREAM FULL;
                    VACUUM MATERIALIZED VIEW v; COMPACT MATERIALIZED VIEW v; VERIFY MATERIALIZED VIEW v;
                    SHOW MATERIALIZED VIEWS; SHOW CREATE MATERIALIZED VIEW v;
                    SHOW TABLES; SHOW TABLES IN lake.shop; DESCRIBE shop.orders; DESC TABLE t; DESCRIBE "table";
                    EXPLAIN MATERIALIZED VIEW v; EXPLAIN CREATE MATERIALIZED VIEW v AS SELECT 1;
                    EXPLAIN SELECT 1; WITH a AS (SELECT 1) SELECT * FROM a; (SELECT 1); FROM t
                    """,
                    "")
                .stream()
                .map(statement -> statement.getClass().getSimpleName()))
        .containsExactly(
            "CreateView",
            "AlterSettings",
            "AlterQuery",
            "DropView",
            "DropView",
            "RefreshView",
            "RefreshView",
            "MaintainView",
            "MaintainView",
            "MaintainView",
            "ShowViews",
            "ShowCreate",
            "ShowTables",
            "ShowTables",
            "Describe",
            "Describe",
            "Describe",
            "ExplainView",
            "ExplainCreate",
            "ExplainQuery",
            "Select",
            "Select",
            "Select");
  }

  @Test
  void wordsAfterANameAreKept() {
    assertThat(one("REFRESH MATERIALIZED VIEW v FULL WITH UPSTREAM"))
        .isInstanceOfSatisfying(
            Statement.RefreshView.class,
            refresh -> assertThat(refresh.full() && refresh.upstream()).isTrue());
    assertThat(one("DROP MATERIALIZED VIEW IF EXISTS lake.\"My \"\"ns\".v"))
        .isInstanceOfSatisfying(
            Statement.DropView.class,
            drop -> {
              assertThat(drop.ifExists()).isTrue();
              assertThat(drop.name().parts())
                  .containsExactly(
                      new SqlName.Part("lake", false),
                      new SqlName.Part("My \"ns", true),
                      new SqlName.Part("v", false));
              assertThat(drop.subject().column()).isEqualTo(34);
            });
  }

  @Test
  void aQueryIsKeptAsWrittenWithItsPlace() {
    CreateView view =
        (CreateView)
            one(
                "CREATE MATERIALIZED VIEW IF NOT EXISTS v (a, \"B c\") AS -- the query\n"
                    + "  SELECT 1, -- one\n"
                    + " 2 ; -- end");
    assertThat(view.ifExists()).isEqualTo(IfExists.KEEP);
    assertThat(view.columns()).containsExactly("a", "B c");
    assertThat(view.query().text()).isEqualTo("SELECT 1, -- one\n 2");
    assertThat(view.query().place()).extracting(Place::line, Place::column).containsExactly(2, 3);
  }

  @Test
  void optionsStandWithAndWithoutParentheses() {
    Map<String, String> expected = Map.of("$shards", "12", "$replication", "2");
    assertThat(settings("WITH SHARDS=12 REPLICATION_FACTOR=2")).isEqualTo(expected);
    assertThat(settings("WITH SHARDS = 12, replication_factor = '2'")).isEqualTo(expected);
    assertThat(settings("WITH (shards = 12, Replication_Factor = 2)")).isEqualTo(expected);
    assertThat(settings("WITH SHARDS=12 ORDER BY (a) WITH REPLICATION_FACTOR=2"))
        .containsAllEntriesOf(expected);
  }

  @Test
  void schemasAreNamedWithWhatIsDoneIfTheyExist() {
    assertThat(one("CREATE SCHEMA IF NOT EXISTS lake.raw"))
        .isInstanceOfSatisfying(
            Statement.CreateSchema.class,
            create -> {
              assertThat(create.ifNotExists()).isTrue();
              assertThat(create.name().path()).isEqualTo("lake.raw");
            });
    assertThat(one("DROP SCHEMA IF EXISTS raw CASCADE"))
        .isInstanceOfSatisfying(
            Statement.DropSchema.class,
            drop -> assertThat(drop.ifExists() && drop.cascade()).isTrue());
    assertThat(one("drop schema raw restrict"))
        .isInstanceOfSatisfying(
            Statement.DropSchema.class,
            drop -> assertThat(drop.ifExists() || drop.cascade()).isFalse());
    assertThat(one("SHOW SCHEMAS FROM prod"))
        .isInstanceOfSatisfying(
            Statement.ShowSchemas.class, show -> assertThat(show.catalog()).isPresent());
    assertThat(one("SHOW TABLES FROM shop"))
        .isInstanceOfSatisfying(
            Statement.ShowTables.class, show -> assertThat(show.namespace()).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          WITH SHARDS=2 SHARD KEY (k)         | {$shardKey=["k"], $shards=2}
          SHARD KEY (k) WITH SHARDS=2         | {$shardKey=["k"], $shards=2}
          WITH SHARDS=2, SHARD KEY (k)        | {$shardKey=["k"], $shards=2}
          WITH (SHARD KEY ("k"), shards = 2)  | {$shardKey=["k"], $shards=2}
          WITH (shards = 2, shard_key = k)    | {$shardKey=["k"], $shards=2}
          WITH (shards = 2, shard_key = 'k')  | {$shardKey=["k"], $shards=2}
          WITH (layout = 'oltp')              | {$projection="oltp"}
          WITH (layout = OLTP)                | {$projection="oltp"}
          WITH (lookup = 'a, b')              | {$lookup=["a","b"]}
          WITH (lookup = (a, 'b'))            | {$lookup=["a","b"]}
          WITH (table = 'shop.x')             | {$table="shop.x"}
          WITH (timezone = 'Europe/Berlin')   | {$timezone="Europe/Berlin"}
          WITH (max_delta = 0.25, pin = true) | {$refresh.maxDelta=0.25, $refresh.pin=true}
          WITH (retention = '30 days')        | {$refresh.retention="30d"}
          WITH (retries = 3, cascade = FALSE) | {$refresh.cascade=false, $refresh.retries=3}
          WITH (partitioned_by = 'day(a), b') | {$partitionBy=[{"day":"a"},"b"]}
          WITH (event_types = 'CREATE')       | {$refresh.eventTypes=["CREATE"]}
          PARTITIONED BY (day(ts), bucket(8, k), "Odd name", truncate(c, 4)) | {$partitionBy=[{"day":"ts"},{"bucket":8,"of":"k"},"Odd name",{"truncate":4,"of":"c"}]}
          PARTITIONED BY ()                   | {$partitionBy=[]}
          ORDER BY (a, b.c DESC, d ASC)       | {$sortBy=["a",{"b.c":"desc"},"d"]}
          ORDER BY (a NULLS FIRST)            | {$sortBy=["a"]}
          COMMENT 'it''s'                     | {$description="it's"}
          REFRESH ON COMMIT                   | {$refresh.mode="streaming"}
          REFRESH MANUAL                      | {$refresh.mode="manual"}
          REFRESH EVERY '15 minutes'          | {$refresh.mode="scheduled", $refresh.schedule="*/15 * * * *"}
          REFRESH EVERY '1 hour'              | {$refresh.mode="scheduled", $refresh.schedule="0 * * * *"}
          REFRESH EVERY '6h'                  | {$refresh.mode="scheduled", $refresh.schedule="0 */6 * * *"}
          REFRESH EVERY '1 day' TIME ZONE 'UTC' | {$refresh.mode="scheduled", $refresh.schedule="0 0 * * *", $refresh.timezone="UTC"}
          REFRESH CRON '0 2 * * *' TIME ZONE 'Europe/Berlin' | {$refresh.mode="scheduled", $refresh.schedule="0 2 * * *", $refresh.timezone="Europe/Berlin"}
          GRACE PERIOD '15 minutes'           | {$refresh.gracePeriod="15m"}
          REFRESH POLICY AUTO                 | {$refresh.policy="auto"}
          REFRESH POLICY INCREMENTAL          | {$refresh.policy="incremental"}
          REFRESH POLICY INCREMENTAL STRICT   | {$refresh.policy="strict"}
          REFRESH POLICY FULL                 | {$refresh.policy="full"}
          """)
  void clausesAreSettingsOfTheLanguage(String clause, String settings) {
    assertThat(settings(clause)).hasToString(settings);
  }

  @Test
  void clausesStandInAnyOrder() {
    assertThat(
            settings(
                "REFRESH POLICY FULL GRACE PERIOD '1h' ORDER BY (a) REFRESH ON COMMIT WITH SHARDS=2"
                    + " PARTITIONED BY (a) COMMENT 'x'"))
        .hasSize(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CREAT MATERIALIZED VIEW v AS SELECT 1 | a.sql:1:1: 'CREAT' begins no statement (did you mean 'CREATE'?)
          INSERT INTO t VALUES (1)              | a.sql:1:1: 'INSERT' is no statement here: Bergview reads tables
          CREATE TABLE t (a int)                | a.sql:1:8: 'TABLE': Bergview keeps materialized views only
          CREATE OR REPLACE TABLE t (a int)     | a.sql:1:19: 'TABLE': Bergview keeps materialized views only
          DROP TABLE t                          | a.sql:1:6: 'TABLE': Bergview keeps materialized views only
          CREATE SCHEMA                         | a.sql:1:14: the statement is cut off: the name of the schema is expected here
          CREATE OR REPLACE SCHEMA s            | a.sql:1:19: 'SCHEMA': Bergview keeps materialized views only
          DROP SCHEMA s CASCADED                | a.sql:1:15: 'CASCADED' follows a complete statement; is a ';' missing?
          CREATE VIEW v AS SELECT 1             | a.sql:1:8: Bergview has materialized views only; write CREATE MATERIALIZED VIEW
          CREATE MATERIALISED VIEW v AS SELECT 1 | a.sql:1:8: MATERIALIZED is expected here, not 'MATERIALISED' (did you mean 'MATERIALIZED'?)
          CREATE MATERIALIZED VIEW AS SELECT 1  | a.sql:1:26: the name of the view is expected here, not 'AS'
          CREATE MATERIALIZED VIEW v            | a.sql:1:27: the statement is cut off: AS and a SELECT, or a clause
          CREATE MATERIALIZED VIEW v AS         | a.sql:1:30: the statement is cut off: a SELECT is expected here
          CREATE MATERIALIZED VIEW v AS SELCT 1 | a.sql:1:31: a SELECT is expected here, not 'SELCT' (did you mean 'SELECT'?)
          CREATE MATERIALIZED VIEW v WITH SHARD=12 AS SELECT 1 | a.sql:1:33: there is no option 'SHARD' (did you mean 'shards'?)
          CREATE MATERIALIZED VIEW v WITH SHARDS 12 AS SELECT 1 | a.sql:1:40: '=' and the value of shards is expected here, not '12'
          CREATE MATERIALIZED VIEW v WITH SHARDS=1 SHARDS=2 AS SELECT 1 | a.sql:1:42: 'shards' is given twice
          CREATE MATERIALIZED VIEW v WITH SHARDS=1 SHARD KEY (a) SHARD KEY (b) AS SELECT 1 | a.sql:1:56: 'shard_key' is given twice
          CREATE MATERIALIZED VIEW v WITH SHARDS=1 SHARD KY (a) AS SELECT 1 | a.sql:1:48: KEY is expected here, not 'KY' (did you mean 'KEY'?)
          CREATE MATERIALIZED VIEW v WITH SHARDS=1 SHARD KEY a AS SELECT 1 | a.sql:1:52: '(' and a list is expected here, not 'a'
          CREATE MATERIALIZED VIEW v PARTITIOND BY (a) AS SELECT 1 | a.sql:1:28: AS and a SELECT, or a clause (COMMENT, WITH, SHARD KEY, PARTITIONED BY, ORDER BY, REFRESH, GRACE PERIOD), is expected here, not 'PARTITIOND' (did you mean 'PARTITIONED'?)
          CREATE MATERIALIZED VIEW v PARTITIONED BY (dya(a)) AS SELECT 1 | a.sql:1:44: year(), month(), day(), hour(), bucket(), truncate() or a column is expected here, not 'dya' (did you mean 'day'?)
          CREATE MATERIALIZED VIEW v REFRESH EVRY '1h' AS SELECT 1 | a.sql:1:36: ON COMMIT, EVERY, CRON, MANUAL or POLICY is expected here, not 'EVRY' (did you mean 'EVERY'?)
          CREATE MATERIALIZED VIEW v REFRESH EVERY '7 minutes' AS SELECT 1 | a.sql:1:42: '7 minutes' has no regular ticks
          CREATE MATERIALIZED VIEW v REFRESH EVERY '5 seconds' AS SELECT 1 | a.sql:1:42: '5 seconds' has no regular ticks
          CREATE MATERIALIZED VIEW v REFRESH EVERY 'often' AS SELECT 1 | a.sql:1:42: 'often' is not a duration such as '15 minutes', '1h30m' or '7d'
          CREATE MATERIALIZED VIEW v REFRESH MANUAL REFRESH ON COMMIT AS SELECT 1 | a.sql:1:43: 'refresh_mode' is given twice
          CREATE MATERIALIZED VIEW v ORDER BY (a NULLS LAST) AS SELECT 1 | a.sql:1:40: the rows of a view are sorted with NULLS FIRST ascending
          CREATE MATERIALIZED VIEW v (a, a) AS SELECT 1 | a.sql:1:32: 'a' is listed twice
          CREATE MATERIALIZED VIEW v (a, A) AS SELECT 1 | a.sql:1:32: 'A' is listed twice
          CREATE MATERIALIZED VIEW v (a, _state) AS SELECT 1 | a.sql:1:32: '_state' is reserved for Bergview; choose another name
          CREATE OR REPLACE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1 | a.sql:1:37: OR REPLACE and IF NOT EXISTS contradict each other
          ALTER MATERIALIZED VIEW v SET shards = 3 | a.sql:1:31: '(' and options, such as SET (shards = 12), is expected here, not 'shards'
          ALTER MATERIALIZED VIEW v SET (table = 'a.b') | a.sql:1:32: 'table' cannot be altered
          ALTER MATERIALIZED VIEW v SETS (a = 1) | a.sql:1:27: SET or AS is expected here, not 'SETS' (did you mean 'SET'?)
          REFRESH MATERIALIZED VIEW v FUL       | a.sql:1:29: FULL, WITH UPSTREAM or ';' is expected here, not 'FUL' (did you mean 'FULL'?)
          SHOW VIEWS                            | a.sql:1:6: MATERIALIZED VIEWS, CREATE MATERIALIZED VIEW, TABLES or SCHEMAS is expected here, not 'VIEWS'
          DROP MATERIALIZED VIEW a b            | a.sql:1:26: 'b' follows a complete statement; is a ';' missing?
          DROP MATERIALIZED VIEW                | a.sql:1:23: the statement is cut off: the name of the view is expected here
          SELECT 'it                            | a.sql:1:8: the statement is cut off: the string that begins here is not closed
          SELECT "it                            | a.sql:1:8: the statement is cut off: the name that begins here is not closed
          SELECT $a$ x $$                       | a.sql:1:8: the statement is cut off: the string $a$ that begins here is not closed
          SELECT /* /* */                       | a.sql:1:8: the statement is cut off: the comment that begins here is not closed
          """)
  void problemsHaveTheirPlaceAndSayWhatToDo(String text, String problem) {
    assertThat(problem(text)).startsWith(problem);
  }

  @Test
  void everyWrongStatementIsTold() {
    assertThat(problems("SELCT 1;\nSELECT 2;\n  DROP VIEW v"))
        .extracting(DefinitionProblem::line, DefinitionProblem::column)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, 1), org.assertj.core.groups.Tuple.tuple(3, 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1;",
        "SELECT 1; -- done",
        "",
        "  -- nothing",
        "SELECT 1;\n;",
        "SELECT $$;$$;"
      })
  void aTextThatEndsWithASemicolonIsComplete(String text) {
    assertThat(Statements.isComplete(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT ';",
        "SELECT \";",
        "SELECT 1 /* ;",
        "SELECT 1 -- ;",
        "SELECT $$;",
        "a; b"
      })
  void otherTextsAreNot(String text) {
    assertThat(Statements.isComplete(text)).isFalse();
  }

  @Test
  void tooMuchIsRefused() {
    assertThatThrownBy(() -> Statements.parse(" ".repeat((1 << 20) + 1), "a.sql"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("longer than 1,048,576 characters");
    assertThatThrownBy(() -> Statements.parse("FROM t;".repeat(10_001), "a.sql"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("more than 10,000 statements");
    String path = String.join(".", Stream.generate(() -> "a").limit(17).toList());
    assertThat(problem("DESCRIBE " + path)).contains("a name of more than 16 parts");
  }
}
