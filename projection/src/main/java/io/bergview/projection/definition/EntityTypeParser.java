package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.Relation.Forward;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A document without {@code $from}. */
final class EntityTypeParser {
  private static final int MAX_FIELDS = 10_000;

  private final NodeReader reader;
  private final Names names;
  private final FieldParser fieldParser;
  private final Set<String> catalogs;

  private final Map<String, Relation> relations = new LinkedHashMap<>();
  private final Map<String, FieldType> fields = new LinkedHashMap<>();

  EntityTypeParser(NodeReader reader, Set<String> catalogs) {
    this.reader = reader;
    this.names = new Names(reader);
    this.fieldParser = new FieldParser(reader);
    this.catalogs = catalogs;
  }

  /** Empty if there were problems; a parser reads a single type. */
  Optional<Definition> parse(MapNode map, Origin origin) {
    Optional<String> name = Optional.empty();
    Optional<TableName> table = Optional.empty();
    List<String> id = List.of();
    Optional<Node> keys = Optional.empty();
    for (Entry entry : reader.entries(map, MAX_FIELDS)) {
      Node value = entry.value();
      switch (entry.key()) {
        case "$schema" -> reader.text(value, "the address of a JSON Schema");
        case "$type" -> name = names.typeOrTable(value);
        case "$table" -> table = names.table(value, catalogs);
        case "$id" -> id = names.columns(value);
        case "$keys" -> keys = Optional.of(value);
        default -> field(entry);
      }
    }
    if (map.get("$type").isEmpty()) {
      reader.problem(ProblemKind.MISSING, map, "'$type', the name of the type, is missing");
    }
    keys.ifPresent(this::keys);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new EntityType(name.get(), table, id, relations, fields, origin));
  }

  private void field(Entry entry) {
    String name = entry.key();
    if (name.startsWith("$")) {
      reader.unknownKey(entry, supportedVocabularies());
      return;
    }
    if (name.isEmpty() || name.codePoints().anyMatch(Character::isISOControl)) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          entry,
          "the name of a field is empty or holds a control character");
      return;
    }
    Optional<FieldParser.Field> field = fieldParser.parse(name, entry.value());
    field.flatMap(FieldParser.Field::relation).ifPresent(found -> relations.put(name, found));
    field.flatMap(FieldParser.Field::scalar).ifPresent(found -> fields.put(name, found));
  }

  /** A view whose {@code $from} is misspelt arrives here too. */
  private static List<String> supportedVocabularies() {
    Set<String> keys = new LinkedHashSet<>(Vocabulary.TYPE_KEYS);
    keys.add("$from");
    return new ArrayList<>(keys);
  }

  private void keys(Node node) {
    Optional<MapNode> map = reader.map(node, "a map such as {customer: customer_ref}");
    if (map.isEmpty()) {
      return;
    }
    for (Entry entry : reader.entries(map.get(), MAX_FIELDS)) {
      String name = entry.key();
      List<String> columns = names.columns(entry.value());
      Relation relation = relations.get(name);
      if (relation instanceof Forward forward) {
        relations.put(name, new Forward(name, forward.target(), columns));
      } else if (relation == null) {
        reader.problem(
            ProblemKind.UNKNOWN_RELATION,
            entry,
            "there is no relation '%s' here%s"
                .formatted(name, Suggestions.didYouMean(name, relations.keySet())));
      } else {
        reader.problem(
            ProblemKind.WRONG_VALUE,
            entry,
            "'%s' has no key columns here; only forward relations ('-> %s') have"
                .formatted(name, relation.target()));
      }
    }
  }
}
