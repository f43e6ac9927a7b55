package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.IntervalValues;
import io.bergview.projection.function.Intervals;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Binds one SELECT, in the order in which SQL computes it. */
final class SelectBinder {
  private final QueryBinder queries;
  private final SyntaxNode select;
  private final @Nullable FromScope outer;
  private final CommonTables ctes;
  private final boolean existence;
  private final List<SelectItem> items = new ArrayList<>();

  SelectBinder(
      QueryBinder queries, SyntaxNode select, @Nullable FromScope outer, CommonTables ctes) {
    this.queries = queries;
    this.existence = queries.isExistence();
    this.select = select;
    this.outer = outer;
    this.ctes = ctes;
  }

  BoundQuery bind() {
    refuseUnsupported();
    FromBinder from = new FromBinder(queries, outer, ctes);
    FromBinder.Tables tables = from.bind(select.child("from_table"));
    FromScope scope = new FromScope(tables.relations(), outer);
    expandItems(scope);
    LateralAliases aliases = LateralAliases.of(items, scope);
    Building building = new Building(filtered(tables, scope, aliases));
    Optional<SyntaxNode> having = select.child("having").map(aliases::replaced);
    Optional<Grouping> grouping = grouping(scope, building, having);
    ExpressionBinder outputs =
        new ExpressionBinder(queries, scope, ctes, building, grouping.orElse(null), "SELECT");
    having.ifPresent(
        condition ->
            conjuncts(condition)
                .forEach(
                    term ->
                        filter(
                            queries,
                            term,
                            new ExpressionBinder(
                                queries, scope, ctes, building, grouping.orElse(null), "HAVING"),
                            building)));
    return outputs(outputs, building, scope, grouping);
  }

  private void refuseUnsupported() {
    select
        .child("sample")
        .ifPresent(
            node -> {
              throw new SqlException(
                  ProblemKind.NOT_DETERMINISTIC,
                  node.offset(),
                  "a sample has other rows each time; a view cannot hold it");
            });
  }

  /** The rows of FROM for which WHERE is true. */
  private Plan filtered(FromBinder.Tables tables, FromScope scope, LateralAliases aliases) {
    List<Expr> conditions = new ArrayList<>();
    List<SyntaxNode> later = new ArrayList<>();
    ExpressionBinder plain = new ExpressionBinder(queries, scope, ctes, null, null, "WHERE");
    for (SyntaxNode term :
        select
            .child("where_clause")
            .map(aliases::replaced)
            .map(SelectBinder::conjuncts)
            .orElse(List.of())) {
      if (hasSubquery(term)) {
        later.add(term);
      } else {
        conditions.add(plain.condition(term));
      }
    }
    Building building = new Building(JoinPlanner.plan(tables.joined(), conditions, queries.ids()));
    ExpressionBinder joining = new ExpressionBinder(queries, scope, ctes, building, null, "WHERE");
    later.forEach(term -> filter(queries, term, joining, building));
    return building.plan();
  }

  /** Keeps the rows for which a term of a condition is true. */
  static void filter(
      QueryBinder queries, SyntaxNode term, ExpressionBinder binder, Building building) {
    if (!new SubqueryBinder(queries, building).filters(term, binder)) {
      Expr condition = binder.condition(term);
      building.become(new Plan.Filter(building.plan(), Predicates.of(condition)));
    }
  }

  /** The terms of AND, however deep. */
  static List<SyntaxNode> conjuncts(SyntaxNode node) {
    if (!node.type().equals("CONJUNCTION_AND")) {
      return List.of(node);
    }
    List<SyntaxNode> terms = new ArrayList<>();
    node.children("children").forEach(child -> terms.addAll(conjuncts(child)));
    return terms;
  }

  static boolean hasSubquery(SyntaxNode node) {
    return node.json().findValuesAsText("class").contains("SUBQUERY");
  }

  private void expandItems(FromScope scope) {
    StarBinder stars = new StarBinder(scope, queries.tables());
    for (SyntaxNode node : select.children("select_list")) {
      for (SelectItem item : stars.items(node, nameOf(node))) {
        if (!existence) {
          item.column().ifPresent(queries.tables()::mention);
        }
        items.add(item);
      }
    }
  }

