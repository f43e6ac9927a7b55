package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;
import static io.bergview.projection.sql.SqlNames.quote;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprVisitor;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.SortOrder;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as SQL. The session's time zone is UTC; {@code bv_} functions are ours, and every
 * engine has them registered.
 */
final class SqlExpressions implements ExprVisitor<String> {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private final SqlDialect dialect;

  SqlExpressions(SqlDialect dialect) {
    this.dialect = dialect;
  }

  SqlDialect dialect() {
    return dialect;
  }

  String sql(Expr value) {
    return value.accept(this);
  }

  List<String> all(List<Expr> values) {
    return values.stream().map(this::sql).toList();
  }

  /** Where only true matters, null may be used for false; under a negation it may not. */
  String sql(Pred predicate, boolean nullMayBeFalse) {
    return predicate.accept(new SqlPredicates(this, nullMayBeFalse));
  }

  String cast(String sql, Type type) {
    return Sql.cast(sql, dialect.type(type));
  }

  /** What rows are ordered by. */
  List<String> orders(List<SortOrder> orders) {
    return orders.stream()
        .map(
            order ->
                sql(order.value())
                    + (order.descending() ? " DESC" : " ASC")
                    + (order.nullsFirst() ? " NULLS FIRST" : " NULLS LAST"))
        .toList();
  }

  @Override
  public String visit(Expr.Ref ref) {
    return column(ref.column().id());
  }

  @Override
  public String visit(Expr.Field field) {
    return dialect.field(sql(field.struct()), field.name());
  }

  @Override
  public String visit(Expr.FieldOfEach each) {
    String list = Sql.call("coalesce", sql(each.list()), dialect.lists().empty());
    if (each.path().isEmpty()) {
      return list;
    }
    String field = "e";
    for (String name : each.path()) {
      field = dialect.field(field, name);
    }
    return dialect.lists().transform(list, field);
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
    String left = sql(arithmetic.left());
    String right = sql(arithmetic.right());
    return arithmetic.type() instanceof Types.DecimalType type
        ? dialect.decimal(
            arithmetic.operator(),
            new SqlDialect.Decimal(left, (Types.DecimalType) arithmetic.left().type()),
            new SqlDialect.Decimal(right, (Types.DecimalType) arithmetic.right().type()),
            type)
        : Sql.infix(left, operator(arithmetic.operator()), right);
  }

  static String operator(ArithmeticOperator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
    };
  }

  @Override
  public String visit(Expr.Cast cast) {
    return dialect.convert(sql(cast.value()), cast.value().type(), cast.type());
  }

  @Override
  public String visit(Expr.Truncate truncate) {
    return dialect.truncate(
        sql(truncate.value()),
        truncate.value().type(),
        truncate.unit(),
        truncate.zone(),
        truncate.type());
  }

  /** A floating-point value as a key: one zero, one NaN. */
  String canonical(String value, Type of) {
    return Sql.when(Sql.call("isnan", value), cast("'NaN'", of))
        .when(value + " = 0", cast("0", of))
        .otherwise(value);
  }

  /** What was stored by a version that kept the sign of a zero loses it. */
  String oneZero(AggregateCall call, String extreme) {
    return call.argument() instanceof Expr.Canonical canonical
        ? canonical(extreme, canonical.type())
        : extreme;
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
    String value =
        dialect.call(call.function(), call.arguments(), all(call.arguments()), call.type());
    return call.type().typeId() == Type.TypeID.BOOLEAN ? value : cast(value, call.type());
  }

  @Override
  public String visit(Expr.Pack pack) {
    List<Types.NestedField> fields = pack.type().fields();
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      Types.NestedField field = fields.get(i);
      names.add(quote(field.name()));
      values.add(cast(sql(pack.values().get(i)), field.type()));
    }
    return dialect.struct(names, values);
  }

  private String constant(@Nullable Object value, Type type) {
    if (value == null) {
      return cast("NULL", type);
    }
    if (value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof BigDecimal decimal) {
      return cast(dialect.text(decimal.toPlainString()), type);
    }
    if (value instanceof Double number) {
      String written =
          number.isNaN()
              ? "NaN"
              : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : number.toString();
      return cast(dialect.text(written), type);
    }
    if (value instanceof Long) {
      return cast(value.toString(), type);
    }
    if (value instanceof String string) {
      return dialect.text(string);
    }
    if (value instanceof Instant instant) {
      return cast(dialect.text(MICROS.format(instant.atOffset(ZoneOffset.UTC)) + "+00"), type);
    }
    if (value instanceof LocalDateTime dateTime) {
      return cast(dialect.text(MICROS.format(dateTime)), type);
    }
    if (value instanceof ByteBuffer bytes) {
      return dialect.bytes(bytes);
    }
    return cast(dialect.text(value.toString()), type);
  }
}
