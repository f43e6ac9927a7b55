package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.at;
import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.function.Functions;
import io.bergview.projection.function.LambdaFunction;
import io.bergview.projection.function.ScalarDefinition;
import io.bergview.projection.function.TimeUnitFunctions;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanExpressions;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Binds expressions over the columns of one SELECT. */
final class ExpressionBinder {
  private static final Map<String, String> COMPARISONS =
      Map.of(
          "COMPARE_EQUAL", "=",
          "COMPARE_NOTEQUAL", "<>",
          "COMPARE_LESSTHAN", "<",
          "COMPARE_GREATERTHAN", ">",
          "COMPARE_LESSTHANOREQUALTO", "<=",
          "COMPARE_GREATERTHANOREQUALTO", ">=",
          "COMPARE_DISTINCT_FROM", "is distinct from",
          "COMPARE_NOT_DISTINCT_FROM", "is not distinct from");
  private static final int MOST_NESTED = 500;

  /** The clause of an expression outside of any query. */
  private static final String ALONE = SqlExpression.KEY;

  private final QueryBinder queries;
  private final NameScope names;
  private final FromScope scope;
  private final CommonTables ctes;

  /** What subqueries join; null where there can be none. */
  private final @Nullable Building building;

  /** What stands for aggregates and keys after grouping; null before it. */
  private final @Nullable Grouping grouping;

  private final String clause;

  /** Outputs that may be named by their aliases, in lower case. */
  private Map<String, Expr> aliases = Map.of();

  private final LambdaBinder lambdas = new LambdaBinder(this);
  private int depth;

  /**
   * @param clause where the expressions stand, for messages: {@code WHERE}
   */
  ExpressionBinder(
      QueryBinder queries,
      FromScope scope,
      CommonTables ctes,
      @Nullable Building building,
      @Nullable Grouping grouping,
      String clause) {
    this(queries, scope, scope, ctes, building, grouping, clause);
  }

  private ExpressionBinder(
      QueryBinder queries,
      NameScope names,
      FromScope scope,
      CommonTables ctes,
      @Nullable Building building,
      @Nullable Grouping grouping,
      String clause) {
    this.names = names;
    this.queries = queries;
    this.scope = scope;
    this.ctes = ctes;
    this.building = building;
    this.grouping = grouping;
    this.clause = clause;
  }

  /** For expressions outside of any query, in which there are no subqueries and no groups. */
  static ExpressionBinder standingAlone(QueryBinder queries, NameScope names) {
    FromScope none = new FromScope(List.of(), null);
    return new ExpressionBinder(queries, names, none, CommonTables.NONE, null, null, ALONE);
  }

  /** Lets names that mean nothing else mean outputs. */
  void aliases(Map<String, Expr> outputs) {
    aliases = Map.copyOf(outputs);
  }

  FromScope scope() {
    return scope;
  }

  CommonTables ctes() {
    return ctes;
  }

  /** A boolean value. */
  Expr condition(SyntaxNode node) {
    return QueryBinder.condition(bind(node), node, clause);
  }

  List<Expr> bind(List<SyntaxNode> nodes) {
    List<Expr> values = new ArrayList<>();
    nodes.forEach(node -> values.add(bind(node)));
    return values;
  }

  Expr bind(SyntaxNode node) {
    if (++depth > MOST_NESTED) {
      throw unsupported(node, "an expression nested more than 500 levels deep", "");
    }
    try {
      Optional<Expr> grouped =
          grouping == null || lambdas.names(node) ? Optional.empty() : grouping.find(node);
      return grouped.isPresent() ? grouped.get() : ungrouped(node);
    } finally {
      depth--;
    }
  }

