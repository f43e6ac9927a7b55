package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Spark creates, changes, compacts and evolves the sources, in each form that it has; after every
 * step the views, refreshed by Bergview, equal Spark's own answers.
 */
@Tag("long")
class SparkWritesSourcesTest {
  private static final Map<String, String> TYPES =
      Map.of(
          "Branch.yaml",
          """
          $type: Branch
          $table: bank.branches
          $id: branch_id
          """,
          "Payment.yaml",
          """
          $type: Payment
          $table: bank.payments
          $id: payment_id
          branch: '-> Branch'
          """);

  /** The view that keeps what it has read from expiring. */
  private static final String PINNING = "BranchDays";

  private static final Map<String, String> VIEWS =
      Map.of(
          "PaymentRows",
          """
          $type: PaymentRows
          $from: Payment
          $expand: [branch]
          $filter: {note: {$ne: secret}}
          $select: [payment_id, branch_id, amount, rate, paid_at, local_at, due, note, parts, marks, branch_name, branch_place]
          $refresh: {maxDelta: 100%}
          """,
          "BranchDays",
          """
          $type: BranchDays
          $from: Payment
          $groupBy: [branch.place.city, {day: paid_at}]
          $compute:
            n: {$count: '*'}
            amount: {$sum: amount}
            mean: {$avg: amount}
            rate: {$max: rate}
            branches: {$countDistinct: branch_id}
            latest: {$last: note, $orderBy: paid_at}
          $refresh: {pin: true, maxDelta: 100%}
          """,
          "PaymentParts",
          """
          $type: PaymentParts
          $from: Payment
          $unnest: {path: parts, keepEmpty: true}
          $expand: [parts]
          $select: [payment_id, parts_kind, parts_cents]
          """);

  private static final Map<String, String> QUERIES =
      Map.of(
          "PaymentRows",
          """
          SELECT payment_id, branch_id, amount, rate, paid_at, local_at, due, note, parts, marks,
            name AS branch_name, place AS branch_place
          FROM bank.payments LEFT JOIN bank.branches USING (branch_id) WHERE note IS NULL OR note <> 'secret'
          """,
          "BranchDays",
          """
          SELECT place.city AS branch_place_city, CAST(paid_at AS DATE) AS paid_at_day, count(*) AS n, sum(amount) AS amount,
            avg(amount) AS mean, max(rate) AS rate, count(DISTINCT branch_id) AS branches,
            max_by(note, struct(paid_at, payment_id)) AS latest
          FROM bank.payments LEFT JOIN bank.branches USING (branch_id) GROUP BY ALL
          """,
          "PaymentParts",
          """
          SELECT payment_id, part.kind AS parts_kind, part.cents AS parts_cents
          FROM (SELECT payment_id, explode_outer(parts) AS part FROM bank.payments)
          """);

  /** After the columns have new names, orders and types; the views keep the names that they had. */
  private static final Map<String, String> QUERIES_AFTER_EVOLUTION =
      Map.of(
          "PaymentRows",
          """
          SELECT payment_id, branch_id, sum AS amount, rate, paid_at, local_at, due, note,
            transform(parts, p -> CASE WHEN p IS NOT NULL THEN named_struct('kind', p.sort, 'cents', p.cents) END) AS parts, marks,
            name AS branch_name, CASE WHEN place IS NOT NULL THEN named_struct('city', place.town, 'lat', place.lat) END AS branch_place
          FROM bank.payments LEFT JOIN bank.branches USING (branch_id) WHERE note IS NULL OR note <> 'secret'
          """,
          "BranchDays",
          """
          SELECT place.town AS branch_place_city, CAST(paid_at AS DATE) AS paid_at_day, count(*) AS n, sum(sum) AS amount,
            avg(sum) AS mean, max(rate) AS rate, count(DISTINCT branch_id) AS branches,
            max_by(note, struct(paid_at, payment_id)) AS latest
          FROM bank.payments LEFT JOIN bank.branches USING (branch_id) GROUP BY ALL
          """,
          "PaymentParts",
          """
          SELECT payment_id, part.sort AS parts_kind, part.cents AS parts_cents
          FROM (SELECT payment_id, explode_outer(parts) AS part FROM bank.payments)
          """);

  private static final String CREATE =
      """
      CREATE NAMESPACE bank;
      CREATE TABLE bank.branches (branch_id INT NOT NULL, name STRING, place STRUCT<city: STRING, lat: DOUBLE>)
        USING iceberg PARTITIONED BY (truncate(1, name)) TBLPROPERTIES (%1$s, 'write.format.default'='%2$s');
      CREATE TABLE bank.payments (payment_id BIGINT NOT NULL, branch_id INT, amount DECIMAL(9,2), rate FLOAT, paid_at TIMESTAMP,
          local_at TIMESTAMP_NTZ, due DATE, note STRING, parts ARRAY<STRUCT<kind: STRING, cents: INT>>, marks MAP<STRING, INT>, comment STRING)
        USING iceberg PARTITIONED BY (days(paid_at), bucket(2, payment_id))
        TBLPROPERTIES (%1$s, 'write.distribution-mode'='hash');
      INSERT INTO bank.branches VALUES (1, 'North', named_struct('city', 'Kiel', 'lat', 54.3D)),
        (2, 'South', named_struct('city', CAST(NULL AS STRING), 'lat', double('NaN'))), (3, 'East', NULL);
      """;

