package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.query.FromBinder.Tables;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The elements of lists as rows: {@code unnest(list)} in FROM and as an output of SELECT, and the
 * functions of FROM that give whole numbers or times.
 */
final class UnnestBinder {
  private static final Set<String> UNNEST = Set.of("unnest", "explode", "explode_outer");

  /** Those that have several columns, so that they stand in FROM only. */
  private static final Set<String> IN_FROM =
      Set.of("posexplode", "posexplode_outer", "inline", "inline_outer");

  /** Functions whose value is a list, the elements of which are the rows. */
  private static final Set<String> SERIES = Set.of("range", "generate_series", "sequence");

  private final QueryBinder queries;
  private final @Nullable FromScope outer;
  private final CommonTables ctes;

  /**
   * @param outer what the lists may name besides the tables that they stand beside
   */
  UnnestBinder(QueryBinder queries, @Nullable FromScope outer, CommonTables ctes) {
    this.queries = queries;
    this.outer = outer;
    this.ctes = ctes;
  }

  /** Whether an output of SELECT is {@code unnest(list)}. */
  static boolean isUnnest(SyntaxNode node) {
    return node.nodeClass().equals("FUNCTION") && UNNEST.contains(name(node));
  }

  /** Whether a function gives rows, and so cannot stand where a value does. */
  static boolean givesRows(SyntaxNode node) {
    return UNNEST.contains(name(node)) || IN_FROM.contains(name(node));
  }

  /** Whether a join with a function has no condition, so that it only repeats rows. */
  static boolean isPlain(SyntaxNode join) {
    boolean always =
        join.child("condition")
            .map(on -> on.nodeClass().equals("CONSTANT") && on.source().equalsIgnoreCase("true"))
            .orElse(true);
    String kind = join.string("join_type");
    return always
        && (kind.equals("INNER") || kind.equals("LEFT"))
        && !join.string("ref_type").equals("NATURAL")
        && !join.string("ref_type").equals("ASOF")
        && !join.string("ref_type").equals("POSITIONAL")
        && join.strings("using_columns").isEmpty();
  }

  /** The elements of a list that names nothing but what is around the query. */
  Tables alone(SyntaxNode node) {
    Tables none =
        new Tables(List.of(), InnerJoins.of(new QueryPlan.Values(List.of(), List.of(List.of()))));
    return beside(none, node, false);
  }

  /**
   * Each row once for each element. Of structs, more names than one are those of the fields.
   *
   * @param keepEmpty whether a row without elements is kept
   */
  Tables beside(Tables left, SyntaxNode node, boolean keepEmpty) {
    SyntaxNode function = node.required("function");
    String name = name(function);
    FromScope scope = new FromScope(left.relations(), outer);
    ExpressionBinder binder = new ExpressionBinder(queries, scope, ctes, null, null, name);
    List<Expr> lists = lists(function, binder);
    Expr list = lists.size() == 1 ? lists.get(0) : ZippedLists.of(lists);
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn element = queries.ids().next(name, list.type().asListType().elementType());
    boolean all = keepEmpty || name.endsWith("_outer");
    Plan plan = new Plan.Unnest(left.plan(queries.ids()), list, ordinal, element, all);
    String alias = node.string("alias");
    boolean counted = name.startsWith("posexplode");
    boolean numbered = node.string("with_ordinality").equals("WITH_ORDINALITY");
    List<BoundColumn> columns = new ArrayList<>();
    if (counted) {
      plan = numbered(plan, ordinal, "pos", 1, columns);
    }
    int others = (counted ? 1 : 0) + (numbered ? 1 : 0);
    if (lists.size() > 1
        || name.startsWith("inline") && element.type().isStructType()
        || element.type().isStructType() && node.strings("column_name_alias").size() > others + 1) {
      List<Assignment> fields = new ArrayList<>();
      for (Types.NestedField field : element.type().asStructType().fields()) {
        PlanColumn column = queries.ids().next(field.name(), field.type());
        fields.add(
            new Assignment(
                column, new Expr.Field(new Expr.Ref(element), field.name(), field.type())));
        columns.add(new BoundColumn(lists.size() > 1 ? name : field.name(), column));
      }
      plan = new Plan.Extend(plan, fields);
    } else {
      columns.add(new BoundColumn(counted ? "col" : alias.isEmpty() ? name : alias, element));
    }
    if (numbered) {
      plan = numbered(plan, ordinal, "ordinality", 0, columns);
    }
    columns = FromBinder.renamed(columns, node.strings("column_name_alias"), node);
    List<Relation> relations = new ArrayList<>(left.relations());
    relations.add(Relation.of(alias.isEmpty() ? name : alias, columns));
    return new Tables(relations, InnerJoins.of(plan));
  }

