package io.bergview.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A file that appears whole or not at all. */
final class WholeFile {
  private WholeFile() {}

  /** What is written to the file. */
  @FunctionalInterface
  interface Content<T> {
    T writeTo(OutputStream out) throws IOException;
  }

  /**
   * @return what {@code content} does
   */
  static <T> T write(Path target, Content<T> content) throws IOException {
    Path scratch = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      T written;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(scratch))) {
        written = content.writeTo(out);
      }
      Files.move(
          scratch, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return written;
    } finally {
      Files.deleteIfExists(scratch);
    }
  }
}
