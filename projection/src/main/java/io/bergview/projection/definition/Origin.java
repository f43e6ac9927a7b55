package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The origin of a definition, so that a problem found later can still name its line.
 *
 * @param file as the user named it, or for a stored definition {@code view NAME}
 * @param places position of each node by its path in the document ({@code $expand[1]}, {@code
 *     $compute.revenue}); the empty path is the document
 */
public record Origin(String file, Map<String, LineColumn> places) {
  /** 1-based. */
  public record LineColumn(int line, int column) {}

  /** No file: built in memory. */
  public static final Origin NONE = new Origin("", Map.of());

  /** No definition at all: a query, which is put as one. */
  public static final Origin QUESTION = new Origin("find", Map.of());

  public Origin {
    requireNonNull(file, "file is null");
    places = Map.copyOf(places);
  }

  /** The places of all nodes from this one down, and of it as the document. */
  static Origin of(String file, Node root) {
    Map<String, LineColumn> places = new HashMap<>();
    collect(root, places);
    return new Origin(file, places);
  }

  private static void collect(Node node, Map<String, LineColumn> places) {
    places.put(node.path(), new LineColumn(node.line(), node.column()));
    if (node instanceof MapNode map) {
      map.entries().forEach(entry -> collect(entry.value(), places));
    } else if (node instanceof ListNode list) {
      list.items().forEach(item -> collect(item, places));
    }
  }

  /**
   * The problem at a path of this document; a path without a place of its own takes that of the
   * nearest one around it.
   */
  public DefinitionProblem problem(ProblemKind kind, String at, String message) {
    LineColumn place = placeOf(at);
    return new DefinitionProblem(kind, file, at, place.line(), place.column(), message);
  }

  public DefinitionException failure(ProblemKind kind, String at, String message) {
    return new DefinitionException(problem(kind, at, message));
  }

  /**
   * A problem inside a query.
   *
   * @param row of the query, from 0
   * @param character of the row, from 0
   */
  DefinitionException failureIn(
      ProblemKind kind, String at, SqlText query, int row, int character, String message) {
    if (query.line() > 0) {
      int column = row == 0 ? query.column() + character : character + 1;
      return new DefinitionException(
          new DefinitionProblem(kind, file, "", query.line() + row, column, message));
    }
    String shown =
        row == 0
            ? "column %d: %s".formatted(character + 1, message)
            : "line %d, column %d: %s".formatted(row + 1, character + 1, message);
    return failure(kind, at, shown);
  }

  private LineColumn placeOf(String at) {
    String path = at;
    while (true) {
      LineColumn place = places.get(path);
      if (place != null) {
        return place;
      }
      if (path.isEmpty()) {
        return new LineColumn(0, 0);
      }
      int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
      path = cut < 0 ? "" : path.substring(0, cut);
    }
  }
}
