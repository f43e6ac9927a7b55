package io.bergview.server.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Project;
import io.bergview.catalog.storage.FolderLock;
import io.bergview.catalog.storage.ReplacedFile;
import io.bergview.settings.HookSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Episodes of views that hooks have been notified of and that are not over, in a file of the
 * project's folder that docs/on-disk-format.md describes: so that short-lived processes report it
 * once. If it cannot be read or written, hooks are notified once too often rather than not at all.
 */
final class EpisodeFile {
  private static final Logger LOG = LoggerFactory.getLogger(EpisodeFile.class);
  private static final String FILE = "hooks.json";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path file;

  private record Episode(String hook, String state, String view) {}

  EpisodeFile(Project project) {
    this.folder = project.stateDirectory();
    this.file = folder.resolve(FILE);
  }

  /**
   * Those of one hook and one state.
   *
   * @param number of the hook in the settings
   * @param state that views may be in
   */
  Episodes of(HookSettings hook, int number, String state) {
    String said =
        "%d %s %s %s %s"
            .formatted(
                number,
                hook.on().stream().sorted().toList(),
                hook.views(),
                hook.action(),
                hook.staleLimit());
    String name = UUID.nameUUIDFromBytes(said.getBytes(UTF_8)).toString();
    return new Episodes() {
      @Override
      public boolean begins(String view) {
        return change(new Episode(name, state, view), true);
      }

      @Override
      public boolean ends(String view) {
        return change(new Episode(name, state, view), false);
      }
    };
  }

  /** Whether it was otherwise before. */
  private boolean change(Episode episode, boolean there) {
    if (read().contains(episode) == there) {
      return false;
    }
    AtomicBoolean changed = new AtomicBoolean();
    try {
      FolderLock.holding(
          folder,
          () -> {
            Set<Episode> episodes = read();
            changed.set(there ? episodes.add(episode) : episodes.remove(episode));
            if (changed.get()) {
              write(episodes);
            }
          });
      return changed.get();
    } catch (IOException e) {
      LOG.warn("The state of the hooks cannot be written to {}: {}", file, e.getMessage());
      return true;
    }
  }

  private Set<Episode> read() {
    Set<Episode> episodes = new LinkedHashSet<>();
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      if (json.path("version").asInt() == VERSION) {
        for (JsonNode each : json.path("told")) {
          episodes.add(
              new Episode(
                  each.path("hook").asText(),
                  each.path("state").asText(),
                  each.path("view").asText()));
        }
      }
    } catch (NoSuchFileException none) {
      return episodes;
    } catch (JsonProcessingException e) {
      LOG.warn("{} does not hold the state of the hooks, and is rewritten", file);
    } catch (IOException e) {
      LOG.warn("The state of the hooks cannot be read from {}: {}", file, e.getMessage());
    }
    return episodes;
  }

  private void write(Set<Episode> episodes) throws IOException {
    if (episodes.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    ObjectNode json = JSON.createObjectNode().put("version", VERSION);
    ArrayNode told = json.putArray("told");
    for (Episode episode : episodes) {
      told.addObject()
          .put("hook", episode.hook())
          .put("state", episode.state())
          .put("view", episode.view());
    }
    ReplacedFile.write(file, json.toPrettyString() + "\n");
  }
}
