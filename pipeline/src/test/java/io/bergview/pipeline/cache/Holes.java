package io.bergview.pipeline.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;

/** The bytes of cached files that nobody has fetched. */
public final class Holes {
  private Holes() {}

  /**
   * Overwrites them with garbage, so that whoever reads them fails or gets wrong values.
   *
   * @return how many bytes
   */
  public static long spoil(Path cache) {
    if (!Files.isDirectory(cache)) {
      return 0;
    }
    long spoiled = 0;
    try (Stream<Path> files = Files.list(cache)) {
      for (Path file : files.filter(it -> !SparseFile.isRanges(it)).toList()) {
        Path ranges = SparseFile.rangesOf(file);
        if (Files.exists(ranges)) {
          spoiled += spoil(file, SparseFile.noted(ranges));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return spoiled;
  }

  private static long spoil(Path file, ByteRanges noted) throws IOException {
    ByteRanges holes = ByteRanges.of(new ByteRange(0, Files.size(file))).minus(noted);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (ByteRange hole : holes.ranges()) {
        byte[] garbage = new byte[Math.toIntExact(hole.length())];
        Arrays.fill(garbage, (byte) 0xE7);
        channel.write(ByteBuffer.wrap(garbage), hole.start());
      }
    }
    return holes.size();
  }
}
