package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.fixtures.ChangeRound;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code generate} did.
 *
 * @param rows of each table, in the order to show
 */
record GenerateReport(Map<String, Long> rows, List<ChangeRound> rounds, ProjectFiles files) {
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode tables = json.putArray("tables");
    rows.forEach((table, count) -> tables.addObject().put("table", table).put("rows", count));
    ArrayNode changes = json.putArray("changes");
    rounds.forEach(round -> put(round, changes.addArray()));
    ArrayNode written = json.putArray("written");
    files.written().forEach(written::add);
    ArrayNode removed = json.putArray("removed");
    files.removed().forEach(removed::add);
    return json;
  }

  private static void put(ChangeRound round, ArrayNode commits) {
    for (ChangeRound.Commit commit : round.commits()) {
      commits
          .addObject()
          .put("table", commit.table())
          .put("operation", ChangeSettings.written(commit.operation()))
          .put("write", commit.write().map(ChangeSettings::written).orElse(null))
          .put("rows", commit.rows())
          .put("snapshotId", commit.snapshotId());
    }
  }

  List<String> lines() {
    TextTable table =
        new TextTable(
            List.of(new TextTable.Heading("TABLE", false), new TextTable.Heading("ROWS", true)));
    rows.forEach((name, count) -> table.add(name, String.format(Locale.ROOT, "%,d", count)));
    List<String> lines = new ArrayList<>();
    lines.add(table.plain());
    rounds.forEach(round -> lines.add("changed " + round));
    files.written().forEach(file -> lines.add("wrote " + file));
    files.removed().forEach(file -> lines.add("removed " + file + ", the untouched example"));
    return lines;
  }
}
