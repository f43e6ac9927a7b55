package io.bergview.projection.statement;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Origin.LineColumn;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewBuilder;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.statement.Statement.CreateView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The definition that a {@code CREATE MATERIALIZED VIEW} says. */
public final class CreatedView {
  private static final String REFRESH = "$refresh";
  private static final String SQL = "$sql";

  private final CreateView statement;
  private final Set<String> catalogs;

  private CreatedView(CreateView statement, Set<String> catalogs) {
    this.statement = statement;
    this.catalogs = catalogs;
  }

  /**
   * @param catalogs the project's: a view's name may begin with one
   * @throws DefinitionException with every problem of the settings, at their places
   */
  public static ViewDefinition definition(CreateView statement, Set<String> catalogs) {
    return new CreatedView(statement, catalogs).definition();
  }

  /**
   * The views of a file of definitions, which has no other statements.
   *
   * @param file shown in problems
   * @param catalogs the project's: a view's name may begin with one
   * @throws DefinitionException with every problem found
   */
  public static List<ViewDefinition> definitions(String text, String file, Set<String> catalogs) {
    List<ViewDefinition> views = new ArrayList<>();
    List<DefinitionProblem> problems = new ArrayList<>();
    for (Statement statement : Statements.parse(text, file)) {
      try {
        if (!(statement instanceof CreateView create)) {
          throw SourceText.failure(
              ProblemKind.WRONG_VALUE,
              statement.place(),
              "a file of definitions has CREATE MATERIALIZED VIEW statements only; run others with"
                  + " 'bergview sql'");
        }
        views.add(definition(create, catalogs));
      } catch (DefinitionException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return views;
  }

  private ViewDefinition definition() {
    String query = query();
    ViewBuilder builder = ViewDefinition.named(statement.name().last().text()).sql(query);
    table().ifPresent(table -> setTable(builder, table));
    ObjectNode refresh = JsonNodeFactory.instance.objectNode();
    statement
        .settings()
        .forEach(
            (key, setting) -> {
              if (key.startsWith(REFRESH + ".")) {
                refresh.set(key.substring(REFRESH.length() + 1), setting.value());
              } else if (!key.equals(ViewOption.TABLE.key())) {
                builder.with(key, setting.value().toString());
              }
            });
    if (!refresh.isEmpty()) {
      builder.refresh(refresh.toString());
    }
    try {
      ViewDefinition view = placed(builder.build(), query);
      // By itself first: in parentheses, a query that is cut off would end with theirs.
      Place from = statement.query().place();
      new SqlText(statement.query().text(), from.line(), from.column()).tables(view.origin());
      return view;
    } catch (DefinitionException e) {
      throw PlacedProblems.in(places(statement), e);
    }
  }

  /** With names for its columns, if the statement has some. */
  private String query() {
    String text = statement.query().text();
    if (statement.columns().isEmpty()) {
      return text;
    }
    List<String> names = statement.columns().stream().map(SqlWriter::name).toList();
    return prefix() + text + ") AS v(" + String.join(", ", names) + ")";
  }

  private static String prefix() {
    return "SELECT * FROM (";
  }

  private static void setTable(ViewBuilder builder, TableName table) {
    List<String> path = new ArrayList<>(table.namespace());
    path.add(table.name());
    builder.table(new ColumnPath(path, "").toString());
    table.catalog().ifPresent(builder::catalog);
  }

  private Optional<TableName> table() {
    Setting option = statement.settings().get(ViewOption.TABLE.key());
    SqlName name = statement.name();
    boolean qualified = name.parts().size() > 1;
    if (option == null && !qualified) {
      return Optional.empty();
    }
    if (option != null && qualified) {
      throw SourceText.failure(
          ProblemKind.DUPLICATE,
          option.place(),
          "the name '%s' says the table already; leave out one of them".formatted(name));
    }
    try {
      String path = option == null ? name.path() : option.value().asText();
      return Optional.of(TableName.of(ColumnPath.parse(path, ""), catalogs));
    } catch (IllegalArgumentException e) {
      throw SourceText.failure(
          ProblemKind.WRONG_VALUE,
          option == null ? name.place() : option.place(),
          String.valueOf(e.getMessage()));
    }
  }

  /** The places of what a statement says, by key of the view language. */
  public static Map<String, Place> places(CreateView statement) {
    Map<String, Place> places = new LinkedHashMap<>();
    statement.settings().forEach((key, setting) -> places.put(key, setting.place()));
    places.put("", statement.name().place());
    places.put(SQL, statement.query().place());
    return places;
  }

  private ViewDefinition placed(ViewDefinition view, String query) {
    Map<String, LineColumn> places = new HashMap<>();
    statement.settings().forEach((key, setting) -> places.put(key, at(setting.place())));
    places.put("", at(statement.place()));
    places.put("$type", at(statement.name().place()));
    places.putIfAbsent("$table", at(statement.name().place()));
    Place from = statement.query().place();
    places.put(SQL, at(from));
    int shift = statement.columns().isEmpty() ? 0 : prefix().length();
    return new ViewDefinition(
        view.name(),
        view.projection(),
        view.from(),
        Optional.of(new SqlText(query, from.line(), from.column() - shift)),
        view.filter(),
        view.expand(),
        view.flatten(),
        view.select(),
        view.unnest(),
        view.joins(),
        view.groupBy(),
        view.compute(),
        view.having(),
        view.top(),
        view.refresh(),
        view.layout(),
        view.table(),
        view.publish(),
        view.timezone(),
        view.description(),
        new Origin(from.file(), places));
  }

  private static LineColumn at(Place place) {
    return new LineColumn(place.line(), place.column());
  }
}
