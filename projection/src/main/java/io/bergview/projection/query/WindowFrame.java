package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.Intervals;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;

/**
 * The frame of a window call as DuckDB writes it, whose distances are constants: numbers of rows or
 * groups, or, for RANGE, of what the rows are ordered by.
 */
final class WindowFrame {
  private static final String USUAL = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";

  private final SyntaxNode window;
  private final List<SortOrder> orderBy;
  private final String unit;

  private WindowFrame(SyntaxNode window, List<SortOrder> orderBy) {
    this.window = window;
    this.orderBy = orderBy;
    this.unit = unit(window.string("start"), window.string("end"));
  }

  /** Empty for the usual frame. */
  static String of(SyntaxNode window, List<SortOrder> orderBy) {
    return new WindowFrame(window, orderBy).text();
  }

  private String text() {
    String start = window.string("start");
    String end = window.string("end");
    boolean usual = start.equals("UNBOUNDED_PRECEDING") && end.equals("CURRENT_ROW_RANGE");
    String between =
        usual || start.isEmpty()
            ? ""
            : "%s BETWEEN %s AND %s"
                .formatted(unit, edge(start, "start_expr"), edge(end, "end_expr"));
    String excluded = window.string("exclude_clause").replace('_', ' ');
    if (excluded.isEmpty() || excluded.equals("NO OTHER")) {
      return between;
    }
    if (unit.equals("ROWS") && !usual && !excluded.equals("CURRENT ROW")) {
      throw unsupported(
          window,
          "EXCLUDE " + excluded + " of a frame in ROWS",
          "; write the frame in GROUPS or RANGE");
    }
    return (between.isEmpty() ? USUAL : between) + " EXCLUDE " + excluded;
  }

  private static String unit(String start, String end) {
    for (String unit : new String[] {"ROWS", "GROUPS", "RANGE"}) {
      if (start.endsWith(unit) || end.endsWith(unit)) {
        return unit;
      }
    }
    return "ROWS";
  }

  private String edge(String edge, String field) {
    if (edge.startsWith("UNBOUNDED")) {
      return edge.replace('_', ' ');
    }
    if (edge.startsWith("CURRENT_ROW")) {
      return "CURRENT ROW";
    }
    SyntaxNode distance = window.required(field);
    String value = unit.equals("RANGE") ? range(distance) : rows(distance);
    return value + (edge.contains("PRECEDING") ? " PRECEDING" : " FOLLOWING");
  }

  private String rows(SyntaxNode distance) {
    return QueryBinder.wholeConstant(distance)
        .filter(number -> number >= 0)
        .map(String::valueOf)
        .orElseThrow(
            () ->
                unsupported(
                    distance, "a frame in " + unit + " other than by a number of rows", ""));
  }

  private String range(SyntaxNode distance) {
    if (orderBy.size() != 1) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE,
          distance.offset(),
          "a frame in RANGE with a distance needs ORDER BY of one value, not of " + orderBy.size());
    }
    Type type = orderBy.get(0).value().type();
    boolean time = type.typeId() == TypeID.DATE || type.typeId() == TypeID.TIMESTAMP;
    Optional<String> value = time ? interval(distance) : number(distance);
    if (!time && !NumericTypes.isNumber(type) || value.isEmpty()) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          distance.offset(),
          "a distance in RANGE is a constant: a number that is not negative where rows are ordered"
              + " by a number, an interval such as INTERVAL '3 days' where they are ordered by a"
              + " date or timestamp");
    }
    return value.get();
  }

  private static Optional<String> number(SyntaxNode distance) {
    return constant(distance, "INTEGER", "NUMERIC", "DECIMAL")
        .map(text -> text.replace("_", ""))
        .filter(text -> new BigDecimal(text).signum() >= 0);
  }

  private static Optional<String> interval(SyntaxNode distance) {
    Optional<String> text = Optional.empty();
    List<SyntaxNode> constants = distance.all("CONSTANT");
    String function = distance.string("function_name");
    if (function.startsWith("to_") && constants.size() == 1) {
      text =
          constant(constants.get(0), "INTEGER", "NUMERIC", "DECIMAL", "STRING")
              .map(amount -> amount + " " + function.substring("to_".length()));
    } else if (distance.nodeClass().equals("CAST")) {
      text = constant(distance.required("child"), "STRING");
    }
    return text.filter(written -> written.indexOf('-') < 0)
        .flatMap(Intervals::parse)
        .map(found -> ((Expr.Call) found).function().duckDb());
  }

  private static Optional<String> constant(SyntaxNode node, String... kinds) {
    if (!node.nodeClass().equals("CONSTANT")) {
      return Optional.empty();
    }
    SyntaxNode literal = node.required("literal");
    return List.of(kinds).contains(literal.string("kind"))
        ? Optional.of(literal.string("text"))
        : Optional.empty();
  }
}
