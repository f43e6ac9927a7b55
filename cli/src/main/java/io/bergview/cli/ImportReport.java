package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.imports.ImportPlan;
import io.bergview.imports.ImportResult;
import io.bergview.imports.convert.BadRow;
import java.util.ArrayList;
import java.util.List;

/** What an import did or would do, as it is shown. */
record ImportReport(List<String> lines, List<String> remarks, ObjectNode json) {
  static ImportReport of(ImportPlan plan) {
    List<String> lines = new ArrayList<>();
    if (plan.isNothing()) {
      lines.add(nothing(plan));
    } else {
      lines.add(
          "Table %s would be %s from %s (%s, %s%s)."
              .formatted(
                  plan.table(),
                  plan.makesTable() ? "made" : verb(plan),
                  Times.count(plan.files().size(), "file"),
                  Times.size(plan.bytes()),
                  plan.rowsAreExact() ? "" : "about ",
                  Times.count(plan.rows(), "row")));
      lines.add("partitioned by " + (plan.partition().isEmpty() ? "nothing" : plan.partition()));
      lines.add("sorted by " + (plan.sort().isEmpty() ? "nothing" : plan.sort()));
      if (!plan.inferredFrom().isEmpty() && plan.makesTable()) {
        lines.add("types inferred from " + plan.inferredFrom());
      }
      TextTable table = TextTable.of("COLUMN", "TYPE", "CHANGE");
      plan.columns().forEach(column -> table.add(column.name(), column.type(), column.change()));
      lines.addAll(table.plain().lines().toList());
    }
    return new ImportReport(lines, remarks(plan), json(plan));
  }

  private static String verb(ImportPlan plan) {
    return switch (plan.mode()) {
      case REPLACE -> "replaced";
      case UPSERT -> "changed";
      default -> "added to";
    };
  }

  static ImportReport of(ImportResult result) {
    ImportPlan plan = result.plan();
    List<String> lines = new ArrayList<>();
    if (result.snapshotId().isEmpty()) {
      lines.add(nothing(plan));
    } else {
      lines.add(
          "%s: %s from %s%s, %s, %s"
              .formatted(
                  plan.table(),
                  Times.count(result.rowsAdded(), "row"),
                  Times.count(plan.files().size(), "file"),
                  result.rowsRemoved() == 0
                      ? ""
                      : ", %s replaced".formatted(Times.count(result.rowsRemoved(), "row")),
                  Times.size(result.bytesWritten()),
                  Times.seconds(result.took().toMillis())));
    }
    List<String> remarks = new ArrayList<>(remarks(plan));
    if (result.rowsRejected() > 0) {
      remarks.add("%s passed over:".formatted(Times.count(result.rowsRejected(), "bad row")));
      result.rejected().forEach(row -> remarks.add("  " + row));
    }
    ObjectNode json = json(plan);
    result.snapshotId().ifPresent(id -> json.put("snapshotId", id));
    json.put("rowsAdded", result.rowsAdded())
        .put("rowsRemoved", result.rowsRemoved())
        .put("bytesWritten", result.bytesWritten())
        .put("rowsRejected", result.rowsRejected())
        .put("seconds", result.took().toMillis() / 1000.0);
    ArrayNode rejected = json.putArray("rejected");
    for (BadRow row : result.rejected()) {
      rejected
          .addObject()
          .put("file", row.file().toString())
          .put("line", row.line())
          .put("column", row.column())
          .put("text", row.text())
          .put("reason", row.reason());
    }
    return new ImportReport(lines, remarks, json);
  }

  private static String nothing(ImportPlan plan) {
    return "%s: nothing new; %s taken before"
        .formatted(
            plan.table(),
            plan.known() == 1
                ? "1 file was"
                : "%,d files were".formatted(plan.known() + plan.moved().size()));
  }

  private static List<String> remarks(ImportPlan plan) {
    List<String> remarks = new ArrayList<>(plan.remarks());
    if (!plan.isNothing() && plan.known() > 0) {
      remarks.add("%s taken before".formatted(Times.count(plan.known(), "file")));
    }
    plan.moved()
        .forEach(
            file ->
                remarks.add(
                    "%s was not taken: a file of the same content was, under another name; --again takes it"
                        .formatted(file)));
    return remarks;
  }

  private static ObjectNode json(ImportPlan plan) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("table", plan.table())
            .put("mode", plan.mode().toString())
            .put("makesTable", plan.makesTable());
    ArrayNode columns = json.putArray("columns");
    for (ImportPlan.PlannedColumn column : plan.columns()) {
      columns
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("change", column.change());
    }
    json.put("partition", plan.partition()).put("sort", plan.sort());
    ArrayNode files = json.putArray("files");
    plan.files().forEach(files::add);
    json.put("bytes", plan.bytes())
        .put("rows", plan.rows())
        .put("rowsAreExact", plan.rowsAreExact())
        .put("inferredFrom", plan.inferredFrom())
        .put("known", plan.known());
    ArrayNode moved = json.putArray("moved");
    plan.moved().forEach(moved::add);
    ArrayNode remarks = json.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    return json;
  }
}
