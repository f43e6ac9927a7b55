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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The elements of lists as rows: {@code unnest(list)} in FROM and as an output of SELECT, and the
 * functions of FROM that give whole numbers or times.
 */
final class UnnestBinder {
  private static final Set<String> UNNEST = Set.of("unnest", "explode");

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
    return node.nodeClass().equals("FUNCTION")
        && UNNEST.contains(node.string("function_name").toLowerCase(Locale.ROOT));
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
    String name = function.string("function_name").toLowerCase(Locale.ROOT);
    FromScope scope = new FromScope(left.relations(), outer);
    ExpressionBinder binder = new ExpressionBinder(queries, scope, ctes, null, null, name);
    Expr list = list(function, binder);
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn element = queries.ids().next(name, list.type().asListType().elementType());
    Plan plan = new Plan.Unnest(left.plan(queries.ids()), list, ordinal, element, keepEmpty);
    String alias = node.string("alias");
    boolean numbered = node.string("with_ordinality").equals("WITH_ORDINALITY");
    List<BoundColumn> columns = new ArrayList<>();
    if (element.type().isStructType()
        && node.strings("column_name_alias").size() > (numbered ? 2 : 1)) {
      List<Assignment> fields = new ArrayList<>();
      for (Types.NestedField field : element.type().asStructType().fields()) {
        PlanColumn column = queries.ids().next(field.name(), field.type());
        fields.add(
            new Assignment(
                column, new Expr.Field(new Expr.Ref(element), field.name(), field.type())));
        columns.add(new BoundColumn(field.name(), column));
      }
      plan = new Plan.Extend(plan, fields);
    } else {
      columns.add(new BoundColumn(alias.isEmpty() ? name : alias, element));
    }
    if (numbered) {
      PlanColumn number = queries.ids().next("ordinality", Types.LongType.get());
      Expr value = Coercion.to(new Expr.Ref(ordinal), Types.LongType.get());
      plan = new Plan.Extend(plan, List.of(new Assignment(number, value)));
      columns.add(new BoundColumn("ordinality", number));
    }
    columns = FromBinder.renamed(columns, node.strings("column_name_alias"), node);
    List<Relation> relations = new ArrayList<>(left.relations());
    relations.add(Relation.of(alias.isEmpty() ? name : alias, columns));
    return new Tables(relations, InnerJoins.of(plan));
  }

  /** An output of SELECT: each of the rows so far once for each element. */
  static Expr output(
      SyntaxNode node, ExpressionBinder binder, Building building, QueryBinder queries) {
    Expr list = elements(node, binder);
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn element = queries.ids().next("unnest", list.type().asListType().elementType());
    building.become(new Plan.Unnest(building.plan(), list, ordinal, element, false));
    return new Expr.Ref(element);
  }

  private static Expr list(SyntaxNode function, ExpressionBinder binder) {
    String name = function.string("function_name").toLowerCase(Locale.ROOT);
    if (UNNEST.contains(name)) {
      return elements(function, binder);
    }
    if (!SERIES.contains(name)) {
      throw unsupported(
          function,
          "the table function " + name,
          "; there are unnest(list), range(...) and generate_series(...)");
    }
    return binder.bind(function);
  }

  private static Expr elements(SyntaxNode function, ExpressionBinder binder) {
    List<SyntaxNode> arguments = ExpressionBinder.arguments(function);
    if (arguments.size() != 1) {
      throw unsupported(
          function,
          "unnest of other than one list",
          "; join a second one by its ordinality: unnest(list) WITH ORDINALITY AS t(value, n)");
    }
    Expr given = binder.bind(arguments.get(0));
    Expr list =
        given.type().isMapType() ? binder.call("map_entries", arguments.get(0), given) : given;
    if (!list.type().isListType()) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          arguments.get(0).offset(),
          "unnest needs a list; this is %s".formatted(list.type()));
    }
    return list;
  }
}
