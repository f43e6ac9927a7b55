package io.bergview.catalog.view;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.jspecify.annotations.Nullable;

/** The text form of {@link StoredDefinition}, documented there. */
final class StoredDefinitionText {
  /** Of a definition that reads no table at a branch or a tag. */
  private static final int FORMAT = 1;

  /** A table's name may have a ref: {@code shop.orders@audit}. */
  private static final int FORMAT_WITH_REFS = 2;

  /** The view may have {@code $publish}. */
  private static final int FORMAT_WITH_PUBLISH = 3;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StoredDefinitionText() {}

  static String write(StoredDefinition definition) {
    ObjectNode text = JSON.createObjectNode().put("format", format(definition));
    text.set("view", DefinitionWriter.tree(definition.view()));
    ObjectNode types = text.putObject("types");
    definition.types().forEach((name, type) -> types.set(name, DefinitionWriter.tree(type)));
    ObjectNode sources = text.putObject("sources");
    definition
        .sources()
        .forEach(
            (name, source) ->
                sources
                    .putObject(name)
                    .put("table", source.table().toString())
                    .set("schema", schema(source.schema())));
    return print(text);
  }

  /** The least that can say it, so that earlier versions read what they can. */
  private static int format(StoredDefinition definition) {
    if (definition.view().publish().isPresent()) {
      return FORMAT_WITH_PUBLISH;
    }
    boolean refs =
        definition.sources().values().stream().anyMatch(source -> source.table().ref().isPresent())
            || definition.types().values().stream()
                .flatMap(type -> type.table().stream())
                .anyMatch(table -> table.ref().isPresent());
    return refs ? FORMAT_WITH_REFS : FORMAT;
  }

  private static JsonNode schema(Schema schema) {
    ObjectNode tree = (ObjectNode) parse(SchemaParser.toJson(schema));
    tree.remove("schema-id");
    return tree;
  }

  static StoredDefinition read(String name, String json, Set<String> catalogs) {
    try {
      JsonNode text = object("the text", parse(json));
      JsonNode format = required(text, "format");
      if (!format.isIntegralNumber()) {
        throw new IllegalArgumentException("'format' is not a whole number");
      }
      if (format.bigIntegerValue().compareTo(BigInteger.valueOf(FORMAT_WITH_PUBLISH)) > 0) {
        throw new StorageException(
            ErrorCode.FORMAT_UNSUPPORTED,
            "View %s was written by a newer Bergview: its definition has format %s, this one reads %d; use that version, or define the view again with this one"
                .formatted(name, format.asText(), FORMAT_WITH_PUBLISH));
      }
      if (format.asInt() < FORMAT) {
        throw new IllegalArgumentException("there is no format " + format.asText());
      }
      if (format.asInt() < FORMAT_WITH_REFS) {
        quoteTables(text);
      }
      return new Reader(name, catalogs).read(text);
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException whateverIsWrong) {
      throw unreadable(name, String.valueOf(whateverIsWrong.getMessage()), whateverIsWrong);
    }
  }

  /** Before there were refs, {@code @} was a letter like others in the name of a table. */
  private static void quoteTables(JsonNode text) {
    quoteTable(text.path("view"), "$table");
    text.path("types").forEach(type -> quoteTable(type, "$table"));
    text.path("sources").forEach(source -> quoteTable(source, "table"));
  }

  private static void quoteTable(JsonNode holder, String key) {
    String table = holder.path(key).asText();
    if (holder instanceof ObjectNode object && table.indexOf('@') >= 0 && table.indexOf('.') > 0) {
      List<String> path = ColumnPath.parse(table, "").segments();
      object.put(
          key,
          new TableName(
                  Optional.empty(), path.subList(0, path.size() - 1), path.get(path.size() - 1))
              .toString());
    }
  }

  /** That what a view's table keeps of its definition cannot be used. */
  static StorageException unreadable(String view, String why, @Nullable Throwable cause) {
    return new StorageException(
        ErrorCode.FORMAT_UNSUPPORTED,
        "The stored definition of view %1$s cannot be read: %2$s; define the view again with 'bergview apply', or drop it with 'bergview dropView %1$s --yes'"
            .formatted(view, why),
        cause);
  }

  private record Reader(String name, Set<String> catalogs) {
    StoredDefinition read(JsonNode text) {
      Map<String, EntityType> types = new TreeMap<>();
      object("'types'", required(text, "types"))
          .properties()
          .forEach(type -> types.put(type.getKey(), definition(type.getValue(), EntityType.class)));
      Map<String, StoredDefinition.Source> sources = new TreeMap<>();
      object("'sources'", required(text, "sources"))
          .properties()
          .forEach(
              source -> sources.put(source.getKey(), source(source.getKey(), source.getValue())));
      ViewDefinition view = definition(required(text, "view"), ViewDefinition.class);
      if (!view.name().equals(name)) {
        throw new IllegalArgumentException("it is that of view " + view.name());
      }
      return new StoredDefinition(view, types, sources);
    }

    /** The extension says which format it is; people know it as the stored definition. */
    private <T extends Definition> T definition(JsonNode tree, Class<T> kind) {
      Definition read =
          new DefinitionReader(catalogs).read("view " + name + ".json", print(tree)).get(0);
      if (!kind.isInstance(read)) {
        throw new IllegalArgumentException(
            read.name() + (read instanceof ViewDefinition ? " is a view" : " is an entity type"));
      }
      return kind.cast(read);
    }

    private StoredDefinition.Source source(String source, JsonNode tree) {
      JsonNode table = required(object("a source", tree), "table");
      return new StoredDefinition.Source(
          TableName.parse(table.asText(), catalogs), schema(source, required(tree, "schema")));
    }

    private static Schema schema(String source, JsonNode tree) {
      try {
        return SchemaParser.fromJson(print(tree));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "the schema of source '" + source + "' is not one as Iceberg writes it", e);
      }
    }
  }

  private static JsonNode object(String what, JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(what + " is not a JSON object");
    }
    return node;
  }

  private static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("'" + field + "' is missing");
    }
    return value;
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String place = at == null ? "" : " at character " + at.getCharOffset();
      throw new IllegalArgumentException("it is not JSON that can be read" + place, e);
    }
  }

  private static String print(JsonNode tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory cannot be written", e);
    }
  }
}
