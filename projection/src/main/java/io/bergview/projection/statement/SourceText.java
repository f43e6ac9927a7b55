package io.bergview.projection.statement;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Positions;

/** A text with statements in it, which knows its lines. */
final class SourceText {
  private static final int MAX_CHARACTERS = 1 << 20;

  private final String file;
  private final String text;
  private final Positions positions;

  /**
   * @throws DefinitionException if it is too long
   */
  SourceText(String text, String file) {
    this.file = requireNonNull(file, "file is null");
    this.text = requireNonNull(text, "text is null");
    if (text.length() > MAX_CHARACTERS) {
      throw new DefinitionException(
          new DefinitionProblem(
              ProblemKind.SYNTAX,
              file,
              "",
              1,
              1,
              "the text is longer than %,d characters".formatted(MAX_CHARACTERS)));
    }
    this.positions = new Positions(text);
  }

  String text() {
    return text;
  }

  Place place(int offset) {
    Positions.LineColumn at = positions.at(offset);
    return new Place(file, at.line(), at.column(), offset);
  }

  DefinitionException failure(ProblemKind kind, int offset, String message) {
    return failure(kind, place(offset), message);
  }

  static DefinitionException failure(ProblemKind kind, Place place, String message) {
    return new DefinitionException(
        new DefinitionProblem(kind, place.file(), "", place.line(), place.column(), message));
  }
}
