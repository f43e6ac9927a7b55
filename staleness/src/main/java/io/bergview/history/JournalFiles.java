package io.bergview.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import io.bergview.catalog.storage.FolderLock;
import io.bergview.projection.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines of JSON for each view, in the project's folder. Several processes may write at
 * once. A file that would grow beyond a MiB becomes the old one, in place of the one before; so at
 * most two MiB are kept of a view. A line that a crash has torn is passed over. Journals are there
 * for display; nothing depends on them, so that where one cannot be written or read there is a
 * warning and no more.
 */
final class JournalFiles {
  static final long LARGEST_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINES = ".ndjson";
  private static final int SHOWN_OF_NAME = 60;
  private static final int HASH_CHARACTERS = 16;

  private final Path directory;
  private final Secrets secrets;
  private final String kind;
  private final String what;

  /**
   * @param kind comes between the view's name and the ending of its files
   * @param what the lines are, for warnings: {@code missed ticks}
   */
  JournalFiles(Project project, String kind, String what) {
    this.directory = project.journalDirectory();
    this.secrets = project.secrets();
    this.kind = kind;
    this.what = what;
  }

  /** Adds lines, without their ends, together. Never fails. */
  void append(String view, List<String> lines) {
    attempt(
        view,
        "written to",
        () ->
            FolderLock.holding(
                directory,
                () -> append(current(view), old(view), String.join("\n", lines) + "\n")));
  }

  /** All that can be read, in no order. Never fails. */
  List<JsonNode> read(String view) {
    List<JsonNode> lines = new ArrayList<>();
    attempt(
        view,
        "read from",
        () -> {
          // In this order none is missed, should the one become the other meanwhile.
          read(current(view), lines);
          read(old(view), lines);
        });
    return lines;
  }

  /** Forgets a view. Never fails. */
  void forget(String view) {
    if (Files.isDirectory(directory)) {
      attempt(
          view,
          "removed from",
          () ->
              FolderLock.holding(
                  directory,
                  () -> {
                    Files.deleteIfExists(current(view));
                    Files.deleteIfExists(old(view));
                  }));
    }
  }

  private interface FileAction {
    void run() throws IOException;
  }

  private void attempt(String view, String done, FileAction action) {
    try {
      action.run();
    } catch (IOException e) {
      LOG.warn(
          "The {} of view {} could not be {} {}: {}",
          what,
          view,
          done,
          directory,
          secrets.mask(e.toString()));
    }
  }

  Path current(String view) {
    return directory.resolve(fileName(view) + kind + LINES);
  }

  Path old(String view) {
    return directory.resolve(fileName(view) + kind + ".old" + LINES);
  }

  /** A name may have characters, or a length, or a case, that a file's name cannot. */
  private static String fileName(String view) {
    String shown = view.replaceAll("[^A-Za-z0-9_-]", "_");
    shown = shown.substring(0, Math.min(shown.length(), SHOWN_OF_NAME));
    return shown + "-" + Sha256.hex(view).substring(0, HASH_CHARACTERS);
  }

  private static void append(Path file, Path old, String lines) throws IOException {
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file) && Files.size(file) + text.length > LARGEST_BYTES) {
      Files.move(file, old, StandardCopyOption.REPLACE_EXISTING);
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

  private static void read(Path file, List<JsonNode> lines) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return;
    }
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      parse(line).ifPresent(lines::add);
    }
  }

  private static Optional<JsonNode> parse(String line) {
    try {
      return line.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(line));
    } catch (JsonProcessingException torn) {
      return Optional.empty();
    }
  }
}
