package io.bergview.define;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.define.DefinitionDifference.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What differs between two stored definitions, key by key of their canonical text. */
public final class DefinitionDifferences {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private static final int LONGEST_VALUE = 80;
  private static final String REFRESH = "$refresh";
  private static final String STRATEGY = REFRESH + ".strategy";
  private static final String DESCRIPTION = "$description";
  private static final String ENGINE = "$engine";
  private static final String PUBLISH = "$publish";
  private static final Set<String> LAYOUT =
      Set.of(
          "$projection",
          "$partitionBy",
          "$sortBy",
          "$shards",
          "$shardKey",
          "$replication",
          "$lookup");

  private DefinitionDifferences() {}

  public static List<DefinitionDifference> of(StoredDefinition before, StoredDefinition after) {
    List<DefinitionDifference> differences = new ArrayList<>();
    JsonNode old = parse(before);
    JsonNode now = parse(after);
    compare("", old.path("view"), now.path("view"), differences);
    types(before, after, differences);
    for (String type : union(before.sources().keySet(), after.sources().keySet())) {
      columns(type, before.sources().get(type), after.sources().get(type), differences);
    }
    return differences;
  }

  /** Relations that the view does not follow cost nothing. */
  private static void types(
      StoredDefinition before, StoredDefinition after, List<DefinitionDifference> differences) {
    List<DefinitionDifference> deciding = new ArrayList<>();
    compare(
        "type ",
        parse(before.deciding()).path("types"),
        parse(after.deciding()).path("types"),
        deciding);
    Set<String> keys = new TreeSet<>();
    deciding.forEach(difference -> keys.add(difference.key()));
    List<DefinitionDifference> all = new ArrayList<>();
    compare("type ", parse(before).path("types"), parse(after).path("types"), all);
    for (DefinitionDifference difference : all) {
      boolean decides =
          keys.stream().anyMatch(key -> (difference.key() + ".").startsWith(key + "."));
      differences.add(
          decides
              ? difference
              : new DefinitionDifference(difference.key(), difference.text(), Cost.FREE));
    }
  }

  /** Frozen columns that were added, dropped or moved, or have another type or name now. */
  private static void columns(
      String type,
      StoredDefinition.@Nullable Source before,
      StoredDefinition.@Nullable Source after,
      List<DefinitionDifference> differences) {
    Map<Integer, Types.NestedField> old = fields(before);
    Map<Integer, Types.NestedField> now = fields(after);
    if (reordered(before, after)) {
      differences.add(
          new DefinitionDifference(
              "type " + type,
              "~ columns of %s: in another order now".formatted(type),
              Cost.RECOMPUTE));
    }
    for (int id : union(old.keySet(), now.keySet())) {
      Types.NestedField was = old.get(id);
      Types.NestedField is = now.get(id);
      if (was == null && is != null) {
        differences.add(column(is, type, "+ column %s of %s".formatted(is.name(), type)));
      } else if (is == null && was != null) {
        differences.add(column(was, type, "- column %s of %s".formatted(was.name(), type)));
      } else if (was != null && is != null && !was.equals(is)) {
        differences.add(
            column(
                is,
                type,
                "~ column %s %s of %s: now %s %s"
                    .formatted(was.name(), was.type(), type, is.name(), is.type())));
      }
    }
  }

  private static boolean reordered(
      StoredDefinition.@Nullable Source before, StoredDefinition.@Nullable Source after) {
    return before != null && after != null && !ids(before, after).equals(ids(after, before));
  }

  /** The columns of one source that another has too, in their order. */
  private static List<Integer> ids(StoredDefinition.Source of, StoredDefinition.Source shared) {
    return of.schema().columns().stream()
        .map(Types.NestedField::fieldId)
        .filter(id -> shared.schema().findField(id) != null)
        .toList();
  }

  private static DefinitionDifference column(Types.NestedField column, String type, String text) {
    return new DefinitionDifference("type " + type + "." + column.name(), text, Cost.RECOMPUTE);
  }

  private static Map<Integer, Types.NestedField> fields(StoredDefinition.@Nullable Source source) {
    Map<Integer, Types.NestedField> fields = new TreeMap<>();
    if (source != null) {
      source.schema().columns().forEach(column -> fields.put(column.fieldId(), column));
    }
    return fields;
  }

  private static <T extends Comparable<T>> TreeSet<T> union(Set<T> some, Set<T> others) {
    TreeSet<T> all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }

  private static JsonNode parse(StoredDefinition definition) {
    try {
      return JSON.readTree(definition.toJson());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the canonical text is JSON", e);
    }
  }

  private static void compare(
      String what, JsonNode old, JsonNode now, List<DefinitionDifference> differences) {
    TreeSet<String> keys = new TreeSet<>();
    old.fieldNames().forEachRemaining(keys::add);
    now.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      JsonNode before = at(old, key);
      JsonNode after = at(now, key);
      String path = what + key;
      if (before == null) {
        differences.add(difference(path, "+ " + path + ": " + shown(after)));
      } else if (after == null) {
        differences.add(difference(path, "- " + path + ": " + shown(before)));
      } else if (before.isObject() && after.isObject()) {
        compare(path + ".", before, after, differences);
      } else if (!before.equals(after)) {
        differences.add(
            difference(path, "~ " + path + ": " + shown(before) + " -> " + shown(after)));
      }
    }
  }

  /** Without {@code $refresh} all its settings are the defaults. */
  private static @Nullable JsonNode at(JsonNode node, String key) {
    JsonNode value = node.get(key);
    return value == null && key.equals(REFRESH) ? JSON.createObjectNode() : value;
  }

  private static DefinitionDifference difference(String path, String text) {
    Cost cost = Cost.RECOMPUTE;
    if (LAYOUT.contains(path)) {
      cost = Cost.NEW_FILES;
    } else if (path.equals(DESCRIPTION)
        || path.equals(ENGINE)
        || path.equals(PUBLISH)
        || path.startsWith(REFRESH + ".") && !path.equals(STRATEGY)) {
      cost = Cost.FREE;
    }
    return new DefinitionDifference(path, text, cost);
  }

  private static String shown(@Nullable JsonNode value) {
    String text = String.valueOf(value);
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE - 3) + "...";
  }
}
