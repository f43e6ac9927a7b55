package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.function.FunctionException;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.syntax.QueryParser;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Binds whole queries of SQL: SELECT, VALUES, and what UNION, INTERSECT and EXCEPT make of them.
 */
public final class QueryBinder {
  private static final Type LONG = Types.LongType.get();
  private static final int MOST_NESTED = 60;

  private final TableResolver tables;
  private final ColumnIds ids = new ColumnIds();
  private int depth;
  private boolean existence;

  public QueryBinder(TypeSource types) {
    this.tables = new TableResolver(requireNonNull(types, "types is null"));
  }

  /**
   * A query as a plan over the columns that it needs.
   *
   * @throws SqlException where it does not fit the tables, or is not supported
   */
  public BoundQuery bind(String sql) {
    return used(query(QueryParser.parse(sql), null, CommonTables.NONE));
  }

  /**
   * As {@link #bind}, for rows that are stored, which have no order: where the query only orders
   * them, that is left out.
   */
  public BoundQuery bindView(String sql) {
    return used(SelectBinder.withoutOrder(query(QueryParser.parse(sql), null, CommonTables.NONE)));
  }

  private static BoundQuery used(BoundQuery bound) {
    return new BoundQuery(
        UsedColumns.only(bound.plan(), bound.columns().stream().map(BoundColumn::column).toList()),
        bound.columns());
  }

  /** The ids of its columns. */
  public ColumnIds ids() {
    return ids;
  }

  TableResolver tables() {
    return tables;
  }

  /** The types of the tables that the query names, by name. */
  public Map<String, EntityType> types() {
    return tables.used();
  }

  /** The tables that the query names, with the columns that it names of them. */
  public List<SourceTable> mentioned() {
    return tables.mentioned();
  }

  /** A query of whose outputs only the number of rows matters. */
  BoundQuery existence(SyntaxNode node, @Nullable FromScope outer, CommonTables ctes) {
    existence = true;
    return query(node, outer, ctes);
  }

  /** Whether the outputs of the query that is bound now matter to nobody; asked once. */
  boolean isExistence() {
    boolean asked = existence;
    existence = false;
    return asked;
  }

  /**
   * Any node that is a query.
   *
   * @param outer what the queries around it name; null for none
   */
  BoundQuery query(SyntaxNode node, @Nullable FromScope outer, CommonTables around) {
    if (++depth > MOST_NESTED) {
      throw unsupported(node, "a query nested more than " + MOST_NESTED + " levels deep", "");
    }
    try {
      CommonTables ctes = around.with(node);
      return switch (node.type()) {
        case "SELECT_NODE" -> new SelectBinder(this, node, outer, ctes).bind();
        case "SET_OPERATION_NODE" -> setOperation(node, outer, ctes);
        case "CTE_NODE" -> query(node.required("child"), outer, ctes);
        case "RECURSIVE_CTE_NODE" ->
            throw unsupported(
                node.placed("RECURSIVE"),
                "WITH RECURSIVE",
                ", since how often it runs depends on the rows; join the table with itself once for"
                    + " each level");
        default -> throw unsupported(node, node.type(), "");
      };
    } finally {
      depth--;
    }
  }

  private BoundQuery setOperation(SyntaxNode node, @Nullable FromScope outer, CommonTables ctes) {
    List<SyntaxNode> parts = new ArrayList<>(node.children("children"));
    node.child("left").ifPresent(parts::add);
    node.child("right").ifPresent(parts::add);
    List<BoundQuery> inputs = new ArrayList<>();
    parts.forEach(part -> inputs.add(query(part, outer, ctes)));
    if (operation(node).equals("UNION_BY_NAME")) {
      List<BoundQuery> aligned = ColumnsByName.aligned(inputs, ids);
      inputs.clear();
      inputs.addAll(aligned);
    }
    int width = inputs.get(0).columns().size();
    for (int i = 1; i < inputs.size(); i++) {
      if (inputs.get(i).columns().size() != width) {
        throw new SqlException(
            ProblemKind.WRONG_TYPE,
            parts.get(i).firstOffset(),
            "the queries of %s have %d and %d columns; they must have as many"
                .formatted(
                    operation(node).replace('_', ' '), width, inputs.get(i).columns().size()));
      }
    }
    boolean all = node.bool("setop_all");
    BoundQuery combined =
        switch (operation(node)) {
          case "UNION", "UNION_BY_NAME" -> union(inputs, all, node);
          case "INTERSECT", "EXCEPT" -> counted(inputs, all, node);
          default ->
              throw new SqlException(
                  ProblemKind.UNSUPPORTED,
                  parts.get(1).firstOffset(),
                  operation(node).replace('_', ' ') + " is not supported");
        };
    return new OrderBinder(this, node, outer, ctes).ordered(combined);
  }

