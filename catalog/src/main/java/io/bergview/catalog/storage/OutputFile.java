package io.bergview.catalog.storage;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.errors.UsageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that a user names for output. A regular file appears completely or not at all, and keeps
 * its permissions, for root also its owner, when it is replaced; symbolic links are followed and
 * kept; character devices and named pipes are written directly; everything else is refused.
 */
public final class OutputFile {
  private static final int MAX_LINKS = 40;
  private static final int TYPE_BITS = 0170000;
  private static final int FIFO = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path named;
  private final Path target;
  private final boolean replaced;

  private OutputFile(Path named, Path target, boolean replaced) {
    this.named = named;
    this.target = target;
    this.replaced = replaced;
  }

  /** What is written to the file. */
  @FunctionalInterface
  public interface Content<T> {
    T writeTo(OutputStream out) throws IOException;
  }

  /** What writes the file itself, given where. */
  @FunctionalInterface
  public interface Writer<T> {
    T write(Path scratch) throws IOException;
  }

  /**
   * Looks what is there; writes nothing.
   *
   * @throws UsageException {@code USAGE} where it can be no output: a folder, a block device, a
   *     socket, a circle of symbolic links
   * @throws StorageException {@code STORAGE_FAILED} where it must not be written
   */
  public static OutputFile at(Path named) {
    requireNonNull(named, "named is null");
    try {
      if (!Files.exists(named)) {
        return new OutputFile(named, endOfLinks(named), true);
      }
      if (Files.isDirectory(named)) {
        throw refused(named, "it is a folder; name a file in it");
      }
      if (!Files.isWritable(named)) {
        throw failed(named, "permission denied", null);
      }
      if (Files.isRegularFile(named)) {
        return new OutputFile(named, named.toRealPath(), true);
      }
    } catch (IOException e) {
      throw failed(named, reason(e), e);
    }
    if (!isStream(named)) {
      throw refused(named, "it is not a regular file, a named pipe or a character device");
    }
    return new OutputFile(named, named, false);
  }

  /** The file that a chain of symbolic links leads to, though it does not exist. */
  private static Path endOfLinks(Path named) throws IOException {
    Path path = named;
    for (int links = 0; Files.isSymbolicLink(path); links++) {
      if (links == MAX_LINKS) {
        throw refused(named, "its symbolic links form a cycle, or there are too many");
      }
      path = path.toAbsolutePath().resolveSibling(Files.readSymbolicLink(path));
    }
    return path;
  }

  private static boolean isStream(Path path) {
    try {
      int type = (int) Files.getAttribute(path, "unix:mode") & TYPE_BITS;
      return type == FIFO || type == CHARACTER_DEVICE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Writes bytes.
   *
   * @return what {@code content} does
   * @throws IOException what {@code content} throws; a regular file is then as it was
   * @throws StorageException {@code STORAGE_FAILED} where the file itself fails
   */
  public <T> T write(Content<T> content) throws IOException {
    return replaced ? replace(scratch -> writeTo(scratch, content)) : writeTo(target, content);
  }

  /**
   * Has the file written by a writer that needs a path, and then replaces the target.
   *
   * @return the result of {@code writer}
   * @throws UsageException {@code USAGE} if it is not a regular file
   * @throws StorageException {@code STORAGE_FAILED} if the file itself fails
   */
  public <T> T replace(Writer<T> writer) throws IOException {
    if (!replaced) {
      throw refused(named, "this format needs a regular file");
    }
    Path absolute = target.toAbsolutePath();
    Path scratch = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID());
    try {
      Optional<PosixFileAttributes> before = create(scratch);
      T written = writer.write(scratch);
      moveIntoPlace(scratch, before);
      return written;
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  /** Not readable by others, since it may replace a private file. */
  private Optional<PosixFileAttributes> create(Path scratch) {
    try {
      PosixFileAttributeView view =
          Files.getFileAttributeView(target, PosixFileAttributeView.class);
      boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
      Files.createFile(scratch);
      if (view == null || !exists) {
        return Optional.empty();
      }
      PosixFileAttributes before = view.readAttributes();
      Files.setPosixFilePermissions(scratch, OWNER_ONLY);
      return Optional.of(before);
    } catch (IOException e) {
      throw failed(named, reason(e), e);
    }
  }

  private void moveIntoPlace(Path scratch, Optional<PosixFileAttributes> before) {
    try {
      if (before.isPresent()) {
        keepOwner(scratch, before.get());
        Files.setPosixFilePermissions(scratch, before.get().permissions());
      }
      ReplacedFile.move(scratch, target);
    } catch (IOException e) {
      throw failed(named, reason(e), e);
    }
  }

  private static void keepOwner(Path scratch, PosixFileAttributes before) {
    PosixFileAttributeView view = Files.getFileAttributeView(scratch, PosixFileAttributeView.class);
    try {
      PosixFileAttributes now = view.readAttributes();
      if (!now.group().equals(before.group())) {
        view.setGroup(before.group());
      }
      if (!now.owner().equals(before.owner())) {
        view.setOwner(before.owner());
      }
    } catch (IOException notAllowed) {
      // Only root gives files away; for others it is theirs, as after deleting and writing it.
    }
  }

  private <T> T writeTo(Path path, Content<T> content) throws IOException {
    try (OutputStream out = new BufferedOutputStream(new Failing(path))) {
      T written = content.writeTo(out);
      out.flush();
      return written;
    }
  }

  /** Distinguishes failures of the file from those of the content. */
  private final class Failing extends OutputStream {
    private final OutputStream out;

    Failing(Path path) {
      try {
        this.out = Files.newOutputStream(path, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw failed(named, reason(e), e);
      }
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw failed(named, reason(e), e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw failed(named, reason(e), e);
      }
    }
  }

  private static UsageException refused(Path file, String why) {
    return new UsageException(ErrorCode.USAGE, "Cannot write %s: %s".formatted(file, why));
  }

  private static StorageException failed(Path file, String why, @Nullable IOException cause) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED, "Cannot write %s: %s".formatted(file, why), cause);
  }

  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return "there is no folder " + Path.of(missing.getFile()).getParent();
    }
    String said =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return said == null ? failure.getClass().getSimpleName() : said;
  }
}
