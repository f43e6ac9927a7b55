package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Units of time as DuckDB SQL. */
final class DuckDbTimes {
  private DuckDbTimes() {}

  /**
   * Zoned hours and minutes are cut in the zone's own clock without going through it, so the two
   * hours of a DST fold stay two; where clocks change, the session knows where they begin.
   */
  static String truncate(String value, Type from, TimeUnit of, ZoneId zone, Type to) {
    String unit = text(of.name().toLowerCase(Locale.ROOT));
    boolean zoned = from instanceof Types.TimestampType timestamp && timestamp.shouldAdjustToUTC();
    if (!zoned) {
      return Sql.cast(Sql.call("date_trunc", unit, value), sqlType(to));
    }
    boolean fine = of == TimeUnit.HOUR || of == TimeUnit.MINUTE;
    if (fine && !(zone.normalized() instanceof ZoneOffset)) {
      return "make_timestamptz(bv_%s_%s(epoch_us(%s)))"
          .formatted(
              of.name().toLowerCase(Locale.ROOT),
              HexFormat.of().formatHex(zone.getId().getBytes(StandardCharsets.UTF_8)),
              value);
    }
    String local = local(value, zone);
    if (fine) {
      return Sql.infix(value, "-", Sql.infix(local, "-", Sql.call("date_trunc", unit, local)));
    }
    return Sql.cast(Sql.call("date_trunc", unit, local), sqlType(to));
  }

  private static String local(String value, ZoneId zone) {
    if (zone.normalized() instanceof ZoneOffset offset) {
      String shift =
          offset.getTotalSeconds() == 0 ? "" : " + " + offset.getTotalSeconds() * 1_000_000L;
      return Sql.call("make_timestamp", Sql.call("epoch_us", value) + shift);
    }
    return Sql.call("timezone", text(zone.getId()), value);
  }
}
