package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.projection.function.TimeUnitFunctions;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Aliases of outputs that other outputs, WHERE, and HAVING name, as in DuckDB, Snowflake and
 * Databricks: the output's expression stands in their place. A column of the query or of those
 * around it comes before an alias, and subqueries see no aliases.
 */
final class LateralAliases {
  private static final int MOST_CHARACTERS = 2_000_000;

  private final FromScope scope;
  private final Map<String, SyntaxNode> byName = new HashMap<>();

  private LateralAliases(FromScope scope) {
    this.scope = scope;
  }

  /** Those of the outputs, each of which may name those before it. */
  static LateralAliases of(List<SelectItem> items, FromScope scope) {
    LateralAliases aliases = new LateralAliases(scope);
    for (int i = 0; i < items.size(); i++) {
      SelectItem item = items.get(i);
      if (item.node().isPresent()) {
        SyntaxNode node = aliases.replaced(item.node().get());
        items.set(i, new SelectItem(item.name(), item.place(), Optional.of(node), item.column()));
        if (!node.string("alias").isEmpty()) {
          aliases.byName.putIfAbsent(item.name().toLowerCase(Locale.ROOT), node);
        }
      }
    }
    return aliases;
  }

  /** An expression with the outputs that it names. */
  SyntaxNode replaced(SyntaxNode node) {
    SyntaxNode made = byName.isEmpty() ? node : replaced(node, Set.of());
    if (made != node && made.json().toString().length() > MOST_CHARACTERS) {
      throw unsupported(node, "an alias of aliases that is so long", "; name it in a subquery");
    }
    return made;
  }

  /**
   * @param others names that mean something else here: parameters of lambdas, units of time
   */
  private SyntaxNode replaced(SyntaxNode node, Set<String> others) {
    return one(node, others).orElseGet(() -> below(node, others));
  }

  private SyntaxNode below(SyntaxNode node, Set<String> others) {
    return node.replaced(each -> each.json() == node.json() ? Optional.empty() : one(each, others));
  }

  private Optional<SyntaxNode> one(SyntaxNode node, Set<String> others) {
    return switch (node.nodeClass()) {
      case "COLUMN_REF" -> named(node, others);
      case "SUBQUERY" -> Optional.of(node);
      case "LAMBDA" -> Optional.of(below(node, and(others, names(node.required("lhs")))));
      case "FUNCTION" -> Optional.of(below(node, and(others, units(node))));
      default -> Optional.empty();
    };
  }

  private static Set<String> and(Set<String> names, Set<String> more) {
    Set<String> all = new HashSet<>(names);
    all.addAll(more);
    return all;
  }

  private static Set<String> names(SyntaxNode node) {
    return node.all("COLUMN_REF").stream()
        .map(column -> column.strings("column_names").get(0).toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** The units of time among the arguments, which need no quotes: {@code date_part(year, d)}. */
  private static Set<String> units(SyntaxNode function) {
    if (!TimeUnitFunctions.takesUnit(function.string("function_name").toLowerCase(Locale.ROOT))) {
      return Set.of();
    }
    return ExpressionBinder.arguments(function).stream()
        .filter(argument -> argument.nodeClass().equals("COLUMN_REF"))
        .flatMap(argument -> names(argument).stream())
        .filter(TimeUnitFunctions::isUnit)
        .collect(Collectors.toSet());
  }

  private Optional<SyntaxNode> named(SyntaxNode column, Set<String> others) {
    List<String> path = column.strings("column_names");
    String name = path.get(0).toLowerCase(Locale.ROOT);
    SyntaxNode output = path.size() == 1 ? byName.get(name) : null;
    return output == null || others.contains(name) || isColumn(path, column)
        ? Optional.empty()
        : Optional.of(output);
  }

  private boolean isColumn(List<String> path, SyntaxNode at) {
    for (FromScope around = scope; around != null; around = around.outer()) {
      if (around.has(path, at)) {
        return true;
      }
    }
    return false;
  }
}
