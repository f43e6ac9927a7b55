package io.bergview.projection.statement;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One statement. */
final class StatementParser {
  static final List<String> QUERIES =
      List.of("SELECT", "WITH", "VALUES", "FROM", "TABLE", "PIVOT", "UNPIVOT");
  private static final List<String> FIRST_WORDS =
      List.of(
          "CREATE",
          "ALTER",
          "DROP",
          "REFRESH",
          "VACUUM",
          "COMPACT",
          "VERIFY",
          "SHOW",
          "DESCRIBE",
          "EXPLAIN",
          "SELECT",
          "WITH",
          "VALUES",
          "FROM",
          "TABLE",
          "PIVOT",
          "UNPIVOT");
  private static final List<String> WRITES =
      List.of("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY", "REPLACE");
  private static final String VIEW_NAME = "the name of the view";
  private static final String SCHEMA_NAME = "the name of the schema";

  private final SourceText source;
  private final Cursor cursor;
  private final Place place;
  private final String text;

  /**
   * @param tokens of the statement, at least one, and its end
   */
  private StatementParser(SourceText source, List<Token> tokens) {
    this.source = source;
    this.cursor = new Cursor(source, tokens);
    int start = tokens.get(0).start();
    this.place = source.place(start);
    this.text = source.text().substring(start, tokens.get(tokens.size() - 2).end());
  }

  static Statement parse(SourceText source, List<Token> tokens) {
    StatementParser parser = new StatementParser(source, tokens);
    Statement statement = parser.statement();
    parser.cursor.expectEnd();
    return statement;
  }

  /** All tokens of a text, whatever they are. */
  static Cursor cursor(SourceText source) {
    List<Token> tokens = new ArrayList<>(Tokenizer.tokens(source));
    tokens.add(end(tokens, source.text().length()));
    return new Cursor(source, tokens);
  }

  /** The end after the last token. */
  static Token end(List<Token> tokens, int otherwise) {
    int at = tokens.isEmpty() ? otherwise : tokens.get(tokens.size() - 1).end();
    return new Token(Token.Kind.END, "", at, at);
  }

  private Statement statement() {
    Token first = cursor.peek();
    if (isQuery(first)) {
      return new Statement.Select(place, text, cursor.rest());
    }
    if (first.is("CREATE") && cursor.peek(1).is("SCHEMA")) {
      return createSchema();
    }
    if (first.is("CREATE")) {
      refuseOthers(1, cursor.peek(1).is("OR") ? 3 : 1);
      return new CreateParser(cursor).parse(place, text);
    }
    if (cursor.accept("ALTER")) {
      return alter();
    }
    if (first.is("DROP") && cursor.peek(1).is("SCHEMA")) {
      return dropSchema();
    }
    if (cursor.accept("DROP")) {
      refuseOthers(0, 0);
      cursor.expect("MATERIALIZED", "VIEW");
      boolean ifExists = cursor.peek().is("IF");
      if (ifExists) {
        cursor.expect("IF", "EXISTS");
      }
      return new Statement.DropView(place, text, ifExists, cursor.expectName(VIEW_NAME));
    }
    if (cursor.accept("REFRESH")) {
      return refresh();
    }
    for (Statement.Maintenance action : Statement.Maintenance.values()) {
      if (cursor.accept(action.name())) {
        return new Statement.MaintainView(place, text, action, view());
      }
    }
    if (cursor.accept("SHOW")) {
      return show();
    }
    if (cursor.accept("DESCRIBE") || cursor.accept("DESC")) {
      if (cursor.peek(1).kind() != Token.Kind.END && !cursor.accept("MATERIALIZED", "VIEW")) {
        cursor.accept("TABLE");
      }
      return new Statement.Describe(place, text, cursor.expectName("a table or a view"));
    }
    if (cursor.accept("EXPLAIN")) {
      return explain();
    }
    throw unknown(first);
  }

  private static boolean isQuery(Token first) {
    return first.isSymbol('(') || QUERIES.stream().anyMatch(first::is);
  }

  private RuntimeException unknown(Token first) {
    if (WRITES.stream().anyMatch(first::is)) {
      return cursor.failure(
          first,
          "%s is no statement here: Bergview reads tables and keeps materialized views; tables are written by their engines, or by importTable"
              .formatted(first.shown()));
    }
    String meant =
        first.kind() == Token.Kind.WORD ? Suggestions.didYouMean(first.text(), FIRST_WORDS) : "";
    return cursor.failure(
        first,
        "%s begins no statement%s; statements begin with %s"
            .formatted(first.shown(), meant, String.join(", ", FIRST_WORDS)));
  }

