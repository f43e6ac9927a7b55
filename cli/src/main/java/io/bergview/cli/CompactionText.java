package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.maintain.CompactionResult;
import java.util.ArrayList;
import java.util.List;

/** What a compaction did, or would do, as text and as JSON. */
final class CompactionText {
  private CompactionText() {}

  static String line(CompactionResult result) {
    if (result.isNothing()) {
      return "nothing to do";
    }
    List<String> done = new ArrayList<>();
    if (result.filesRewritten() > 0) {
      String files =
          "%s (%s)"
              .formatted(
                  Times.count(result.filesRewritten(), "file"),
                  Times.size(result.bytesRewritten()));
      done.add(
          result.dryRun()
              ? files + " would be rewritten"
              : "%s rewritten as %,d (%s)"
                  .formatted(files, result.filesWritten(), Times.size(result.bytesWritten())));
    }
    if (result.deletesFolded() > 0) {
      done.add(
          Times.count(result.deletesFolded(), "delete file")
              + (result.dryRun() ? " would be folded in" : " folded in"));
    }
    if (result.manifestsMerged() > 0) {
      done.add(
          Times.count(result.manifestsMerged(), "manifest")
              + (result.dryRun() ? " would be merged" : " merged"));
    }
    return String.join(", ", done);
  }

  static void json(CompactionResult result, ObjectNode json) {
    json.put("view", result.view())
        .put("dryRun", result.dryRun())
        .put("filesRewritten", result.filesRewritten())
        .put("filesWritten", result.filesWritten())
        .put("deletesFolded", result.deletesFolded())
        .put("manifestsMerged", result.manifestsMerged())
        .put("bytesRewritten", result.bytesRewritten())
        .put("bytesWritten", result.bytesWritten());
  }
}
