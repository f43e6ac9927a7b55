package io.bergview.projection.definition;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.Kind;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.List;
import java.util.Optional;

/** Reads a filter by itself, as {@code find --filter} has it. */
public final class PredicateReader {
  private static final String OPTION = "--filter";

  private PredicateReader() {}

  /**
   * A filter in JSON5, such as {@code {status: 'open', total: {$gte: 100}}}.
   *
   * @throws DefinitionException with every problem found, the file being {@code --filter}
   */
  public static Predicate read(String text) {
    List<Node> documents = DocumentReader.read(OPTION, text);
    if (documents.size() != 1) {
      throw new DefinitionException(
          new DefinitionProblem(
              Kind.SYNTAX, OPTION, "", 1, 1, "one filter is expected, such as {status: 'open'}"));
    }
    NodeReader reader = new NodeReader(OPTION, Vocabulary.FREE_TEXT);
    Optional<Predicate> predicate = new PredicateParser(reader).parse(documents.get(0));
    reader.throwIfAny();
    return predicate.orElseThrow();
  }
}
