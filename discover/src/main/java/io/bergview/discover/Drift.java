package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.TableName;
import java.util.List;

/**
 * How types differ from their tables.
 *
 * @param types how many were compared
 * @param changes by type
 * @param broken views that can no longer be refreshed, or applied again, by name
 * @param unreadable what could not be compared
 */
public record Drift(
    int types, List<Change> changes, List<BrokenView> broken, List<UnreadableTable> unreadable) {
  /** What has happened. */
  public enum ChangeKind {
    TABLE_GONE("table gone"),
    ADDED("added"),
    GONE("gone"),
    REPLACED("replaced"),
    RENAMED("renamed"),
    PROMOTED("promoted"),
    RETYPED("retyped"),
    KEY_REPEATED("key repeated"),
    KEY_NULL("key null");

    private final String label;

    ChangeKind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * One difference.
   *
   * @param subject the column, or the key's columns; empty for the table
   * @param detail a clause
   * @param views that knew it as it was
   */
  public record Change(
      String type,
      TableName table,
      ChangeKind kind,
      String subject,
      String detail,
      List<String> views) {
    public Change {
      requireNonNull(type, "type is null");
      requireNonNull(table, "table is null");
      requireNonNull(kind, "kind is null");
      requireNonNull(subject, "subject is null");
      requireNonNull(detail, "detail is null");
      views = List.copyOf(views);
    }
  }

  /**
   * A view that breaks.
   *
   * @param code of the error that a refresh, or {@code apply}, would end with
   */
  public record BrokenView(String view, String code, String message) {
    public BrokenView {
      requireNonNull(view, "view is null");
      requireNonNull(code, "code is null");
      requireNonNull(message, "message is null");
    }
  }

  public Drift {
    changes = List.copyOf(changes);
    broken = List.copyOf(broken);
    unreadable = List.copyOf(unreadable);
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("types", types);
    ArrayNode differences = json.putArray("changes");
    for (Change change : changes) {
      ObjectNode one =
          differences
              .addObject()
              .put("type", change.type())
              .put("table", change.table().toString())
              .put("change", change.kind().label())
              .put("subject", change.subject())
              .put("detail", change.detail());
      change.views().forEach(one.putArray("views")::add);
    }
    ArrayNode views = json.putArray("broken");
    for (BrokenView view : broken) {
      views
          .addObject()
          .put("view", view.view())
          .put("code", view.code())
          .put("message", view.message());
    }
    return json;
  }
}
