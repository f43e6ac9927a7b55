package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.ComputedValue;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.definition.TopRows;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.query.SyntaxAggregates;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The outputs of a query with groups. */
final class GroupForm {
  private final SyntaxNode query;
  private final Rows from;
  private final ViewDefinition ungrouped;
  private final TypeSource types;
  private final List<String> names;
  private final FreshNames fresh;
  private final List<SyntaxNode> items = new ArrayList<>();
  private final List<GroupKey> keys = new ArrayList<>();

  /** What groups are called that have the syntax of a key or an aggregate. */
  private final Map<String, String> called = new LinkedHashMap<>();

  private final List<String> keyNames = new ArrayList<>();
  private final Map<String, Computation> compute = new LinkedHashMap<>();
  private final List<Select> select = new ArrayList<>();

  /**
   * @param ungrouped the definition of the rows that are grouped
   */
  GroupForm(
      SyntaxNode query, Rows from, ViewDefinition ungrouped, TypeSource types, List<String> names) {
    this.query = query;
    this.from = from;
    this.ungrouped = ungrouped;
    this.types = types;
    this.names = names;
    this.fresh = new FreshNames(names);
  }

  static boolean isGrouped(SyntaxNode select) {
    return hasGroups(select) || isDistinct(select);
  }

  private static boolean hasGroups(SyntaxNode select) {
    return !select.children("group_expressions").isEmpty()
        || takesAll(select)
        || select.child("having").isPresent()
        || select.children("select_list").stream().anyMatch(SyntaxAggregates::has);
  }

  private static boolean takesAll(SyntaxNode select) {
    return select.string("aggregate_handling").equals("FORCE_AGGREGATES");
  }

  private static boolean isDistinct(SyntaxNode select) {
    return select.children("modifiers").stream()
        .anyMatch(modifier -> modifier.type().equals("DISTINCT_MODIFIER"));
  }

  QueryForm.Outputs outputs() {
    if (hasGroups(query) && isDistinct(query)) {
      throw new NoYamlFormException("DISTINCT of groups");
    }
    for (SyntaxNode item : query.children("select_list")) {
      if (QueryForm.hasWindow(item)) {
        throw new NoYamlFormException("a window function over groups");
      }
      if (item.nodeClass().equals("STAR")) {
        from.columns(item).forEach(column -> items.add(column.value()));
      } else {
        items.add(from.withPaths(item));
      }
    }
    keyExpressions().forEach(this::key);
    for (int i = 0; i < items.size(); i++) {
      output(items.get(i), names.get(i));
    }
    Optional<Predicate> having = query.child("having").flatMap(this::having);
    Optional<TopRows> top = TopForm.of(query, Optional.of(keyNames), this::ordered, this::inWindow);
    return new QueryForm.Outputs(
        Optional.of(keys),
        compute,
        having,
        top,
        QueryForm.select(select, keyNames, compute.keySet()));
  }

  private List<SyntaxNode> keyExpressions() {
    if (takesAll(query) || !hasGroups(query)) {
      return items.stream().filter(item -> !SyntaxAggregates.has(item)).toList();
    }
    return query.children("group_expressions").stream().map(this::keyExpression).toList();
  }

  /** A number or an alias stands for an output. */
  private SyntaxNode keyExpression(SyntaxNode key) {
    SyntaxNode literal = key.child("literal").orElse(key);
    if (key.nodeClass().equals("CONSTANT") && literal.string("kind").equals("INTEGER")) {
      return items.get(Integer.parseInt(literal.string("text")) - 1);
    }
    List<String> name = key.strings("column_names");
    if (key.nodeClass().equals("COLUMN_REF") && name.size() == 1 && !from.has(name)) {
      for (int i = 0; i < items.size(); i++) {
        if (names.get(i).equalsIgnoreCase(name.get(0))) {
          return items.get(i);
        }
      }
    }
    return from.withPaths(key);
  }

