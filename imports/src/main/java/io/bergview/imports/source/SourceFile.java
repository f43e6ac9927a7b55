package io.bergview.imports.source;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.StorageException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A file as it was when it was found. It is read up to the size that it had then; that it has not
 * changed meanwhile is checked by {@link #checkUnchanged}.
 *
 * @param path absolute
 * @param sizeBytes of the file, compressed as it is
 * @param modified when it was last written
 * @param partitions by name the values of {@code name=value} folders that it lies in, in their
 *     order; null for {@code __HIVE_DEFAULT_PARTITION__}
 */
public record SourceFile(
    Path path,
    SourceFormat format,
    Compression compression,
    long sizeBytes,
    Instant modified,
    Map<String, @Nullable String> partitions) {
  private static final int BUFFER_BYTES = 1 << 16;

  public SourceFile {
    requireNonNull(path, "path is null");
    requireNonNull(format, "format is null");
    requireNonNull(compression, "compression is null");
    requireNonNull(modified, "modified is null");
    partitions = new LinkedHashMap<>(partitions);
  }

  /**
   * The bytes of the file, decompressed.
   *
   * @param read is told how many bytes of the file were read since the last call
   * @throws StorageException {@code ACCESS_DENIED} or {@code STORAGE_FAILED}
   */
  public InputStream open(LongConsumer read) {
    try {
      return compression.open(
          new BufferedInputStream(new Bounded(path, sizeBytes, read), BUFFER_BYTES));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * SHA-256 of the bytes of the file, in hexadecimal digits.
   *
   * @throws ConflictException {@code IMPORT_FILE_CHANGED}
   */
  public String contentHash(LongConsumer read) {
    MessageDigest digest = sha256();
    try (InputStream in = new Bounded(path, sizeBytes, read)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        digest.update(buffer, 0, bytes);
      }
    } catch (IOException e) {
      throw failure(e);
    }
    checkUnchanged();
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws ConflictException {@code IMPORT_FILE_CHANGED} where the file has another size or time
   *     than when it was found: what was read of it may be half of a row
   */
  public void checkUnchanged() {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      if (now.size() != sizeBytes || !now.lastModifiedTime().toInstant().equals(modified)) {
        throw new ConflictException(
            ErrorCode.IMPORT_FILE_CHANGED,
            "File %s was written to while it was imported (%,d bytes, then %,d), so nothing was imported; import it once it is complete"
                .formatted(path, sizeBytes, now.size()));
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** What a failure to read the file means for the user. */
  public RuntimeException failure(IOException e) {
    if (e instanceof NoSuchFileException) {
      return new NotFoundException(
          ErrorCode.FILE_NOT_FOUND, "File %s is gone, so nothing was imported".formatted(path));
    }
    boolean denied = e instanceof java.nio.file.AccessDeniedException;
    return new StorageException(
        denied ? ErrorCode.ACCESS_DENIED : ErrorCode.IMPORT_FILE_UNREADABLE,
        denied
            ? "File %s may not be read: permission denied".formatted(path)
            : "Cannot read file %s: %s".formatted(path, reason(e)),
        e);
  }

  private String reason(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return compression == Compression.NONE
        ? message
        : "it is not a whole %s file (%s)"
            .formatted(compression.name().toLowerCase(java.util.Locale.ROOT), message);
  }

  /** The first bytes of a file, as many as it had when it was found. */
  private static final class Bounded extends FilterInputStream {
    private final LongConsumer read;
    private long left;

    Bounded(Path path, long bytes, LongConsumer read) throws IOException {
      super(Files.newInputStream(path));
      this.left = bytes;
      this.read = read;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int bytes = in.read(buffer, offset, (int) Math.min(length, left));
      if (bytes > 0) {
        left -= bytes;
        read.accept(bytes);
      }
      return bytes;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
