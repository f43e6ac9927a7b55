package io.bergview.pipeline;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.c.jni.JniLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries of DuckDB (72 MB, unless it lies beside the jar, as in a distribution) and
 * of Arrow, which each process unpacks into {@code java.io.tmpdir} and deletes only where it ends
 * in order. So they are deleted as soon as they are loaded: a process can still use a deleted file,
 * and the operating system frees it however the process ends.
 *
 * <p>This needs {@code /proc}, which lists loaded files. Elsewhere, and if a process was killed
 * within the half second in between, the next process deletes files older than a day. That does not
 * harm a process that has them loaded, for the same reason; on Windows such files cannot be
 * deleted.
 */
final class UnpackedLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibraries.class);
  private static final Path MAPPED = Path.of("/proc/self/maps");
  private static final Pattern NAME = Pattern.compile("libduckdb_java\\d+\\.so|jnilib-\\d+\\.tmp");
  private static final String CANDIDATES = "{libduckdb_java,jnilib-}*";

  /** Longer than any process takes from unpacking to loading. */
  private static final Duration OLD = Duration.ofDays(1);

  private static final AtomicBoolean DONE = new AtomicBoolean();

  private UnpackedLibraries() {}

  /** To be called when DuckDB is loaded. Does its work once in a process; never fails. */
  static void tidy() {
    if (DONE.getAndSet(true)) {
      return;
    }
    JniLoader.get().ensureLoaded();
    deleteLoaded(MAPPED);
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Thread thread =
        new Thread(() -> deleteOld(temporary, Instant.now().minus(OLD)), "bergview-tidying");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Deletes the files of libraries that are loaded.
   *
   * @param mapped lines as proc(5) has them, each with a path from its first slash on
   */
  static void deleteLoaded(Path mapped) {
    if (!Files.isReadable(mapped)) {
      return;
    }
    try (Stream<String> lines = Files.lines(mapped)) {
      Set<Path> loaded =
          lines
              .filter(line -> line.indexOf('/') >= 0)
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .filter(UnpackedLibraries::isUnpacked)
              .collect(Collectors.toSet());
      for (Path library : loaded) {
        Files.deleteIfExists(library);
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("Unpacked libraries are deleted at the end of the process: {}", e.toString());
    }
  }

  /** Deletes the files that were last written before then. */
  static void deleteOld(Path temporary, Instant before) {
    try (DirectoryStream<Path> candidates = Files.newDirectoryStream(temporary, CANDIDATES)) {
      for (Path library : candidates) {
        if (isUnpacked(library)
            && Files.isRegularFile(library)
            && Files.getLastModifiedTime(library).toInstant().isBefore(before)) {
          Files.deleteIfExists(library);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("Old unpacked libraries in {} stay: {}", temporary, e.toString());
    }
  }

  private static boolean isUnpacked(Path file) {
    Path name = file.getFileName();
    return name != null && NAME.matcher(name.toString()).matches();
  }
}