  private void key(SyntaxNode key) {
    String syntax = key.normal();
    if (called.containsKey(syntax)) {
      return;
    }
    int shown = items.stream().map(SyntaxNode::normal).toList().indexOf(syntax);
    String name =
        shown >= 0
            ? names.get(shown)
            : fresh.of(from.isColumn(key) ? String.join("_", key.strings("column_names")) : "key");
    keys.add(GroupKeyForm.of(key, name, from, ungrouped.timezone(), keys.size()));
    keyNames.add(name);
    called.put(syntax, name);
  }

  private void output(SyntaxNode value, String name) {
    String known = called.get(value.normal());
    if (known != null && keyNames.contains(known)) {
      select.add(new Select(name, ColumnPath.of(known)));
      return;
    }
    if (SyntaxAggregates.isCall(value)) {
      compute.put(name, AggregateForm.of(value, name));
      called.putIfAbsent(value.normal(), name);
    } else {
      String at = "$compute." + name;
      SqlExpression expression =
          new SqlExpression(ExpressionText.of(ofGroups(value)), at + "." + SqlExpression.KEY);
      compute.put(name, new ComputedValue(expression, at));
    }
    select.add(new Select(name, ColumnPath.of(name)));
  }

  /** An expression over the names of groups, with aggregates that no output shows added. */
  private SyntaxNode ofGroups(SyntaxNode value) {
    return value.replaced(
        node -> {
          if (!node.json().isObject() || node.nodeClass().equals("CONSTANT")) {
            return Optional.empty();
          }
          String known = called.get(node.normal());
          if (known != null) {
            return Optional.of(node.column(List.of(known)));
          }
          if (SyntaxAggregates.isCall(node)) {
            String name = fresh.of(hidden(node));
            compute.put(name, AggregateForm.of(node, name));
            called.put(node.normal(), name);
            return Optional.of(node.column(List.of(name)));
          }
          if (from.isColumn(node)) {
            throw new NoYamlFormException(
                "the column %s beside groups"
                    .formatted(ExpressionText.name(node.strings("column_names"))));
          }
          return Optional.empty();
        });
  }

  private static String hidden(SyntaxNode call) {
    String function = call.string("function_name").replace("count_star", "rows");
    List<SyntaxNode> arguments = ExpressionText.arguments(call);
    boolean column = arguments.size() == 1 && arguments.get(0).nodeClass().equals("COLUMN_REF");
    return column
        ? function + "_" + String.join("_", arguments.get(0).strings("column_names"))
        : function;
  }

  /** The name of what groups are ordered by. */
  private List<String> ordered(SyntaxNode value) {
    SyntaxNode literal = value.child("literal").orElse(value);
    if (value.nodeClass().equals("CONSTANT") && literal.string("kind").equals("INTEGER")) {
      return select.get(Integer.parseInt(literal.string("text")) - 1).path().segments();
    }
    List<String> named = value.strings("column_names");
    for (Select each : select) {
      if (named.size() == 1 && each.name().equalsIgnoreCase(named.get(0))) {
        return each.path().segments();
      }
    }
    return ofGroup(value);
  }

  /** In a window, where a column comes before an output of its name, and a number is a number. */
  private List<String> inWindow(SyntaxNode value) {
    List<String> named = value.strings("column_names");
    return named.isEmpty() || from.has(named) ? ofGroup(value) : ordered(value);
  }

  private List<String> ofGroup(SyntaxNode value) {
    SyntaxNode group = ofGroups(from.withPaths(value));
    return group.nodeClass().equals("COLUMN_REF") ? group.strings("column_names") : List.of();
  }

  private Optional<Predicate> having(SyntaxNode condition) {
    List<SyntaxNode> terms =
        Conditions.terms(condition).stream().map(from::withPaths).map(this::ofGroups).toList();
    return new Conditions(new GroupTypes(ungrouped, keys, compute, types)::of, "$having")
        .all(terms);
  }
}