  /** The alias, the column's own name, or the text of the expression. */
  private static String nameOf(SyntaxNode node) {
    String alias = node.string("alias");
    if (!alias.isEmpty()) {
      return alias;
    }
    if (node.nodeClass().equals("COLUMN_REF")) {
      List<String> path = node.strings("column_names");
      return path.get(path.size() - 1);
    }
    if (node.nodeClass().equals("CAST")) {
      return nameOf(node.required("child"));
    }
    String source = node.source().strip();
    return source.isEmpty() || source.length() > 100 ? "column" : source;
  }

  private Optional<Grouping> grouping(
      FromScope scope, Building building, Optional<SyntaxNode> having) {
    List<SyntaxNode> keys = select.children("group_expressions");
    boolean everything = select.string("aggregate_handling").equals("FORCE_AGGREGATES");
    List<SyntaxNode> expressions = new ArrayList<>();
    items.forEach(item -> item.node().ifPresent(expressions::add));
    having.ifPresent(expressions::add);
    select.child("qualify").ifPresent(expressions::add);
    OrderBinder.items(select).forEach(item -> expressions.add(item.required("expression")));
    boolean aggregates = expressions.stream().anyMatch(SyntaxAggregates::has);
    if (keys.isEmpty()
        && select.children("group_sets").isEmpty()
        && !everything
        && !aggregates
        && select.child("having").isEmpty()) {
      return Optional.empty();
    }
    Building rows = new Building(building.plan());
    ExpressionBinder binder = new ExpressionBinder(queries, scope, ctes, rows, null, "GROUP BY");
    List<SyntaxNode> resolved = new ArrayList<>();
    keys.forEach(key -> resolved.add(keyNode(key, scope)));
    if (everything) {
      items.stream()
          .flatMap(item -> item.node().stream())
          .filter(node -> !SyntaxAggregates.has(node))
          .forEach(resolved::add);
    }
    List<Expr> values = resolved.stream().map(binder::bind).toList();
    ExpressionBinder arguments =
        new ExpressionBinder(queries, scope, ctes, rows, null, "an aggregate");
    // Subqueries of keys and arguments join the rows before these are grouped.
    Grouping grouping = new Grouping(queries, arguments, rows);
    for (int i = 0; i < values.size(); i++) {
      grouping.key(values.get(i), resolved.get(i), nameOf(resolved.get(i)));
      grouping.alias(keys.size() > i ? keys.get(i) : resolved.get(i), resolved.get(i));
    }
    expressions.forEach(grouping::aggregatesOf);
    building.become(grouping.plan(sets(resolved, grouping)));
    return Optional.of(grouping);
  }

  /** The sets of keys, as numbers of the grouping's keys; one set where there is no other. */
  private List<List<Integer>> sets(List<SyntaxNode> keys, Grouping grouping) {
    List<List<Integer>> sets = new ArrayList<>();
    for (SyntaxNode set : select.children("group_sets")) {
      List<Integer> numbers = new ArrayList<>();
      set.json().forEach(number -> numbers.add(grouping.keyOf(keys.get(number.asInt()))));
      sets.add(numbers.stream().distinct().toList());
    }
    return sets;
  }

  /** A number or an alias stands for an output; a column of the rows comes before an alias. */
  private SyntaxNode keyNode(SyntaxNode key, FromScope scope) {
    Optional<Long> number = QueryBinder.wholeConstant(key);
    if (number.isPresent()) {
      if (number.get() < 1 || number.get() > items.size()) {
        throw new SqlException(
            ProblemKind.WRONG_VALUE,
            key.offset(),
            "GROUP BY %d is no output: the query has %d".formatted(number.get(), items.size()));
      }
      return items
          .get((int) (number.get() - 1))
          .node()
          .orElseThrow(() -> unsupported(key, "GROUP BY a number that '*' stands for", ""));
    }
    if (key.nodeClass().equals("COLUMN_REF") && key.strings("column_names").size() == 1) {
      List<String> name = key.strings("column_names");
      if (!scope.has(name, key)) {
        return items.stream()
            .filter(item -> item.name().equalsIgnoreCase(name.get(0)))
            .flatMap(item -> item.node().stream())
            .findFirst()
            .orElse(key);
      }
    }
    return key;
  }

