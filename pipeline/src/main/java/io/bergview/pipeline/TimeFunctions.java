package io.bergview.pipeline;

import io.bergview.projection.resolve.ClockUnits;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;

/**
 * {@code bv_hour_<zone>(micros)} and {@code bv_minute_<zone>(micros)}: where the hour or minute of
 * a zone's clock begins that holds an instant, both BIGINT microseconds since the epoch, as {@link
 * ClockUnits} says; null of null. The zone's id is in hexadecimal.
 */
final class TimeFunctions {
  private static final Pattern NAME = Pattern.compile("bv_(hour|minute)_((?:[0-9a-f]{2})+)");
  private static final int HOUR = 3_600;
  private static final int MINUTE = 60;

  private TimeFunctions() {}

  /** Registers the function of that name; false where it is none of these. */
  static boolean register(String name, DuckDBConnection connection) throws SQLException {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return false;
    }
    String id = new String(HexFormat.of().parseHex(parts.group(2)), StandardCharsets.UTF_8);
    if (!ZoneId.getAvailableZoneIds().contains(id)) {
      return false;
    }
    ZoneRules rules = ZoneId.of(id).getRules();
    int unit = "hour".equals(parts.group(1)) ? HOUR : MINUTE;
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
      builder
          .withName(name)
          .withParameters(DuckDBColumnType.BIGINT)
          .withReturnType(DuckDBColumnType.BIGINT)
          .withVectorizedFunction(
              (rows, starts) -> {
                DuckDBReadableVector times = rows.vector(0);
                for (long row = 0; row < rows.rowCount(); row++) {
                  if (times.isNull(row)) {
                    starts.setNull(row);
                  } else {
                    starts.setLong(row, ClockUnits.start(times.getLong(row), unit, rules));
                  }
                }
              })
          .register(connection);
    }
    return true;
  }
}
