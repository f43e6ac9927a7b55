package io.bergview.catalog.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;

/** The text form of {@link StoredDefinition}, documented there. */
final class StoredDefinitionText {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StoredDefinitionText() {}

  static String write(StoredDefinition definition) {
    ObjectNode text = JSON.createObjectNode().put("format", FORMAT);
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

  private static JsonNode schema(Schema schema) {
    ObjectNode tree = (ObjectNode) parse(SchemaParser.toJson(schema), "a schema");
    tree.remove("schema-id");
    return tree;
  }

  static StoredDefinition read(String name, String json, Set<String> catalogs) {
    try {
      JsonNode text = parse(json, name);
      int format = required(text, "format").asInt();
      if (format != FORMAT) {
        throw new StorageException(
            ErrorCode.FORMAT_UNSUPPORTED,
            "View %s was written by a newer Bergview: its definition has format %d, this one reads %d; use that version"
                .formatted(name, format, FORMAT));
      }
      return new Reader(name, catalogs).read(text);
    } catch (DefinitionException | IllegalArgumentException e) {
      throw new StorageException(
          ErrorCode.FORMAT_UNSUPPORTED,
          "The stored definition of view %s cannot be read: %s".formatted(name, e.getMessage()),
          e);
    }
  }

  private record Reader(String name, Set<String> catalogs) {
    StoredDefinition read(JsonNode text) {
      Map<String, EntityType> types = new TreeMap<>();
      required(text, "types")
          .properties()
          .forEach(type -> types.put(type.getKey(), definition(type.getValue(), EntityType.class)));
      Map<String, StoredDefinition.Source> sources = new TreeMap<>();
      required(text, "sources")
          .properties()
          .forEach(source -> sources.put(source.getKey(), source(source.getValue())));
      ViewDefinition view = definition(required(text, "view"), ViewDefinition.class);
      return new StoredDefinition(view, types, sources);
    }

    /** The extension says which format it is; people know it as the stored definition. */
    private <T extends Definition> T definition(JsonNode tree, Class<T> kind) {
      Definition read =
          new DefinitionReader(catalogs).read("view " + name + ".json", print(tree)).get(0);
      if (!kind.isInstance(read)) {
        throw new IllegalArgumentException(
            read.name() + " is not of the kind " + kind.getSimpleName());
      }
      return kind.cast(read);
    }

    private StoredDefinition.Source source(JsonNode tree) {
      ColumnPath path = ColumnPath.parse(required(tree, "table").asText(), "");
      return new StoredDefinition.Source(
          TableName.of(path, catalogs), SchemaParser.fromJson(print(required(tree, "schema"))));
    }
  }

  private static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("'" + field + "' is missing");
    }
    return value;
  }

  private static JsonNode parse(String json, String what) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(what + " is not JSON: " + e.getOriginalMessage(), e);
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
