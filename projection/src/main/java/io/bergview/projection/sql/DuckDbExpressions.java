package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbTypes.bytes;
import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Pred;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Expressions and predicates as DuckDB SQL. The session's time zone is UTC; {@code bv_} functions
 * are the pipeline's.
 */
final class DuckDbExpressions {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private DuckDbExpressions() {}

  static String sql(Expr value) {
    if (value instanceof Expr.Ref ref) {
      return column(ref.column().id());
    }
    if (value instanceof Expr.Field field) {
      return "struct_extract(" + sql(field.struct()) + ", " + text(field.name()) + ")";
    }
    if (value instanceof Expr.FieldOfEach each) {
      return fieldOfEach(each);
    }
    if (value instanceof Expr.Constant constant) {
      return constant(constant.value(), constant.type());
    }
    if (value instanceof Expr.Cond cond) {
      return "CASE WHEN "
          + sql(cond.test(), true)
          + " THEN "
          + sql(cond.then())
          + " ELSE "
          + sql(cond.otherwise())
          + " END";
    }
    if (value instanceof Expr.Arithmetic arithmetic) {
      return DuckDbArithmetic.arithmetic(arithmetic);
    }
    if (value instanceof Expr.Cast cast) {
      return cast(sql(cast.value()), cast.type());
    }
    if (value instanceof Expr.Truncate truncate) {
      return truncate(truncate);
    }
    if (value instanceof Expr.Canonical canonical) {
      return canonical(sql(canonical.value()), canonical.type());
    }
    if (value instanceof Expr.ExactAverage average) {
      return exactAverage(average);
    }
    if (value instanceof Expr.Ratio ratio) {
      String divisor = sql(ratio.denominator());
      return "CASE WHEN "
          + divisor
          + " > 0 THEN "
          + sql(ratio.numerator())
          + " / "
          + divisor
          + " END";
    }
    if (value instanceof Expr.SquareRoot root) {
      return "sqrt(" + sql(root.value()) + ")";
    }
    if (value instanceof Expr.Pack pack) {
      return pack(pack);
    }
    throw new IllegalStateException("unknown expression " + value);
  }

  static String cast(String sql, Type type) {
    return "CAST(" + sql + " AS " + sqlType(type) + ")";
  }

  private static String fieldOfEach(Expr.FieldOfEach each) {
    String list = "coalesce(" + sql(each.list()) + ", [])";
    if (each.path().isEmpty()) {
      return list;
    }
    String field = "e";
    for (String name : each.path()) {
      field = "struct_extract(" + field + ", " + text(name) + ")";
    }
    return "list_transform(" + list + ", lambda e: " + field + ")";
  }

  /**
   * Zoned hours and minutes are cut in the zone's own clock without going through it, so the two
   * hours of a DST fold stay two; where clocks change, the session knows where they begin.
   */
  private static String truncate(Expr.Truncate truncate) {
    String value = sql(truncate.value());
    String unit = text(truncate.unit().name().toLowerCase(Locale.ROOT));
    boolean zoned =
        truncate.value().type() instanceof Types.TimestampType timestamp
            && timestamp.shouldAdjustToUTC();
    if (!zoned) {
      return cast("date_trunc(" + unit + ", " + value + ")", truncate.type());
    }
    boolean fine = truncate.unit() == TimeUnit.HOUR || truncate.unit() == TimeUnit.MINUTE;
    if (fine && !(truncate.zone().normalized() instanceof ZoneOffset)) {
      return "make_timestamptz(bv_%s_%s(epoch_us(%s)))"
          .formatted(
              truncate.unit().name().toLowerCase(Locale.ROOT),
              HexFormat.of().formatHex(truncate.zone().getId().getBytes(StandardCharsets.UTF_8)),
              value);
    }
    String local = local(value, truncate.zone());
    if (fine) {
      return "(" + value + " - (" + local + " - date_trunc(" + unit + ", " + local + ")))";
    }
    return cast("date_trunc(" + unit + ", " + local + ")", truncate.type());
  }

  private static String local(String value, ZoneId zone) {
    if (zone.normalized() instanceof ZoneOffset offset) {
      String shift =
          offset.getTotalSeconds() == 0 ? "" : " + " + offset.getTotalSeconds() * 1_000_000L;
      return "make_timestamp(epoch_us(" + value + ")" + shift + ")";
    }
    return "timezone(" + text(zone.getId()) + ", " + value + ")";
  }

