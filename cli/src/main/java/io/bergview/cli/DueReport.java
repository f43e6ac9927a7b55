package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.schedule.DueView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What {@code refreshView --due --dry-run} says. */
final class DueReport {
  private final ProjectCommand verb;

  DueReport(ProjectCommand verb) {
    this.verb = verb;
  }

  void print(List<DueView> views) {
    if (verb.json()) {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      for (DueView view : views) {
        json.addObject()
            .put("view", view.view())
            .put("mode", view.mode().name().toLowerCase(Locale.ROOT))
            .put("verdict", view.verdict().label())
            .put("tick", view.tick().map(Instant::toString).orElse(null))
            .put("nextTick", view.next().map(Instant::toString).orElse(null))
            .put("notBefore", view.notBefore().map(Instant::toString).orElse(null))
            .put("missedTicks", view.missed().map(MissedTicks::count).orElse(0))
            .put("why", view.why());
      }
      verb.print(json);
    } else if (views.isEmpty()) {
      verb.print("No view has a schedule or follows its tables; all are refreshed by hand.");
    } else {
      TextTable table = TextTable.of("VIEW", "DUE", "TICK", "NEXT", "WHY");
      for (DueView view : views) {
        table.add(
            view.view(),
            due(view),
            view.tick().map(Instant::toString).orElse(""),
            view.next().map(Instant::toString).orElse(""),
            view.why());
      }
      verb.print(table.plain());
    }
  }

  private static String due(DueView view) {
    return switch (view.verdict()) {
      case DUE -> "yes";
      case NOT_DUE -> "no";
      case WAITING -> "at " + view.notBefore().map(Instant::toString).orElse("");
      case GIVEN_UP -> "given up";
    };
  }
}
