package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.refresh.algebra.ChangeEffect;
import io.bergview.refresh.define.DefinePlan;
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
    json.set("effects", effects(step.effects()));
    return json;
  }

  static ArrayNode effects(List<ChangeEffect> effects) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    effects.forEach(
        effect ->
            array
                .addObject()
                .put("type", effect.type())
                .put("change", effect.change())
                .put("kind", effect.kind().word())
                .put("how", effect.how()));
    return array;
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
      lines.add("              only refresh settings change: no recompute is needed");
    }
    if (step.action() == DefinePlan.Action.ALTER_LAYOUT) {
      lines.add(
          "              the layout is that of files written from now on: no recompute is needed");
    }
    step.notes().forEach(note -> lines.add("              note: " + note));
    if (planned && step.changesRows()) {
      step.effects().forEach(effect -> lines.add("              " + effect.describe()));
    }
    return lines;
  }
}
