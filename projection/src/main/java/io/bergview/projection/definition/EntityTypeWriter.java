package io.bergview.projection.definition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.Relation.Backward;
import io.bergview.projection.definition.Relation.Forward;
import java.util.List;
import java.util.regex.Pattern;

/** An entity type as {@link EntityTypeParser} reads it: keys, then fields, then relations. */
final class EntityTypeWriter {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  private EntityTypeWriter() {}

  static ObjectNode tree(EntityType type) {
    ObjectNode tree = Literals.NODES.objectNode();
    tree.put("$type", type.name());
    type.table().ifPresent(table -> tree.put("$table", table.toString()));
    if (!type.id().isEmpty()) {
      columns(tree, "$id", type.id());
    }
    ObjectNode keys = Literals.NODES.objectNode();
    for (Relation relation : type.relations().values()) {
      if (relation instanceof Forward forward && !forward.keys().isEmpty()) {
        columns(keys, forward.name(), forward.keys());
      }
    }
    if (!keys.isEmpty()) {
      tree.set("$keys", keys);
    }
    type.fields()
        .forEach(
            (name, field) ->
                tree.put(name, ScalarTypes.write(field.type()) + (field.list() ? "[]" : "")));
    type.relations().forEach((name, relation) -> tree.put(name, text(relation)));
    return tree;
  }

  private static void columns(ObjectNode tree, String key, List<String> columns) {
    if (columns.size() == 1) {
      tree.put(key, ColumnPath.of(columns.get(0)).toString());
    } else {
      columns.forEach(column -> tree.withArray(key).add(ColumnPath.of(column).toString()));
    }
  }

  /** A relation as the value of a field. */
  static String text(Relation relation) {
    String target = quoted(relation.target());
    String list = relation.many() ? "[]" : "";
    if (relation instanceof Forward) {
      return "-> " + target;
    }
    return relation instanceof Backward backward
        ? "<- " + target + "." + quoted(backward.inverse()) + list
        : target + list;
  }

  private static String quoted(String name) {
    boolean plain =
        PLAIN.matcher(name).matches()
            && !ScalarTypes.isScalar(name)
            && !ScalarTypes.UNSUPPORTED.contains(ScalarTypes.keyword(name));
    return plain ? name : '`' + name.replace("`", "``") + '`';
  }
}
