package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.define.DefinePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What registering a view did, or would do. */
final class Definitions {
  private Definitions() {}

  static ObjectNode json(DefinePlan step) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("view", step.view());
    json.put("table", step.table().toString());
    json.put("action", step.action().name().toLowerCase(Locale.ROOT));
    ArrayNode changes = json.putArray("changes");
    step.changes().forEach(change -> changes.add(change.text()));
    ArrayNode notes = json.putArray("notes");
    step.notes().forEach(notes::add);
    ArrayNode warnings = json.putArray("warnings");
    step.warnings().forEach(warnings::add);
    ArrayNode effects = json.putArray("effects");
    step.effects().forEach(effect -> effects.add(effect.toJson()));
    return json;
  }

  static List<String> lines(DefinePlan step, boolean planned) {
    String done =
        switch (step.action()) {
          case CREATE -> planned ? "would create" : "created";
          case ALTER, ALTER_SETTINGS, ALTER_LAYOUT -> planned ? "would alter" : "altered";
          case UNCHANGED -> "unchanged";
        };
    List<String> lines = new ArrayList<>();
    lines.add("%-11s %s (table %s)".formatted(done, step.view(), step.table()));
    step.changes().forEach(change -> lines.add("              " + change.text()));
    if (step.action() == DefinePlan.Action.ALTER_SETTINGS) {
      boolean types = step.changes().stream().anyMatch(change -> change.key().startsWith("type "));
      lines.add(
          types
              ? "              no column, path or relation that the view uses changes: no recompute"
                  + " is needed"
              : "              only refresh settings change: no recompute is needed");
    }
    if (step.action() == DefinePlan.Action.ALTER_LAYOUT) {
      lines.add(
          "              the layout applies to files written from now on: no recompute is needed");
    }
    step.notes().forEach(note -> lines.add("              note: " + note));
    step.warnings().forEach(warning -> lines.add("              warning: " + warning));
    if (planned && step.changesRows()) {
      step.effects().forEach(effect -> lines.add("              " + effect.describe()));
    }
    return lines;
  }
}
