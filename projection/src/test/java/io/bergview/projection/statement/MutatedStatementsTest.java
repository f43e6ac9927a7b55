package io.bergview.projection.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.statement.Statement.CreateView;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is typed is a list of statements or a problem with its place. */
class MutatedStatementsTest {
  private static final int TEXTS = 20_000;
  private static final long SEED = 18;
  private static final List<String> SAMPLES =
      List.of(
          "CREATE OR REPLACE MATERIALIZED VIEW lake.shop.v (a, \"b\") COMMENT 'c' WITH SHARDS=12"
              + " REPLICATION_FACTOR=2 PARTITIONED BY (day(ts), bucket(8, k)) ORDER BY (a DESC)"
              + " REFRESH CRON '0 2 * * *' TIME ZONE 'Europe/Berlin' GRACE PERIOD '15m' REFRESH"
              + " POLICY INCREMENTAL STRICT AS WITH x AS (SELECT 1) SELECT * FROM x",
          "CREATE MATERIALIZED VIEW IF NOT EXISTS v WITH (shards = 12, max_delta = 0.5, lookup ="
              + " ('a', 'b'), pin = true) REFRESH EVERY '15 minutes' AS FROM t;",
          "ALTER MATERIALIZED VIEW v SET (partitioned_by = 'day(ts)', grace_period = DEFAULT);",
          "ALTER MATERIALIZED VIEW v AS SELECT $tag$ a $tag$, E'it\\'s', /* x /* y */ z */ 1 --"
              + " end",
          "DROP MATERIALIZED VIEW IF EXISTS \"my \"\"view\";",
          "REFRESH MATERIALIZED VIEW v FULL WITH UPSTREAM; VACUUM MATERIALIZED VIEW v;",
          "CREATE SCHEMA IF NOT EXISTS s; DROP SCHEMA IF EXISTS s CASCADE; SHOW SCHEMAS IN lake;",
          "SHOW TABLES IN lake.shop; SHOW CREATE MATERIALIZED VIEW v; DESCRIBE TABLE t;",
          "EXPLAIN CREATE MATERIALIZED VIEW v AS VALUES (1); EXPLAIN SELECT 1;");
  private static final String CHARACTERS = ";'\"$(),=.-*/\\ \n\r\t\0\ufeffeE1zäß\ud83d\udc1f\ud800";

  @Test
  void areParsedOrRefused() {
    Random random = new Random(SEED);
    int parsed = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = mutated(random);
      try {
        for (Statement statement : Statements.parse(text, "a.sql")) {
          parsed++;
          assertThat(text.startsWith(statement.text(), statement.place().offset())).isTrue();
          if (statement instanceof CreateView create) {
            SqlWriter.create(CreatedView.definition(create, Set.of("lake")));
          }
        }
      } catch (DefinitionException e) {
        assertThat(e.problems()).allMatch(p -> p.line() > 0 && p.column() > 0);
      } catch (RuntimeException e) {
        fail("text %d of seed %d: <<%s>>".formatted(i, SEED, text), e);
      }
    }
    assertThat(parsed).isGreaterThan(TEXTS / 10);
  }

  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(SAMPLES.get(random.nextInt(SAMPLES.size())));
    int changes = 1 + random.nextInt(2);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        case 2 -> {
          String other = SAMPLES.get(random.nextInt(SAMPLES.size()));
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(20)));
        }
        default -> text.setLength(at);
      }
    }
    return text.toString();
  }
}
