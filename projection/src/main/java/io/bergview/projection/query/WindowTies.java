package io.bergview.projection.query;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which window calls depend on the order of rows that come equal in the order of their window. A
 * call that counts rows gets a window whose order goes on; where rows that come equal are in a
 * frame together, it is the call that orders them.
 */
final class WindowTies {
  /** Functions whose value depends on the number of each row in its partition. */
  private static final Set<String> BY_POSITION = Set.of("row_number", "ntile", "lag", "lead");

  /** Functions whose value depends on the order of the rows in the frame. */
  private static final Set<String> OF_FRAME =
      Set.of("first", "last", "nth_value", "array_agg", "string_agg", "min_by", "max_by", "mode");

  private static final String ORDER_BY = " ORDER BY ";
  private static final String FILTER = ") FILTER (WHERE";
  private static final String IGNORE_NULLS = " IGNORE NULLS";

  private WindowTies() {}

  /** Whether the window's own order must leave no rows alike. */
  static boolean countsRows(WindowCall call) {
    return BY_POSITION.contains(call.function().name()) || call.frame().startsWith("ROWS");
  }

  /** Whether a function takes the order of the rows in its frame into account. */
  static boolean isOrdered(String function) {
    return OF_FRAME.contains(function);
  }

  /** Whether the call itself must order the rows of its frame. */
  static boolean ordersFrame(WindowCall call) {
    return isOrdered(call.function().name())
        && (!call.frame().startsWith("ROWS") || call.function().duckDb().contains(ORDER_BY));
  }

  /** The call with a further order of the rows of its frame, after the one that it has. */
  static WindowCall ordered(WindowCall call, List<SortOrder> order) {
    if (order.isEmpty()) {
      return call;
    }
    List<Expr> arguments = new ArrayList<>(call.arguments());
    String given =
        IntStream.range(0, arguments.size())
            .mapToObj(i -> "{" + i + "}")
            .collect(Collectors.joining(", "));
    String form = call.function().duckDb().replace("{*}", given);
    List<String> items = new ArrayList<>();
    for (SortOrder by : order) {
      items.add(
          "{"
              + arguments.size()
              + "}"
              + (by.descending() ? " DESC" : " ASC")
              + (by.nullsFirst() ? " NULLS FIRST" : " NULLS LAST"));
      arguments.add(by.value());
    }
    int end = form.contains(FILTER) ? form.indexOf(FILTER) : form.lastIndexOf(')');
    if (form.startsWith(IGNORE_NULLS, end - IGNORE_NULLS.length())) {
      end -= IGNORE_NULLS.length();
    }
    String ordered =
        form.substring(0, end)
            + (form.contains(ORDER_BY) ? ", " : ORDER_BY)
            + String.join(", ", items)
            + form.substring(end);
    return new WindowCall(
        call.column(),
        new ScalarFunction(call.function().name(), ordered),
        arguments,
        call.frame());
  }

  /** A call that passes over nulls. */
  static ScalarFunction ignoringNulls(ScalarFunction function) {
    String form = function.duckDb();
    int end = form.lastIndexOf(')');
    return new ScalarFunction(
        function.name(), form.substring(0, end) + IGNORE_NULLS + form.substring(end));
  }
}