  private static String operation(SyntaxNode node) {
    return node.string("setop_type").toUpperCase(Locale.ROOT);
  }

  private BoundQuery union(List<BoundQuery> inputs, boolean all, SyntaxNode node) {
    QueryPlan.Union union = unionAll(inputs, node);
    List<BoundColumn> columns = named(inputs.get(0), union.columns());
    return all ? new BoundQuery(union, columns) : distinct(new BoundQuery(union, columns));
  }

  private QueryPlan.Union unionAll(List<BoundQuery> inputs, SyntaxNode node) {
    List<Plan> plans = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    int width = inputs.get(0).columns().size();
    for (int i = 0; i < width; i++) {
      int at = i;
      List<Expr> values =
          inputs.stream().map(q -> (Expr) new Expr.Ref(q.columns().get(at).column())).toList();
      types.add(common(values, inputs, i));
    }
    for (BoundQuery input : inputs) {
      List<Assignment> outputs = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        BoundColumn column = input.columns().get(i);
        Expr value = Coercion.to(new Expr.Ref(column.column()), types.get(i));
        outputs.add(new Assignment(ids.next(column.name(), types.get(i)), value));
      }
      plans.add(new Plan.Project(input.plan(), outputs));
    }
    List<PlanColumn> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add(ids.next(inputs.get(0).columns().get(i).name(), types.get(i)));
    }
    return new QueryPlan.Union(plans, columns);
  }

  private static Type common(List<Expr> values, List<BoundQuery> inputs, int column) {
    int fitting = 1;
    while (fitting < values.size() && Coercion.common(values.subList(0, fitting + 1)).isPresent()) {
      fitting++;
    }
    int misfit = Math.min(fitting, values.size() - 1);
    return Coercion.common(values)
        .orElseThrow(
            () ->
                new SqlException(
                    ProblemKind.WRONG_TYPE,
                    inputs.get(misfit).columns().get(column).place(),
                    "column '%s' has types that do not go together: %s"
                        .formatted(
                            inputs.get(0).columns().get(column).name(),
                            values.stream().map(Expr::type).distinct().toList())));
  }

  /** INTERSECT and EXCEPT: how often each row occurs on either side, and what follows from it. */
  private BoundQuery counted(List<BoundQuery> inputs, boolean all, SyntaxNode node) {
    BoundQuery left = inputs.get(0);
    for (BoundQuery right : inputs.subList(1, inputs.size())) {
      left = counted(left, right, all, node);
    }
    return left;
  }

  private BoundQuery counted(BoundQuery left, BoundQuery right, boolean all, SyntaxNode node) {
    QueryPlan.Union both = unionAll(List.of(tagged(left, 1, 0), tagged(right, 0, 1)), node);
    int width = left.columns().size();
    List<Assignment> keys = keys(both.columns().subList(0, width));
    PlanColumn here = ids.next("left", Types.DecimalType.of(38, 0));
    PlanColumn there = ids.next("right", Types.DecimalType.of(38, 0));
    Plan groups =
        new Plan.Aggregate(
            both,
            keys,
            List.of(
                sum(here, both.columns().get(width)), sum(there, both.columns().get(width + 1))));
    boolean except = operation(node).equals("EXCEPT");
    Expr zero = new Expr.Constant(BigDecimal.ZERO, Types.DecimalType.of(38, 0));
    Expr copies =
        except
            ? Calls.of("-", new Expr.Ref(here), new Expr.Ref(there))
            : Calls.of("least", new Expr.Ref(here), new Expr.Ref(there));
    Expr some =
        all
            ? Calls.of(">", copies, zero)
            : except
                ? Calls.of(
                    "and",
                    Calls.of(">", new Expr.Ref(here), zero),
                    Calls.of("=", new Expr.Ref(there), zero))
                : Calls.of(
                    "and",
                    Calls.of(">", new Expr.Ref(here), zero),
                    Calls.of(">", new Expr.Ref(there), zero));
    Plan kept = new Plan.Filter(groups, new Pred.IsTrue(some));
    if (all) {
      Expr list =
          new Expr.Call(
              new ScalarFunction("copies", "range(CAST({0} AS BIGINT))"),
              List.of(copies),
              Types.ListType.ofOptional(1, LONG));
      kept =
          new Plan.Unnest(
              kept,
              list,
              ids.next("ordinal", Types.IntegerType.get()),
              ids.next("copy", LONG),
              false);
    }
    List<Assignment> outputs = new ArrayList<>();
    List<BoundColumn> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      PlanColumn key = keys.get(i).column();
      PlanColumn column = ids.next(key.label(), key.type());
      outputs.add(new Assignment(column, new Expr.Ref(key)));
      columns.add(left.columns().get(i).as(column));
    }
    return new BoundQuery(new Plan.Project(kept, outputs), columns);
  }

  private static AggregateCall sum(PlanColumn column, PlanColumn of) {
    return new AggregateCall(
        column, AggregateCall.AggregateFunction.SUM, new Expr.Ref(of), List.of());
  }

  private BoundQuery tagged(BoundQuery query, long left, long right) {
    List<Assignment> outputs = new ArrayList<>();
    List<BoundColumn> columns = new ArrayList<>(query.columns());
    query.columns().forEach(c -> outputs.add(new Assignment(c.column(), new Expr.Ref(c.column()))));
    for (long tag : new long[] {left, right}) {
      PlanColumn column = ids.next("tag", LONG);
      outputs.add(new Assignment(column, new Expr.Constant(tag, LONG)));
      columns.add(new BoundColumn("tag", column));
    }
    return new BoundQuery(new Plan.Project(query.plan(), outputs), columns);
  }

  /** Each different row once. */
  BoundQuery distinct(BoundQuery query) {
    List<Assignment> keys = keys(query.columns().stream().map(BoundColumn::column).toList());
    Plan groups = new Plan.Aggregate(query.plan(), keys, List.of());
    return new BoundQuery(groups, named(query, keys.stream().map(Assignment::column).toList()));
  }

  private List<Assignment> keys(List<PlanColumn> columns) {
    List<Assignment> keys = new ArrayList<>();
    for (PlanColumn column : columns) {
      Expr value = Calls.key(new Expr.Ref(column));
      keys.add(new Assignment(ids.next(column.label(), value.type()), value));
    }
    return keys;
  }

  static List<BoundColumn> named(BoundQuery like, List<PlanColumn> columns) {
    List<BoundColumn> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      named.add(like.columns().get(i).as(columns.get(i)));
    }
    return named;
  }

  /** Does a step of a function's, whose problems are those of a place in the query. */
  static <T> T at(SyntaxNode node, Supplier<T> step) {
    try {
      return step.get();
    } catch (FunctionException e) {
      ProblemKind kind =
          switch (e.kind()) {
            case WRONG_ARGUMENTS -> ProblemKind.WRONG_TYPE;
            case NOT_DETERMINISTIC -> ProblemKind.NOT_DETERMINISTIC;
            case UNSUPPORTED -> ProblemKind.UNSUPPORTED;
          };
      throw new SqlException(kind, node.offset(), String.valueOf(e.getMessage()));
    }
  }

  /** What is refused, and what to write instead. */
  static SqlException unsupported(SyntaxNode node, String what, String instead) {
    return new SqlException(
        ProblemKind.UNSUPPORTED, node.offset(), what + " is not supported" + instead);
  }

  /** The boolean that a condition must be. */
  static Expr condition(Expr value, SyntaxNode node, String clause) {
    if (value instanceof Expr.Constant constant && constant.value() == null) {
      return new Expr.Constant(null, Types.BooleanType.get());
    }
    if (value.type().typeId() != Type.TypeID.BOOLEAN) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          node.offset(),
          "%s needs a condition, which is true or false; this is %s"
              .formatted(clause, value.type()));
    }
    return value;
  }

  /** A whole number that is a constant. */
  static Optional<Long> wholeConstant(SyntaxNode node) {
    if (!node.nodeClass().equals("CONSTANT")
        || !node.required("literal").string("kind").equals("INTEGER")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(node.required("literal").string("text")));
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }
}
