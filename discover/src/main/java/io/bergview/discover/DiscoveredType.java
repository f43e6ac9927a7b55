package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.EntityType;
import java.util.List;
import java.util.Optional;

/**
 * An entity type that a table suggests.
 *
 * @param type with what was accepted
 * @param file where it goes, relative to the project
 * @param rows of the table
 * @param key the best candidate, accepted or not
 * @param remark why there is no key, or why little is known
 * @param relations accepted or not, in the order of the columns
 * @param inverses of the accepted relations that lead here
 * @param text of the file
 */
public record DiscoveredType(
    EntityType type,
    String file,
    long rows,
    Optional<KeyProposal> key,
    Optional<String> remark,
    List<RelationProposal> relations,
    List<InverseProposal> inverses,
    String text) {
  public DiscoveredType {
    requireNonNull(type, "type is null");
    requireNonNull(file, "file is null");
    requireNonNull(key, "key is null");
    requireNonNull(remark, "remark is null");
    relations = List.copyOf(relations);
    inverses = List.copyOf(inverses);
    requireNonNull(text, "text is null");
  }

  /** How many relations to other types were accepted. */
  public long acceptedRelations() {
    return relations.stream().filter(RelationProposal::accepted).count();
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", type.name());
    json.put("table", type.table().orElseThrow().toString());
    json.put("file", file);
    json.put("rows", rows);
    json.set("key", key.map(KeyProposal::toJson).orElse(null));
    json.put("remark", remark.orElse(null));
    ArrayNode forward = json.putArray("relations");
    relations.forEach(relation -> forward.add(relation.toJson()));
    ArrayNode backward = json.putArray("inverses");
    inverses.forEach(inverse -> backward.add(inverse.toJson()));
    json.put("text", text);
    return json;
  }
}
