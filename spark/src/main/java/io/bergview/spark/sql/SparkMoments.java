package io.bergview.spark.sql;

import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/** Dates and timestamps, in a session whose time zone is UTC. */
final class SparkMoments {
  private SparkMoments() {}

  /** A date or timestamp as Spark's timestamp with time zone. */
  static String timestamp(Written moment) {
    return moment.isZoned() ? moment.sql() : "CAST(" + moment.sql() + " AS TIMESTAMP)";
  }

  /** Microseconds since 1970. */
  static String micros(Written moment) {
    return "unix_micros(" + timestamp(moment) + ")";
  }

  /** What is written as a timestamp with time zone, as one like another value. */
  static Written like(String timestamp, Written moment) {
    return moment.isZoned()
        ? new Written(timestamp, moment.type())
        : new Written(
            "CAST(" + timestamp + " AS TIMESTAMP_NTZ)", Types.TimestampType.withoutZone());
  }

  /** A date or timestamp later by an interval. A date stays one where no time is added. */
  static Written later(Written moment, SparkInterval interval) {
    if (moment.is(TypeID.DATE) && interval.micros().isEmpty()) {
      String date = moment.sql();
      if (!interval.months().isEmpty()) {
        date = "add_months(" + date + ", CAST(" + interval.months() + " AS INT))";
      }
      if (!interval.days().isEmpty()) {
        date = "date_add(" + date + ", CAST(" + interval.days() + " AS INT))";
      }
      return new Written(date, Types.DateType.get());
    }
    String time = timestamp(moment);
    if (!interval.months().isEmpty()) {
      time = "(" + time + " + make_ym_interval(0, CAST(" + interval.months() + " AS INT)))";
    }
    if (!interval.time().isEmpty()) {
      time = "timestamp_micros(unix_micros(" + time + ") + " + interval.time() + ")";
    }
    return like(time, moment);
  }

  /** The start of the unit of time that holds the value; a date's is a date. */
  static Written truncated(String unit, Written moment) {
    String start =
        switch (unit) {
          case "year", "quarter", "month", "week", "day", "hour", "minute", "second" ->
              "date_trunc('" + unit + "', " + timestamp(moment) + ")";
          case "millisecond", "milliseconds" ->
              "date_trunc('millisecond', " + timestamp(moment) + ")";
          case "microsecond", "microseconds" -> timestamp(moment);
          case "decade" -> years(moment, 10);
          case "century" -> years(moment, 100);
          case "millennium" -> years(moment, 1_000);
          default -> throw new UnsupportedOnSpark("unit " + unit);
        };
    return like(start, moment);
  }

  private static String years(Written moment, int many) {
    String year = "year(" + moment.sql() + ")";
    return "CAST(make_date(CAST(%s div %d * %d AS INT), 1, 1) AS TIMESTAMP)"
        .formatted(year, many, many);
  }

  /** The start of the bucket of an interval that holds the value, as DuckDB counts them. */
  static Written bucket(SparkInterval interval, Written moment) {
    boolean ofTime = interval.months().isEmpty();
    String width = ofTime ? interval.time() : interval.months();
    String known =
        "CASE WHEN %1$s > 0 THEN %1$s WHEN %1$s <= 0 THEN raise_error('a bucket has a width') END"
            .formatted(width);
    if (ofTime) {
      String micros = micros(moment);
      String origin = "946857600000000L";
      return like(
          "timestamp_micros(%s - pmod(%s - %s, %s))".formatted(micros, micros, origin, known),
          moment);
    }
    String value = moment.sql();
    String months = "((year(" + value + ") - 2000) * 12 + month(" + value + ") - 1)";
    return like(
        "CAST(add_months(DATE '2000-01-01', CAST(%s - pmod(%s, %s) AS INT)) AS TIMESTAMP)"
            .formatted(months, months, known),
        moment);
  }
}
