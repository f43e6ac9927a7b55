package io.bergview.imports.taken;

import io.bergview.imports.source.SourceFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What identifies a taken file: the first eight bytes of three SHA-256 hashes.
 *
 * @param path of its absolute path
 * @param state of its size and time
 * @param content of its bytes and, where there are any, the values of its folders
 */
public record FileMark(long path, long state, long content) {
  /**
   * @param contentHash SHA-256 of the bytes, in hexadecimal digits
   */
  public static FileMark of(SourceFile file, String contentHash) {
    return new FileMark(pathOf(file), stateOf(file), contentOf(file, contentHash));
  }

  static long pathOf(SourceFile file) {
    return hash(file.path().toString());
  }

  static long stateOf(SourceFile file) {
    return hash(file.sizeBytes() + " " + file.modified());
  }

  /** The same bytes below another {@code name=value} folder are other rows. */
  private static long contentOf(SourceFile file, String contentHash) {
    return file.partitions().isEmpty()
        ? first(HexFormat.of().parseHex(contentHash))
        : hash(contentHash + file.partitions());
  }

  private static long hash(String text) {
    try {
      return first(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long first(byte[] digest) {
    return ByteBuffer.wrap(digest).getLong();
  }
}
