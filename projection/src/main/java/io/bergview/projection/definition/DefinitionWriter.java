package io.bergview.projection.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.text.Sha256;

/**
 * Writes definitions in their canonical form: keys in a fixed order, shorthands spelt one way,
 * defaults left out, numbers exact, no blanks. Two texts that mean the same definition have the
 * same canonical form; {@link DefinitionReader} reads it back. It is JSON, but for NaN and the
 * infinities as literals, which are written as in JSON5.
 */
public final class DefinitionWriter {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

  private DefinitionWriter() {}

  /** The canonical tree. */
  public static ObjectNode tree(Definition definition) {
    if (definition instanceof EntityType type) {
      return EntityTypeWriter.tree(type);
    }
    return ViewWriter.tree((ViewDefinition) definition);
  }

  /** The canonical text, on one line. */
  public static String write(Definition definition) {
    try {
      return MAPPER.writeValueAsString(tree(definition));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory cannot be written", e);
    }
  }

  /** SHA-256 of the canonical text in UTF-8, in lower-case hexadecimal. */
  public static String contentHash(Definition definition) {
    return Sha256.hex(write(definition));
  }
}
