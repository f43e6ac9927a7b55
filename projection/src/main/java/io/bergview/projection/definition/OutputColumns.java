package io.bergview.projection.definition;

import java.util.Locale;
import java.util.Optional;

/** The rules for names of output columns. */
public final class OutputColumns {
  private static final int MOST_CHARACTERS = 200;

  private OutputColumns() {}

  /** What is wrong with a name; empty if it can be used. */
  public static Optional<String> problem(String name) {
    if (name.isEmpty()) {
      return Optional.of("the name of an output column is empty");
    }
    if (name.length() > MOST_CHARACTERS) {
      return Optional.of(
          "the name of an output column is longer than " + MOST_CHARACTERS + " characters");
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      return Optional.of("the name of an output column holds a control character");
    }
    if (name.startsWith("$")) {
      return Optional.of("'" + name + "' cannot name an output column: '$' in front is for keys");
    }
    if (Vocabulary.RESERVED_COLUMNS.contains(name.toLowerCase(Locale.ROOT))) {
      return Optional.of("'" + name + "' is reserved for Bergview; choose another name");
    }
    return Optional.empty();
  }
}
