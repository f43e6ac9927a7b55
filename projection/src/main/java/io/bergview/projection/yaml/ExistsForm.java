package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A term of WHERE, or a join, that keeps or drops rows by whether other rows match them.
 *
 * @param kind semi or anti
 * @param rows the other rows: their FROM
 * @param on what is true of a match, over columns of both
 */
record ExistsForm(Join.Kind kind, FromPaths rows, List<SyntaxNode> on) {
  ExistsForm {
    on = List.copyOf(on);
    if (rows.unnest().isPresent() || !rows.joins().isEmpty()) {
      throw new NoYamlFormException("a subquery that multiplies rows");
    }
  }

  /** Whether a term of WHERE is one. */
  static boolean is(SyntaxNode term) {
    SyntaxNode node = positive(term);
    boolean negated = term.type().equals("OPERATOR_NOT");
    return node.nodeClass().equals("SUBQUERY")
        && switch (node.string("subquery_type")) {
          case "EXISTS", "NOT_EXISTS" -> true;
          case "ANY" -> !negated && node.string("comparison_type").equals("COMPARE_EQUAL");
          default -> false;
        };
  }

  private static SyntaxNode positive(SyntaxNode term) {
    return term.type().equals("OPERATOR_NOT") ? term.children("children").get(0) : term;
  }

  /**
   * @param term for which {@link #is} holds
   * @param outer what names of the query around it mean
   */
  static ExistsForm of(SyntaxNode term, FromNames outer, TypeSource types) {
    SyntaxNode node = positive(term);
    SyntaxNode query = node.required("subquery").required("node");
    QueryForm.refuseOthers(query);
    if (GroupForm.isGrouped(query) || TopForm.isIn(query)) {
      throw new NoYamlFormException("a subquery that groups, or takes the first rows of an order");
    }
    FromPaths rows = FromPaths.of(query.required("from_table"), List.of(), types);
    List<SyntaxNode> on = new ArrayList<>();
    query.child("where_clause").ifPresent(where -> on.addAll(Conditions.terms(where)));
    boolean negated = term.type().equals("OPERATOR_NOT");
    if (node.string("subquery_type").equals("ANY")) {
      on.add(equal(node, query.children("select_list"), rows, outer));
    }
    boolean anti = node.string("subquery_type").equals("NOT_EXISTS") != negated;
    return new ExistsForm(anti ? Join.Kind.ANTI : Join.Kind.SEMI, rows, on);
  }

  /** {@code x IN (SELECT y ..)} as {@code x = y}, with names by which they are found here. */
  private static SyntaxNode equal(
      SyntaxNode in, List<SyntaxNode> items, FromPaths rows, FromNames outer) {
    List<String> value =
        outer
            .find(in.required("child"))
            .map(
                named -> {
                  List<String> qualified = new ArrayList<>(List.of(named.source().name()));
                  qualified.addAll(named.segments());
                  return qualified;
                })
            .orElse(List.of());
    boolean plain =
        items.size() == 1
            && rows.has(items.get(0).strings("column_names"))
            && !value.isEmpty()
            && !rows.has(value);
    if (!plain) {
      throw new NoYamlFormException("IN with a subquery, of other than two columns");
    }
    return in.equality(value, items.get(0).strings("column_names"));
  }

  /**
   * @param name by which paths begin
   * @param outer the rows that are tested
   */
  Join named(String name, FromPaths outer) {
    List<SyntaxNode> conditions = new ArrayList<>();
    for (SyntaxNode condition : on) {
      conditions.add(
          condition.replaced(
              part -> rows.joined(part, name, outer).or(() -> outer.withPath(part))));
    }
    rows.rest()
        .forEach(rest -> conditions.add(rest.replaced(part -> rows.joined(part, name, outer))));
    List<Predicate> filters = new ArrayList<>();
    for (Predicate found : rows.matched()) {
      List<String> key = new ArrayList<>(List.of(name));
      key.addAll(found.paths().get(0).segments());
      filters.add(new Predicate.Not(new Predicate.IsNull(new ColumnPath(key, "$join"))));
    }
    return new Join(name, rows.root(), outer.filter(filters, conditions), kind, "$join." + name);
  }
}
