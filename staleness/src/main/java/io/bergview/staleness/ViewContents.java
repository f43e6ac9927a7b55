package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.projection.definition.RefreshSettings.Mode;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;

/**
 * What a view is and holds, by its metadata.
 *
 * @param mode who starts its refreshes
 * @param bytes of the data files and delete files of its current snapshot; -1 where its summary
 *     does not say
 * @param description of its definition
 */
public record ViewContents(Mode mode, SnapshotRows rows, long bytes, Optional<String> description) {
  public ViewContents {
    requireNonNull(mode, "mode is null");
    requireNonNull(rows, "rows is null");
    requireNonNull(description, "description is null");
  }

  static ViewContents of(RegisteredView view) {
    Snapshot current = view.table().currentSnapshot();
    Map<String, String> summary = current == null ? Map.of() : current.summary();
    return new ViewContents(
        view.definition().view().refresh().mode(),
        SnapshotRows.of(view.table()),
        SummaryNumbers.number(
            summary, SnapshotSummary.TOTAL_FILE_SIZE_PROP, current == null ? 0 : -1),
        view.definition().view().description());
  }
}