  private BoundQuery outputs(
      ExpressionBinder binder, Building building, FromScope scope, Optional<Grouping> grouping) {
    Map<SelectItem, Expr> values = new IdentityHashMap<>();
    List<SelectItem> unnested = items.stream().filter(SelectItem::isUnnest).toList();
    for (SelectItem item : items) {
      if (!item.isUnnest()) {
        values.put(item, value(item, binder, grouping));
      }
    }
    refuseBesideUnnest(unnested);
    // Windows are over the rows before these are repeated.
    values.putAll(UnnestBinder.outputs(unnested, binder, building, queries));
    List<Assignment> outputs = new ArrayList<>();
    List<BoundColumn> columns = new ArrayList<>();
    Map<String, Expr> byAlias = new HashMap<>();
    for (SelectItem item : items) {
      Expr value = typed(requireNonNull(values.get(item)), item.place());
      PlanColumn column = queries.ids().next(item.name(), value.type());
      outputs.add(new Assignment(column, value));
      columns.add(new BoundColumn(item.name(), column, placeOf(item)));
      byAlias.putIfAbsent(item.name().toLowerCase(Locale.ROOT), value);
    }
    qualify(scope, building, grouping, byAlias);
    boolean distinct = OrderBinder.modifier(select, "DISTINCT_MODIFIER").isPresent();
    List<SortOrder> order =
        OrderBinder.orders(
            OrderBinder.items(select),
            item -> sorted(item, columns, outputs, binder, distinct, scope),
            columns);
    return finished(outputs, columns, order, building, binder);
  }

  /** Of VALUES, whose star nobody wrote, that of its first value. */
  private int placeOf(SelectItem item) {
    boolean written = item.node().isPresent() || !item.place().source().isEmpty();
    return written ? item.place().offset() : select.firstOffset();
  }

  private Expr value(SelectItem item, ExpressionBinder binder, Optional<Grouping> grouping) {
    if (item.node().isPresent()) {
      return binder.bind(item.node().get());
    }
    Expr column = new Expr.Ref(item.column().orElseThrow());
    return grouping.isPresent() ? grouping.get().ofColumn(column, item.place()) : column;
  }

  private void refuseBesideUnnest(List<SelectItem> unnested) {
    boolean windows =
        select.child("qualify").isPresent()
            || OrderBinder.items(select).stream().anyMatch(i -> !i.all("WINDOW").isEmpty());
    if (!unnested.isEmpty() && windows) {
      throw unsupported(
          unnested.get(0).place(),
          "unnest in SELECT beside QUALIFY or a window function in ORDER BY",
          "; join it in FROM: unnest(list) AS t(value)");
    }
  }

  /** Untyped nulls are text, as in DuckDB; intervals are stored as structs. */
  private static Expr typed(Expr value, SyntaxNode node) {
    if (value.type().equals(Calls.UNKNOWN)) {
      return new Expr.Constant(null, Types.StringType.get());
    }
    if (value.type().equals(Intervals.TYPE)) {
      return QueryBinder.at(node, () -> IntervalValues.value(value));
    }
    return value;
  }

  private void qualify(
      FromScope scope, Building building, Optional<Grouping> grouping, Map<String, Expr> byAlias) {
    Optional<SyntaxNode> qualify = select.child("qualify");
    if (qualify.isEmpty()) {
      return;
    }
    ExpressionBinder binder =
        new ExpressionBinder(queries, scope, ctes, building, grouping.orElse(null), "QUALIFY");
    binder.aliases(byAlias);
    Expr condition = binder.condition(qualify.get());
    building.become(new Plan.Filter(building.plan(), Predicates.of(condition)));
  }

