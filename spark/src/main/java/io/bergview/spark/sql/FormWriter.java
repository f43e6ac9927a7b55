package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Writes the tree of one form as Spark SQL. */
final class FormWriter {
  private final List<Expr> arguments;
  private final List<Written> values;
  private final String window;
  private final Map<String, Written> variables = new HashMap<>();
  private final FormFunctions functions;

  /**
   * @param values of the arguments
   * @param window what follows an aggregate; empty for none
   */
  FormWriter(List<Expr> arguments, List<Written> values, String window) {
    this.arguments = List.copyOf(arguments);
    this.values = List.copyOf(values);
    this.window = window;
    this.functions = new FormFunctions(this);
  }

  String window() {
    return window;
  }

  int places() {
    return values.size();
  }

  Written write(Form form) {
    if (form instanceof Form.Place place) {
      return values.get(place.number());
    }
    if (form instanceof Form.Text text) {
      return Written.text(SparkText.text(text.value()));
    }
    if (form instanceof Form.Number number) {
      Type type = FormParser.typeOf(number);
      return new Written(number.digits() + (type.typeId() == TypeID.LONG ? "L" : ""), type);
    }
    if (form instanceof Form.Truth truth) {
      return Written.truth(truth.value() ? "true" : "false");
    }
    if (form instanceof Form.Null) {
      return Written.unknown("NULL");
    }
    if (form instanceof Form.Name name) {
      return variables.getOrDefault(name.name(), Written.unknown(name.name()));
    }
    if (form instanceof Form.Call call) {
      return functions.write(call);
    }
    if (form instanceof Form.ListOf list) {
      return list(list.elements());
    }
    if (form instanceof Form.Member member) {
      return member(write(member.struct()), member.field());
    }
    return operator(form);
  }

  private Written operator(Form form) {
    if (form instanceof Form.Unary unary) {
      Written value = write(unary.value());
      return unary.operator().equals("NOT")
          ? Written.truth("(NOT " + value.sql() + ")")
          : new Written("(" + unary.operator() + value.sql() + ")", value.type());
    }
    if (form instanceof Form.Binary binary) {
      return binary(binary);
    }
    if (form instanceof Form.IsNull test) {
      return Written.truth(
          "(" + write(test.value()).sql() + (test.negated() ? " IS NOT NULL)" : " IS NULL)"));
    }
    if (form instanceof Form.Like like) {
      return like(like);
    }
    if (form instanceof Form.Between between) {
      return Written.truth(
          "(%s BETWEEN %s AND %s)"
              .formatted(
                  write(between.value()).sql(),
                  write(between.low()).sql(),
                  write(between.high()).sql()));
    }
    if (form instanceof Form.In in) {
      return Written.truth(
          "("
              + write(in.value()).sql()
              + in.values().stream()
                  .map(value -> write(value).sql())
                  .collect(joining(", ", " IN (", "))")));
    }
    if (form instanceof Form.Case cases) {
      return cases(cases);
    }
    if (form instanceof Form.Cast cast) {
      return SparkCasts.cast(write(cast.value()), cast.type(), cast.tried());
    }
    throw new IllegalArgumentException("a form has " + form + " where no such thing may be");
  }

  private Written cases(Form.Case cases) {
    StringBuilder sql = new StringBuilder("(CASE");
    Type type = Types.UnknownType.get();
    for (Form.When when : cases.whens()) {
      Written then = write(when.then());
      sql.append(" WHEN ").append(write(when.test()).sql()).append(" THEN ").append(then.sql());
      type = common(type, then.type());
    }
    if (cases.otherwise().isPresent()) {
      Written otherwise = write(cases.otherwise().get());
      sql.append(" ELSE ").append(otherwise.sql());
      type = common(type, otherwise.type());
    }
    return new Written(sql.append(" END)").toString(), type);
  }

  Written list(List<Form> elements) {
    List<Written> written = elements.stream().map(this::write).toList();
    Type type = Types.UnknownType.get();
    for (Written element : written) {
      type = common(type, element.type());
    }
    String sql = written.stream().map(Written::sql).collect(joining(", ", "array(", ")"));
    return type.typeId() == TypeID.UNKNOWN
        ? Written.unknown(sql)
        : new Written(sql, TypeShapes.listOf(type));
  }

