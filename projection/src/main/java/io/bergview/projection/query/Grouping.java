package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.at;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.AggregateDefinition;
import io.bergview.projection.function.AggregateParts;
import io.bergview.projection.function.Functions;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The keys and aggregates of one SELECT, and what stands for them once the rows are grouped. */
final class Grouping {
  private final QueryBinder queries;
  private final ExpressionBinder rows;
  private final Building input;
  private final List<Assignment> keys = new ArrayList<>();
  private final List<AggregateCall> calls = new ArrayList<>();
  private final Map<String, Expr> bySyntax = new HashMap<>();
  private final Map<Expr, Expr> byValue = new LinkedHashMap<>();
  private final Map<PlanColumn, Integer> keyAt = new HashMap<>();
  private @Nullable PlanColumn set;

  /**
   * @param rows binds over the rows that are grouped
   * @param input those rows
   */
  Grouping(QueryBinder queries, ExpressionBinder rows, Building input) {
    this.queries = queries;
    this.rows = rows;
    this.input = input;
  }

  /** Groups by a value. */
  void key(Expr value, SyntaxNode node, String label) {
    Expr key = Calls.key(value);
    Expr known = byValue.get(key);
    if (known == null) {
      PlanColumn column = queries.ids().next(label, key.type());
      keyAt.put(column, keys.size());
      keys.add(new Assignment(column, key));
      known = new Expr.Ref(column);
      byValue.put(key, known);
      byValue.putIfAbsent(value, known);
    }
    bySyntax.put(node.normal(), known);
  }

  /** Another way to write a key: the number or alias of an output. */
  void alias(SyntaxNode alias, SyntaxNode key) {
    Expr known = bySyntax.get(key.normal());
    if (known != null && !alias.nodeClass().equals("CONSTANT")) {
      bySyntax.put(alias.normal(), known);
    }
  }

  /** The number of the key that an expression was. */
  int keyOf(SyntaxNode node) {
    Expr.Ref ref = (Expr.Ref) requireNonNull(bySyntax.get(node.normal()));
    return requireNonNull(keyAt.get(ref.column()));
  }

  /** Computes the aggregates of an expression. */
  void aggregatesOf(SyntaxNode expression) {
    for (SyntaxNode node : SyntaxAggregates.in(expression)) {
      String text = node.normal();
      if (!bySyntax.containsKey(text)) {
        bySyntax.put(text, aggregate(node));
      }
    }
  }

  private Expr aggregate(SyntaxNode node) {
    String name = node.string("function_name").toLowerCase(Locale.ROOT);
    List<Expr> arguments = new ArrayList<>(rows.bind(ExpressionBinder.arguments(node)));
    List<SortOrder> order =
        node.child("order_bys")
            .map(by -> OrderBinder.orders(by.children("orders"), rows::bind))
            .orElse(List.of());
    if (name.equals("mode") && arguments.isEmpty() && order.size() == 1) {
      // mode() WITHIN GROUP (ORDER BY x): of several, the first in the order.
      arguments.add(order.get(0).value());
    }
    if (name.equals("count") && arguments.size() > 1) {
      Expr counted = rows.wholeRow(arguments, node);
      arguments.clear();
      arguments.add(counted);
    }
    Optional<Expr> filter = node.child("filter").map(rows::condition);
    String called = name;
    boolean rowsFiltered =
        filter.isPresent()
            && Functions.aggregate(name).filter(AggregateDefinition::takesFilter).isPresent();
    if (filter.isPresent() && !rowsFiltered) {
      if (arguments.isEmpty()) {
        arguments.add(new Expr.Constant(1L, Types.LongType.get()));
        called = "count";
      }
      arguments.set(0, where(filter.get(), arguments.get(0), node));
    }
    String function = called;
    AggregateParts parts =
        at(
            node,
            () ->
                Functions.aggregate(function)
                    .orElseThrow()
                    .bind(
                        name,
                        List.copyOf(arguments),
                        node.bool("distinct"),
                        order,
                        queries.ids()::next));
    Map<PlanColumn, Expr> same = new HashMap<>();
    for (AggregateCall call : parts.calls()) {
      add(rowsFiltered ? call.where(filter.orElseThrow()) : call, same);
    }
    return ExprRewrite.columns(parts.value(), same);
  }

  /** One call of each kind over the same values is enough. */
  private void add(AggregateCall call, Map<PlanColumn, Expr> same) {
    Optional<PlanColumn> counted =
        call.counted().map(c -> same.get(c) instanceof Expr.Ref ref ? ref.column() : c);
    for (AggregateCall known : calls) {
      if (known.kind() == call.kind()
          && known.argument().equals(call.argument())
          && known.orderBy().equals(call.orderBy())
          && known.limit() == call.limit()
          && known.named().equals(call.named())
          && known.column().type().equals(call.column().type())) {
        same.put(call.column(), new Expr.Ref(known.column()));
        return;
      }
    }
    calls.add(
        new AggregateCall(
            call.column(),
            call.kind(),
            call.argument(),
            call.orderBy(),
            call.limit(),
            counted,
            call.named()));
  }