  private static final String PAYMENTS =
      """
      INSERT INTO bank.payments
        SELECT %1$d + id, CAST(if(id %% 7 = 0, NULL, id %% 5) AS INT), if(id %% 11 = 0, NULL, CAST(id * 17.31 - 100 AS DECIMAL(9,2))),
          if(id %% 13 = 0, float('NaN'), float(id / 3)), TIMESTAMP '1969-12-30 22:30:00' + make_dt_interval(id %% 4, id, 7, 0.000001 * id),
          TIMESTAMP_NTZ '2026-03-29 02:30:00' + make_dt_interval(0, id, 0, 0), DATE '1969-12-25' + CAST(id %% 12 AS INT),
          CASE id %% 6 WHEN 0 THEN NULL WHEN 1 THEN 'secret' WHEN 2 THEN '' ELSE concat('n', id) END,
          CASE id %% 4 WHEN 0 THEN NULL WHEN 1 THEN array() WHEN 2 THEN array(named_struct('kind', 'fee', 'cents', CAST(id AS INT)), NULL)
            ELSE array(named_struct('kind', NULL, 'cents', CAST(-id AS INT))) END,
          if(id %% 5 = 0, NULL, map('a', CAST(id AS INT), 'b', NULL)), 'dropped later'
        FROM range(40);
      """;

  private static final String REWRITE =
      """
      CALL lake.system.rewrite_data_files(table => 'bank.payments', options => map('rewrite-all', 'true'));
      CALL lake.system.rewrite_data_files(table => 'bank.branches', options => map('rewrite-all', 'true'));
      CALL lake.system.rewrite_manifests(table => 'bank.payments');
      """;

  private static final String EVOLVE =
      """
      ALTER TABLE bank.payments RENAME COLUMN amount TO sum;
      ALTER TABLE bank.payments ALTER COLUMN sum TYPE DECIMAL(12,2);
      ALTER TABLE bank.payments ALTER COLUMN rate TYPE DOUBLE;
      ALTER TABLE bank.payments ALTER COLUMN marks FIRST;
      ALTER TABLE bank.payments RENAME COLUMN parts.element.kind TO sort;
      ALTER TABLE bank.payments ALTER COLUMN parts.element.cents TYPE BIGINT;
      ALTER TABLE bank.payments ALTER COLUMN parts.element.cents FIRST;
      ALTER TABLE bank.payments ADD COLUMN parts.element.extra STRING;
      ALTER TABLE bank.payments DROP COLUMN comment;
      ALTER TABLE bank.payments ADD COLUMN comment INT AFTER payment_id;
      ALTER TABLE bank.payments REPLACE PARTITION FIELD days(paid_at) WITH months(paid_at);
      ALTER TABLE bank.branches DROP PARTITION FIELD truncate(1, name);
      ALTER TABLE bank.branches RENAME COLUMN place.city TO town;
      ALTER TABLE bank.branches ALTER COLUMN place.lat FIRST;
      """;

  /** Everything but the newest snapshots; the tags of views that pin theirs hold some more. */
  private static final String EXPIRE =
      """
      CALL lake.system.expire_snapshots(table => 'bank.payments', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1);
      CALL lake.system.expire_snapshots(table => 'bank.branches', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1);
      """;

