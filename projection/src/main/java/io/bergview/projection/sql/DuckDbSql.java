package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbExpressions.canonical;
import static io.bergview.projection.sql.DuckDbExpressions.cast;
import static io.bergview.projection.sql.DuckDbExpressions.sql;
import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.types.Types;

/**
 * A logical plan as one DuckDB SELECT whose columns are called {@code c<id>}, in the plan's order.
 */
public final class DuckDbSql {
  private final Function<SourceTable, String> relations;
  private final Map<Plan, String> shared = new IdentityHashMap<>();
  private final Map<String, String> with = new LinkedHashMap<>();
  private int alias;

  private DuckDbSql(Function<SourceTable, String> relations) {
    this.relations = relations;
  }

  /**
   * @param relations for each source, with the columns that are read of it, what stands in FROM: a
   *     relation with columns {@code c<field id>}, each of exactly the type that {@link
   *     DuckDbTypes#sqlType} gives; it may have more
   */
  public static String select(Plan plan, Function<SourceTable, String> relations) {
    DuckDbSql writer = new DuckDbSql(relations);
    String body = writer.query(plan);
    if (writer.with.isEmpty()) {
      return body;
    }
    String tables =
        writer.with.entrySet().stream()
            .map(entry -> entry.getKey() + " AS MATERIALIZED (" + entry.getValue() + ")")
            .collect(joining(",\n"));
    return "WITH " + tables + "\n" + body;
  }

  private String query(Plan plan) {
    if (plan instanceof Plan.Scan scan) {
      return scan(scan);
    }
    if (plan instanceof Plan.LeftJoin lookup) {
      return join(lookup.input(), "LEFT JOIN", lookup.target(), lookup.on());
    }
    if (plan instanceof Plan.JoinToMany fan) {
      return join(fan.input(), fan.keepEmpty() ? "LEFT JOIN" : "JOIN", fan.children(), fan.on());
    }
    if (plan instanceof Plan.NestedAggregate gather) {
      return nestedAggregate(gather);
    }
    if (plan instanceof Plan.AssignUniqueId numbered) {
      return "SELECT * FROM " + assignUniqueId(numbered);
    }
    if (plan instanceof Plan.UnnestElements elements) {
      return "SELECT "
          + named(column(elements.of().number().id()), elements.number())
          + ", "
          + named(
              "CAST(generate_subscripts(" + sql(elements.list()) + ", 1) AS INTEGER)",
              elements.ordinal())
          + ", "
          + named("unnest(" + sql(elements.list()) + ")", elements.element())
          + " FROM "
          + assignUniqueId(elements.of());
    }
    if (plan instanceof Plan.Unnest unnest) {
      return unnest(unnest);
    }
    if (plan instanceof Plan.Extend extend) {
      String added =
          extend.added().stream()
              .map(assignment -> named(sql(assignment.value()), assignment.column()))
              .collect(joining(", "));
      return "SELECT *, " + added + " FROM " + nested(extend.input());
    }
    if (plan instanceof Plan.Filter filter) {
      return "SELECT * FROM " + nested(filter.input()) + " WHERE " + sql(filter.predicate(), true);
    }
    if (plan instanceof Plan.Aggregate aggregate) {
      return aggregate(aggregate);
    }
    if (plan instanceof Plan.Project project) {
      String outputs =
          project.outputs().stream()
              .map(assignment -> named(sql(assignment.value()), assignment.column()))
              .collect(joining(",\n  "));
      return "SELECT\n  " + outputs + "\nFROM " + nested(project.input());
    }
    if (plan instanceof RollUp groups) {
      return new DuckDbRollUp(groups).select(nested(groups.input()));
    }
    if (plan instanceof DeltaPlan delta) {
      return delta(delta);
    }
    throw new IllegalStateException("unknown operator " + plan);
  }

  private String delta(DeltaPlan plan) {
    if (plan instanceof DeltaPlan.PreparedRows given) {
      String columns =
          given.given().stream()
              .map(column -> named(quote(column.name()), column.column()))
              .collect(joining(", "));
      return "SELECT " + (columns.isEmpty() ? "1 AS one" : columns) + " FROM " + given.relation();
    }
    if (plan instanceof DeltaPlan.SemiJoin semi) {
      String operator = semi.match() == DeltaPlan.Match.EQUAL ? " = " : " IS NOT DISTINCT FROM ";
      return "SELECT * FROM "
          + nested(semi.input())
          + " SEMI JOIN "
          + nested(semi.keys())
          + " ON "
          + semi.on().stream()
              .map(key -> sql(key.input()) + operator + sql(key.other()))
              .collect(joining(" AND "));
    }
    if (plan instanceof DeltaPlan.Shared once) {
      return "SELECT * FROM " + shared(once);
    }
    if (plan instanceof DeltaPlan.Union union) {
      return union.inputs().stream()
          .map(input -> renamed(input, union.columns()))
          .collect(joining("\nUNION ALL "));
    }
    DeltaPlan.MergedGroups merged = (DeltaPlan.MergedGroups) plan;
    return new DuckDbMerge(merged)
        .select(query(merged.stored()), merged.removed().map(this::query), query(merged.added()));
  }

