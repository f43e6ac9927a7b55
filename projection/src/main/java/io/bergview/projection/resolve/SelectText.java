package io.bergview.projection.resolve;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.Aggregate;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.ComputedValue;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.resolve.RowOutputs.CandidateOutput;
import io.bergview.projection.statement.SqlWriter;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A view of the language as one SELECT. */
final class SelectText {
  private final PathTree tree;
  private final ViewDefinition view;
  private final FromText from;

  SelectText(PathTree tree) {
    this.tree = tree;
    this.view = tree.view();
    this.from =
        new FromText(tree, view.unnest().map(ViewDefinition.Unnest::keepEmpty).orElse(false));
  }

  /**
   * A view of rows.
   *
   * @param kept its outputs
   */
  String rows(List<CandidateOutput> kept) {
    List<String> items = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (CandidateOutput output : kept) {
      Computation computed = computation(output);
      String value = computed == null ? shown(output.column().orElseThrow()) : ofRow(computed);
      values.add(value);
      items.add(named(value, output));
    }
    Optional<TopText> top = view.top().map(first -> new TopText(first, from, ties(values)));
    return statement(items, List.of(), Optional.empty(), top);
  }

  /** The keys of the root and of what is joined; where one has none, all that is shown too. */
  private List<String> ties(List<String> values) {
    if (view.unnest().isPresent()) {
      throw new NoSqlFormException("the position of an element in its list");
    }
    List<String> ties = new ArrayList<>();
    List<String> root = tree.root().type().orElseThrow().id();
    root.forEach(column -> ties.add(from.column(ColumnPath.of(column))));
    boolean whole = !root.isEmpty();
    for (JoinedRows join : tree.joins()) {
      if (whole && join.join().kind().showsMatch()) {
        String name = join.join().name();
        join.key().forEach(column -> ties.add(from.column(ColumnPath.of(name, column))));
        whole = !join.key().isEmpty();
      }
    }
    if (!whole) {
      ties.addAll(values);
    }
    return ties;
  }

  /** A column; of one that is called as a relation of its type, the column is meant. */
  private String shown(ColumnPath path) {
    List<String> names = path.segments();
    PathTree.PathTarget holder =
        names.size() == 1
            ? new PathTree.PathTarget(tree.root(), Optional.empty())
            : tree.resolve(new ColumnPath(names.subList(0, names.size() - 1), path.at()));
    PathNode node = holder.node();
    if (node.grain().kind() != PathNode.NodeKind.ROOT) {
      throw new NoSqlFormException("lists of the values of '%s'".formatted(path));
    }
    Optional<Types.NestedField> field =
        holder.field().isPresent() ? Optional.empty() : node.field(path.last());
    PathNode child = node.children().get(path.last());
    boolean element = child != null && child.many() && child.fanned();
    return field.isPresent() && !element
        ? from.of(from.scopeOfRows().column(node, field.get()))
        : from.column(path);
  }

  private String ofRow(Computation computed) {
    if (computed instanceof ComputedValue value) {
      return ValueText.of(value.expression(), from);
    }
    throw new NoSqlFormException("aggregates of each row's own children");
  }

  /** What of {@code $compute} an output shows; null for a column or key. */
  private @Nullable Computation computation(CandidateOutput output) {
    String computed = "$compute.";
    return output.column().isEmpty() && output.source().startsWith(computed)
        ? view.compute().get(output.source().substring(computed.length()))
        : null;
  }

  /**
   * A view of groups.
   *
   * @param all the outputs before {@code $select}
   * @param kept the outputs
   */
  String groups(List<CandidateOutput> all, List<CandidateOutput> kept) {
    Map<String, Supplier<String>> texts = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    int next = 0;
    for (GroupKey key : view.groupBy().orElseThrow()) {
      String text = key(key);
      keys.add(text);
      texts.put(all.get(next++).source(), () -> text);
    }
    GroupTexts groups = new GroupTexts(new GroupOutputs(view, tree.source(), all), texts);
    view.compute()
        .forEach(
            (name, computed) ->
                texts.put(
                    "$compute." + name,
                    computed instanceof ComputedValue value
                        ? () -> ValueText.of(value.expression(), groups)
                        : () -> aggregate(name, (Aggregate) computed)));
    List<String> items =
        kept.stream().map(o -> named(requireNonNull(texts.get(o.source())).get(), o)).toList();
    boolean aggregated = kept.stream().anyMatch(o -> computation(o) instanceof Aggregate);
    if (keys.isEmpty() && !aggregated) {
      throw new NoSqlFormException("a grand total that shows no aggregate");
    }
    return statement(
        items,
        keys,
        view.having().map(having -> ConditionText.lines(having, groups)),
        view.top().map(top -> new TopText(top, groups, keys)));
  }

  private String named(String text, CandidateOutput output) {
    String name = SqlWriter.name(output.name());
    return text.endsWith("." + name) ? text : text + " AS " + name;
  }