  /** With the number of the element as a column, less so much. */
  private Plan numbered(
      Plan plan, PlanColumn ordinal, String name, long less, List<BoundColumn> columns) {
    PlanColumn number = queries.ids().next(name, Types.LongType.get());
    Expr value = Coercion.to(new Expr.Ref(ordinal), Types.LongType.get());
    if (less > 0) {
      value = Calls.of("-", value, new Expr.Constant(less, Types.LongType.get()));
    }
    columns.add(new BoundColumn(name, number));
    return new Plan.Extend(plan, List.of(new Assignment(number, value)));
  }

  /**
   * Outputs of SELECT: each of the rows so far once for each element. Several lists are gone
   * through together, NULL standing for the elements that the shorter ones have not.
   */
  static Map<SelectItem, Expr> outputs(
      List<SelectItem> items, ExpressionBinder binder, Building building, QueryBinder queries) {
    Map<SelectItem, Expr> values = new IdentityHashMap<>();
    if (items.isEmpty()) {
      return values;
    }
    List<Expr> lists = new ArrayList<>();
    boolean keepsEmpty = false;
    for (SelectItem item : items) {
      SyntaxNode node = item.node().orElseThrow();
      lists.add(element(node, binder));
      keepsEmpty |= name(node).endsWith("_outer");
    }
    Expr list = lists.size() == 1 ? lists.get(0) : ZippedLists.of(lists);
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn element = queries.ids().next("unnest", list.type().asListType().elementType());
    building.become(new Plan.Unnest(building.plan(), list, ordinal, element, keepsEmpty));
    for (int i = 0; i < items.size(); i++) {
      Expr value = new Expr.Ref(element);
      values.put(items.get(i), lists.size() == 1 ? value : ZippedLists.field(value, i));
    }
    return values;
  }

  private static String name(SyntaxNode function) {
    return function.string("function_name").toLowerCase(Locale.ROOT);
  }

  private static List<Expr> lists(SyntaxNode function, ExpressionBinder binder) {
    String name = name(function);
    if (SERIES.contains(name)) {
      return List.of(binder.bind(function));
    }
    if (!UNNEST.contains(name) && !IN_FROM.contains(name)) {
      throw unsupported(
          function,
          "the table function " + name,
          name.equals("flatten")
              ? "; write UNNEST(list) WITH ORDINALITY AS f(value, n)"
              : "; there are unnest(list), range(...), generate_series(...), tumble(...) and"
                  + " hop(...)");
    }
    List<Expr> lists = new ArrayList<>();
    for (SyntaxNode argument : function.children("arguments")) {
      lists.add(elements(value(argument), binder));
    }
    if (lists.isEmpty() || lists.size() > 1 && !name.equals("unnest")) {
      throw new SqlException(ProblemKind.WRONG_TYPE, function.offset(), name + " needs one list");
    }
    return lists;
  }

  private static SyntaxNode value(SyntaxNode argument) {
    String name = argument.string("name");
    if (!name.isEmpty()) {
      throw unsupported(
          argument.required("expression"),
          "unnest(..., " + name + " := ...)",
          "; unnest one level at a time, and name the fields of structs");
    }
    return argument.child("expression").orElse(argument);
  }

  /** An output's one list. */
  private static Expr element(SyntaxNode function, ExpressionBinder binder) {
    List<SyntaxNode> arguments = function.children("arguments");
    if (arguments.size() != 1) {
      arguments.stream().skip(1).forEach(UnnestBinder::value);
      throw unsupported(
          function,
          "unnest of other than one list in SELECT",
          "; write unnest(a), unnest(b), or join them in FROM: UNNEST(a, b) AS u(x, y)");
    }
    return elements(value(arguments.get(0)), binder);
  }

  private static Expr elements(SyntaxNode argument, ExpressionBinder binder) {
    Expr given = binder.bind(argument);
    Expr list = given.type().isMapType() ? binder.call("map_entries", argument, given) : given;
    if (!list.type().isListType()) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          argument.offset(),
          "unnest needs a list; this is %s%s"
              .formatted(
                  list.type(),
                  list.type().isStructType() ? "; its fields are outputs by struct.*" : ""));
    }
    return list;
  }
}