  private Expr ungrouped(SyntaxNode node) {
    return switch (node.nodeClass()) {
      case "COLUMN_REF" -> column(node);
      case "CONSTANT" -> Literals.of(node);
      case "CAST" -> cast(node);
      case "COMPARISON" -> comparison(node);
      case "CONJUNCTION" -> conjunction(node);
      case "OPERATOR" -> operator(node);
      case "BETWEEN" -> between(node);
      case "CASE" -> caseOf(node);
      case "FUNCTION" -> function(node);
      case "SUBQUERY" -> subqueries(node).value(node, this);
      case "WINDOW" -> window(node);
      case "STAR" ->
          throw new SqlException(
              ProblemKind.SYNTAX, node.offset(), "'*' can stand only in SELECT and count(*)");
      case "PARAMETER" -> throw unsupported(node, "a parameter", ": a query is complete by itself");
      case "LAMBDA" ->
          throw unsupported(
              node,
              "a lambda as an argument of this function",
              "; list_transform, list_filter, any_match, all_match, none_match and reduce take"
                  + " one");
      case "POSITIONAL_REFERENCE" ->
          throw unsupported(
              node,
              "ARRAY of a query, or a column by its number,",
              "; write (SELECT array_agg(x) FROM ...), and columns by their names");
      case "COLLATE", "COLLATION" ->
          throw unsupported(node, "COLLATE", "; strings are compared by their code points");
      default -> throw unsupported(node, node.nodeClass().toLowerCase(Locale.ROOT), "");
    };
  }

  private Expr column(SyntaxNode node) {
    Optional<Expr> parameter = lambdas.parameter(node);
    if (parameter.isPresent()) {
      return parameter.get();
    }
    List<String> path = node.strings("column_names");
    if (path.size() == 1 && !names.has(path, node)) {
      Expr output = aliases.get(path.get(0).toLowerCase(Locale.ROOT));
      if (output != null) {
        return output;
      }
      Optional<ScalarDefinition> constant = withoutParentheses(path.get(0));
      if (constant.isPresent()) {
        return at(node, () -> constant.get().bind(List.of()));
      }
    }
    Expr value = names.resolve(path, node);
    ExprColumns.of(value).forEach(queries.tables()::mention);
    return grouping == null ? value : grouping.ofColumn(value, node);
  }

  /** {@code current_date} is a function that needs no parentheses. */
  private static Optional<ScalarDefinition> withoutParentheses(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("current_") || lower.startsWith("local") || lower.endsWith("_user")
        ? Functions.scalar(lower)
        : Optional.empty();
  }

  private Expr cast(SyntaxNode node) {
    SyntaxNode named = node.required("type_expr");
    Type type = TypeNames.of(named);
    Expr value = bind(node.required("child"));
    Expr cast =
        node.bool("try_cast")
            ? at(node, () -> Coercion.tryCast(value, type))
            : at(node, () -> Coercion.cast(value, type));
    return TypeNames.length(named)
        .map(length -> Coercion.ofLength(cast, length, TypeNames.isFixed(named)))
        .orElse(cast);
  }

  /** The function that a kind of comparison is. */
  static String comparison(String type, SyntaxNode node) {
    String operator = COMPARISONS.get(type);
    if (operator == null) {
      throw unsupported(node, type.toLowerCase(Locale.ROOT).replace('_', ' '), "");
    }
    return operator;
  }

  /**
   * A subquery's plan after grouping: of the rows around it, it may name keys only, which have
   * other columns then.
   */
  Plan grouped(Plan subquery, SyntaxNode node) {
    if (grouping == null) {
      return subquery;
    }
    Map<PlanColumn, Expr> keys = new HashMap<>();
    for (PlanColumn column : FreeColumns.of(subquery)) {
      keys.put(column, grouping.ofColumn(new Expr.Ref(column), node));
    }
    return keys.isEmpty()
        ? subquery
        : PlanExpressions.map(subquery, value -> ExprRewrite.columns(value, keys));
  }

  private Expr comparison(SyntaxNode node) {
    String operator = comparison(node.type(), node);
    return compared(operator, node.required("left"), node.required("right"), node);
  }

  private Expr compared(String operator, SyntaxNode left, SyntaxNode right, SyntaxNode node) {
    return row(left).size() == 1 && row(right).size() == 1
        ? call(operator, node, bind(left), bind(right))
        : new RowComparison(this, node).compared(operator, left, right);
  }

