package io.bergview.projection.yaml;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.ViewResolver;
import io.bergview.projection.syntax.QueryParser;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;
import java.util.Set;

/**
 * A view in SQL as a definition of the view language, as far as that can say it. The other way is
 * {@link io.bergview.projection.resolve.SqlForm}.
 */
public sealed interface YamlForm {
  /**
   * A definition that has the rows of the view, its settings and its name. Where a key that a
   * to-one relation leads to occurs twice, it fails, while the query has both rows.
   */
  record Found(ViewDefinition view) implements YamlForm {
    public Found {
      requireNonNull(view, "view is null");
    }

    /** The definition as a file of the project has it. */
    public String text() {
      return DefinitionText.of(view);
    }
  }

  /**
   * There is none.
   *
   * @param why names what the language does not have
   */
  record None(String why) implements YamlForm {
    public None {
      requireNonNull(why, "why is null");
    }
  }

  /**
   * The form of a view in SQL.
   *
   * @param types of the project, by whose relations tables are joined
   */
  static YamlForm of(ViewDefinition view, TypeSource types) {
    try {
      ResolvedView query = ViewResolver.resolveQuery(view, types);
      SyntaxNode syntax = QueryParser.parse(view.query().orElseThrow().text());
      List<String> names = query.columns().stream().map(OutputColumn::name).toList();
      return checked(new QueryForm(view, types, names).of(syntax), query, types);
    } catch (NoYamlFormException e) {
      return new None(String.valueOf(e.getMessage()));
    } catch (BergviewException notNow) {
      return new None("the columns of this query as its tables are now: " + notNow.getMessage());
    }
  }

  /** What is found is written, read and resolved as a file would be. */
  private static YamlForm checked(ViewDefinition found, ResolvedView query, TypeSource types) {
    try {
      String text = DefinitionText.of(found);
      Set<String> catalogs =
          found.table().flatMap(table -> table.catalog()).map(Set::of).orElse(Set.of());
      ViewDefinition read =
          (ViewDefinition) new DefinitionReader(catalogs).read("view.yaml", text).get(0);
      ResolvedView resolved = ViewResolver.resolveQuery(read, types);
      return columns(resolved).equals(columns(query))
          ? new Found(found)
          : new None(
              "columns of the same types: %s are %s".formatted(columns(query), columns(resolved)));
    } catch (BergviewException unreadable) {
      return new None("what this needs: " + unreadable.getMessage());
    }
  }

  private static List<String> columns(ResolvedView view) {
    return view.columns().stream()
        .map(column -> column.name() + " " + column.type().toString().replaceAll("\\d+: ", ""))
        .toList();
  }
}
