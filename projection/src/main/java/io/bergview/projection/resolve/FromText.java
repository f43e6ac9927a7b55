package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.statement.SqlWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * The FROM clause of a view, and what its columns are called there. Tables are joined along the
 * paths that were named.
 */
final class FromText implements PathTexts {
  private static final String ELEMENT = "element";

  private final PathTree tree;
  private final boolean keepEmpty;
  private final Map<PathNode, String> aliases = new IdentityHashMap<>();
  private final Set<String> taken = new HashSet<>();

  FromText(PathTree tree, boolean keepEmpty) {
    this.tree = tree;
    this.keepEmpty = keepEmpty;
  }

  /** Its grain is that of one row. */
  @Override
  public ColumnScope scope() {
    return scopeOfRows();
  }

  Scope scopeOfRows() {
    return Scope.ofRows(tree);
  }

  @Override
  public String column(ColumnPath path) {
    return of(scope().column(path));
  }

  @Override
  public String presence(ColumnPath path) {
    return of(scope().presence(path));
  }

  /** A column, or a field of one. */
  String of(Expr value) {
    if (value instanceof Expr.Ref ref) {
      return Stream.concat(Stream.of(tree.root()), tree.joins().stream().map(JoinedRows::node))
          .map(node -> of(ref.column(), node))
          .filter(found -> !found.isEmpty())
          .findFirst()
          .orElseThrow(() -> new NoSqlFormException("the position of an element in its list"));
    }
    if (value instanceof Expr.Field field) {
      return of(field.struct()) + "." + SqlWriter.name(field.name());
    }
    if (value instanceof Expr.Canonical canonical) {
      return of(canonical.value());
    }
    throw new NoSqlFormException("the position of an element in its list");
  }

  private String of(PlanColumn column, PathNode node) {
    if (node.isTable()) {
      for (Map.Entry<Integer, PlanColumn> read : node.reads().entrySet()) {
        if (read.getValue().equals(column)) {
          Types.NestedField field = node.table().schema().findField(read.getKey());
          return alias(node) + "." + SqlWriter.name(field.name());
        }
      }
    } else if (node.kind() == PathNode.NodeKind.ELEMENTS
        && node.fanned()
        && node.element().equals(column)) {
      return alias(node) + "." + ELEMENT;
    }
    for (PathNode child : node.children().values()) {
      String found = of(column, child);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  private String alias(PathNode node) {
    return aliases.computeIfAbsent(
        node,
        of -> {
          boolean root = of.kind() == PathNode.NodeKind.ROOT;
          String name = root ? of.typeName().toLowerCase(Locale.ROOT) : of.name();
          String free = name;
          for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
            free = name + i;
          }
          return SqlWriter.name(free);
        });
  }

  /** The clause, once all columns have been named. */
  String clause() {
    PlanBuilder joins = new PlanBuilder(tree, keepEmpty);
    joins.build();
    List<String> lines = new ArrayList<>();
    lines.add("FROM " + table(tree.root()));
    join(tree.root(), joins, lines);
    for (JoinedRows join : tree.joins()) {
      if (join.join().kind().showsMatch()) {
        join(join, joins, lines);
      }
    }
    return String.join("\n  ", lines);
  }

  private void join(JoinedRows join, PlanBuilder joins, List<String> lines) {
    String rows = table(join.node());
    List<String> along = new ArrayList<>();
    join(join.node(), joins, along);
    if (join.isOnRelations()) {
      rows = "(" + rows + " " + String.join(" ", along) + ")";
      along.clear();
    }
    String kind = join.join().kind() == Join.Kind.LEFT ? "LEFT JOIN " : "JOIN ";
    lines.add(kind + rows + " ON " + ConditionText.of(join.join().on(), this));
    lines.addAll(along);
  }

  /** That rows have a match, or none: what is joined without being shown. */
  List<String> conditions() {
    return tree.joins().stream()
        .filter(join -> !join.join().kind().showsMatch())
        .map(join -> join.within(tree, () -> exists(join)))
        .toList();
  }

  private String exists(JoinedRows join) {
    String condition = ConditionText.of(join.join().on(), this);
    PlanBuilder joins = new PlanBuilder(tree, keepEmpty);
    joins.build();
    List<String> lines = new ArrayList<>();
    lines.add(table(join.node()));
    join(join.node(), joins, lines);
    return "%sEXISTS (SELECT 1 FROM %s WHERE %s)"
        .formatted(
            join.join().kind() == Join.Kind.ANTI ? "NOT " : "", String.join(" ", lines), condition);
  }

  private String table(PathNode node) {
    return name(node.table()) + " AS " + alias(node);
  }

  /** The type, or else the table by its own name, perhaps at a branch or a tag. */
  private static String name(SourceTable source) {
    TableName table = source.table();
    if (!source.type().equals(table.toString())) {
      return SqlWriter.name(source.type());
    }
    String path = table.path().stream().map(SqlWriter::name).collect(Collectors.joining("."));
    return table
        .ref()
        .map(ref -> path + " FOR VERSION AS OF '" + ref.replace("'", "''") + "'")
        .orElse(path);
  }

  private void join(PathNode node, PlanBuilder joins, List<String> lines) {
    for (PathNode child : node.children().values()) {
      if (!PlanBuilder.used(child)) {
        continue;
      }
      switch (child.kind()) {
        case ROOT, STRUCT, JOINED -> {}
        case LOOKUP -> lines.add("LEFT JOIN " + table(child) + on(child, joins));
        case CHILDREN -> {
          refuseGathered(child);
          lines.add((keepEmpty ? "LEFT JOIN " : "JOIN ") + table(child) + on(child, joins));
        }
        case ELEMENTS -> {
          refuseGathered(child);
          String unnest =
              "unnest(%s) AS %s(%s)"
                  .formatted(of(scopeOfRows().list(child)), alias(child), ELEMENT);
          lines.add(keepEmpty ? "LEFT JOIN " + unnest + " ON true" : "CROSS JOIN " + unnest);
        }
      }
      if (child.kind() != PathNode.NodeKind.JOINED) {
        join(child, joins, lines);
      }
    }
  }

  private static void refuseGathered(PathNode node) {
    if (!node.fanned()) {
      throw new NoSqlFormException("lists of '%s'".formatted(node.display()));
    }
  }

  private String on(PathNode node, PlanBuilder joins) {
    List<String> pairs = new ArrayList<>();
    for (Plan.JoinKey key : joins.joinKeysOf(node)) {
      pairs.add(of(key.input()) + " = " + of(key.other()));
    }
    return " ON " + String.join(" AND ", pairs);
  }
}
