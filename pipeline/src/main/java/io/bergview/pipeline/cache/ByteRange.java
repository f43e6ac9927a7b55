package io.bergview.pipeline.cache;

/**
 * Bytes of a file.
 *
 * @param start the first of them, from 0
 * @param end the one behind the last
 */
public record ByteRange(long start, long end) {
  public ByteRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("no range of bytes: " + start + " to " + end);
    }
  }

  public static ByteRange of(long start, long length) {
    return new ByteRange(start, start + length);
  }

  public long length() {
    return end - start;
  }
}
