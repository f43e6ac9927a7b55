package io.bergview.imports.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.text.TextRow.RowProblem;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The lines of an NDJSON file, each a JSON object; empty lines are passed over. */
final class JsonLines implements Closeable {
  private static final int LONGEST_LINE = 64 << 20;
  private static final int SHOWN_CHARACTERS = 200;

  /** Numbers keep every digit; a field that is there twice is an error. */
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build()
          .readerFor(JsonNode.class);

  private final SourceFile file;
  private final TextOptions options;
  private final BufferedReader text;
  private long line;

  JsonLines(SourceFile file, TextOptions options, LongConsumer read) {
    this.file = file;
    this.options = options;
    this.text = (BufferedReader) DecodedText.open(file, options.encoding(), read);
  }

  /**
   * A line of the file.
   *
   * @param object null where there is a problem
   */
  record Line(long line, @Nullable ObjectNode object, @Nullable RowProblem problem) {}

  /** The next line, empty at the end. */
  Optional<Line> next() {
    String content;
    do {
      content = read();
      if (content == null) {
        return Optional.empty();
      }
      line++;
    } while (content.isBlank());
    refuseArray(content);
    return Optional.of(parse(content));
  }

  private @Nullable String read() {
    try {
      String content = text.readLine();
      if (content != null && content.length() > LONGEST_LINE) {
        throw new DataException(
            ErrorCode.IMPORT_FILE_UNREADABLE,
            "Line %,d of file %s has %,d characters, more than %,d; is it NDJSON, one object per line?"
                .formatted(line + 1, file.path(), content.length(), LONGEST_LINE));
      }
      return content;
    } catch (IOException e) {
      throw DecodedText.failure(file, options.encoding(), line, e);
    }
  }

  private void refuseArray(String content) {
    if (line == 1 && content.stripLeading().startsWith("[")) {
      throw new DataException(
          ErrorCode.IMPORT_FILE_UNREADABLE,
          "File %s holds a JSON array, not one object per line; 'jq -c .[]' makes NDJSON of it"
              .formatted(file.path()));
    }
  }

  private Line parse(String content) {
    try (JsonParser parser = new SignedZeros(READER.createParser(content))) {
      JsonNode node = READER.readValue(parser);
      return node instanceof ObjectNode object
          ? new Line(line, object, null)
          : problem(content, "is no JSON object");
    } catch (JsonProcessingException e) {
      return problem(content, "is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw file.failure(e);
    }
  }

  private Line problem(String content, String reason) {
    String shown =
        content.length() > SHOWN_CHARACTERS
            ? content.substring(0, SHOWN_CHARACTERS) + "..."
            : content;
    return new Line(line, null, new RowProblem("", shown, reason));
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
