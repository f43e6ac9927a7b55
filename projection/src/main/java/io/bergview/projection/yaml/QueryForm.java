package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.TopRows;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads one SELECT as a definition. */
final class QueryForm {
  private final ViewDefinition view;
  private final TypeSource types;
  private final List<String> names;

  /**
   * @param view in SQL, whose name and settings are kept
   * @param names of the columns that the query shows
   */
  QueryForm(ViewDefinition view, TypeSource types, List<String> names) {
    this.view = view;
    this.types = types;
    this.names = List.copyOf(names);
  }

  /** What a definition says of its outputs. */
  record Outputs(
      Optional<List<GroupKey>> groupBy,
      Map<String, Computation> compute,
      Optional<Predicate> having,
      Optional<TopRows> top,
      Optional<List<Select>> select) {
    static final Outputs NONE =
        new Outputs(
            Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());

    Outputs {
      groupBy = groupBy.map(List::copyOf);
      select = select.map(List::copyOf);
    }
  }

  ViewDefinition of(SyntaxNode query) {
    SyntaxNode select = unwrapped(query);
    refuseOthers(select);
    Rows from = rows(select);
    Optional<Predicate> filter =
        new Conditions(path -> Optional.of(from.type(path)), "$filter")
            .all(from.matched(), from.conditions());
    ViewDefinition ungrouped = definition(from, filter, Outputs.NONE);
    Outputs outputs =
        GroupForm.isGrouped(select)
            ? new GroupForm(select, from, ungrouped, types, names).outputs()
            : new RowForm(select, from, names).outputs();
    return definition(from, filter, outputs);
  }

  private Rows rows(SyntaxNode select) {
    Rows rows = rowsOf(select);
    refuseAliases(select, rows);
    return rows;
  }

  /** Definitions have no names for outputs that others name, but for computed columns. */
  private static void refuseAliases(SyntaxNode select, Rows rows) {
    List<SyntaxNode> items = select.children("select_list");
    Set<String> aliases = new HashSet<>();
    items.forEach(item -> aliases.add(item.string("alias").toLowerCase(Locale.ROOT)));
    List<SyntaxNode> naming = new ArrayList<>(items);
    select.child("where_clause").ifPresent(naming::add);
    select.child("having").ifPresent(naming::add);
    for (SyntaxNode node : naming) {
      for (SyntaxNode column : node.all("COLUMN_REF")) {
        List<String> name = column.strings("column_names");
        if (name.size() == 1
            && aliases.contains(name.get(0).toLowerCase(Locale.ROOT))
            && !rows.has(name)) {
          throw new NoYamlFormException("aliases of outputs in other outputs, WHERE and HAVING");
        }
      }
    }
  }

  private Rows rowsOf(SyntaxNode select) {
    SyntaxNode from = select.required("from_table");
    List<SyntaxNode> where = select.child("where_clause").map(Conditions::terms).orElse(List.of());
    if (!from.type().equals("SUBQUERY")) {
      return FromPaths.of(from, where, types);
    }
    SyntaxNode inner = from.required("subquery").required("node");
    refuseOthers(inner);
    if (TopForm.isIn(inner)) {
      throw new NoYamlFormException("a subquery in FROM that takes the first rows of an order");
    }
    if (GroupForm.isGrouped(inner)) {
      throw new NoYamlFormException("a subquery in FROM that groups");
    }
    return NestedRows.of(rows(inner), inner, from, where);
  }

  /** What names the columns of a query without doing anything else to it. */
  private static SyntaxNode unwrapped(SyntaxNode query) {
    Optional<SyntaxNode> from = query.child("from_table");
    List<SyntaxNode> items = query.children("select_list");
    boolean wrapper =
        query.type().equals("SELECT_NODE")
            && from.filter(table -> table.type().equals("SUBQUERY")).isPresent()
            && items.size() == 1
            && items.get(0).nodeClass().equals("STAR")
            && List.of("exclude_list", "replace_list", "rename_list").stream()
                .allMatch(list -> items.get(0).children(list).isEmpty())
            && query.children("modifiers").isEmpty()
            && !GroupForm.isGrouped(query)
            && List.of("where_clause", "qualify", "sample").stream()
                .allMatch(clause -> query.child(clause).isEmpty());
    return wrapper ? unwrapped(from.orElseThrow().required("subquery").required("node")) : query;
  }

  static void refuseOthers(SyntaxNode select) {
    switch (select.type()) {
      case "SELECT_NODE" -> {}
      case "SET_OPERATION_NODE" ->
          throw new NoYamlFormException(select.string("setop_type").replace('_', ' '));
      default ->
          throw new NoYamlFormException(select.type().replace("_NODE", "").replace('_', ' '));
    }
    if (select.child("cte_map").map(map -> !map.children("map").isEmpty()).orElse(false)) {
      throw new NoYamlFormException("WITH");
    }
    if (select.children("group_sets").size() > 1) {
      throw new NoYamlFormException("grouping sets");
    }
    for (SyntaxNode modifier : select.children("modifiers")) {
      boolean plain =
          modifier.type().equals("ORDER_MODIFIER")
              || modifier.type().equals("LIMIT_MODIFIER")
              || modifier.type().equals("DISTINCT_MODIFIER")
                  && modifier.children("distinct_on_targets").isEmpty();
      if (!plain) {
        throw new NoYamlFormException(
            modifier.type().equals("DISTINCT_MODIFIER") ? "DISTINCT ON" : "LIMIT");
      }
    }
  }

  private ViewDefinition definition(Rows from, Optional<Predicate> filter, Outputs outputs) {
    return new ViewDefinition(
        view.name(),
        view.projection(),
        from.root(),
        Optional.empty(),
        filter,
        List.of(),
        List.of(),
        outputs.select(),
        from.unnest(),
        from.joins(),
        outputs.groupBy(),
        outputs.compute(),
        outputs.having(),
        outputs.top(),
        view.refresh(),
        view.layout(),
        view.table(),
        view.publish(),
        view.timezone(),
        view.description(),
        view.origin());
  }

  /** {@code $select}, unless its columns are those that a view without it shows, in this order. */
  static Optional<List<Select>> select(
      List<Select> select, Collection<String> columns, Collection<String> computed) {
    List<Select> shown =
        Stream.concat(columns.stream(), computed.stream())
            .map(name -> new Select(name, ColumnPath.of(name)))
            .toList();
    return select.equals(shown) ? Optional.empty() : Optional.of(select);
  }

  /** Whether an item is a window function, or has one in it. */
  static boolean hasWindow(SyntaxNode node) {
    return !node.all("WINDOW").isEmpty();
  }
}
