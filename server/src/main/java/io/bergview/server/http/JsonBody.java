package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The body of a request: one JSON object, or nothing, whose keys are known and there once. */
final class JsonBody {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, Value> values;

  private JsonBody(Map<String, Value> values) {
    this.values = values;
  }

  /**
   * @param token its first token
   * @param text the value of a string, otherwise the JSON as sent
   */
  record Value(JsonToken token, String text) {
    boolean isStructured() {
      return token.isStructStart();
    }
  }

  /**
   * @throws UsageException {@code USAGE}
   */
  static JsonBody read(byte[] body, Collection<String> known) {
    String text = text(body);
    if (text.isBlank()) {
      return new JsonBody(Map.of());
    }
    try (JsonParser json = FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("a JSON object is expected");
      }
      Map<String, Value> values = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        if (!known.contains(key)) {
          throw wrong("there is no '%s'%s".formatted(key, Suggestions.didYouMean(key, known)));
        }
        if (values.put(key, value(json, text)) != null) {
          throw wrong("'%s' is there twice".formatted(key));
        }
      }
      if (json.nextToken() != null) {
        throw wrong("something follows the object, " + at(json.currentTokenLocation()));
      }
      return new JsonBody(values);
    } catch (JsonProcessingException e) {
      throw new UsageException(ErrorCode.USAGE, "The body of the request " + problem(e), e);
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory cannot be read", e);
    }
  }

  private static String text(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new UsageException(ErrorCode.USAGE, "The body of the request is not valid UTF-8", e);
    }
  }

  private static Value value(JsonParser json, String text) throws IOException {
    JsonToken token = json.currentToken();
    if (!token.isStructStart()) {
      return new Value(token, json.getText());
    }
    int begin = (int) json.currentTokenLocation().getCharOffset();
    json.skipChildren();
    int end = (int) json.currentTokenLocation().getCharOffset() + 1;
    return new Value(token, text.substring(begin, end));
  }

  private static String problem(JsonProcessingException e) {
    if (e instanceof JsonEOFException) {
      return "ends before its JSON does";
    }
    if (e instanceof StreamConstraintsException) {
      return "is nested too deeply, or has a key or a number that is too long";
    }
    return "is not valid JSON, " + at(e.getLocation());
  }

  private static String at(JsonLocation location) {
    return "at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  static UsageException wrong(String what) {
    return new UsageException(ErrorCode.USAGE, "The body of the request: " + what);
  }

  /** By key, in their order. */
  Map<String, Value> values() {
    return values;
  }

  /** A key that is true or false; false where it is not there. */
  boolean isTrue(String key) {
    Value value = values.get(key);
    if (value == null || value.token() == JsonToken.VALUE_FALSE) {
      return false;
    }
    if (value.token() == JsonToken.VALUE_TRUE) {
      return true;
    }
    throw wrong("'%s' is true or false".formatted(key));
  }

  /** A key that is a text. */
  Optional<String> string(String key) {
    return Optional.ofNullable(values.get(key))
        .map(
            value -> {
              if (value.token() != JsonToken.VALUE_STRING) {
                throw wrong("'%s' is a text in quotes".formatted(key));
              }
              return value.text();
            });
  }
}
