package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.query.FromBinder.Tables;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The windows of time of Flink and Calcite in FROM: {@code TUMBLE(TABLE t, DESCRIPTOR(ts), size)}
 * and {@code HOP(TABLE t, DESCRIPTOR(ts), slide, size)}. Each row of the table once for each window
 * that holds its time, with {@code window_start} and {@code window_end}; windows are counted from
 * 1970, and a row without a time is in none. They are an unnested list, so that they are followed
 * as other lists are.
 */
final class TimeWindows {
  private static final Set<String> NAMES = Set.of("tumble", "hop");
  private static final int MOST_WINDOWS = 10_000;
  private static final Type LONG = Types.LongType.get();
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9}) ([a-zA-Z]+) *");
  private static final Map<String, Long> MICROSECONDS =
      Map.of(
          "week", 604_800_000_000L,
          "day", 86_400_000_000L,
          "hour", 3_600_000_000L,
          "minute", 60_000_000L,
          "second", 1_000_000L,
          "millisecond", 1_000L);

  private final QueryBinder queries;
  private final @Nullable FromScope outer;
  private final CommonTables ctes;

  /**
   * @param outer what the queries around it name
   */
  TimeWindows(QueryBinder queries, @Nullable FromScope outer, CommonTables ctes) {
    this.queries = queries;
    this.outer = outer;
    this.ctes = ctes;
  }

  static boolean isWindow(SyntaxNode node) {
    return node.type().equals("TABLE_FUNCTION")
        && NAMES.contains(
            node.required("function").string("function_name").toLowerCase(Locale.ROOT));
  }

  Tables bind(SyntaxNode node) {
    SyntaxNode function = node.required("function");
    boolean hop = function.string("function_name").equalsIgnoreCase("hop");
    List<SyntaxNode> arguments = ExpressionBinder.arguments(function);
    boolean named =
        function.children("arguments").stream().anyMatch(a -> !a.string("name").isEmpty());
    if (named || arguments.size() != (hop ? 4 : 3)) {
      throw new SqlException(
          ProblemKind.SYNTAX,
          function.offset(),
          hop
              ? "HOP needs HOP(TABLE t, DESCRIPTOR(time), INTERVAL slide, INTERVAL size)"
              : "TUMBLE needs TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL size)");
    }
    SyntaxNode table = arguments.get(0);
    if (!table.nodeClass().equals("SUBQUERY")) {
      throw new SqlException(
          ProblemKind.SYNTAX, table.offset(), "a window needs a table: TABLE t, or a query");
    }
    BoundQuery rows =
        SelectBinder.withoutOrder(
            queries.query(table.required("subquery").required("node"), outer, ctes));
    FromScope scope = new FromScope(List.of(Relation.of("", rows.columns())), outer);
    ExpressionBinder binder = new ExpressionBinder(queries, scope, ctes, null, null, "a window");
    Expr time = time(arguments.get(1), binder);
    long size = length(arguments.get(arguments.size() - 1));
    long slide = hop ? length(arguments.get(2)) : size;
    if (slide > size || size / slide > MOST_WINDOWS) {
      throw unsupported(
          arguments.get(2),
          "HOP whose windows leave times out, or are more than %d at a time,"
              .formatted(MOST_WINDOWS),
          "; the slide comes first, and the size, which is not smaller, second");
    }
    return windows(node, rows, time, slide, size);
  }

  private Tables windows(SyntaxNode node, BoundQuery rows, Expr time, long slide, long size) {
    // The starts of the windows that hold a time, in microseconds.
    String last = "(epoch_us({0}) - (epoch_us({0}) %% %1$d + %1$d) %% %1$d)".formatted(slide);
    String form =
        "CASE WHEN {0} IS NOT NULL THEN range(%1$s - (%2$d - 1 - (epoch_us({0}) - %1$s)) // %3$d * %3$d, %1$s + 1, %3$d) END"
            .formatted(last, size, slide);
    Expr starts =
        new Expr.Call(new ScalarFunction("windows", form), List.of(time), TypeShapes.listOf(LONG));
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn start = queries.ids().next("window", LONG);
    Plan plan = new Plan.Unnest(rows.plan(), starts, ordinal, start, false);
    List<BoundColumn> columns = new ArrayList<>(rows.columns());
    List<Assignment> bounds = new ArrayList<>();
    for (String name : List.of("window_start", "window_end")) {
      String maker =
          ((Types.TimestampType) time.type()).shouldAdjustToUTC()
              ? "make_timestamptz"
              : "make_timestamp";
      long moved = name.equals("window_start") ? 0 : size;
      Expr value =
          new Expr.Call(
              new ScalarFunction(name, "%s({0} + %d)".formatted(maker, moved)),
              List.of(new Expr.Ref(start)),
              time.type());
      PlanColumn column = queries.ids().next(name, time.type());
      bounds.add(new Assignment(column, value));
      columns.add(new BoundColumn(name, column));
    }
    columns = FromBinder.renamed(columns, node.strings("column_name_alias"), node);
    return Tables.of(Relation.of(node.string("alias"), columns), new Plan.Extend(plan, bounds));
  }

  private static Expr time(SyntaxNode node, ExpressionBinder binder) {
    List<SyntaxNode> columns = ExpressionBinder.arguments(node);
    if (!node.string("function_name").equalsIgnoreCase("descriptor") || columns.size() != 1) {
      throw new SqlException(
          ProblemKind.SYNTAX, node.offset(), "a window needs a time: DESCRIPTOR(column)");
    }
    Expr time = binder.bind(columns.get(0));
    if (time.type().typeId() == TypeID.DATE) {
      return Coercion.to(time, Types.TimestampType.withoutZone());
    }
    if (time.type().typeId() != TypeID.TIMESTAMP) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          columns.get(0).offset(),
          "a window needs a date or a timestamp; this is %s".formatted(time.type()));
    }
    return time;
  }

  /** The microseconds of {@code INTERVAL '10' MINUTE} or {@code INTERVAL '10 minutes'}. */
  private static long length(SyntaxNode node) {
    List<SyntaxNode> constants = node.all("CONSTANT");
    String amount =
        constants.size() == 1 ? constants.get(0).required("literal").string("text") : "";
    String unit = node.string("function_name").toLowerCase(Locale.ROOT).replaceFirst("^to_", "");
    Matcher written = WRITTEN.matcher(amount + " " + unit);
    Long micros =
        written.matches()
            ? MICROSECONDS.get(written.group(2).replaceFirst("s$", "").toLowerCase(Locale.ROOT))
            : null;
    if (micros == null || Long.parseLong(written.group(1)) == 0) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE,
          node.offset(),
          "the length of a window is a constant interval of days, hours, minutes or seconds,"
              + " greater than 0: INTERVAL '10' MINUTE");
    }
    return Long.parseLong(written.group(1)) * micros;
  }
}
