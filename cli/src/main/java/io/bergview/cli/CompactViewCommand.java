package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code compactView}. */
@Command(
    name = "compactView",
    aliases = "compact-view",
    header = {"Merge small files of views and apply delete files.", ""},
    description = {
      "Rewrites files of a view that are small, have many deletes, or do not match the layout of"
          + " its definition, in its sort order, and merges small manifests. Does nothing if there"
          + " is little to gain. Rows, lineage and state of a view do not change; it may be"
          + " refreshed meanwhile. vacuumView deletes the old files."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview compactView --all --dry-run   what would be rewritten",
      "  bergview compactView OrderDetails"
    })
final class CompactViewCommand extends MaintenanceCommand<CompactionResult> {
  CompactViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  MaintenanceOutcome<CompactionResult> run(Bergview bergview, MaintenanceRequest request) {
    return bergview.compactView(request);
  }

  @Override
  void text(List<CompactionResult> results) {
    results.forEach(result -> print(result.view() + ": " + CompactionText.line(result)));
  }

  @Override
  void json(CompactionResult result, ObjectNode json) {
    CompactionText.json(result, json);
  }

  @Override
  List<String> remarks(CompactionResult result) {
    return result.remarks();
  }

  @Override
  String view(CompactionResult result) {
    return result.view();
  }
}
