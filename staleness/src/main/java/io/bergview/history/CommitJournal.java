package io.bergview.history;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The journal of commits to a view's table whose snapshots have expired, whose lines
 * docs/on-disk-format.md describes.
 */
public final class CommitJournal {
  private static final int VERSION = 1;

  private final JournalFiles files;
  private final Secrets secrets;

  public CommitJournal(Project project) {
    this.files = new JournalFiles(project, ".commits", "earlier commits");
    this.secrets = project.secrets();
  }

  /**
   * Records commits before they can no longer be read from the table. Recording one twice does no
   * harm. Never fails.
   *
   * @param table the uuid of the view's table
   */
  public void add(String view, String table, List<ViewEvent> commits) {
    if (!commits.isEmpty()) {
      files.append(view, commits.stream().map(commit -> line(view, table, commit)).toList());
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
    files.read(view).stream()
        .filter(line -> line.path("version").asInt() == VERSION)
        .filter(line -> line.path("view").asText().equals(view))
        .filter(line -> line.path("table").asText().equals(table))
        .map(ViewEvent::of)
        .flatMap(Optional::stream)
        .forEach(commit -> commits.put(commit.snapshotId(), commit));
    return commits.values();
  }

  /** Forgets a view. Never fails. */
  public void forget(String view) {
    files.forget(view);
  }

  Path current(String view) {
    return files.current(view);
  }
}