  /** A floating-point value as a key: one zero, one NaN. */
  static String canonical(String value, Type of) {
    String type = sqlType(of);
    return "CASE WHEN isnan("
        + value
        + ") THEN CAST('NaN' AS "
        + type
        + ") WHEN "
        + value
        + " = 0 THEN CAST(0 AS "
        + type
        + ") ELSE "
        + value
        + " END";
  }

  private static String exactAverage(Expr.ExactAverage average) {
    String function =
        "bv_average_%d_%d"
            .formatted(((Types.DecimalType) average.sum().type()).scale(), average.type().scale());
    return cast(
        function + "(" + sql(average.sum()) + ", " + sql(average.count()) + ")", average.type());
  }

  private static String pack(Expr.Pack pack) {
    StringBuilder sql = new StringBuilder("struct_pack(");
    List<Types.NestedField> fields = pack.type().fields();
    for (int i = 0; i < fields.size(); i++) {
      sql.append(i == 0 ? "" : ", ")
          .append(quote(fields.get(i).name()))
          .append(" := ")
          .append(cast(sql(pack.values().get(i)), fields.get(i).type()));
    }
    return sql.append(')').toString();
  }

  /** Where only true counts, null may stand for false; under a negation it may not. */
  static String sql(Pred predicate, boolean nullMayBeFalse) {
    if (predicate instanceof Pred.And and) {
      return and.terms().isEmpty() ? "true" : joined(and.terms(), " AND ", nullMayBeFalse);
    }
    if (predicate instanceof Pred.Or or) {
      return or.terms().isEmpty() ? "false" : joined(or.terms(), " OR ", nullMayBeFalse);
    }
    if (predicate instanceof Pred.Not not) {
      return "(NOT " + sql(not.term(), false) + ")";
    }
    if (predicate instanceof Pred.IsNull isNull) {
      return "(" + sql(isNull.value()) + " IS NULL)";
    }
    String test = nullable(predicate);
    return nullMayBeFalse ? test : "coalesce(" + test + ", false)";
  }

  private static String joined(List<Pred> terms, String by, boolean nullMayBeFalse) {
    return terms.stream().map(term -> sql(term, nullMayBeFalse)).collect(joining(by, "(", ")"));
  }

  private static String nullable(Pred predicate) {
    if (predicate instanceof Pred.Compare compare) {
      return compare(compare);
    }
    if (predicate instanceof Pred.In in) {
      return in.constants().stream()
          .map(DuckDbExpressions::sql)
          .collect(joining(", ", "(" + sql(in.value()) + " IN (", "))"));
    }
    if (predicate instanceof Pred.StartsWith starts) {
      return "starts_with(" + sql(starts.value()) + ", " + text(starts.prefix()) + ")";
    }
    throw new IllegalStateException("unknown predicate " + predicate);
  }

  private static String compare(Pred.Compare compare) {
    String operator =
        switch (compare.operator()) {
          case EQ -> " = ";
          case GT -> " > ";
          case GTE -> " >= ";
          case LT -> " < ";
          case LTE -> " <= ";
        };
    String value = sql(compare.value());
    String test = "(" + value + operator + sql(compare.constant()) + ")";
    boolean floating =
        compare.value().type().typeId() == Type.TypeID.FLOAT
            || compare.value().type().typeId() == Type.TypeID.DOUBLE;
    if (!floating || compare.operator() == Operator.EQ) {
      return test;
    }
    boolean againstNaN = compare.constant().value() instanceof Double number && number.isNaN();
    return againstNaN ? "false" : "(" + test + " AND NOT isnan(" + value + "))";
  }

  private static String constant(@Nullable Object value, Type type) {
    if (value == null) {
      return cast("NULL", type);
    }
    if (value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof BigDecimal decimal) {
      return cast(text(decimal.toPlainString()), type);
    }
    if (value instanceof Double number) {
      String written =
          number.isNaN()
              ? "NaN"
              : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : number.toString();
      return cast(text(written), type);
    }
    if (value instanceof Long) {
      return cast(value.toString(), type);
    }
    if (value instanceof String string) {
      return text(string);
    }
    if (value instanceof Instant instant) {
      return cast(text(MICROS.format(instant.atOffset(ZoneOffset.UTC)) + "+00"), type);
    }
    if (value instanceof LocalDateTime dateTime) {
      return cast(text(MICROS.format(dateTime)), type);
    }
    if (value instanceof ByteBuffer bytes) {
      return bytes(bytes);
    }
    return cast(text(value.toString()), type);
  }
}
