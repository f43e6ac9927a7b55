package io.bergview.spark.sql;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/** Units of time as Spark SQL, in a session whose time zone is UTC. */
final class SparkTimes {
  private SparkTimes() {}

  static String truncate(String value, Type from, TimeUnit unit, ZoneId zone, Type to) {
    boolean zoned = isZoned(from);
    if (unit != TimeUnit.HOUR && unit != TimeUnit.MINUTE) {
      String date = date(zoned ? local(value, zone) : value, unit);
      return to.typeId() == TypeID.DATE ? date : cast(date, to);
    }
    if (zoned) {
      return fine(value, unit, zone);
    }
    return cast("date_trunc('" + unit + "', CAST(" + value + " AS TIMESTAMP))", to);
  }

  private static boolean isZoned(Type type) {
    return type instanceof Types.TimestampType timestamp && timestamp.shouldAdjustToUTC();
  }

  private static String date(String value, TimeUnit unit) {
    String date = "CAST(" + value + " AS DATE)";
    return unit == TimeUnit.DAY ? date : "trunc(" + date + ", '" + unit + "')";
  }

  /** What a zone's clock shows, as the same time in UTC. */
  private static String local(String value, ZoneId zone) {
    if (zone.normalized() instanceof ZoneOffset offset) {
      return offset.getTotalSeconds() == 0
          ? value
          : "timestamp_micros(" + shifted(value, offset) + ")";
    }
    return "from_utc_timestamp(" + value + ", " + SparkText.text(zone.getId()) + ")";
  }

  private static String shifted(String value, ZoneOffset offset) {
    return "unix_micros(" + value + ") + " + offset.getTotalSeconds() * 1_000_000L + "L";
  }

  /** Cut in the zone's own clock without going through it: both hours of a DST fold stay. */
  private static String fine(String value, TimeUnit unit, ZoneId zone) {
    if (zone.normalized() instanceof ZoneOffset offset) {
      long micros = (unit == TimeUnit.HOUR ? 3_600 : 60) * 1_000_000L;
      return "timestamp_micros(unix_micros(%s) - pmod(%s, %dL))"
          .formatted(value, shifted(value, offset), micros);
    }
    return "timestamp_micros(bv_%s_%s(unix_micros(%s)))"
        .formatted(
            unit.name().toLowerCase(Locale.ROOT),
            HexFormat.of().formatHex(zone.getId().getBytes(StandardCharsets.UTF_8)),
            value);
  }

  private static String cast(String value, Type type) {
    return "CAST(" + value + " AS " + SparkTypes.sql(type) + ")";
  }
}
