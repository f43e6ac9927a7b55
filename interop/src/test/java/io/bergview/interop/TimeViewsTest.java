package io.bergview.interop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/**
 * Units of time at their edges: both ends of summer time, years before 1970, before there were time
 * zones and at the ends of the calendar, years that begin in the last one's week.
 */
@Tag("long")
class TimeViewsTest extends ViewsAgainstSpark {
  private static final String TYPE =
      """
      $type: Event
      $table: clock.events
      $id: event_id
      """;

  private static final String ROWS =
      """
      INSERT INTO clock.events
      SELECT row_number() OVER (ORDER BY at), at, CAST(at AS TIMESTAMP_NTZ), CAST(at AS DATE)
      FROM (
        SELECT explode(sequence(TIMESTAMP '2026-03-29 00:00:00', TIMESTAMP '2026-03-29 03:00:00', INTERVAL 15 MINUTES)) AS at
        UNION ALL SELECT explode(sequence(TIMESTAMP '2026-10-24 23:00:00', TIMESTAMP '2026-10-25 03:00:00', INTERVAL 15 MINUTES))
        UNION ALL SELECT explode(sequence(TIMESTAMP '2026-03-08 04:30:00', TIMESTAMP '2026-03-08 08:30:00', INTERVAL 30 MINUTES))
        UNION ALL SELECT explode(sequence(TIMESTAMP '2026-11-01 03:30:00', TIMESTAMP '2026-11-01 07:30:00', INTERVAL 30 MINUTES))
        UNION ALL SELECT explode(sequence(TIMESTAMP '1969-12-26 11:59:59.999999', TIMESTAMP '1970-01-05 12:00:00', INTERVAL 12 HOURS))
        UNION ALL SELECT explode(sequence(TIMESTAMP '2020-12-27 00:00:00', TIMESTAMP '2021-01-04 00:00:00', INTERVAL 1 DAY))
        UNION ALL SELECT CAST(at AS TIMESTAMP) FROM VALUES (NULL), ('1883-11-18 16:59:59.999999'), ('1850-06-15 12:34:56.789012'),
          ('1600-02-29 23:59:59'), ('0001-01-03 00:00:00'), ('9999-12-30 23:59:59.999999'), ('1969-12-31 23:59:59.999999') AS v(at))
      """;

  @Override
  Lake fill(Path folder) {
    Lake lake = Lake.create(folder, Map.of("Event.yaml", TYPE));
    lake.spark("CREATE NAMESPACE clock");
    lake.spark(
        "CREATE TABLE clock.events (event_id BIGINT NOT NULL, at TIMESTAMP, local_at TIMESTAMP_NTZ,"
            + " day DATE) USING iceberg");
    lake.spark(ROWS);
    return lake;
  }

  @Override
  List<Case> cases() {
    return Case.read("time.cases");
  }
}
