package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.ComputedValue;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.definition.TopRows;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The outputs of a query without groups. */
final class RowForm {
  private final SyntaxNode query;
  private final Rows from;
  private final List<String> names;
  private final FreshNames fresh;
  private final Map<String, Computation> compute = new LinkedHashMap<>();
  private final List<Select> select = new ArrayList<>();

  RowForm(SyntaxNode query, Rows from, List<String> names) {
    this.query = query;
    this.from = from;
    this.names = names;
    this.fresh = new FreshNames(from.rootColumns());
  }

  QueryForm.Outputs outputs() {
    for (SyntaxNode item : query.children("select_list")) {
      if (item.nodeClass().equals("STAR")) {
        from.columns(item).forEach(column -> add(column.value()));
      } else {
        add(from.withPaths(item));
      }
    }
    List<String> key = from.key();
    Optional<TopRows> top =
        TopForm.of(
            query,
            key.isEmpty() ? Optional.empty() : Optional.of(key),
            this::ordered,
            this::inWindow);
    return new QueryForm.Outputs(
        Optional.empty(),
        compute,
        Optional.empty(),
        top,
        QueryForm.select(select, from.rootColumns(), compute.keySet()));
  }

  private void add(SyntaxNode value) {
    if (QueryForm.hasWindow(value)) {
      throw new NoYamlFormException("a window function");
    }
    if (from.isColumn(value)) {
      select.add(new Select(name(), new ColumnPath(value.strings("column_names"), "$select")));
    } else {
      compute(value);
    }
  }

  /** The column that rows are ordered by: an output by its number or name, or a column. */
  private List<String> ordered(SyntaxNode value) {
    SyntaxNode literal = value.child("literal").orElse(value);
    List<String> named = value.strings("column_names");
    int output =
        value.nodeClass().equals("CONSTANT") && literal.string("kind").equals("INTEGER")
            ? Integer.parseInt(literal.string("text")) - 1
            : named.size() == 1
                ? names.stream()
                    .map(each -> each.toLowerCase(Locale.ROOT))
                    .toList()
                    .indexOf(named.get(0).toLowerCase(Locale.ROOT))
                : -1;
    List<String> path =
        output >= 0 ? select.get(output).path().segments() : named(from.withPaths(value));
    boolean computed = output >= 0 && path.size() == 1 && compute.containsKey(path.get(0));
    return computed ? List.of() : path;
  }

  /** In a window, where a column comes before an output of its name, and a number is a number. */
  private List<String> inWindow(SyntaxNode value) {
    List<String> named = value.strings("column_names");
    return named.isEmpty() || from.has(named) ? named(from.withPaths(value)) : ordered(value);
  }

  private List<String> named(SyntaxNode value) {
    return from.isColumn(value) ? value.strings("column_names") : List.of();
  }

  private String name() {
    return names.get(select.size());
  }

  private void compute(SyntaxNode value) {
    String shown = name();
    String called = fresh.of(shown);
    String at = "$compute." + called;
    compute.put(
        called,
        new ComputedValue(
            new SqlExpression(ExpressionText.of(value), at + "." + SqlExpression.KEY), at));
    select.add(new Select(shown, ColumnPath.of(called)));
  }
}
