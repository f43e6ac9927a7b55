package io.bergview.catalog.storage;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.PositionOutputStream;

/** Writes under a hidden name and publishes on close. */
final class LocalOutputStream extends PositionOutputStream {
  /** What becomes of a file that is already at the location. */
  enum Existing {
    KEEP,
    REPLACE
  }

  private static final int BUFFER_BYTES = 64 * 1024;

  private final LocalOutputFile file;
  private final Existing existing;
  private final Path directory;
  private final Path scratch;
  private final FileChannel channel;
  private final OutputStream out;
  private long position;
  private boolean closed;

  LocalOutputStream(LocalOutputFile file, Existing existing) throws IOException {
    this.file = file;
    this.existing = existing;
    this.directory = requireNonNull(file.path().getParent(), "the root is no file");
    this.scratch =
        directory.resolve("." + file.path().getFileName() + "." + UUID.randomUUID() + ".tmp");
    this.channel = open(directory, scratch);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
  }

  /** The folder is nearly always there: to look for it first costs as much as to open the file. */
  private static FileChannel open(Path directory, Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      Files.createDirectories(directory);
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
    position++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    position += length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      try (channel) {
        out.flush();
      }
      publish();
    } finally {
      Files.deleteIfExists(scratch);
    }
    if (file.sync()) {
      Disk.force(List.of(file.path()));
    }
  }

  /** A hard link fails where the name is taken; a move would replace it silently. */
  private void publish() throws IOException {
    if (existing == Existing.REPLACE) {
      ReplacedFile.move(scratch, file.path());
      return;
    }
    try {
      Files.createLink(file.path(), scratch);
    } catch (FileAlreadyExistsException e) {
      throw new AlreadyExistsException(e, "File already exists: %s", file.location());
    } catch (UnsupportedOperationException | FileSystemException noHardLinks) {
      moveIfAbsent();
    }
  }

  /**
   * For file systems without hard links: whole or not at all as well, but of two writers of one
   * name at one instant the second may win.
   */
  private void moveIfAbsent() throws IOException {
    try {
      Files.move(scratch, file.path());
    } catch (FileAlreadyExistsException e) {
      throw new AlreadyExistsException(e, "File already exists: %s", file.location());
    }
  }
}
