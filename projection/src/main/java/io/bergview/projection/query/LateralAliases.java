package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.projection.syntax.SyntaxNode;
import java.util.HashMap;
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

  private SyntaxNode replaced(SyntaxNode node, Set<String> parameters) {
    return node.replaced(
        each ->
            switch (each.nodeClass()) {
              case "COLUMN_REF" -> named(each, parameters);
              case "SUBQUERY" -> Optional.of(each);
              case "LAMBDA" -> parameters.isEmpty() ? lambda(each) : Optional.empty();
              default -> Optional.empty();
            });
  }

  /** The parameters of a lambda come before aliases. */
  private Optional<SyntaxNode> lambda(SyntaxNode lambda) {
    Set<String> parameters =
        lambda.required("lhs").all("COLUMN_REF").stream()
            .map(parameter -> parameter.strings("column_names").get(0).toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return Optional.of(replaced(lambda, parameters));
  }

  private Optional<SyntaxNode> named(SyntaxNode column, Set<String> parameters) {
    List<String> path = column.strings("column_names");
    String name = path.get(0).toLowerCase(Locale.ROOT);
    SyntaxNode output = path.size() == 1 ? byName.get(name) : null;
    return output == null || parameters.contains(name) || isColumn(path, column)
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
