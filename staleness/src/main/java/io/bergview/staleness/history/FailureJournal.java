package io.bergview.staleness.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the refreshes that failed, which no snapshot tells of: a file of lines for each view in
 * the project's folder. It is there for people; nothing depends on it, so that where it cannot be
 * written there is a warning and no more.
 *
 * <p>Several processes may write at once. A file that would grow beyond a MiB becomes the old one,
 * in place of the one before; so at most two MiB are kept of a view. A line that a crash has torn
 * is passed over.
 */
public final class FailureJournal {
  static final long LARGEST_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(FailureJournal.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Object ONE_AT_A_TIME = new Object();
  private static final String LOCK = ".lock";
  private static final int LOCK_ATTEMPTS = 200;
  private static final long LOCK_PAUSE_MILLIS = 10;
  private static final int SHOWN_OF_NAME = 60;
  private static final int HASH_CHARACTERS = 16;

  private final Path directory;
  private final Secrets secrets;

  public FailureJournal(Project project) {
    this.directory = project.journalDirectory();
    this.secrets = project.secrets();
  }

  /** Notes a failure, its message without secrets. Never fails. */
  public void add(RefreshFailure failure) {
    RefreshFailure shown =
        new RefreshFailure(
            failure.time(),
            failure.view(),
            failure.table(),
            failure.code(),
            secrets.mask(failure.message()),
            failure.kind(),
            failure.duration(),
            failure.process());
    try {
      locked(() -> append(current(failure.view()), shown.line() + "\n"));
    } catch (IOException e) {
      LOG.warn(
          "The failed refresh of view {} could not be noted in {}: {}",
          failure.view(),
          directory,
          secrets.mask(e.toString()));
    }
  }

  /**
   * The failures of a view, newest first.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   * @param limit how many at most
   */
  public List<RefreshFailure> of(String view, String table, int limit) {
    List<RefreshFailure> failures = new ArrayList<>();
    try {
      // In this order none is missed, should the one become the other meanwhile.
      read(current(view), failures);
      read(old(view), failures);
    } catch (IOException e) {
      LOG.warn(
          "The failed refreshes of view {} could not be read from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
    return failures.stream()
        .filter(failure -> failure.view().equals(view))
        .filter(failure -> failure.table().map(table::equals).orElse(true))
        .distinct()
        .sorted(Comparator.comparing(RefreshFailure::time).reversed())
        .limit(limit)
        .toList();
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      locked(
          () -> {
            Files.deleteIfExists(current(view));
            Files.deleteIfExists(old(view));
          });
    } catch (IOException e) {
      LOG.warn(
          "The failed refreshes of view {} could not be removed from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
  }

  Path current(String view) {
    return directory.resolve(fileName(view) + ".ndjson");
  }

  Path old(String view) {
    return directory.resolve(fileName(view) + ".old.ndjson");
  }

  /** A name may have characters, or a length, or a case, that a file's name cannot. */
  private static String fileName(String view) {
    String shown = view.replaceAll("[^A-Za-z0-9_-]", "_");
    shown = shown.substring(0, Math.min(shown.length(), SHOWN_OF_NAME));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(view.getBytes(StandardCharsets.UTF_8));
      return shown + "-" + HexFormat.of().formatHex(hash).substring(0, HASH_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Alone among the threads and the processes that write to this folder. */
  private void locked(Work work) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      Files.createDirectories(directory);
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        try (FileLock lock = lock(channel)) {
          work.run();
        }
      }
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      try {
        Thread.sleep(LOCK_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for the lock", e);
      }
    }
    throw new IOException("another process holds the lock");
  }

  private static void append(Path file, String line) throws IOException {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file) && Files.size(file) + text.length > LARGEST_BYTES) {
      String name = file.getFileName().toString().replaceFirst("\\.ndjson$", ".old.ndjson");
      Files.move(file, file.resolveSibling(name), StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      if (end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n') {
        end += write(channel, new byte[] {'\n'}, end);
      }
      write(channel, text, end);
    }
  }

  private static int write(FileChannel channel, byte[] text, long at) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(text);
    while (left.hasRemaining()) {
      channel.write(left, at + left.position());
    }
    return text.length;
  }

  private static void read(Path file, List<RefreshFailure> failures) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return;
    }
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      parse(line).ifPresent(failures::add);
    }
  }

  private static Optional<RefreshFailure> parse(String line) {
    try {
      return line.isBlank() ? Optional.empty() : RefreshFailure.of(JSON.readTree(line));
    } catch (JsonProcessingException torn) {
      return Optional.empty();
    }
  }
}