  /** The values of {@code (a, b)}; of anything else the node itself. */
  static List<SyntaxNode> row(SyntaxNode node) {
    boolean row =
        node.nodeClass().equals("FUNCTION") && node.string("function_name").equalsIgnoreCase("row");
    return row ? arguments(node) : List.of(node);
  }

  private Expr conjunction(SyntaxNode node) {
    String operator = node.type().equals("CONJUNCTION_AND") ? "and" : "or";
    Expr all = null;
    for (SyntaxNode child : node.children("children")) {
      Expr one = QueryBinder.condition(bind(child), child, operator.toUpperCase(Locale.ROOT));
      all = all == null ? one : call(operator, node, all, one);
    }
    return all == null ? Calls.TRUE : all;
  }

  private Expr operator(SyntaxNode node) {
    List<SyntaxNode> children = node.children("children");
    return switch (node.type()) {
      case "OPERATOR_NOT" ->
          Calls.of("not", QueryBinder.condition(bind(children.get(0)), children.get(0), "NOT"));
      case "OPERATOR_IS_NULL" -> call("is null", node, bind(children.get(0)));
      case "OPERATOR_IS_NOT_NULL" -> call("is not null", node, bind(children.get(0)));
      case "COMPARE_IN" -> in(children, node);
      case "COMPARE_NOT_IN" -> Calls.of("not", in(children, node));
      case "OPERATOR_COALESCE" -> call("coalesce", node, bind(children).toArray(Expr[]::new));
      case "OPERATOR_NULLIF" -> call("nullif", node, bind(children).toArray(Expr[]::new));
      case "ARRAY_CONSTRUCTOR" -> call("list_value", node, bind(children).toArray(Expr[]::new));
      case "ARRAY_EXTRACT" -> call("array_extract", node, bind(children).toArray(Expr[]::new));
      case "ARRAY_SLICE" -> slice(children, node);
      case "STRUCT_EXTRACT" -> call("struct_extract", node, bind(children).toArray(Expr[]::new));
      case "GROUPING_FUNCTION" ->
          throw new SqlException(
              ProblemKind.WRONG_VALUE,
              node.offset(),
              "grouping() needs GROUP BY, and expressions that it groups by");
      default -> throw unsupported(node, operatorName(node), "");
    };
  }

  /** {@code list[first:last]}, either of which may be left out. */
  private Expr slice(List<SyntaxNode> children, SyntaxNode node) {
    if (children.size() > 3) {
      throw unsupported(
          node, "a slice with steps", "; write list_filter(list, (x, i) -> i % 2 = 1)");
    }
    Expr first = end(children.get(1), 1);
    Expr last = end(children.get(2), -1);
    return call("array_slice", node, bind(children.get(0)), first, last);
  }

  private Expr end(SyntaxNode end, long otherwise) {
    boolean written = !end.string("function_name").equals("list_value");
    return written ? bind(end) : new Expr.Constant(otherwise, Types.LongType.get());
  }

  private static String operatorName(SyntaxNode node) {
    String source = node.source();
    return source.isEmpty() || source.length() > 60
        ? node.type().toLowerCase(Locale.ROOT).replace('_', ' ')
        : "'" + source + "'";
  }

  private Expr in(List<SyntaxNode> children, SyntaxNode node) {
    SyntaxNode value = children.get(0);
    if (children.stream().allMatch(child -> row(child).size() == 1)) {
      return call("in", node, bind(children).toArray(Expr[]::new));
    }
    Expr any = null;
    for (SyntaxNode item : children.subList(1, children.size())) {
      Expr one = compared("=", value, item, node);
      any = any == null ? one : Calls.of("or", any, one);
    }
    return any == null ? new Expr.Constant(false, Types.BooleanType.get()) : any;
  }

