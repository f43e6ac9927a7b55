package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates and window functions in a form. Those that take an order are made of lists of structs,
 * which are sorted, since Spark knows no order within an aggregate.
 */
final class FormAggregates {
  private static final Set<String> ORDERED =
      Set.of("list", "string_agg", "arg_min_null", "arg_max_null", "mode", "histogram");

  private final FormWriter writer;

  FormAggregates(FormWriter writer) {
    this.writer = writer;
  }

  boolean has(Form.Call call) {
    return ORDERED.contains(call.name()) || SparkFunctionTable.isAggregate(call.name());
  }

  Written write(Form.Call call) {
    List<Form> arguments = FormFunctions.arguments(call, writer.places());
    boolean values =
        switch (call.name()) {
          case "first", "last", "first_value", "last_value", "nth_value" ->
              !call.orderBy().isEmpty();
          default -> ORDERED.contains(call.name());
        };
    return values ? ordered(call, arguments) : plain(call, arguments);
  }

  private Written plain(Form.Call call, List<Form> arguments) {
    List<Written> written = new ArrayList<>(arguments.stream().map(writer::write).toList());
    boolean windowed = !writer.window().isEmpty();
    if (call.distinct() && windowed) {
      return distinct(call, written.get(0));
    }
    String over = call.ignoreNulls() ? " IGNORE NULLS" : "";
    if (call.filter().isPresent()) {
      String filter = writer.write(call.filter().get()).sql();
      if (windowed) {
        where(filter, written);
      } else {
        over = " FILTER (WHERE " + filter + ")" + over;
      }
    }
    Written value =
        SparkFunctionTable.aggregate(call.name(), written)
            .orElseThrow(() -> new UnsupportedOnSpark("function " + call.name()))
            .write(written, over + (windowed ? " " + writer.window() : ""));
    return call.distinct()
        ? new Written(value.sql().replaceFirst("\\(", "(DISTINCT "), value.type())
        : value;
  }

  /** Spark has no FILTER over a window. */
  private static void where(String filter, List<Written> arguments) {
    if (arguments.isEmpty()) {
      arguments.add(new Written("CASE WHEN " + filter + " THEN 1 END", Types.IntegerType.get()));
    } else {
      Written value = arguments.get(0);
      arguments.set(
          0, new Written("CASE WHEN " + filter + " THEN " + value.sql() + " END", value.type()));
    }
  }

  /** Spark has no DISTINCT over a window. */
  private Written distinct(Form.Call call, Written value) {
    if (!call.name().equals("count") || call.filter().isPresent()) {
      throw new UnsupportedOnSpark(call.name() + " of DISTINCT values over a window");
    }
    return new Written(
        "array_size(collect_set(" + value.sql() + ") " + writer.window() + ")",
        Types.IntegerType.get());
  }

  private Written ordered(Form.Call call, List<Form> arguments) {
    Written value = writer.write(arguments.get(0));
    List<Form.Order> orders = call.orderBy();
    String known = value.sql() + " IS NOT NULL";
    return switch (call.name()) {
      case "list" -> list(call, value, null);
      case "string_agg" -> joined(call, value, writer.write(arguments.get(1)).sql());
      case "mode" -> mode(call, arguments.get(0), value);
      case "histogram" -> histogram(call, value);
      case "arg_min_null", "arg_max_null" -> {
        Form by = arguments.get(1);
        List<Form.Order> all = new ArrayList<>();
        all.add(new Form.Order(by, call.name().equals("arg_max_null"), false));
        all.addAll(orders);
        yield element(call, value, all, writer.write(by).sql() + " IS NOT NULL", "1");
      }
      case "last", "last_value" ->
          element(call, value, orders, call.ignoreNulls() ? known : null, "-1");
      case "nth_value" ->
          element(
              call,
              value,
              orders,
              call.ignoreNulls() ? known : null,
              "CAST(" + writer.write(arguments.get(1)).sql() + " AS INT)");
      default -> element(call, value, orders, call.ignoreNulls() ? known : null, "1");
    };
  }

  private Written list(Form.Call call, Written value, @Nullable String test) {
    String rows = rows(call, value, call.orderBy(), test);
    String values = "transform(" + sorted(rows, call.orderBy()) + ", bv_e -> bv_e.v)";
    if (call.distinct()) {
      if (FormFunctions.hasMap(value.type())) {
        throw new UnsupportedOnSpark("DISTINCT of maps");
      }
      values = "array_distinct(" + values + ")";
    }
    String sql = "(CASE WHEN array_size(" + rows + ") > 0 THEN " + values + " END)";
    return value.is(TypeID.UNKNOWN)
        ? Written.unknown(sql)
        : new Written(sql, TypeShapes.listOf(value.type()));
  }

  private Written joined(Form.Call call, Written value, String separator) {
    Written list = list(call, value, value.sql() + " IS NOT NULL");
    return Written.text("array_join(" + list.sql() + ", " + separator + ")");
  }

