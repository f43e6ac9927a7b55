package io.bergview.projection.resolve;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;

/** A view of the language as a query in SQL, as far as SQL can say it. */
public sealed interface SqlForm {
  /**
   * A SELECT that has the rows of the view.
   *
   * @param text over several lines, without a semicolon
   */
  record Query(String text) implements SqlForm {
    public Query {
      requireNonNull(text, "text is null");
    }
  }

  /**
   * There is none.
   *
   * @param why names what SQL cannot say
   */
  record None(String why) implements SqlForm {
    public None {
      requireNonNull(why, "why is null");
    }
  }

  /**
   * The form of a view.
   *
   * @throws io.bergview.errors.DefinitionException where the definition does not fit its types
   */
  static SqlForm of(ViewDefinition view, TypeSource types) {
    if (view.query().isPresent()) {
      return new Query(view.query().get().text());
    }
    try {
      return new Query(ViewResolver.select(view, types));
    } catch (NoSqlFormException e) {
      return new None(String.valueOf(e.getMessage()));
    }
  }
}
