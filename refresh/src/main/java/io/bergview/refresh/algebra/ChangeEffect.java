package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.refresh.RefreshKind;
import java.util.Locale;

/**
 * The effect of a kind of source change on a view.
 *
 * @param type that the view reads
 * @param change {@code insert}, {@code update or delete}, or {@code any}
 * @param kind of the refresh that follows it
 * @param how a sentence without its full stop
 */
public record ChangeEffect(String type, String change, RefreshKind kind, String how) {
  public ChangeEffect {
    requireNonNull(type, "type is null");
    requireNonNull(change, "change is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(how, "how is null");
  }

  /** For machines. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("change", change)
        .put("kind", kind.label())
        .put("how", how);
  }

  /** On one line, for display. */
  public String describe() {
    return "%s, %s: %s. %s%s"
        .formatted(
            type,
            change,
            kind.label(),
            how.substring(0, 1).toUpperCase(Locale.ROOT),
            how.substring(1));
  }
}