  Written member(Written struct, String field) {
    Type type = Types.UnknownType.get();
    if (struct.type().isStructType()) {
      Types.@Nullable NestedField found = struct.type().asStructType().field(field);
      type = found == null ? type : found.type();
    }
    String quoted = field.matches("[A-Za-z_]\\w*") ? field : SparkText.name(field);
    return new Written(struct.sql() + "." + quoted, type);
  }

  /** The type of values of two types, as far as it matters. */
  static Type common(Type left, Type right) {
    if (left.typeId() == TypeID.UNKNOWN || left.equals(right)) {
      return right;
    }
    if (right.typeId() == TypeID.UNKNOWN) {
      return left;
    }
    List<TypeID> both = List.of(left.typeId(), right.typeId());
    if (both.contains(TypeID.DOUBLE) || both.contains(TypeID.FLOAT)) {
      return Types.DoubleType.get();
    }
    if (both.contains(TypeID.DECIMAL)) {
      return Types.DecimalType.of(38, 0);
    }
    if (both.contains(TypeID.LONG)) {
      return Types.LongType.get();
    }
    return both.contains(TypeID.TIMESTAMP)
        ? left.typeId() == TypeID.TIMESTAMP ? left : right
        : left;
  }

  private Written like(Form.Like like) {
    String text = write(like.text()).sql();
    String pattern = write(like.pattern()).sql();
    if (like.anyCase()) {
      text = "bv_lower(" + text + ")";
      pattern = "bv_lower(" + pattern + ")";
    }
    Optional<String> escape = like.escape().map(given -> String.valueOf(constant(given)));
    boolean plain =
        escape.isEmpty()
            || constant(like.pattern()) instanceof String known
                && isEscapedAsNeeded(known, escape.get());
    String sql =
        plain
            ? text
                + " LIKE "
                + pattern
                + escape.map(given -> " ESCAPE " + SparkText.text(given)).orElse("")
            : "bv_like(%s, %s, %s)".formatted(text, pattern, SparkText.text(escape.orElse("")));
    return Written.truth((like.negated() ? "(NOT " : "(") + sql + ")");
  }