  private Expr between(SyntaxNode node) {
    Expr value = bind(node.required("input"));
    SyntaxNode lower = node.required("lower");
    boolean symmetric = lower.string("function_name").equals("either_bound");
    Expr first = bind(symmetric ? arguments(lower).get(0) : lower);
    Expr last = bind(node.required("upper"));
    Expr between = inRange(value, first, last, node);
    if (symmetric) {
      between = Calls.of("or", between, inRange(value, last, first, node));
    }
    return node.type().contains("NOT_BETWEEN") ? Calls.of("not", between) : between;
  }

  private Expr inRange(Expr value, Expr first, Expr last, SyntaxNode node) {
    return Calls.of("and", call(">=", node, value, first), call("<=", node, value, last));
  }

  private Expr caseOf(SyntaxNode node) {
    List<Expr> parts = new ArrayList<>();
    for (SyntaxNode check : node.children("case_checks")) {
      SyntaxNode when = check.required("when_expr");
      parts.add(QueryBinder.condition(bind(when), when, "WHEN"));
      parts.add(bind(check.required("then_expr")));
    }
    parts.add(
        node.child("else_expr")
            .map(this::bind)
            .orElseGet(() -> new Expr.Constant(null, Calls.UNKNOWN)));
    return call("case", node, parts.toArray(Expr[]::new));
  }

  static List<SyntaxNode> arguments(SyntaxNode node) {
    List<SyntaxNode> arguments = new ArrayList<>();
    for (SyntaxNode argument : node.children("arguments")) {
      arguments.add(argument.child("expression").orElse(argument));
    }
    return arguments;
  }

  private Expr function(SyntaxNode node) {
    String name = node.string("function_name").toLowerCase(Locale.ROOT);
    if (name.equals("row")) {
      return rowValue(node);
    }
    Optional<ScalarDefinition> scalar = Functions.scalar(name);
    if (scalar.isPresent() && scalar.get() instanceof LambdaFunction lambda) {
      return lambdas.call(lambda, node);
    }
    boolean plain =
        !node.bool("distinct")
            && node.child("filter").isEmpty()
            && node.child("order_bys").map(o -> o.children("orders").isEmpty()).orElse(true);
    if (scalar.isPresent() && (plain || Functions.aggregate(name).isEmpty())) {
      if (!plain) {
        throw new SqlException(
            ProblemKind.SYNTAX, node.offset(), "%s is no aggregate".formatted(name));
      }
      List<Expr> values =
          name.equals("struct_pack") || name.equals("struct")
              ? fields(node)
              : arguments(node).stream().map(a -> isUnit(name, a) ? unit(a) : bind(a)).toList();
      return at(node, () -> scalar.get().bind(values));
    }
    if (Functions.aggregate(name).isPresent()) {
      throw new SqlException(
          ProblemKind.GRAIN,
          node.offset(),
          clause.equals(ALONE)
              ? "an aggregate cannot stand in $expr; put the expression into the aggregate, {$sum:"
                  + " {$expr: '...'}}, and filter groups with $having"
              : "an aggregate cannot stand in %s; filter groups with HAVING, or aggregate in a subquery"
                  .formatted(clause));
    }
    if (Functions.window(name).isPresent()) {
      throw new SqlException(
          ProblemKind.SYNTAX, node.offset(), "%s needs OVER (...)".formatted(name));
    }
    Optional<Expr> interval = IntervalCalls.bind(name, node, this);
    if (interval.isPresent()) {
      return interval.get();
    }
    refuseMisplaced(name, node);
    throw new SqlException(
        ProblemKind.UNKNOWN_FUNCTION,
        node.offset(),
        "there is no function '%s'%s; docs/functions.md lists them"
            .formatted(name, Suggestions.didYouMean(name, Functions.names())));
  }

  /** {@code timestampdiff(DAY, a, b)}: a unit without quotes that is no column. */
  private boolean isUnit(String function, SyntaxNode argument) {
    List<String> path = argument.strings("column_names");
    return path.size() == 1
        && TimeUnitFunctions.takesUnit(function)
        && TimeUnitFunctions.isUnit(path.get(0))
        && !names.has(path, argument);
  }

