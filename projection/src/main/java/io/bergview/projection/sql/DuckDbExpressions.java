package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbTypes.bytes;
import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprVisitor;
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
 * Expressions as DuckDB SQL. The session's time zone is UTC; {@code bv_} functions are the
 * pipeline's.
 */
final class DuckDbExpressions implements ExprVisitor<String> {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private static final DuckDbExpressions EXPRESSIONS = new DuckDbExpressions();

  private DuckDbExpressions() {}

  static String sql(Expr value) {
    return value.accept(EXPRESSIONS);
  }

  /** Where only true matters, null may be used for false; under a negation it may not. */
  static String sql(Pred predicate, boolean nullMayBeFalse) {
    return predicate.accept(new DuckDbPredicates(nullMayBeFalse));
  }

  static String cast(String sql, Type type) {
    return "CAST(" + sql + " AS " + sqlType(type) + ")";
  }

  @Override
  public String visit(Expr.Ref ref) {
    return column(ref.column().id());
  }

  @Override
  public String visit(Expr.Field field) {
    return field(sql(field.struct()), field.name());
  }

  private static String field(String struct, String name) {
    return Sql.call("struct_extract", struct, text(name));
  }

  @Override
  public String visit(Expr.FieldOfEach each) {
    String list = Sql.call("coalesce", sql(each.list()), "[]");
    if (each.path().isEmpty()) {
      return list;
    }
    String field = "e";
    for (String name : each.path()) {
      field = field(field, name);
    }
    return Sql.call("list_transform", list, "lambda e: " + field);
  }

  @Override
  public String visit(Expr.Constant constant) {
    return constant(constant.value(), constant.type());
  }

  @Override
  public String visit(Expr.Cond cond) {
    return Sql.when(sql(cond.test(), true), sql(cond.then())).otherwise(sql(cond.otherwise()));
  }

  @Override
  public String visit(Expr.Arithmetic arithmetic) {
    return DuckDbArithmetic.arithmetic(arithmetic);
  }

  @Override
  public String visit(Expr.Cast cast) {
    return cast(sql(cast.value()), cast.type());
  }

  /**
   * Zoned hours and minutes are cut in the zone's own clock without going through it, so the two
   * hours of a DST fold stay two; where clocks change, the session knows where they begin.
   */
  @Override
  public String visit(Expr.Truncate truncate) {
    String value = sql(truncate.value());
    String unit = text(truncate.unit().name().toLowerCase(Locale.ROOT));
    boolean zoned =
        truncate.value().type() instanceof Types.TimestampType timestamp
            && timestamp.shouldAdjustToUTC();
    if (!zoned) {
      return cast(Sql.call("date_trunc", unit, value), truncate.type());
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
      return Sql.infix(value, "-", Sql.infix(local, "-", Sql.call("date_trunc", unit, local)));
    }
    return cast(Sql.call("date_trunc", unit, local), truncate.type());
  }

  private static String local(String value, ZoneId zone) {
    if (zone.normalized() instanceof ZoneOffset offset) {
      String shift =
          offset.getTotalSeconds() == 0 ? "" : " + " + offset.getTotalSeconds() * 1_000_000L;
      return Sql.call("make_timestamp", Sql.call("epoch_us", value) + shift);
    }
    return Sql.call("timezone", text(zone.getId()), value);
  }

  /** A floating-point value as a key: one zero, one NaN. */
  static String canonical(String value, Type of) {
    return Sql.when(Sql.call("isnan", value), cast("'NaN'", of))
        .when(value + " = 0", cast("0", of))
        .otherwise(value);
  }

  @Override
  public String visit(Expr.Canonical canonical) {
    return canonical(sql(canonical.value()), canonical.type());
  }

  @Override
  public String visit(Expr.ExactAverage average) {
    int scale = ((Types.DecimalType) average.sum().type()).scale();
    String function = "bv_average_%d_%d".formatted(scale, average.type().scale());
    return cast(Sql.call(function, sql(average.sum()), sql(average.count())), average.type());
  }

  @Override
  public String visit(Expr.Ratio ratio) {
    String divisor = sql(ratio.denominator());
    return Sql.when(divisor + " > 0", sql(ratio.numerator()) + " / " + divisor).end();
  }

  @Override
  public String visit(Expr.SquareRoot root) {
    return Sql.call("sqrt", sql(root.value()));
  }

  @Override
  public String visit(Expr.Call call) {
    String value = DuckDbCalls.call(call.function(), call.arguments());
    return call.type().typeId() == Type.TypeID.BOOLEAN ? value : cast(value, call.type());
  }

  @Override
  public String visit(Expr.Pack pack) {
    List<Types.NestedField> fields = pack.type().fields();
    String[] values = new String[fields.size()];
    for (int i = 0; i < values.length; i++) {
      Types.NestedField field = fields.get(i);
      values[i] = quote(field.name()) + " := " + cast(sql(pack.values().get(i)), field.type());
    }
    return Sql.call("struct_pack", values);
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