  /** Spark knows an escape only before what has a meaning. */
  private static boolean isEscapedAsNeeded(String pattern, String escape) {
    if (escape.length() != 1) {
      return false;
    }
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) == escape.charAt(0)) {
        boolean needed =
            i + 1 < pattern.length() && ("%_" + escape).indexOf(pattern.charAt(i + 1)) >= 0;
        if (!needed) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** A value that is known when the form is written; null for others, and for NULL. */
  @Nullable Object constant(Form form) {
    if (form instanceof Form.Text text) {
      return text.value();
    }
    return form instanceof Form.Place place
            && arguments.get(place.number()) instanceof Expr.Constant constant
        ? constant.value()
        : null;
  }

  private Written binary(Form.Binary binary) {
    String operator = binary.operator();
    boolean sum = operator.equals("+") || operator.equals("-");
    if (sum && isInterval(binary.right())) {
      SparkInterval interval = interval(binary.right());
      return SparkMoments.later(
          write(binary.left()), operator.equals("+") ? interval : interval.negative());
    }
    Written left = write(binary.left());
    Written right = write(binary.right());
    if (sum && left.is(TypeID.DATE)) {
      return days(operator, left, right);
    }
    String infix = "(" + left.sql() + " " + operator + " " + right.sql() + ")";
    return switch (operator) {
      case "AND", "OR", "=", "<>", "!=", "<", "<=", ">", ">=" -> Written.truth(infix);
      case "IS NOT DISTINCT FROM" -> Written.truth("(" + left.sql() + " <=> " + right.sql() + ")");
      case "IS DISTINCT FROM" ->
          Written.truth("(NOT (" + left.sql() + " <=> " + right.sql() + "))");
      case "//" ->
          new Written("(" + left.sql() + " div " + right.sql() + ")", Types.LongType.get());
      case "/" -> divided(left, right);
      case "%" -> remainder(left, right, infix);
      case "<<" ->
          new Written(
              "bv_shift_left(CAST(%s AS BIGINT), CAST(%s AS BIGINT))"
                  .formatted(left.sql(), right.sql()),
              Types.LongType.get());
      case ">>" -> shifted(left.sql(), right.sql());
      default -> new Written(infix, common(left.type(), right.type()));
    };
  }

  private static Written shifted(String value, String by) {
    return new Written(
        "(CASE WHEN %2$s BETWEEN 0 AND 63 THEN shiftright(%1$s, CAST(%2$s AS INT)) WHEN %1$s IS NOT NULL AND %2$s IS NOT NULL THEN 0L END)"
            .formatted(value, by),
        Types.LongType.get());
  }

  private static Written days(String operator, Written date, Written other) {
    if (other.is(TypeID.DATE)) {
      return new Written(
          "datediff(" + date.sql() + ", " + other.sql() + ")", Types.IntegerType.get());
    }
    String function = operator.equals("+") ? "date_add(" : "date_sub(";
    return new Written(function + date.sql() + ", " + other.sql() + ")", date.type());
  }

  /** In double. A division by zero is infinite, or no number. */
  private static Written divided(Written left, Written right) {
    String dividend = left.is(TypeID.DOUBLE) ? left.sql() : "CAST(" + left.sql() + " AS DOUBLE)";
    String divisor = right.is(TypeID.DOUBLE) ? right.sql() : "CAST(" + right.sql() + " AS DOUBLE)";
    String sql =
        right.isFloating()
            ? ("coalesce(try_divide(%1$s, %2$s), CASE WHEN %2$s = 0 THEN %1$s * CASE WHEN"
                    + " CAST(%2$s AS STRING) = '-0.0' THEN CAST('-Infinity' AS DOUBLE) ELSE"
                    + " CAST('Infinity' AS DOUBLE) END END)")
                .formatted(dividend, divisor)
            : "(" + dividend + " / " + divisor + ")";
    return new Written(sql, Types.DoubleType.get());
  }

  /** Of floating-point numbers, that of a division by zero is no number. */
  private static Written remainder(Written left, Written right, String infix) {
    Type type = common(left.type(), right.type());
    boolean floating = type.typeId() == TypeID.DOUBLE || type.typeId() == TypeID.FLOAT;
    return new Written(
        floating
            ? "(CASE WHEN %s = 0 THEN %s * CAST('NaN' AS DOUBLE) ELSE %s END)"
                .formatted(right.sql(), left.sql(), infix)
            : infix,
        type);
  }

  boolean isInterval(Form form) {
    if (form instanceof Form.Call call) {
      return SparkInterval.isMaker(call.name());
    }
    if (form instanceof Form.Unary unary) {
      return unary.operator().equals("-") && isInterval(unary.value());
    }
    return form instanceof Form.Binary binary
        && switch (binary.operator()) {
          case "*" -> isInterval(binary.left()) || isInterval(binary.right());
          case "+", "-" -> isInterval(binary.left()) && isInterval(binary.right());
          default -> false;
        };
  }

  SparkInterval interval(Form form) {
    if (form instanceof Form.Call call) {
      return SparkInterval.of(call.name(), write(call.arguments().get(0).value()));
    }
    if (form instanceof Form.Unary unary) {
      return interval(unary.value()).negative();
    }
    Form.Binary binary = (Form.Binary) form;
    if (binary.operator().equals("*")) {
      boolean first = isInterval(binary.left());
      return interval(first ? binary.left() : binary.right())
          .times(write(first ? binary.right() : binary.left()).sql());
    }
    SparkInterval right = interval(binary.right());
    return interval(binary.left()).plus(binary.operator().equals("+") ? right : right.negative());
  }

  /** A call of a function of lists: {@code (x, y) -> body}, in which the variables are known. */
  record Body(List<String> names, Written value) {
    Body {
      names = List.copyOf(names);
    }

    String sql() {
      String parameters = names.size() == 1 ? names.get(0) : "(" + String.join(", ", names) + ")";
      return parameters + " -> " + value.sql();
    }
  }

  /** Names of forms get a prefix, since Spark has them in one space with columns. */
  Body body(Form.Lambda lambda, List<Type> types) {
    List<String> names = new ArrayList<>();
    Map<String, Written> before = new HashMap<>(variables);
    for (int i = 0; i < lambda.names().size(); i++) {
      String name = lambda.names().get(i);
      String own = isUsers(lambda) ? name : "bv_" + name.toLowerCase(Locale.ROOT);
      names.add(own);
      variables.put(name, new Written(own, types.get(i)));
    }
    Written value = write(lambda.body());
    variables.clear();
    variables.putAll(before);
    return new Body(names, value);
  }

  /** Whether the body is a user's, whose variables the places of the form have too. */
  static boolean isUsers(Form.Lambda lambda) {
    return lambda.names().get(0).startsWith("lambda_");
  }
}