  private String renamed(Plan plan, List<PlanColumn> names) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(named(column(plan.columns().get(i).id()), names.get(i)));
    }
    return "SELECT " + String.join(", ", columns) + " FROM " + nested(plan);
  }

  private String shared(DeltaPlan.Shared once) {
    String known = shared.get(once);
    if (known == null) {
      String body = query(once.input());
      known = "w" + ++alias;
      shared.put(once, known);
      with.put(known, body);
    }
    return known;
  }

  private String scan(Plan.Scan scan) {
    String reads =
        scan.reads().stream()
            .map(read -> named(column(read.fieldId()), read.column()))
            .collect(joining(", "));
    return "SELECT "
        + (reads.isEmpty() ? "1 AS one" : reads)
        + " FROM "
        + relations.apply(scan.narrowed())
        + " AS s"
        + ++alias;
  }

  private String join(Plan left, String kind, Plan right, List<JoinKey> on) {
    String condition =
        on.stream()
            .map(key -> sql(key.input()) + " = " + sql(key.other()))
            .collect(joining(" AND "));
    return "SELECT "
        + list(left.columns(), right.columns())
        + " FROM "
        + nested(left)
        + "\n"
        + kind
        + " "
        + nested(right)
        + " ON "
        + condition;
  }

  private String nestedAggregate(Plan.NestedAggregate gather) {
    List<AggregateCall> lists =
        gather.calls().stream().filter(call -> call.kind() == AggregateFunction.LIST).toList();
    List<String> grouped = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    List<String> groupBy = new ArrayList<>();
    String side = "g" + ++alias;
    for (int i = 0; i < gather.on().size(); i++) {
      JoinKey key = gather.on().get(i);
      grouped.add(sql(key.other()) + " AS " + side + "k" + i);
      groupBy.add(sql(key.other()));
      conditions.add(sql(key.input()) + " = " + side + "k" + i);
    }
    List<String> outputs =
        new ArrayList<>(
            gather.input().columns().stream().map(column -> column(column.id())).toList());
    if (!lists.isEmpty()) {
      grouped.add(rows(lists, gather.orderBy()) + " AS " + side + "rows");
    }
    for (AggregateCall call : gather.calls()) {
      String name = column(call.column().id());
      if (call.kind() == AggregateFunction.LIST) {
        String all =
            lists.size() == 1
                ? side + "rows"
                : "list_transform(" + side + "rows, lambda e: e." + name + ")";
        outputs.add(
            named(
                "coalesce(" + all + ", CAST([] AS " + sqlType(call.column().type()) + "))",
                call.column()));
      } else {
        grouped.add(call(call) + " AS " + side + name);
        boolean count =
            call.kind() == AggregateFunction.COUNT
                || call.kind() == AggregateFunction.COUNT_DISTINCT
                || call.kind() == AggregateFunction.COUNT_ROWS;
        outputs.add(named(count ? "coalesce(" + side + name + ", 0)" : side + name, call.column()));
      }
    }
    return "SELECT "
        + String.join(", ", outputs)
        + " FROM "
        + nested(gather.input())
        + "\nLEFT JOIN (SELECT "
        + String.join(", ", grouped)
        + " FROM "
        + nested(gather.children())
        + " GROUP BY "
        + String.join(", ", groupBy)
        + ") AS "
        + side
        + " ON "
        + String.join(" AND ", conditions);
  }

  /** One list of structs, sorted once, from which each aligned list is taken. */
  private static String rows(List<AggregateCall> lists, List<Expr> orderBy) {
    List<Expr> order = new ArrayList<>(orderBy);
    lists.forEach(call -> order.add(call.argument()));
    String row =
        lists.size() == 1
            ? sql(lists.get(0).argument())
            : lists.stream()
                .map(call -> column(call.column().id()) + " := " + sql(call.argument()))
                .collect(joining(", ", "struct_pack(", ")"));
    return "list(" + row + orderBy(order) + ")";
  }

  /** Constants order nothing, and DuckDB refuses them here; where nothing else is left, nothing. */
  private static String orderBy(List<Expr> values) {
    List<Expr> deciding =
        values.stream().filter(value -> !(value instanceof Expr.Constant)).toList();
    return deciding.isEmpty()
        ? ""
        : deciding.stream()
            .map(value -> sql(value) + " ASC NULLS FIRST")
            .collect(joining(", ", " ORDER BY ", ""));
  }

  private String unnest(Plan.Unnest unnest) {
    String list = sql(unnest.list());
    String input = nested(unnest.input());
    if (!unnest.keepEmpty()) {
      return "SELECT *, "
          + named("CAST(generate_subscripts(" + list + ", 1) AS INTEGER)", unnest.ordinal())
          + ", "
          + named("unnest(" + list + ")", unnest.element())
          + " FROM "
          + input;
    }
    String empty = "coalesce(len(" + list + "), 0) = 0";
    return "SELECT *, "
        + named(
            "unnest(CASE WHEN "
                + empty
                + " THEN [CAST(NULL AS INTEGER)] ELSE CAST(range(1, len("
                + list
                + ") + 1) AS INTEGER[]) END)",
            unnest.ordinal())
        + ", "
        + named(
            "unnest(CASE WHEN " + empty + " THEN [NULL] ELSE " + list + " END)", unnest.element())
        + " FROM "
        + input;
  }

  private String aggregate(Plan.Aggregate aggregate) {
    List<String> outputs = new ArrayList<>();
    aggregate.keys().forEach(key -> outputs.add(named(sql(key.value()), key.column())));
    aggregate.calls().forEach(call -> outputs.add(named(call(call), call.column())));
    String keys =
        aggregate.keys().stream()
            .map(key -> String.valueOf(aggregate.keys().indexOf(key) + 1))
            .collect(joining(", "));
    return "SELECT "
        + String.join(",\n  ", outputs)
        + "\nFROM "
        + nested(aggregate.input())
        + (keys.isEmpty() ? "" : "\nGROUP BY " + keys);
  }

  private static String call(AggregateCall call) {
    String argument = sql(call.argument());
    String order = orderBy(call.orderBy());
    return switch (call.kind()) {
      case COUNT_ROWS -> "count(*)";
      case COUNT -> "count(" + argument + ")";
      case COUNT_DISTINCT -> "count(DISTINCT " + argument + ")";
      case SUM ->
          call.column().type() instanceof Types.DecimalType
              ? cast("sum(" + argument + ")", call.column().type())
              : "sum(" + cast(argument, call.column().type()) + ")";
      case MIN -> extreme("min", call);
      case MAX -> extreme("max", call);
      case LEAST -> few("min", call);
      case GREATEST -> few("max", call);
      case FIRST -> "first(" + argument + order + ")";
      case LAST -> "last(" + argument + order + ")";
      case MEAN -> finite(argument, "avg");
      case SQUARED_DEVIATIONS -> finite(argument, "var_pop") + " * count(" + argument + ")";
      case LIST -> throw new IllegalStateException("lists are made together");
    };
  }

  /** Zeros compare as equal, so one value for each group is made canonical, and not each row's. */
  private static String extreme(String function, AggregateCall call) {
    return call.argument() instanceof Expr.Canonical canonical
        ? canonical(function + "(" + sql(canonical.value()) + ")", canonical.type())
        : function + "(" + sql(call.argument()) + ")";
  }

  /** DuckDB's list is null where there is no value. */
  private static String few(String function, AggregateCall call) {
    if (call.argument() instanceof Expr.Canonical canonical) {
      return "list_transform(coalesce(%s(%s, %d), []), lambda e: %s)"
          .formatted(
              function, sql(canonical.value()), call.limit(), canonical("e", canonical.type()));
    }
    return "coalesce(%s(%s, %d), [])".formatted(function, sql(call.argument()), call.limit());
  }

  private static String finite(String argument, String function) {
    return "CASE WHEN count(*) FILTER (WHERE NOT isfinite("
        + argument
        + ")) > 0 THEN CAST('NaN' AS DOUBLE) ELSE "
        + function
        + "("
        + argument
        + ") FILTER (WHERE isfinite("
        + argument
        + ")) END";
  }

  private String assignUniqueId(Plan.AssignUniqueId numbered) {
    String known = shared.get(numbered);
    if (known != null) {
      return known;
    }
    String body =
        "SELECT *, "
            + named("row_number() OVER ()", numbered.number())
            + " FROM "
            + nested(numbered.input());
    String name = "n" + numbered.number().id();
    shared.put(numbered, name);
    with.put(name, body);
    return name;
  }

  private String nested(Plan plan) {
    if (plan instanceof Plan.AssignUniqueId numbered) {
      return assignUniqueId(numbered);
    }
    if (plan instanceof DeltaPlan.Shared once) {
      return shared(once);
    }
    return "(" + query(plan) + ") AS t" + ++alias;
  }

  private static String list(List<PlanColumn> left, List<PlanColumn> right) {
    List<String> all = new ArrayList<>();
    left.forEach(column -> all.add(column(column.id())));
    right.forEach(column -> all.add(column(column.id())));
    return String.join(", ", all);
  }

  private static String named(String sql, PlanColumn column) {
    return sql + " AS " + column(column.id());
  }
}
