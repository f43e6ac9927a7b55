package io.bergview.projection.definition;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import java.util.ArrayList;
import java.util.List;

/** Reads the short lists of the command line: {@code --include a,b.c}, {@code --sort a,b:desc}. */
public final class OptionReader {
  private static final int MAX_LISTED = 1_000;

  private OptionReader() {}

  /**
   * Comma-separated paths; a comma in backticks is part of a name.
   *
   * @param option shown in problems
   * @throws DefinitionException if one is not a path
   */
  public static List<ColumnPath> paths(String option, String text) {
    return parts(option, text).stream().map(part -> path(option, part)).toList();
  }

  /**
   * Comma-separated sort keys, each a path, descending with {@code -} before or {@code :desc} after
   * it.
   *
   * @param option shown in problems
   * @throws DefinitionException if one is not a sort key
   */
  public static List<SortKey> sort(String option, String text) {
    return parts(option, text).stream().map(part -> sortKey(option, part)).toList();
  }

  private static SortKey sortKey(String option, String part) {
    if (part.startsWith("-")) {
      return new SortKey(path(option, part.substring(1).strip()), true);
    }
    int colon =
        part.indexOf('`') < 0 ? part.indexOf(':') : part.indexOf(':', part.lastIndexOf('`'));
    if (colon < 0) {
      return new SortKey(path(option, part), false);
    }
    String direction = part.substring(colon + 1).strip();
    Boolean descending = Vocabulary.DIRECTIONS.get(direction);
    if (descending == null) {
      throw failure(
          option,
          "'%s' is not a direction%s; write asc or desc after the colon"
              .formatted(
                  direction, Suggestions.didYouMean(direction, Vocabulary.DIRECTIONS.keySet())));
    }
    return new SortKey(path(option, part.substring(0, colon).strip()), descending);
  }

  /** Splits at commas that stand in no backticks, quotes or brackets. */
  static List<String> parts(String option, String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '`' || depth > 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if ("({[".indexOf(c) >= 0) {
        depth++;
      } else if (")}]".indexOf(c) >= 0) {
        depth--;
      } else if (c == ',' && depth <= 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    if (parts.size() > MAX_LISTED) {
      throw failure(option, "more than " + MAX_LISTED + " entries");
    }
    return parts;
  }

  /**
   * One path.
   *
   * @param option shown in problems
   * @throws DefinitionException where it is none
   */
  public static ColumnPath path(String option, String text) {
    try {
      return Names.path(text, "");
    } catch (IllegalArgumentException e) {
      throw failure(option, String.valueOf(e.getMessage()));
    }
  }

  private static DefinitionException failure(String option, String message) {
    return new DefinitionException(
        new DefinitionProblem(ProblemKind.WRONG_VALUE, option, "", 0, 0, message));
  }
}