  private String statement(
      List<String> items, List<String> keys, Optional<String> having, Optional<TopText> top) {
    Optional<String> first = top.map(TopText::clause);
    List<String> filters = new ArrayList<>();
    view.filter()
        .map(predicate -> ConditionText.lines(predicate, from))
        .filter(text -> !text.isEmpty())
        .ifPresent(filters::add);
    filters.addAll(from.conditions());
    StringBuilder text = new StringBuilder("SELECT\n  ").append(String.join(",\n  ", items));
    text.append('\n').append(from.clause());
    if (!filters.isEmpty()) {
      text.append("\nWHERE ").append(String.join("\n  AND ", filters));
    }
    if (!keys.isEmpty()) {
      text.append("\nGROUP BY ").append(String.join(", ", keys));
    }
    having
        .filter(condition -> !condition.isEmpty())
        .ifPresent(condition -> text.append("\nHAVING ").append(condition));
    first.ifPresent(clause -> text.append('\n').append(clause));
    return text.toString();
  }

  private String key(GroupKey key) {
    String value = ValueText.of(key.value(), from);
    Expr resolved = GroupKeys.value(key, from.scopeOfRows());
    if (!(resolved instanceof Expr.Truncate truncated)) {
      return value;
    }
    boolean zoned =
        truncated.value().type() instanceof Types.TimestampType type && type.shouldAdjustToUTC();
    if (zoned && !truncated.zone().normalized().equals(ZoneOffset.UTC)) {
      throw new NoSqlFormException("units of time in the zone " + truncated.zone());
    }
    String start =
        "date_trunc('%s', %s)".formatted(truncated.unit().name().toLowerCase(Locale.ROOT), value);
    boolean fine = truncated.unit() == TimeUnit.HOUR || truncated.unit() == TimeUnit.MINUTE;
    return fine ? start : ConstantText.cast(start, Types.DateType.get());
  }

  private String aggregate(String name, Aggregate aggregate) {
    if (aggregate.argument().isEmpty()) {
      return "count(*)";
    }
    ValueExpression argument = aggregate.argument().get();
    return switch (aggregate.function()) {
      case COUNT -> "count(" + counted(argument) + ")";
      case SUM -> call("sum", argument);
      case AVG -> call("avg", argument);
      case MIN -> call("min", argument);
      case MAX -> call("max", argument);
      case STDDEV -> call("stddev_samp", argument);
      case VARIANCE -> call("var_samp", argument);
      case STDDEV_POP -> call("stddev_pop", argument);
      case VARIANCE_POP -> call("var_pop", argument);
      case MODE -> call("mode", argument);
      case COUNT_DISTINCT -> "count(DISTINCT " + ValueText.of(argument, from) + ")";
      case FIRST, LAST -> ordered(name, aggregate, argument);
    };
  }

  private String call(String function, ValueExpression argument) {
    return function + "(" + ValueText.of(argument, from) + ")";
  }

  private String counted(ValueExpression argument) {
    if (!(argument instanceof ValueExpression.Column column)) {
      return ValueText.of(argument, from);
    }
    PathTree.PathTarget target = tree.resolve(column.path());
    boolean children =
        target.field().isEmpty() && target.node().kind() == PathNode.NodeKind.CHILDREN;
    return children
        ? from.of(new PlanBuilder(tree, false).joinKeysOf(target.node()).get(0).other())
        : from.presence(column.path());
  }

  /** In the order that the language has: {@code $orderBy}, keys, the value. */
  private String ordered(String name, Aggregate aggregate, ValueExpression argument) {
    AggregateCall call =
        Aggregates.resolve(name, aggregate, from.scopeOfRows(), List.of(), 0).calls().stream()
            .filter(made -> !(made.argument() instanceof Expr.Pack))
            .findFirst()
            .orElseThrow();
    String value = ValueText.of(argument, from);
    List<String> order = new ArrayList<>();
    call.orderBy().subList(0, call.orderBy().size() - 1).forEach(by -> order.add(from.of(by)));
    order.add(value);
    return "%s(%s ORDER BY %s)"
        .formatted(
            aggregate.function().symbol().substring(1),
            value,
            order.stream().distinct().collect(joining(", ")));
  }

  /** The outputs of groups as the keys and aggregates that they are, as far as they are named. */
  private record GroupTexts(GroupOutputs scope, Map<String, Supplier<String>> texts)
      implements PathTexts {
    @Override
    public String column(ColumnPath path) {
      scope.column(path);
      String first = path.segments().get(0);
      if (path.segments().size() > 1) {
        throw new NoSqlFormException("a part of the value of an aggregate");
      }
      return scope.outputs().stream()
          .filter(output -> output.name().equals(first))
          .map(output -> requireNonNull(texts.get(output.source())).get())
          .findFirst()
          .orElseThrow();
    }

    @Override
    public String presence(ColumnPath path) {
      return column(path);
    }
  }
}
