package io.bergview.history;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of commits to a view's table whose snapshots have expired: {@link JournalFiles} in
 * the project's folder, whose lines docs/on-disk-format.md describes. It is there for display;
 * nothing depends on it, so that where it cannot be written there is a warning and no more.
 */
public final class CommitJournal {
  private static final Logger LOG = LoggerFactory.getLogger(CommitJournal.class);
  private static final int VERSION = 1;

  private final Path directory;
  private final JournalFiles files;
  private final Secrets secrets;

  public CommitJournal(Project project) {
    this.directory = project.journalDirectory();
    this.files = new JournalFiles(directory, ".commits");
    this.secrets = project.secrets();
  }

  /**
   * Records commits before they can no longer be read from the table. Recording one twice does no
   * harm. Never fails.
   *
   * @param table the uuid of the view's table
   */
  public void add(String view, String table, List<ViewEvent> commits) {
    if (commits.isEmpty()) {
      return;
    }
    try {
      files.append(view, commits.stream().map(commit -> line(view, table, commit)).toList());
    } catch (IOException e) {
      LOG.warn(
          "The history of view {} could not be written to {} before its snapshots expire: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
  }

  private String line(String view, String table, ViewEvent commit) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.put("view", view);
    json.put("table", table);
    json.setAll(commit.toJson());
    if (json.path("message").isTextual()) {
      json.put("message", secrets.mask(json.path("message").asText()));
    }
    return json.toString();
  }

  /**
   * The commits to a view's table that were noted, each once, in no order.
   *
   * @param table the uuid of the view's table: an earlier view of that name is none of it
   */
  public Collection<ViewEvent> of(String view, String table) {
    Map<Long, ViewEvent> commits = new LinkedHashMap<>();
    try {
      files.read(view).stream()
          .filter(line -> line.path("version").asInt() == VERSION)
          .filter(line -> line.path("view").asText().equals(view))
          .filter(line -> line.path("table").asText().equals(table))
          .map(ViewEvent::of)
          .flatMap(Optional::stream)
          .forEach(commit -> commits.put(commit.snapshotId(), commit));
    } catch (IOException e) {
      LOG.warn(
          "The earlier history of view {} could not be read from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
    return commits.values();
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    try {
      files.forget(view);
    } catch (IOException e) {
      LOG.warn(
          "The history of view {} could not be removed from {}: {}",
          view,
          directory,
          secrets.mask(e.toString()));
    }
  }

  Path current(String view) {
    return files.current(view);
  }
}