  private Statement createSchema() {
    cursor.expect("CREATE", "SCHEMA");
    boolean ifNotExists = cursor.peek().is("IF");
    if (ifNotExists) {
      cursor.expect("IF", "NOT", "EXISTS");
    }
    return new Statement.CreateSchema(place, text, ifNotExists, cursor.expectName(SCHEMA_NAME));
  }

  private Statement dropSchema() {
    cursor.expect("DROP", "SCHEMA");
    boolean ifExists = cursor.peek().is("IF");
    if (ifExists) {
      cursor.expect("IF", "EXISTS");
    }
    SqlName name = cursor.expectName(SCHEMA_NAME);
    boolean cascade = cursor.accept("CASCADE");
    if (!cascade) {
      cursor.accept("RESTRICT");
    }
    return new Statement.DropSchema(place, text, ifExists, name, cascade);
  }

  /** What other systems have, but Bergview has not. */
  private void refuseOthers(int ahead, int orReplace) {
    Token what = cursor.peek(Math.max(ahead, orReplace));
    if (what.is("TABLE") || what.is("SCHEMA") || what.is("DATABASE") || what.is("INDEX")) {
      throw cursor.failure(
          what,
          "%s: Bergview keeps materialized views only; tables belong to their catalogs and engines"
              .formatted(what.shown()));
    }
  }

  private SqlName view() {
    cursor.expect("MATERIALIZED", "VIEW");
    return cursor.expectName(VIEW_NAME);
  }

  private Statement alter() {
    SqlName name = view();
    if (cursor.accept("SET")) {
      if (!cursor.peek().isSymbol('(')) {
        throw cursor.expected("'(' and options, such as SET (shards = 12),", List.of());
      }
      Map<String, Optional<Setting>> settings = new LinkedHashMap<>();
      new OptionList(cursor)
          .read(
              (option, value, at) -> {
                if (!option.isAlterable()) {
                  throw SourceText.failure(
                      ProblemKind.WRONG_VALUE,
                      cursor.place(at),
                      "'%s' cannot be altered; write CREATE OR REPLACE MATERIALIZED VIEW"
                          .formatted(option.word()));
                }
                if (settings.put(option.key(), value) != null) {
                  throw SourceText.failure(
                      ProblemKind.DUPLICATE,
                      cursor.place(at),
                      "'" + option.word() + "' is given twice");
                }
              });
      return new Statement.AlterSettings(place, text, name, settings);
    }
    if (cursor.accept("AS")) {
      return new Statement.AlterQuery(place, text, name, CreateParser.query(cursor));
    }
    throw cursor.expected("SET or AS", List.of("SET", "AS"));
  }

  private Statement refresh() {
    SqlName name = view();
    boolean full = false;
    boolean upstream = false;
    while (!cursor.atEnd()) {
      if (!full && cursor.accept("FULL")) {
        full = true;
      } else if (!upstream && cursor.peek().is("WITH")) {
        cursor.expect("WITH", "UPSTREAM");
        upstream = true;
      } else {
        throw cursor.expected("FULL, WITH UPSTREAM or ';'", List.of("FULL", "WITH"));
      }
    }
    return new Statement.RefreshView(place, text, name, full, upstream);
  }

  private Statement show() {
    if (cursor.accept("MATERIALIZED")) {
      cursor.expect("VIEWS");
      return new Statement.ShowViews(place, text);
    }
    if (cursor.accept("CREATE")) {
      return new Statement.ShowCreate(place, text, view());
    }
    if (cursor.accept("TABLES")) {
      return new Statement.ShowTables(place, text, within("a namespace"));
    }
    if (cursor.accept("SCHEMAS")) {
      return new Statement.ShowSchemas(place, text, within("a catalog"));
    }
    throw cursor.expected(
        "MATERIALIZED VIEWS, CREATE MATERIALIZED VIEW, TABLES or SCHEMAS",
        List.of("MATERIALIZED", "CREATE", "TABLES", "SCHEMAS"));
  }

  private Optional<SqlName> within(String what) {
    return cursor.accept("IN") || cursor.accept("FROM")
        ? Optional.of(cursor.expectName(what))
        : Optional.empty();
  }

  private Statement explain() {
    Token first = cursor.peek();
    if (first.is("CREATE")) {
      int start = first.start();
      Statement.CreateView create =
          new CreateParser(cursor)
              .parse(source.place(start), text.substring(start - place.offset()));
      return new Statement.ExplainCreate(place, text, create);
    }
    if (first.is("MATERIALIZED")) {
      return new Statement.ExplainView(place, text, view());
    }
    if (isQuery(first)) {
      return new Statement.ExplainQuery(place, text, cursor.rest());
    }
    throw cursor.expected(
        "MATERIALIZED VIEW, CREATE MATERIALIZED VIEW or a SELECT",
        List.of("MATERIALIZED", "CREATE", "SELECT", "WITH", "VALUES", "FROM"));
  }
}
