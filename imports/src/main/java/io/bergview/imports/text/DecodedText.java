package io.bergview.imports.text;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The characters of a file: a byte-order mark is left out, and bytes that are none are an error.
 */
final class DecodedText {
  private static final int MARK_BYTES = 3;

  private DecodedText() {}

  /**
   * @param encoding empty for UTF-8, or what a byte-order mark says
   */
  static Reader open(SourceFile file, Optional<Charset> encoding, LongConsumer read) {
    try {
      PushbackInputStream bytes = new PushbackInputStream(file.open(read), MARK_BYTES);
      Charset marked = mark(bytes, encoding.orElse(StandardCharsets.UTF_8));
      // A decoder of UTF-16 without its mark, which was read over, would guess the order of bytes.
      Charset charset =
          encoding.filter(named -> !named.equals(StandardCharsets.UTF_16)).orElse(marked);
      return new BufferedReader(
          new InputStreamReader(
              bytes,
              charset
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT)));
    } catch (IOException e) {
      throw file.failure(e);
    }
  }

  /** Reads over a byte-order mark, and says which encoding it stands for. */
  private static Charset mark(PushbackInputStream bytes, Charset otherwise) throws IOException {
    byte[] start = bytes.readNBytes(MARK_BYTES);
    int length = 0;
    Charset charset = otherwise;
    if (begins(start, 0xef, 0xbb, 0xbf)) {
      length = 3;
      charset = StandardCharsets.UTF_8;
    } else if (begins(start, 0xff, 0xfe)) {
      length = 2;
      charset = StandardCharsets.UTF_16LE;
    } else if (begins(start, 0xfe, 0xff)) {
      length = 2;
      charset = StandardCharsets.UTF_16BE;
    }
    bytes.unread(start, length, start.length - length);
    return charset;
  }

  private static boolean begins(byte[] start, int... bytes) {
    if (start.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((start[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a failure to read the text means for the user.
   *
   * @param line where it was met, about
   */
  static RuntimeException failure(
      SourceFile file, Optional<Charset> encoding, long line, IOException e) {
    if (e instanceof CharacterCodingException) {
      return new DataException(
          ErrorCode.IMPORT_FILE_UNREADABLE,
          "File %s is not %s: bytes after line %,d are no characters of it; name its encoding, such as --encoding ISO-8859-1"
              .formatted(
                  file.path(), encoding.orElse(StandardCharsets.UTF_8).name(), Math.max(line, 1)),
          e);
    }
    return file.failure(e);
  }
}
