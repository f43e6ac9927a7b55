package io.bergview.imports.convert;

import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.imports.options.TextOptions;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * SQL that makes a value of a column's type from a value of a file, and null from one that is none.
 * Nothing is rounded, cut off or wrapped: what the type cannot hold exactly is no value of it, but
 * for the binary fractions of float and double.
 */
final class Conversion {
  private static final String LOCAL =
      "\\s*[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}(["
          + " Tt][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0*)?)?)?\\s*";
  private static final String ZONED =
      "\\s*[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}["
          + " Tt][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0*)?)?\\s*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)\\s*";
  private static final String DATE = "\\s*[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}\\s*";
  private static final String TIME =
      "\\s*([01]?[0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0*)?)?\\s*";

  private static final String GROUPED =
      "\\s*[+-]?[0-9]{1,3}(\\.[0-9]{3})+(,[0-9]*)?([eE][+-]?[0-9]+)?\\s*";

  private final ImportColumn column;
  private final TextOptions options;

  Conversion(ImportColumn column, TextOptions options) {
    this.column = column;
    this.options = options;
  }

  /** Whether some values may be none of the type. */
  boolean mayFail() {
    return column.nanoseconds() || !TypeFit.holds(column.type().type(), column.source());
  }

  /**
   * @param value SQL of the value in the file
   */
  String sql(String value) {
    Type to = column.type().type();
    if (column.source().typeId() == TypeID.STRING) {
      return to.typeId() == TypeID.STRING ? value : ofText(value);
    }
    return to.typeId() == TypeID.STRING ? "CAST(" + value + " AS VARCHAR)" : ofValue(value, to);
  }

  /** A value of one type as one of another that must hold it exactly. */
  private String ofValue(String value, Type to) {
    if (!mayFail()) {
      return "CAST(%s AS %s)".formatted(value, sqlType(to));
    }
    // Compared as what DuckDB reads, which may have nanoseconds that the type has not.
    String back =
        TypeFit.holds(to, column.source())
            ? "TRY_CAST(%s AS %s)".formatted(value, sqlType(to))
            : "TRY_CAST(TRY_CAST(%s AS %s) AS %s)"
                .formatted(value, sqlType(to), sqlType(column.source()));
    return "CASE WHEN %s IS NOT DISTINCT FROM %s THEN TRY_CAST(%s AS %s) END"
        .formatted(back, value, value, sqlType(to));
  }

  private String ofText(String value) {
    Type to = column.type().type();
    String sql = sqlType(to);
    return switch (to.typeId()) {
      case INTEGER, LONG ->
          "CASE WHEN translate(%1$s, '0123456789+- ', '') = '' THEN TRY_CAST(%1$s AS %2$s) END"
              .formatted(value, sql);
      case FLOAT, DOUBLE -> ofNumber(point(value), sql);
      case DECIMAL ->
          "CASE WHEN regexp_full_match(%1$s, '\\s*[+-]?[0-9]*(\\.[0-9]{0,%3$d}0*)?\\s*') THEN TRY_CAST(%1$s AS %2$s) END"
              .formatted(point(value), sql, ((Types.DecimalType) to).scale());
      case BOOLEAN -> "TRY_CAST(trim(%s) AS BOOLEAN)".formatted(value);
      case DATE -> dated(value);
      case TIME -> matching(value, TIME, "TRY_CAST(trim(%s) AS TIME)".formatted(value));
      case TIMESTAMP ->
          ((Types.TimestampType) to).shouldAdjustToUTC() ? instant(value) : local(value);
      case UUID -> "TRY_CAST(trim(%s) AS UUID)".formatted(value);
      case FIXED, BINARY -> matching(value, "([0-9a-fA-F]{2})*", "TRY(unhex(%s))".formatted(value));
      default -> throw new IllegalArgumentException("no text is a " + to);
    };
  }

  private String point(String value) {
    return options.decimalComma()
        ? "CASE WHEN NOT contains(%1$s, '.') OR regexp_full_match(%1$s, '%2$s') THEN replace(replace(%1$s, '.', ''), ',', '.') END"
            .formatted(value, GROUPED)
        : value;
  }

  /** DuckDB takes underscores in numbers, and overflows to infinity. */
  private static String ofNumber(String value, String sql) {
    return "CASE WHEN NOT contains(%1$s, '_') AND (NOT isinf(TRY_CAST(%1$s AS %2$s)) OR contains(lower(%1$s), 'inf')) THEN TRY_CAST(%1$s AS %2$s) END"
        .formatted(value, sql);
  }

  private String dated(String value) {
    return column
        .type()
        .format()
        .map(
            format -> "TRY_CAST(try_strptime(trim(%s), %s) AS DATE)".formatted(value, text(format)))
        .orElse(matching(value, DATE, "TRY_CAST(trim(%s) AS DATE)".formatted(value)));
  }

  private Optional<String> timestampFormat() {
    return column.type().format().or(options::timestampFormat);
  }

  private String local(String value) {
    return timestampFormat()
        .map(format -> "try_strptime(trim(%s), %s)".formatted(value, text(format)))
        .orElse(matching(value, LOCAL, "TRY_CAST(upper(trim(%s)) AS TIMESTAMP)".formatted(value)));
  }

  /** With its offset, or in the zone that was named. */
  private String instant(String value) {
    String zone = options.zone().map(named -> text(named.getId())).orElse("");
    Optional<String> format = timestampFormat();
    if (format.isPresent()) {
      String read = "try_strptime(trim(%s), %s)".formatted(value, text(format.get()));
      boolean offset = format.get().contains("%z") || format.get().contains("%Z");
      return offset
          ? "CAST(" + read + " AS TIMESTAMP WITH TIME ZONE)"
          : zone.isEmpty()
              ? "CAST(NULL AS TIMESTAMP WITH TIME ZONE)"
              : "TRY(timezone(%s, %s))".formatted(zone, read);
    }
    String zoned =
        "WHEN regexp_full_match(%1$s, %2$s) THEN TRY_CAST(upper(trim(%1$s)) AS TIMESTAMP WITH TIME ZONE)"
            .formatted(value, text(ZONED));
    String named =
        zone.isEmpty()
            ? ""
            : " WHEN regexp_full_match(%1$s, %2$s) THEN TRY(timezone(%3$s, TRY_CAST(upper(trim(%1$s)) AS TIMESTAMP)))"
                .formatted(value, text(LOCAL), zone);
    return "CASE " + zoned + named + " END";
  }

  private static String matching(String value, String pattern, String then) {
    return "CASE WHEN regexp_full_match(%s, %s) THEN %s END".formatted(value, text(pattern), then);
  }

  /** Why a value is none of the type, to follow its column. */
  String reason() {
    Type to = column.type().type();
    if (to.equals(Types.TimestampType.withZone())
        && options.zone().isEmpty()
        && column.source().typeId() == TypeID.STRING) {
      return "is no timestamp with an offset; --zone says which zone one without has";
    }
    return "is no " + column.type();
  }
}
