package io.bergview.projection.yaml;

import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * The rows of a subquery in FROM that chooses, computes and filters; its columns by their values.
 */
final class NestedRows implements Rows {
  private final Rows inner;
  private final String alias;
  private final List<String> names = new ArrayList<>();
  private final List<SyntaxNode> values = new ArrayList<>();
  private final List<SyntaxNode> where;

  private NestedRows(Rows inner, String alias, List<SyntaxNode> where) {
    this.inner = inner;
    this.alias = alias;
    this.where = List.copyOf(where);
  }

  /**
   * @param inner the rows of the subquery
   * @param select the subquery
   * @param table it, as FROM names it
   * @param where conditions over its columns
   */
  static NestedRows of(Rows inner, SyntaxNode select, SyntaxNode table, List<SyntaxNode> where) {
    NestedRows rows = new NestedRows(inner, table.string("alias"), where);
    for (SyntaxNode item : select.children("select_list")) {
      if (item.nodeClass().equals("STAR")) {
        inner.columns(item).forEach(column -> rows.add(column.name(), column.value()));
      } else if (QueryForm.hasWindow(item)) {
        throw new NoYamlFormException("a window function in a subquery");
      } else {
        rows.add(nameOf(item), inner.withPaths(item));
      }
    }
    List<String> given = table.strings("column_name_alias");
    for (int i = 0; i < given.size(); i++) {
      rows.names.set(i, given.get(i));
    }
    return rows;
  }

  private void add(String name, SyntaxNode value) {
    names.add(name);
    values.add(value);
  }

  private static String nameOf(SyntaxNode item) {
    List<String> path = item.strings("column_names");
    return !item.string("alias").isEmpty()
        ? item.string("alias")
        : path.isEmpty() ? item.source().strip() : path.get(path.size() - 1);
  }

  @Override
  public String root() {
    return inner.root();
  }

  @Override
  public Optional<Unnest> unnest() {
    return inner.unnest();
  }

  @Override
  public List<Join> joins() {
    return inner.joins();
  }

  @Override
  public List<Predicate> matched() {
    return inner.matched();
  }

  @Override
  public List<SyntaxNode> conditions() {
    List<SyntaxNode> all = new ArrayList<>(inner.conditions());
    where.forEach(condition -> all.add(withPaths(condition)));
    return all;
  }

  @Override
  public List<String> rootColumns() {
    return inner.rootColumns();
  }

  @Override
  public List<String> key() {
    return inner.key();
  }

  @Override
  public SyntaxNode withPaths(SyntaxNode node) {
    return node.replaced(
        part ->
            part.nodeClass().equals("COLUMN_REF")
                ? value(part.strings("column_names"))
                : Optional.empty());
  }

  /** The value of a column; where it is a column itself, perhaps of a field of that. */
  private Optional<SyntaxNode> value(List<String> path) {
    boolean called = path.size() > 1 && path.get(0).equalsIgnoreCase(alias);
    List<String> rest = called ? path.subList(1, path.size()) : path;
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(rest.get(0))) {
        found.add(i);
      }
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.size() > 1 || rest.size() > 1) {
      throw new NoYamlFormException("the name " + String.join(".", path) + " here");
    }
    return Optional.of(values.get(found.get(0)));
  }

  @Override
  public boolean isColumn(SyntaxNode node) {
    return inner.isColumn(node);
  }

  @Override
  public Type type(List<String> path) {
    return inner.type(path);
  }

  @Override
  public boolean has(List<String> name) {
    return value(name).isPresent();
  }

  @Override
  public List<Column> columns(SyntaxNode star) {
    List<String> excluded = FromPaths.excluded(star);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!excluded.contains(names.get(i).toLowerCase(Locale.ROOT))) {
        columns.add(new Column(names.get(i), values.get(i)));
      }
    }
    return columns;
  }
}
