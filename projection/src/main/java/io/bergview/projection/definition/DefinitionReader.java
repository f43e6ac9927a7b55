package io.bergview.projection.definition;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.NodeReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads entity types and views from JSON, JSON5 and YAML ({@link DocumentReader} says which is
 * which). A file holds any number of either: documents between {@code ---}, or a list. A definition
 * with {@code $from}, or with any other key that only views have, is a view.
 *
 * <p>All problems of a file are thrown together, except that broken syntax is found alone.
 */
public final class DefinitionReader {
  private final Set<String> catalogNames;

  /**
   * @param catalogNames the project's catalogs: a table's name may begin with one
   */
  public DefinitionReader(Set<String> catalogNames) {
    this.catalogNames = Set.copyOf(catalogNames);
  }

  /**
   * The definitions of a file, at least one.
   *
   * @throws DefinitionException with every problem found
   */
  public List<Definition> read(Path file) {
    return read(file.toString(), DocumentReader.read(file));
  }

  /**
   * The definitions of a text, at least one.
   *
   * @param fileName says the format, and is shown in problems
   * @throws DefinitionException with every problem found
   */
  public List<Definition> read(String fileName, String text) {
    return read(fileName, DocumentReader.read(fileName, text));
  }

  private List<Definition> read(String file, List<Node> documents) {
    if (documents.isEmpty()) {
      throw new DefinitionException(
          new DefinitionProblem(
              ProblemKind.MISSING,
              file,
              "",
              1,
              1,
              "there is no definition here; '$type' begins one"));
    }
    NodeReader reader = new NodeReader(file, Vocabulary.FREE_TEXT);
    List<Definition> definitions = new ArrayList<>();
    for (Node document : documents) {
      definition(reader, file, document).ifPresent(definitions::add);
    }
    reader.throwIfAny();
    return definitions;
  }

  private Optional<Definition> definition(NodeReader reader, String file, Node document) {
    Optional<MapNode> map = reader.map(document, "an entity type or a view, a map with $type,");
    if (map.isEmpty()) {
      return Optional.empty();
    }
    Origin origin = Origin.of(file, document);
    return isView(map.get())
        ? new ViewParser(reader, catalogNames).parse(map.get(), origin)
        : new EntityTypeParser(reader, catalogNames).parse(map.get(), origin);
  }

  private static boolean isView(MapNode map) {
    return map.entries().stream()
        .map(MapNode.Entry::key)
        .anyMatch(key -> Vocabulary.VIEW_KEYS.contains(key) && !Vocabulary.TYPE_KEYS.contains(key));
  }
}
