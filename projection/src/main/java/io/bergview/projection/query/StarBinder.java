package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The columns that {@code *} stands for. */
final class StarBinder {
  private final FromScope scope;

  StarBinder(FromScope scope) {
    this.scope = scope;
  }

  List<BoundColumn> columns(SyntaxNode star) {
    if (star.bool("columns") || star.child("expr").isPresent()) {
      throw unsupported(star, "COLUMNS(...)", "; name the columns");
    }
    if (!star.children("replace_list").isEmpty() || !star.children("rename_list").isEmpty()) {
      throw unsupported(star, "REPLACE or RENAME of '*'", "; name the columns");
    }
    String relation = star.string("relation_name");
    List<FromScope.Relation> relations =
        scope.relations().stream()
            .filter(r -> relation.isEmpty() || r.name().equalsIgnoreCase(relation))
            .toList();
    if (relations.isEmpty()) {
      throw relation.isEmpty()
          ? new SqlException(ProblemKind.SYNTAX, star.offset(), "'*' needs FROM")
          : new SqlException(
              ProblemKind.UNKNOWN_TYPE,
              star.offset(),
              "'%s' names no table of FROM%s"
                  .formatted(
                      relation,
                      Suggestions.didYouMean(
                          relation,
                          scope.relations().stream().map(FromScope.Relation::name).toList())));
    }
    Set<String> excluded =
        star.strings("exclude_list").stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<BoundColumn> columns = new ArrayList<>();
    for (FromScope.Relation each : relations) {
      for (BoundColumn column : each.columns()) {
        boolean hidden = relation.isEmpty() && each.hidden().contains(column.column());
        if (!hidden && !excluded.contains(column.name().toLowerCase(Locale.ROOT))) {
          columns.add(column);
        }
      }
    }
    for (String name : excluded) {
      List<String> names =
          relations.stream().flatMap(r -> r.columns().stream()).map(BoundColumn::name).toList();
      if (names.stream().noneMatch(name::equalsIgnoreCase)) {
        throw new SqlException(
            ProblemKind.UNKNOWN_COLUMN,
            star.offset(),
            "'*' has no column '%s' to exclude%s"
                .formatted(name, Suggestions.didYouMean(name, names)));
      }
    }
    return columns;
  }
}