  @ParameterizedTest
  @CsvSource({"2, copy-on-write, parquet", "2, merge-on-read, orc", "3, merge-on-read, avro"})
  void viewsEqualSparksAnswersAfterEveryStep(
      int format, String mode, String branches, @TempDir Path folder) {
    try (Lake lake = Lake.create(folder, TYPES)) {
      String properties =
          "'format-version'='%1$d', 'write.delete.mode'='%2$s', 'write.update.mode'='%2$s', 'write.merge.mode'='%2$s'"
              .formatted(format, mode);
      run(lake, CREATE.formatted(properties, branches) + PAYMENTS.formatted(0));
      VIEWS.forEach(lake::define);
      assertHold(lake, QUERIES);

      run(lake, PAYMENTS.formatted(1000));
      assertFollowed(lake, QUERIES);

      run(
          lake,
          "UPDATE bank.payments SET amount = amount + 1, branch_id = 3 WHERE payment_id % 5 = 1",
          "UPDATE bank.branches SET place = named_struct('city', 'Husum', 'lat', 54.5D) WHERE"
              + " branch_id = 1");
      assertFollowed(lake, QUERIES);

      run(
          lake,
          "DELETE FROM bank.payments WHERE payment_id % 9 = 2",
          "DELETE FROM bank.payments WHERE paid_at >= '1970-01-01' AND paid_at < '1970-01-02'",
          "DELETE FROM bank.branches WHERE branch_id = 2");
      assertFollowed(lake, QUERIES);

      run(
          lake,
          """
          MERGE INTO bank.payments t USING (SELECT 990 + id AS id FROM range(30)) s ON t.payment_id = s.id
          WHEN MATCHED AND s.id % 2 = 0 THEN DELETE
          WHEN MATCHED THEN UPDATE SET note = 'merged', paid_at = TIMESTAMP '2026-03-29 01:30:00'
          WHEN NOT MATCHED THEN INSERT (payment_id, branch_id, amount) VALUES (s.id, 4, 0.01)
          """,
          "MERGE INTO bank.branches t USING (SELECT 4 AS id) s ON t.branch_id = s.id"
              + " WHEN NOT MATCHED THEN INSERT (branch_id, name) VALUES (s.id, 'West')");
      assertFollowed(lake, QUERIES);
      assertThat(lake.spark("SELECT * FROM bank.payments.delete_files").rows().isEmpty())
          .isEqualTo(mode.equals("copy-on-write"));

      run(lake, REWRITE);
      assertFresh(lake);
      assertHold(lake, QUERIES);

      run(
          lake,
          "UPDATE bank.payments SET amount = 7 WHERE payment_id % 10 = 3",
          "UPDATE bank.branches SET name = 'Northwest' WHERE branch_id = 1");
      lake.refresh(PINNING);
      run(lake, "UPDATE bank.payments SET amount = 8 WHERE payment_id % 10 = 4", EXPIRE);
      assertHoldAfterExpiry(lake);

      run(lake, EVOLVE);
      assertHold(lake, QUERIES_AFTER_EVOLUTION);

      run(
          lake,
          """
          INSERT INTO bank.payments (payment_id, branch_id, sum, rate, paid_at, parts, marks)
          VALUES (5000, 1, 9999999999.99, 1e300D, TIMESTAMP '2026-10-25 00:30:00',
            array(named_struct('cents', 3000000000, 'sort', 'big', 'extra', 'x')), map('z', 1))
          """,
          "UPDATE bank.payments SET sum = sum * 2, note = 'twice' WHERE payment_id < 20",
          "DELETE FROM bank.payments WHERE payment_id BETWEEN 20 AND 25",
          "UPDATE bank.branches SET place.town = 'Emden' WHERE branch_id = 3 OR branch_id = 1");
      assertHold(lake, QUERIES_AFTER_EVOLUTION);

      run(lake, "DELETE FROM bank.payments");
      assertHold(lake, QUERIES_AFTER_EVOLUTION);
    }
  }

  private static void run(Lake lake, String... scripts) {
    for (String script : scripts) {
      Arrays.stream(script.split(";")).filter(s -> !s.isBlank()).forEach(lake::spark);
    }
  }

  /** Every view was brought up to date without a recompute. */
  private static void assertFollowed(Lake lake, Map<String, String> queries) {
    for (String view : VIEWS.keySet()) {
      RefreshResult result = lake.refresh(view);
      assertThat(result.kind())
          .as("%s: %s", view, result.message())
          .isIn(RefreshKind.APPEND, RefreshKind.MERGE, RefreshKind.SKIP);
      lake.assertHolds(view, queries.get(view));
    }
  }

  /**
   * The view that pins what it has read goes on from it; the others, which are behind it, cannot.
   */
  private static void assertHoldAfterExpiry(Lake lake) {
    for (String view : VIEWS.keySet()) {
      RefreshResult result = lake.refresh(view);
      boolean pinned = view.equals(PINNING);
      assertThat(result.kind())
          .as("%s: %s %s", view, result.reason(), result.message())
          .isEqualTo(pinned ? RefreshKind.MERGE : RefreshKind.FULL);
      assertThat(result.reason()).isEqualTo(pinned ? "SOURCE_CHANGED" : "SOURCE_SNAPSHOT_EXPIRED");
      lake.assertHolds(view, QUERIES.get(view));
    }
  }

  private static void assertHold(Lake lake, Map<String, String> queries) {
    for (String view : VIEWS.keySet()) {
      lake.refresh(view);
      lake.assertHolds(view, queries.get(view));
    }
  }

  private static void assertFresh(Lake lake) {
    List<RefreshResult> results = VIEWS.keySet().stream().map(lake::refresh).toList();
    assertThat(results).extracting(RefreshResult::kind).containsOnly(RefreshKind.SKIP);
  }
}
