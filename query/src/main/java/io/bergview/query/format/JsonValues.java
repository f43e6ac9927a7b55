package io.bergview.query.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON, exactly: 64-bit integers and decimals as plain numbers with all their digits, NaN
 * and the infinities as strings, structs as objects, maps as objects where their keys are strings
 * and as arrays of {@code [key, value]} pairs else.
 */
final class JsonValues {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  private JsonValues() {}

  static void write(JsonGenerator json, @Nullable Object value, Type type) throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    switch (type.typeId()) {
      case STRUCT -> struct(json, (Map<?, ?>) value, type.asStructType());
      case LIST -> {
        json.writeStartArray();
        for (@Nullable Object element : (List<?>) value) {
          write(json, element, type.asListType().elementType());
        }
        json.writeEndArray();
      }
      case MAP -> map(json, (Map<?, ?>) value, type.asMapType());
      default -> single(json, value);
    }
  }

  static void struct(JsonGenerator json, Map<?, ?> value, Types.StructType type)
      throws IOException {
    json.writeStartObject();
    for (Types.NestedField field : type.fields()) {
      json.writeFieldName(field.name());
      write(json, value.get(field.name()), field.type());
    }
    json.writeEndObject();
  }

  private static void map(JsonGenerator json, Map<?, ?> map, Types.MapType type)
      throws IOException {
    if (type.keyType().typeId() == Type.TypeID.STRING) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName((String) entry.getKey());
        write(json, entry.getValue(), type.valueType());
      }
      json.writeEndObject();
      return;
    }
    json.writeStartArray();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.writeStartArray();
      write(json, entry.getKey(), type.keyType());
      write(json, entry.getValue(), type.valueType());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static void single(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number);
    } else if (value instanceof Float number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else {
      json.writeString(ValueText.of(value));
    }
  }

  /** A value on one line. */
  static String text(Object value, Type type) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, value, type);
    } catch (IOException e) {
      throw new IllegalStateException("a value in memory cannot be written", e);
    }
    return text.toString();
  }
}