  /** The value of an ORDER BY item: an output, or one more that is not shown. */
  private Expr sorted(
      SyntaxNode item,
      List<BoundColumn> columns,
      List<Assignment> outputs,
      ExpressionBinder binder,
      boolean distinct,
      FromScope scope) {
    Optional<Expr> position = OrderBinder.position(item, columns);
    if (position.isPresent()) {
      return position.get();
    }
    if (item.nodeClass().equals("COLUMN_REF") && item.strings("column_names").size() == 1) {
      String name = item.strings("column_names").get(0);
      List<BoundColumn> named =
          columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).toList();
      if (!named.isEmpty()) {
        return new Expr.Ref(named.get(0).column());
      }
    }
    Map<String, Expr> aliases = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      aliases.putIfAbsent(columns.get(i).name().toLowerCase(Locale.ROOT), outputs.get(i).value());
    }
    binder.aliases(aliases);
    Expr value = binder.bind(item);
    for (Assignment output : outputs) {
      if (output.value().equals(value)) {
        return new Expr.Ref(output.column());
      }
    }
    if (distinct) {
      throw new SqlException(
          ProblemKind.GRAIN, item.offset(), "SELECT DISTINCT can be ordered only by what it shows");
    }
    PlanColumn column = queries.ids().next("order", value.type());
    outputs.add(new Assignment(column, value));
    return new Expr.Ref(column);
  }

  private BoundQuery finished(
      List<Assignment> outputs,
      List<BoundColumn> columns,
      List<SortOrder> order,
      Building building,
      ExpressionBinder binder) {
    Optional<SyntaxNode> distinct = OrderBinder.modifier(select, "DISTINCT_MODIFIER");
    List<SyntaxNode> on = distinct.map(d -> d.children("distinct_on_targets")).orElse(List.of());
    if (!on.isEmpty()) {
      onePerKey(on, outputs, order, building, binder);
    }
    Plan plan = new Plan.Project(building.plan(), outputs);
    List<BoundColumn> shown = columns;
    List<SortOrder> sorted = order;
    if (distinct.isPresent() && on.isEmpty()) {
      BoundQuery once = queries.distinct(new BoundQuery(plan, columns));
      plan = once.plan();
      shown = once.columns();
      List<BoundColumn> after = shown;
      sorted = order.stream().map(by -> by.by(moved(by.value(), columns, after))).toList();
    }
    plan = new OrderBinder(queries, select, outer, ctes).limited(plan, sorted);
    if (outputs.size() > columns.size()) {
      List<Assignment> kept = new ArrayList<>();
      List<BoundColumn> renamed = new ArrayList<>();
      for (BoundColumn column : shown) {
        PlanColumn fresh = queries.ids().next(column.name(), column.column().type());
        kept.add(new Assignment(fresh, new Expr.Ref(column.column())));
        renamed.add(column.as(fresh));
      }
      return new BoundQuery(new Plan.Project(plan, kept), renamed);
    }
    return new BoundQuery(plan, shown);
  }

  private static Expr moved(Expr value, List<BoundColumn> before, List<BoundColumn> after) {
    for (int i = 0; i < before.size(); i++) {
      if (new Expr.Ref(before.get(i).column()).equals(value)) {
        return new Expr.Ref(after.get(i).column());
      }
    }
    return value;
  }

  /** DISTINCT ON: the first row of each key in the order. */
  private void onePerKey(
      List<SyntaxNode> on,
      List<Assignment> outputs,
      List<SortOrder> order,
      Building building,
      ExpressionBinder binder) {
    List<Expr> keys = on.stream().map(node -> Calls.key(binder.bind(node))).toList();
    Map<PlanColumn, Expr> values = new HashMap<>();
    outputs.forEach(output -> values.put(output.column(), output.value()));
    List<SortOrder> by =
        order.stream()
            .map(
                o ->
                    o.by(
                        o.value() instanceof Expr.Ref r
                            ? values.getOrDefault(r.column(), r)
                            : o.value()))
            .toList();
    PlanColumn number = queries.ids().next("row_number", Types.LongType.get());
    building.become(
        new QueryPlan.Window(
            building.plan(),
            keys,
            by,
            List.of(
                new WindowCall(
                    number, new ScalarFunction("row_number", "row_number()"), List.of(), ""))));
    Expr first = Calls.of("=", new Expr.Ref(number), new Expr.Constant(1L, Types.LongType.get()));
    building.become(new Plan.Filter(building.plan(), Predicates.of(first)));
  }

  /** A query without an order that says nothing about which rows it has. */
  static BoundQuery withoutOrder(BoundQuery query) {
    if (query.plan() instanceof QueryPlan.Limit limit && onlyOrders(limit)) {
      return new BoundQuery(limit.input(), query.columns());
    }
    if (query.plan() instanceof Plan.Project project
        && project.input() instanceof QueryPlan.Limit limit
        && onlyOrders(limit)) {
      return new BoundQuery(project.over(limit.input()), query.columns());
    }
    return query;
  }

  private static boolean onlyOrders(QueryPlan.Limit limit) {
    return limit.rows().equals(OptionalLong.empty()) && limit.skipped() == 0;
  }
}