  /** The value where a condition is true, else null. */
  static Expr where(Expr condition, Expr value, SyntaxNode node) {
    return new Expr.Cond(
        new Pred.IsTrue(condition), value, new Expr.Constant(null, value.type()), value.type());
  }

  /** What stands for an expression that was a key or an aggregate. */
  Optional<Expr> find(SyntaxNode node) {
    if (node.nodeClass().equals("CONSTANT")) {
      return Optional.empty();
    }
    if (node.type().equals("GROUPING_FUNCTION")) {
      return Optional.of(groupingOf(node));
    }
    Expr known = bySyntax.get(node.normal());
    if (known != null) {
      return Optional.of(known);
    }
    boolean computed =
        keys.stream().anyMatch(key -> !(key.value() instanceof Expr.Ref))
            && !node.nodeClass().equals("COLUMN_REF")
            && !node.nodeClass().equals("SUBQUERY")
            && !node.nodeClass().equals("WINDOW")
            && !SyntaxAggregates.has(node);
    return computed ? sameValue(node) : Optional.empty();
  }

  private Optional<Expr> sameValue(SyntaxNode node) {
    try {
      return Optional.ofNullable(byValue.get(rows.bind(node)));
    } catch (SqlException notAKey) {
      return Optional.empty();
    }
  }

  /** A column of the rows is one of the groups only if it is a key. */
  Expr ofColumn(Expr value, SyntaxNode node) {
    Expr key = byValue.get(value);
    if (key != null) {
      return key;
    }
    Set<PlanColumn> inner = new HashSet<>(input.plan().columns());
    if (ExprColumns.of(value).stream().noneMatch(inner::contains)) {
      return value;
    }
    if (value instanceof Expr.Field field) {
      return new Expr.Field(ofColumn(field.struct(), node), field.name(), field.type());
    }
    throw new SqlException(
        ProblemKind.GRAIN,
        node.offset(),
        "'%s' is neither grouped by nor aggregated; add it to GROUP BY, or take min(%1$s)"
            .formatted(nameOf(value, node)));
  }

  /** As the query writes it; of a column that {@code *} stands for, its name. */
  private static String nameOf(Expr value, SyntaxNode node) {
    List<String> path = node.strings("column_names");
    return path.isEmpty() && value instanceof Expr.Ref ref
        ? ref.column().label()
        : String.join(".", path);
  }

  /** The groups. */
  Plan plan(List<List<Integer>> sets) {
    if (calls.isEmpty() && sets.stream().anyMatch(List::isEmpty)) {
      // All rows are one group, also where there is none.
      calls.add(
          new AggregateCall(
              queries.ids().next("rows", Types.LongType.get()),
              AggregateFunction.COUNT_ROWS,
              Calls.TRUE,
              List.of()));
    }
    if (sets.size() <= 1) {
      return new Plan.Aggregate(input.plan(), keys, calls);
    }
    return new GroupingSets(queries, input.plan(), keys, calls).plan(sets, setColumn());
  }

  /** Which of the grouping sets a row belongs to, as the bits of the keys that it leaves out. */
  private PlanColumn setColumn() {
    if (set == null) {
      set = queries.ids().next("grouping", Types.LongType.get());
    }
    return set;
  }

  private Expr groupingOf(SyntaxNode node) {
    Expr bits = new Expr.Constant(0L, Types.LongType.get());
    List<SyntaxNode> children = node.children("children");
    if (children.isEmpty()) {
      // grouping_id() is of all keys.
      return IntStream.range(0, keys.size()).mapToObj(this::bit).reduce(bits, Grouping::appended);
    }
    for (SyntaxNode child : children) {
      Expr key = bySyntax.get(child.normal());
      if (key == null) {
        key = sameValue(child).orElse(null);
      }
      if (!(key instanceof Expr.Ref ref) || !keyAt.containsKey(ref.column())) {
        throw new SqlException(
            ProblemKind.GRAIN,
            child.offset(),
            "grouping() needs expressions that the query groups by");
      }
      bits = appended(bits, bit(requireNonNull(keyAt.get(ref.column()))));
    }
    return bits;
  }

  /** Whether the row's set leaves out the key of a number. */
  private Expr bit(int key) {
    return new Expr.Call(
        new ScalarFunction("grouping", "(({0} >> {1}) & 1)"),
        List.of(new Expr.Ref(setColumn()), new Expr.Constant((long) key, Types.LongType.get())),
        Types.LongType.get());
  }

  private static Expr appended(Expr bits, Expr bit) {
    return Calls.of("+", Calls.of("*", bits, new Expr.Constant(2L, Types.LongType.get())), bit);
  }
}