  private static Expr unit(SyntaxNode argument) {
    return new Expr.Constant(argument.strings("column_names").get(0), Types.StringType.get());
  }

  private static void refuseMisplaced(String name, SyntaxNode node) {
    if (UnnestBinder.givesRows(node)) {
      throw unsupported(
          node,
          name + " within an expression or a clause other than SELECT and FROM",
          "; join it in FROM and use its elements: FROM t, unnest(list) AS u(element)");
    }
  }

  /** {@code (a, b)} as a struct of the fields {@code col1} and {@code col2}, as in Spark. */
  private Expr rowValue(SyntaxNode node) {
    List<Expr> fields = new ArrayList<>();
    for (SyntaxNode value : arguments(node)) {
      String name = "col" + (fields.size() / 2 + 1);
      fields.add(new Expr.Constant(name, Types.StringType.get()));
      fields.add(bind(value));
    }
    return call("named_struct", node, fields.toArray(Expr[]::new));
  }

  /** The values as one; NULL where one of them is. */
  Expr wholeRow(List<Expr> values, SyntaxNode node) {
    List<Expr> fields = new ArrayList<>();
    Expr all = Calls.TRUE;
    for (Expr value : values) {
      fields.add(new Expr.Constant("col" + (fields.size() / 2 + 1), Types.StringType.get()));
      fields.add(value);
      all = Calls.of("and", all, call("is not null", node, value));
    }
    return Grouping.where(all, call("named_struct", node, fields.toArray(Expr[]::new)), node);
  }

  /** The fields of a struct, each after its name: {@code a := 1}, or that of a column. */
  private List<Expr> fields(SyntaxNode node) {
    List<Expr> fields = new ArrayList<>();
    for (SyntaxNode argument : node.children("arguments")) {
      SyntaxNode value = argument.child("expression").orElse(argument);
      String name = argument.string("name");
      if (name.isEmpty() && node.string("function_name").equalsIgnoreCase("struct")) {
        List<String> path = value.strings("column_names");
        name = path.isEmpty() ? "col" + (fields.size() / 2 + 1) : path.get(path.size() - 1);
      }
      if (name.isEmpty()) {
        throw new SqlException(
            ProblemKind.SYNTAX, value.offset(), "a field of struct_pack needs a name: a := 1");
      }
      fields.add(new Expr.Constant(name, Types.StringType.get()));
      fields.add(bind(value));
    }
    return fields;
  }

  private void refuseWithinLambda(String what, SyntaxNode node) {
    if (lambdas.isWithin()) {
      throw unsupported(
          node, what + " within a lambda", "; unnest the list, and compute it for its elements");
    }
  }

  private Expr window(SyntaxNode node) {
    refuseWithinLambda("a window function", node);
    if (building == null
        || grouping == null
            && !clause.equals("SELECT")
            && !clause.equals("QUALIFY")
            && !clause.equals("ORDER BY")) {
      throw new SqlException(
          ProblemKind.GRAIN,
          node.offset(),
          clause.equals(ALONE)
              ? "a window function cannot stand in $expr; write the view in SQL, with $sql"
              : "a window function cannot stand in %s; compute it in a subquery and filter that, or use QUALIFY"
                  .formatted(clause));
    }
    return new WindowBinder(queries, this, building).bind(node);
  }

  private SubqueryBinder subqueries(SyntaxNode node) {
    refuseWithinLambda("a subquery", node);
    if (building == null) {
      throw unsupported(
          node,
          "a subquery in " + clause,
          clause.equals(ALONE)
              ? "; follow a relation, as in customer.name, or write the view in SQL, with $sql"
              : "; compute it in FROM");
    }
    return new SubqueryBinder(queries, building);
  }

  Expr call(String function, SyntaxNode node, Expr... arguments) {
    return at(
        node,
        () ->
            Functions.scalar(function)
                .orElseThrow(() -> new IllegalStateException("no function " + function))
                .bind(List.of(arguments)));
  }
}
