package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads names: of types, of columns, paths, tables, time zones. */
final class Names {
  /** Columns or paths that one key may list. */
  static final int MAX_LISTED = 10_000;

  private static final int MAX_PATH_LENGTH = 2_000;
  private static final int MAX_PATH_DEPTH = 16;
  private static final int MAX_NAME_LENGTH = 200;

  private final NodeReader reader;

  Names(NodeReader reader) {
    this.reader = reader;
  }

  Optional<ColumnPath> path(Node node, String expected) {
    return reader.text(node, expected).flatMap(text -> path(node, text, null));
  }

  /** The expression of {@code {$expr: '...'}}. */
  Optional<SqlExpression> expression(Node node) {
    Optional<SqlExpression> expression =
        reader
            .text(node, "an expression in SQL, such as 'price * quantity',")
            .map(text -> new SqlExpression(text, node.path()));
    try {
      expression.ifPresent(SqlExpression::syntax);
      return expression;
    } catch (SqlException e) {
      reader.problem(e.kind(), node, SqlExpression.message(expression.orElseThrow().text(), e));
      return Optional.empty();
    }
  }

  /** A path that is a key. */
  Optional<ColumnPath> path(Entry entry) {
    return path(entry.value(), entry.key(), entry);
  }

  private Optional<ColumnPath> path(Node node, String text, @Nullable Entry key) {
    try {
      return Optional.of(path(text, node.path()));
    } catch (IllegalArgumentException e) {
      wrongValue(node, key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * A path within its limits.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  static ColumnPath path(String text, String at) {
    ColumnPath path = ColumnPath.parse(limited(text), at);
    if (path.segments().size() > MAX_PATH_DEPTH) {
      throw new IllegalArgumentException(
          "'" + text + "' has more than " + MAX_PATH_DEPTH + " names; paths are no deeper");
    }
    return path;
  }

  private static String limited(String text) {
    if (text.length() > MAX_PATH_LENGTH) {
      throw new IllegalArgumentException(
          "a path of more than "
              + MAX_PATH_LENGTH
              + " characters: '"
              + text.substring(0, 60)
              + "...'");
    }
    return text;
  }

  /** A path, or a list of paths that differ. */
  List<ColumnPath> paths(Node node, String expected) {
    List<ColumnPath> paths = new ArrayList<>();
    for (Node item : reader.oneOrMany(node, MAX_LISTED)) {
      Optional<ColumnPath> path = path(item, expected);
      if (path.isPresent() && paths.contains(path.get())) {
        reader.problem(ProblemKind.DUPLICATE, item, "'" + path.get() + "' is listed twice");
      } else {
        path.ifPresent(paths::add);
      }
    }
    return paths;
  }

  /** A column of a table: a path of one name. */
  Optional<String> column(Node node) {
    Optional<ColumnPath> path = path(node, "the name of a column");
    if (path.isPresent() && path.get().segments().size() > 1) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "'"
              + path.get()
              + "' is a path, a column of the table itself is expected;"
              + " write a name with dots in backticks");
      return Optional.empty();
    }
    return path.map(ColumnPath::last);
  }

  /** One column or a list of at least one. */
  List<String> columns(Node node) {
    List<String> columns = new ArrayList<>();
    List<Node> items = reader.oneOrMany(node, MAX_LISTED);
    if (items.isEmpty()) {
      reader.problem(ProblemKind.WRONG_VALUE, node, "at least one column is expected here");
    }
    for (Node item : items) {
      Optional<String> column = column(item);
      if (column.isPresent() && columns.contains(column.get())) {
        reader.problem(ProblemKind.DUPLICATE, item, "'" + column.get() + "' is listed twice");
      } else {
        column.ifPresent(columns::add);
      }
    }
    return columns;
  }

  /** The name of a type or a view. */
  Optional<String> type(Node node) {
    Optional<String> name = reader.text(node, "a name");
    Optional<String> problem = name.flatMap(Names::problemOfType);
    problem.ifPresent(message -> reader.problem(ProblemKind.WRONG_VALUE, node, message));
    return problem.isPresent() ? Optional.empty() : name;
  }

  /** The name of a type that is no view's, or of a table, perhaps at a branch or a tag. */
  Optional<String> typeOrTable(Node node) {
    Optional<String> name = reader.text(node, "a name");
    return name.isEmpty() || isTableAtRef(name.get()) ? name : type(node);
  }

  private static boolean isTableAtRef(String name) {
    try {
      TableName.TextAtRef table = TableName.TextAtRef.parse(limited(name));
      return table.ref().isPresent() && table.table().segments().size() > 1;
    } catch (IllegalArgumentException noTable) {
      return false;
    }
  }

  /** What is wrong with the name of a type, which becomes the name of a folder. */
  static Optional<String> problemOfType(String name) {
    if (name.isBlank()) {
      return Optional.of("the name is empty");
    }
    if (name.length() > MAX_NAME_LENGTH) {
      return Optional.of("the name is longer than " + MAX_NAME_LENGTH + " characters");
    }
    boolean badCharacter =
        name.codePoints().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    if (badCharacter || name.startsWith(".")) {
      return Optional.of(
          "'"
              + name
              + "' cannot be a name: no '/', no '\\', no control characters, no '.' in front");
    }
    return Optional.empty();
  }

  /** The name of an output column, given as a value. */
  Optional<String> output(Node node) {
    return reader.text(node, "the name of an output column").filter(name -> output(node, name));
  }

  /** The name of an output column, given as a key. */
  boolean output(Entry entry) {
    return OutputColumns.problem(entry.key())
        .map(
            message -> {
              reader.problem(ProblemKind.WRONG_VALUE, entry, message);
              return false;
            })
        .orElse(true);
  }

  /** Whether a name that was found at a node may be an output column's; if not, a problem. */
  boolean output(Node node, String name) {
    Optional<String> problem = OutputColumns.problem(name);
    problem.ifPresent(message -> reader.problem(ProblemKind.WRONG_VALUE, node, message));
    return problem.isEmpty();
  }

  Optional<TableName> table(Node node, Set<String> catalogs) {
    Optional<String> text = reader.text(node, "a table, [catalog.]namespace.table,");
    try {
      return text.map(name -> tableName(name, catalogs));
    } catch (IllegalArgumentException e) {
      wrongValue(node, null, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The table of a view, which is written to. */
  Optional<TableName> ownTable(Node node, Set<String> catalogs) {
    Optional<TableName> table = table(node, catalogs);
    if (table.isPresent() && table.get().ref().isPresent()) {
      wrongValue(
          node,
          null,
          "a view's rows are not kept at a branch or tag, as '%s' says; write a name with '@' in backticks: shop.`a@b`"
              .formatted(table.get()));
      return Optional.empty();
    }
    return table;
  }

  /** The Iceberg view that is published, {@code namespace.name} in the catalog of the view. */
  Optional<TableName> published(Node node) {
    return ownTable(node, Set.of());
  }

  private static TableName tableName(String text, Set<String> catalogs) {
    path(TableName.TextAtRef.parse(limited(text)).table().toString(), "");
    return TableName.parse(text, catalogs);
  }

  /** A zone, normalized: UTC under any name is the offset zero. */
  Optional<ZoneId> zone(Node node) {
    Optional<String> text = reader.text(node, "a time zone such as Europe/Berlin");
    try {
      return text.map(id -> ZoneId.of(id).normalized());
    } catch (DateTimeException e) {
      reader.problem(ProblemKind.ZONE, node, TimeZones.unknown(text.orElseThrow()));
      return Optional.empty();
    }
  }

  private void wrongValue(Node node, @Nullable Entry key, String message) {
    if (key == null) {
      reader.problem(ProblemKind.WRONG_VALUE, node, message);
    } else {
      reader.problem(ProblemKind.WRONG_VALUE, key, message);
    }
  }
}
