package io.bergview.catalog.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/** A local file that is replaced as a whole: a reader sees the old content or the new. */
public final class ReplacedFile {
  private ReplacedFile() {}

  /**
   * Replaces a small file atomically and durably, for one writer at a time. If that fails the file
   * is unchanged, and no temporary file is left.
   */
  public static void write(Path file, String text) throws IOException {
    write(file, text, file.resolveSibling(file.getFileName() + ".new"));
  }

  /** As {@link #write}, for any number of writers; the last one wins. */
  public static void writeConcurrently(Path file, String text) throws IOException {
    write(file, text, file.resolveSibling(UUID.randomUUID() + ".tmp"));
  }

  private static void write(Path file, String text, Path whole) throws IOException {
    try {
      Files.writeString(whole, text);
      Disk.force(List.of(whole));
      move(whole, file);
      Disk.force(List.of(file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** Gives a whole file another file's name, which it then has instead of that. */
  public static void move(Path whole, Path file) throws IOException {
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