  private Written mode(Form.Call call, Form argument, Written value) {
    List<Form.Order> orders = call.orderBy();
    if (!orders.isEmpty() && !isSame(orders.get(0).value(), argument, value)) {
      throw new UnsupportedOnSpark("function mode in the order of another value");
    }
    boolean descending = !orders.isEmpty() && orders.get(0).descending();
    String filter =
        call.filter().map(test -> " FILTER (WHERE " + writer.write(test).sql() + ")").orElse("");
    if (!writer.window().isEmpty() && !filter.isEmpty()) {
      throw new UnsupportedOnSpark("function mode with a filter over a window");
    }
    String sql =
        descending
            ? "mode() WITHIN GROUP (ORDER BY " + value.sql() + " DESC)"
            : "mode(" + value.sql() + ", true)";
    if (descending && !writer.window().isEmpty()) {
      throw new UnsupportedOnSpark("function mode in descending order over a window");
    }
    return new Written(sql + filter + over(), value.type());
  }

  private boolean isSame(Form order, Form argument, Written value) {
    return order.equals(argument) || writer.write(order).sql().equals(value.sql());
  }

  /** The values are counted in order. */
  private Written histogram(Form.Call call, Written value) {
    if (FormFunctions.hasMap(value.type())) {
      throw new UnsupportedOnSpark("function histogram of maps");
    }
    List<Written> arguments = new ArrayList<>(List.of(value));
    call.filter().ifPresent(test -> where(writer.write(test).sql(), arguments));
    String all = "collect_list(" + arguments.get(0).sql() + ")" + over();
    String counted =
        "transform(array_sort(array_distinct(%1$s)), bv_k -> named_struct('key', bv_k, 'value', CAST(array_size(filter(%1$s, bv_v -> bv_v = bv_k)) AS BIGINT)))"
            .formatted(all);
    return Written.unknown(
        "(CASE WHEN array_size(%s) > 0 THEN map_from_entries(%s) END)".formatted(all, counted));
  }

  private String over() {
    return writer.window().isEmpty() ? "" : " " + writer.window();
  }

  /** The value of a row of a number, in an order. */
  private Written element(
      Form.Call call,
      Written value,
      List<Form.Order> orders,
      @Nullable String test,
      String number) {
    boolean ascending = orders.stream().noneMatch(Form.Order::descending);
    if (ascending && (number.equals("1") || number.equals("-1"))) {
      String keys =
          orders.stream().map(order -> known(order) + ", " + key(order)).collect(joining(", "));
      String sql =
          "%s(named_struct('v', %s), %s)%s.v"
              .formatted(
                  number.equals("1") ? "min_by" : "max_by",
                  value.sql(),
                  tested(call, test, "struct(" + keys + ")"),
                  over());
      return new Written(sql, value.type());
    }
    String rows = rows(call, value, orders, test);
    return new Written(
        "try_element_at(" + sorted(rows, orders) + ", " + number + ").v", value.type());
  }

  private String key(Form.Order order) {
    Written key = writer.write(order.value());
    if (FormFunctions.hasMap(key.type())) {
      throw new UnsupportedOnSpark("order of maps");
    }
    return key.sql();
  }

  /** What is less for the values that come before the others: NULLs, or those that are none. */
  private String known(Form.Order order) {
    return key(order) + (order.nullsFirst() ? " IS NOT NULL" : " IS NULL");
  }

  private String tested(Form.Call call, @Nullable String test, String value) {
    List<String> tests = new ArrayList<>();
    if (test != null) {
      tests.add(test);
    }
    call.filter().ifPresent(filter -> tests.add(writer.write(filter).sql()));
    return tests.isEmpty()
        ? value
        : "CASE WHEN " + String.join(" AND ", tests) + " THEN " + value + " END";
  }

  /** The rows as a list of structs: {@code n0}, {@code k0}... for the order, {@code v}. */
  private String rows(
      Form.Call call, Written value, List<Form.Order> orders, @Nullable String test) {
    StringBuilder row = new StringBuilder("named_struct(");
    for (int i = 0; i < orders.size(); i++) {
      Form.Order order = orders.get(i);
      row.append("'n%d', %s, 'k%d', %s, ".formatted(i, known(order), i, key(order)));
    }
    row.append("'v', ").append(value.sql()).append(")");
    Optional<String> rows = Optional.of(tested(call, test, row.toString()));
    return "collect_list(" + rows.get() + ")" + over();
  }

  private static String sorted(String rows, List<Form.Order> orders) {
    if (orders.isEmpty()) {
      return rows;
    }
    StringBuilder compare = new StringBuilder("CASE");
    for (int i = 0; i < orders.size(); i++) {
      String less = orders.get(i).descending() ? "1" : "-1";
      String more = orders.get(i).descending() ? "-1" : "1";
      compare.append(" WHEN bv_l.n%1$d < bv_r.n%1$d THEN -1".formatted(i));
      compare.append(" WHEN bv_l.n%1$d > bv_r.n%1$d THEN 1".formatted(i));
      compare.append(" WHEN bv_l.k%1$d < bv_r.k%1$d THEN %2$s".formatted(i, less));
      compare.append(" WHEN bv_l.k%1$d > bv_r.k%1$d THEN %2$s".formatted(i, more));
    }
    return "array_sort(" + rows + ", (bv_l, bv_r) -> " + compare + " ELSE 0 END)";
  }
}
