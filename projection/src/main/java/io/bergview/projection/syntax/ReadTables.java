package io.bergview.projection.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tables that a query names, common table expressions aside. */
public final class ReadTables {
  private final Set<List<String>> tables = new LinkedHashSet<>();

  private ReadTables() {}

  /** Each once, by the parts of its name, in the order in which they are named. */
  public static List<List<String>> of(SyntaxNode query) {
    ReadTables read = new ReadTables();
    read.visit(query, Set.of());
    return List.copyOf(read.tables);
  }

  private void visit(SyntaxNode node, Set<String> hidden) {
    Set<String> names = new HashSet<>(hidden);
    node.child("cte_map")
        .ifPresent(
            map ->
                map.children("map")
                    .forEach(
                        entry -> {
                          entry.child("value").ifPresent(value -> visit(value, names));
                          names.add(entry.string("key").toLowerCase(Locale.ROOT));
                        }));
    if (node.type().equals("BASE_TABLE")) {
      List<String> path = path(node);
      if (path.size() > 1 || !names.contains(path.get(0).toLowerCase(Locale.ROOT))) {
        tables.add(path);
      }
    }
    node.json()
        .properties()
        .forEach(
            field -> {
              if (field.getKey().equals("cte_map")) {
                return;
              }
              if (field.getValue().isObject()) {
                node.child(field.getKey()).ifPresent(child -> visit(child, names));
              } else if (field.getValue().isArray()) {
                for (SyntaxNode child : node.children(field.getKey())) {
                  if (child.json().isObject()) {
                    visit(child, names);
                  } else if (child.json().isArray()) {
                    child.json().forEach(inner -> visitArray(child, inner, names));
                  }
                }
              }
            });
  }

  private void visitArray(
      SyntaxNode around, com.fasterxml.jackson.databind.JsonNode inner, Set<String> names) {
    if (inner.isObject()) {
      visit(new SyntaxNode(inner, around.text(), around.offset()), names);
    }
  }

  /** The parts of a table's name, catalog first. */
  public static List<String> path(SyntaxNode table) {
    List<String> path = new ArrayList<>(table.required("qualified_name").strings("path"));
    if (path.isEmpty()) {
      path.add(table.string("table_name"));
    }
    return List.copyOf(path);
  }
}
