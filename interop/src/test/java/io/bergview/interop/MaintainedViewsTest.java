package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.refresh.RefreshKind;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark reads a view that was compacted and vacuumed as it reads its sources. */
@Tag("long")
class MaintainedViewsTest {
  private static final Map<String, String> TYPES =
      Map.of("Payment.yaml", "$type: Payment\n$table: bank.payments\n$id: payment_id\n");

  private static final String VIEW =
      """
      $type: Payments
      $from: Payment
      $projection: oltp
      $filter: {note: {$ne: secret}}
      """;

  private static final String QUERY =
      "SELECT payment_id, amount, note FROM bank.payments WHERE note IS NULL OR note <> 'secret'";

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void sparkReadsMaintainedViews(int format, @TempDir Path folder) {
    try (Lake lake = Lake.create(folder, TYPES)) {
      run(
          lake,
          """
          CREATE NAMESPACE bank;
          CREATE TABLE bank.payments (payment_id BIGINT NOT NULL, amount DECIMAL(9,2), note STRING) USING iceberg
            TBLPROPERTIES ('write.delete.mode'='merge-on-read');
          INSERT INTO bank.payments SELECT id, CAST(id * 17.31 AS DECIMAL(9,2)),
            CASE id % 3 WHEN 0 THEN 'secret' WHEN 1 THEN concat('n', id) END FROM range(100);
          """);
      lake.define("Payments", VIEW);
      lake.refresh("Payments");
      lake.table("Payments")
          .updateProperties()
          .set(TableProperties.FORMAT_VERSION, Integer.toString(format))
          .commit();
      for (int i = 1; i <= 5; i++) {
        run(
            lake,
            """
            INSERT INTO bank.payments VALUES (%1$d, %1$d.5, 'came');
            DELETE FROM bank.payments WHERE payment_id = %2$d;
            """
                .formatted(1_000 + i, 7 * i));
        assertThat(lake.refresh("Payments").kind()).isEqualTo(RefreshKind.MERGE);
      }
      Table before = lake.table("Payments");
      assertThat(total(before, SnapshotSummary.TOTAL_DELETE_FILES_PROP)).isPositive();

      lake.compactAndVacuum("Payments");
      Table after = lake.table("Payments");
      assertThat(total(after, SnapshotSummary.TOTAL_DELETE_FILES_PROP)).isZero();
      assertThat(total(after, SnapshotSummary.TOTAL_DATA_FILES_PROP)).isEqualTo(1);
      assertThat(snapshots(after)).isLessThan(snapshots(before));
      lake.assertHolds("Payments", QUERY);

      lake.spark("DELETE FROM bank.payments WHERE payment_id = 50");
      assertThat(lake.refresh("Payments").kind()).isEqualTo(RefreshKind.MERGE);
      lake.assertHolds("Payments", QUERY);
    }
  }

  private static void run(Lake lake, String statements) {
    for (String statement : statements.split(";")) {
      if (!statement.isBlank()) {
        lake.spark(statement);
      }
    }
  }

  private static long total(Table table, String property) {
    return Long.parseLong(table.currentSnapshot().summary().getOrDefault(property, "0"));
  }

  private static int snapshots(Table table) {
    int count = 0;
    for (Snapshot ignored : table.snapshots()) {
      count++;
    }
    return count;
  }
}
