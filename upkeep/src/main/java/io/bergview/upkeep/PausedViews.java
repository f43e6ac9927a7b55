package io.bergview.upkeep;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Project;
import io.bergview.catalog.storage.FolderLock;
import io.bergview.catalog.storage.ReplacedFile;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which views of a project are paused, in a file of its folder that docs/on-disk-format.md
 * describes, so that a pause outlasts the process and holds for all processes of that folder. The
 * file is replaced whole; where no view is paused there is none.
 */
public final class PausedViews {
  private static final Logger LOG = LoggerFactory.getLogger(PausedViews.class);
  private static final String FILE = "paused.json";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path file;
  private final Clock clock;

  public PausedViews(Project project, Clock clock) {
    this.folder = project.stateDirectory();
    this.file = folder.resolve(FILE);
    this.clock = clock;
  }

  /**
   * The views that are paused, and since when, by name.
   *
   * @throws StorageException {@code STORAGE_FAILED} where the file cannot be read, or is none that
   *     was written here
   */
  public Map<String, Instant> read() {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException none) {
      return Map.of();
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw damaged("it is not valid JSON" + where, e);
    } catch (CharacterCodingException e) {
      throw damaged("it is not UTF-8", e);
    } catch (DateTimeParseException e) {
      throw damaged("'%s' is not a timestamp".formatted(e.getParsedString()), e);
    } catch (IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "The paused views cannot be read from %s: %s".formatted(file, e.getMessage()),
          e);
    }
  }

  private StorageException damaged(String how, Exception cause) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "%s does not list the paused views: %s; repair or delete it".formatted(file, how),
        cause);
  }

  private static Map<String, Instant> parse(String text) throws JsonProcessingException {
    JsonNode json = JSON.readTree(text);
    if (json.path("version").asInt() != VERSION || !json.path("paused").isArray()) {
      throw new IllegalArgumentException(
          "version %d and a list 'paused' are expected".formatted(VERSION));
    }
    Map<String, Instant> paused = new TreeMap<>();
    for (JsonNode view : json.path("paused")) {
      if (!view.path("view").isTextual()) {
        throw new IllegalArgumentException("an entry without 'view'");
      }
      paused.put(view.path("view").asText(), Instant.parse(view.path("since").asText()));
    }
    return paused;
  }

  /**
   * Records a pause. An existing one keeps its time.
   *
   * @throws StorageException {@code STORAGE_FAILED}
   */
  public void pause(String view) {
    change(paused -> paused.putIfAbsent(view, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
  }

  /** As {@link #pause}, of its end. */
  public void forget(String view) {
    if (Files.exists(file)) {
      change(paused -> paused.remove(view));
    }
  }

  /** As {@link #forget}, of a view that has been dropped. A damaged file is only reported. */
  public void forgetDropped(String view) {
    try {
      forget(view);
    } catch (StorageException e) {
      LOG.warn("View {} is dropped; its pause could not be removed: {}", view, e.getMessage());
    }
  }

  /** As {@link #forget}, of all views but these. */
  public void retainOnly(Set<String> views) {
    if (Files.exists(file) && !views.containsAll(read().keySet())) {
      change(paused -> paused.keySet().retainAll(views));
    }
  }

  private void change(Consumer<Map<String, Instant>> change) {
    try {
      FolderLock.holding(
          folder,
          () -> {
            Map<String, Instant> before = read();
            Map<String, Instant> after = new TreeMap<>(before);
            change.accept(after);
            if (!after.equals(before)) {
              write(after);
            }
          });
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "The paused views cannot be written to %s: %s".formatted(file, e.getMessage()),
          e);
    }
  }

  private void write(Map<String, Instant> paused) throws IOException {
    if (paused.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    ObjectNode json = JSON.createObjectNode().put("version", VERSION);
    ArrayNode views = json.putArray("paused");
    paused.forEach(
        (view, since) -> views.addObject().put("view", view).put("since", since.toString()));
    ReplacedFile.write(file, json.toPrettyString() + "\n");
  }
}
