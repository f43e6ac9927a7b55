package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a URL: each is known, there once, and UTF-8 in percent-encoding. */
final class QueryParameters {
  private QueryParameters() {}

  /**
   * @param path of the URL, for messages
   * @param query what follows the query mark; null for nothing
   * @throws UsageException {@code USAGE}
   */
  static Map<String, String> read(String path, @Nullable String query, Collection<String> known) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String part : query.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String name =
          decoded(equals < 0 ? part : part.substring(0, equals), "The name of a parameter");
      if (!known.contains(name)) {
        throw unknown(path, name, known);
      }
      String value = equals < 0 ? "" : decoded(part.substring(equals + 1), name);
      if (parameters.put(name, value) != null) {
        throw new UsageException(
            ErrorCode.USAGE, "The parameter '%s' is there twice".formatted(name));
      }
    }
    return parameters;
  }

  private static UsageException unknown(String path, String name, Collection<String> known) {
    return new UsageException(
        ErrorCode.USAGE,
        "%s has no parameter '%s'%s".formatted(path, name, Suggestions.didYouMean(name, known)));
  }

  private static String decoded(String text, String what) {
    if (text.indexOf('%') < 0) {
      return text.replace('+', ' ');
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (c == '%') {
        bytes.write(octet(text, i, what));
        i += 3;
      } else {
        bytes.writeBytes((c == '+' ? " " : Character.toString(c)).getBytes(UTF_8));
        i += Character.charCount(c);
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw new UsageException(
          ErrorCode.USAGE, "%s: the percent-encoded bytes are not valid UTF-8".formatted(what), e);
    }
  }

  private static int octet(String text, int at, String what) {
    if (at + 2 < text.length()) {
      int high = Character.digit(text.charAt(at + 1), 16);
      int low = Character.digit(text.charAt(at + 2), 16);
      if (high >= 0 && low >= 0) {
        return high << 4 | low;
      }
    }
    throw new UsageException(
        ErrorCode.USAGE,
        "%s: '%%' begins a byte, such as %%20; write a percent sign as %%25".formatted(what));
  }
}
