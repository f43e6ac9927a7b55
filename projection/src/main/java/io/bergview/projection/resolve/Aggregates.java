package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.Aggregate;
import io.bergview.projection.definition.Aggregate.Function;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.function.AggregateParts;
import io.bergview.projection.function.Functions;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Decomposes the language's aggregates into primitive ones: those computed over the rows, the
 * visible value derived from them, and the mergeable state that cannot be derived from the visible
 * value.
 */
final class Aggregates {
  /** What a count of rows is an aggregate of. */
  static final Expr EVERY_ROW = new Expr.Constant(true, Types.BooleanType.get());

  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type LONG = Types.LongType.get();

  /**
   * @param value the visible column, over the columns of {@code calls}
   * @param state fields of the hidden state by name, over the same columns
   */
  record Parts(Expr value, Map<String, Expr> state, List<AggregateCall> calls) {
    Parts {
      state = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(state));
      calls = List.copyOf(calls);
    }
  }

  private final PathTree tree;
  private final ViewDefinition view;
  private final List<AggregateCall> known;
  private final List<AggregateCall> calls = new ArrayList<>();
  private final Map<String, Expr> state = new LinkedHashMap<>();
  private final String name;
  private final Aggregate aggregate;
  private final Scope scope;
  private final int extremes;

  private Aggregates(
      String name, Aggregate aggregate, Scope scope, List<AggregateCall> known, int extremes) {
    this.extremes = extremes;
    this.known = List.copyOf(known);
    this.tree = scope.tree();
    this.view = tree.view();
    this.name = name;
    this.aggregate = aggregate;
    this.scope = scope;
  }

  /**
   * Resolves one entry of {@code $compute}; the scope learns whose rows it aggregates.
   *
   * @param known calls that other entries over the same rows have already, not to be made twice
   * @param extremes how many of the values next to a least or greatest one are kept with it, it
   *     included; 0 for none
   */
  static Parts resolve(
      String name, Aggregate aggregate, Scope scope, List<AggregateCall> known, int extremes) {
    Aggregates parts = new Aggregates(name, aggregate, scope, known, extremes);
    Expr value = parts.value();
    return new Parts(value, parts.state, parts.calls);
  }

  private Expr value() {
    if (aggregate.function() == Function.COUNT) {
      return count();
    }
    Expr argument = ValueResolver.resolve(aggregate.argument().orElseThrow(), scope);
    checkArgument(argument);
    return switch (aggregate.function()) {
      case COUNT -> throw new IllegalStateException("counted above");
      case SUM -> sum(argument);
      case AVG -> average(argument);
      case MIN ->
          extreme(
              AggregateCall.AggregateFunction.MIN,
              AggregateCall.AggregateFunction.LEAST,
              canonical(argument));
      case MAX ->
          extreme(
              AggregateCall.AggregateFunction.MAX,
              AggregateCall.AggregateFunction.GREATEST,
              canonical(argument));
      case FIRST -> ordered(AggregateCall.AggregateFunction.FIRST, argument);
      case LAST -> ordered(AggregateCall.AggregateFunction.LAST, argument);
      case COUNT_DISTINCT ->
          call(
              AggregateCall.AggregateFunction.COUNT_DISTINCT, canonical(argument), LONG, List.of());
      case MODE -> mode(canonical(argument));
      case VARIANCE -> variance(argument, true);
      case VARIANCE_POP -> variance(argument, false);
      case STDDEV -> new Expr.SquareRoot(variance(argument, true));
      case STDDEV_POP -> new Expr.SquareRoot(variance(argument, false));
    };
  }

  private Expr count() {
    if (aggregate.argument().isEmpty()) {
      return call(AggregateCall.AggregateFunction.COUNT_ROWS, EVERY_ROW, LONG, List.of());
    }
    if (aggregate.argument().get() instanceof ValueExpression.Column column) {
      PathNode node = endOf(column.path());
      if (node != null && node.kind() == PathNode.NodeKind.CHILDREN) {
        scope.rowsOf(column.path());
        return count(new PlanBuilder(tree, false).joinKeysOf(node).get(0).other());
      }
      return count(scope.presence(column.path()));
    }
    return count(ValueResolver.resolve(aggregate.argument().get(), scope));
  }

  private @org.jspecify.annotations.Nullable PathNode endOf(ColumnPath path) {
    PathTree.PathTarget place = scope.isRows() ? tree.resolve(path) : tree.resolveSpread(path);
    return place.field().isPresent() ? null : place.node();
  }

  private Expr extreme(
      AggregateCall.AggregateFunction kind, AggregateCall.AggregateFunction next, Expr argument) {
    if (extremes > 0) {
      Expr.Ref count = count(argument);
      state.put("n", count);
      state.put(
          ResolvedView.EXTREMES,
          call(next, argument, TypeShapes.listOf(argument.type()), count.column()));
    }
    return call(kind, argument, argument.type(), List.of());
  }

  /** As SQL has it. */
  private Expr mode(Expr argument) {
    for (List<AggregateCall> made : List.of(known, calls)) {
      for (AggregateCall call : made) {
        boolean same = call.named().filter(n -> n.function().name().equals("mode")).isPresent();
        if (same && call.argument().equals(argument)) {
          return new Expr.Ref(call.column());
        }
      }
    }
    AggregateParts parts =
        Functions.aggregate("mode")
            .orElseThrow()
            .bind(name, List.of(argument), false, List.of(), tree.ids()::next);
    calls.addAll(parts.calls());
    return parts.value();
  }

  private Expr sum(Expr argument) {
    Expr.Ref count = count(argument);
    state.put("n", count);
    Expr sum =
        call(
            AggregateCall.AggregateFunction.SUM,
            argument,
            stateSum(argument.type()),
            count.column());
    return ValueResolver.as(sum, visibleSum(argument.type()));
  }

  private static Type visibleSum(Type type) {
    if (type instanceof Types.DecimalType decimal) {
      return NumericTypes.sum(decimal);
    }
    return NumericTypes.isWhole(type) ? LONG : DOUBLE;
  }

  private static Type stateSum(Type type) {
    if (NumericTypes.isFloating(type)) {
      return DOUBLE;
    }
    return Types.DecimalType.of(
        38, type instanceof Types.DecimalType decimal ? decimal.scale() : 0);
  }

  private Expr average(Expr argument) {
    Expr.Ref count = count(argument);
    Expr sum =
        call(
            AggregateCall.AggregateFunction.SUM,
            argument,
            stateSum(argument.type()),
            count.column());
    state.put("n", count);
    state.put("sum", sum);
    return argument.type() instanceof Types.DecimalType decimal
        ? new Expr.ExactAverage(sum, count, NumericTypes.average(decimal))
        : new Expr.Ratio(ValueResolver.as(sum, DOUBLE), ValueResolver.as(count, DOUBLE));
  }

  private Expr variance(Expr argument, boolean sample) {
    Expr value = ValueResolver.as(argument, DOUBLE);
    Expr.Ref count = count(value);
    state.put("n", count);
    state.put("mean", call(AggregateCall.AggregateFunction.MEAN, value, DOUBLE, count.column()));
    Expr deviations =
        call(AggregateCall.AggregateFunction.SQUARED_DEVIATIONS, value, DOUBLE, count.column());
    state.put("m2", deviations);
    Expr divisor = ValueResolver.as(count, DOUBLE);
    if (sample) {
      divisor =
          new Expr.Arithmetic(
              ValueExpression.ArithmeticOperator.SUBTRACT,
              divisor,
              new Expr.Constant(1.0, DOUBLE),
              DOUBLE);
    }
    return new Expr.Ratio(deviations, divisor);
  }

  /**
   * First and last by {@code $orderBy}, then the root's key, then the element's ordinal, then the
   * value itself.
   */
  private Expr ordered(AggregateCall.AggregateFunction kind, Expr argument) {
    List<Expr> order = new ArrayList<>();
    for (ColumnPath path : aggregate.orderBy()) {
      order.add(canonical(scope.column(path)));
    }
    PathNode grain = scope.grain().orElse(tree.root());
    if (grain.kind() == PathNode.NodeKind.ROOT) {
      addKey(tree.root(), order);
      addFanned(tree.root(), order);
    } else {
      addElement(grain, order);
      addFanned(grain, order);
    }
    List<Expr> keys = new ArrayList<>(order);
    order.add(canonical(argument));
    if (!keys.isEmpty()) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        names.add("k" + i);
      }
      Types.StructType type = TypeShapes.structOf(names, keys.stream().map(Expr::type).toList());
      state.put("order", call(kind, new Expr.Pack(keys, type), type, order));
    }
    // Rows without a key may tie with a zero of the other sign.
    boolean keyed =
        tree.root().type().map(type -> !type.id().isEmpty()).orElse(false)
            && tree.joins().stream()
                .allMatch(join -> !join.join().kind().showsMatch() || !join.key().isEmpty());
    return call(kind, keyed ? argument : canonical(argument), argument.type(), order);
  }

  private void addKey(PathNode node, List<Expr> order) {
    for (String column : node.type().map(type -> type.id()).orElse(List.of())) {
      Types.NestedField field =
          node.field(column)
              .orElseThrow(
                  () ->
                      failure(
                          ProblemKind.UNKNOWN_COLUMN,
                          "type "
                              + node.typeName()
                              + " has no column '"
                              + column
                              + "', which its $id names"));
      order.add(scope.column(node, field));
    }
  }

  private void addElement(PathNode node, List<Expr> order) {
    if (node.kind() == PathNode.NodeKind.ELEMENTS) {
      order.add(new Expr.Ref(node.ordinal()));
    } else {
      addKey(node, order);
    }
  }

  private void addFanned(PathNode node, List<Expr> order) {
    for (PathNode child : node.children().values()) {
      if (child.many() && child.fanned()) {
        addElement(child, order);
      }
      if (!child.isGathered()) {
        addFanned(child, order);
      }
    }
  }

  /** Of values that are never null, the number of rows. */
  private Expr.Ref count(Expr argument) {
    return neverNull(argument)
        ? call(AggregateCall.AggregateFunction.COUNT_ROWS, EVERY_ROW, LONG, List.of())
        : call(AggregateCall.AggregateFunction.COUNT, argument, LONG, List.of());
  }

  private Expr.Ref call(
      AggregateCall.AggregateFunction kind, Expr argument, Type type, List<Expr> order) {
    return call(kind, argument, type, order, Optional.empty());
  }

  private Expr.Ref call(
      AggregateCall.AggregateFunction kind, Expr argument, Type type, PlanColumn counted) {
    return call(kind, argument, type, List.of(), Optional.of(counted));
  }

  private Expr.Ref call(
      AggregateCall.AggregateFunction kind,
      Expr argument,
      Type type,
      List<Expr> order,
      Optional<PlanColumn> counted) {
    for (List<AggregateCall> made : List.of(known, calls)) {
      for (AggregateCall call : made) {
        if (call.kind() == kind
            && call.argument().equals(argument)
            && call.orderBy().equals(order)
            && call.column().type().equals(type)) {
          return new Expr.Ref(call.column());
        }
      }
    }
    PlanColumn column =
        tree.ids().next(name + "." + kind.name().toLowerCase(java.util.Locale.ROOT), type);
    boolean limited =
        kind == AggregateCall.AggregateFunction.LEAST
            || kind == AggregateCall.AggregateFunction.GREATEST;
    calls.add(new AggregateCall(column, kind, argument, order, limited ? extremes : 0, counted));
    return new Expr.Ref(column);
  }

  /** A required column of the root has a value in every row of the view's grain. */
  private boolean neverNull(Expr argument) {
    if (!scope.isRows() || !(argument instanceof Expr.Ref ref)) {
      return false;
    }
    PathNode root = tree.root();
    return root.reads().entrySet().stream()
        .anyMatch(
            read ->
                read.getValue().equals(ref.column())
                    && root.table().schema().findField(read.getKey()).isRequired());
  }

  private void checkArgument(Expr argument) {
    Type type = argument.type();
    boolean fits =
        switch (aggregate.function()) {
          case SUM, AVG, STDDEV, VARIANCE, STDDEV_POP, VARIANCE_POP -> NumericTypes.isNumber(type);
          case MIN, MAX, COUNT_DISTINCT, MODE ->
              type.isPrimitiveType() && type.typeId() != Type.TypeID.UNKNOWN;
          case COUNT, FIRST, LAST -> type.typeId() != Type.TypeID.UNKNOWN;
        };
    if (!fits) {
      throw failure(
          ProblemKind.WRONG_TYPE,
          aggregate.function().symbol() + " of '" + name + "' takes " + wanted() + ", not " + type);
    }
  }

  private String wanted() {
    return switch (aggregate.function()) {
      case MIN, MAX, COUNT_DISTINCT, MODE -> "plain values";
      case COUNT, FIRST, LAST -> "a column";
      default -> "numbers";
    };
  }

  static Expr canonical(Expr value) {
    return NumericTypes.isFloating(value.type()) ? new Expr.Canonical(value) : value;
  }

  private DefinitionException failure(ProblemKind kind, String message) {
    return view.origin().failure(kind, aggregate.at(), view.shown() + ": " + message);
  }
}
