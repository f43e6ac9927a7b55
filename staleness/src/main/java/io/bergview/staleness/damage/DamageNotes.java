package io.bergview.staleness.damage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.storage.ReplacedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lost files that were found, recorded in the project's folder, one file per view, for all
 * processes of the project. If the folder cannot be written, only this process knows them. A record
 * proves nothing: its readers check the file again.
 */
final class DamageNotes {
  private static final Logger LOG = LoggerFactory.getLogger(DamageNotes.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param snapshotId which was seen to name the file
   */
  record Note(LostFile file, long snapshotId) {}

  private final Path directory;
  private final Map<UUID, Note> unwritten = new ConcurrentHashMap<>();

  DamageNotes(Path directory) {
    this.directory = directory;
  }

  Optional<Note> of(UUID table) {
    Optional<Note> known = Optional.ofNullable(unwritten.get(table));
    return known.isPresent() ? known : read(file(table));
  }

  private static Optional<Note> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      return Optional.of(
          new Note(
              new LostFile(
                  json.path("location").asText(),
                  LostFile.LostFileKind.valueOf(json.path("kind").asText()),
                  json.path("bytes").asLong(),
                  json.path("problem").asText()),
              json.path("snapshotId").asLong()));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException unreadable) {
      LOG.warn("The record {} of a lost file cannot be read: {}", file, unreadable.toString());
      return Optional.empty();
    }
  }

  void put(UUID table, String view, Note note) {
    ObjectNode json = JSON.createObjectNode();
    json.put("view", view);
    json.put("location", note.file().location());
    json.put("kind", note.file().kind().name());
    json.put("bytes", note.file().bytes());
    json.put("problem", note.file().problem());
    json.put("snapshotId", note.snapshotId());
    try {
      Files.createDirectories(directory);
      ReplacedFile.writeConcurrently(file(table), json.toString());
      unwritten.remove(table);
    } catch (IOException e) {
      unwritten.put(table, note);
      LOG.warn("The loss of a file of view {} could not be recorded: {}", view, e.toString());
    }
  }

  void remove(UUID table) {
    unwritten.remove(table);
    deleteQuietly(file(table));
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("Cannot delete {}: {}", file, e.toString());
    }
  }

  private Path file(UUID table) {
    return directory.resolve(table + ".json");
  }
}
