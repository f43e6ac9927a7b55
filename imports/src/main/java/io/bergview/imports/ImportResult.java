package io.bergview.imports;

import static java.util.Objects.requireNonNull;

import io.bergview.imports.convert.BadRow;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What an import did.
 *
 * @param snapshotId that it made; empty where there was nothing to import
 * @param rowsAdded to the table
 * @param rowsRemoved that imported rows replaced, or that were replaced as a whole
 * @param bytesWritten of data and delete files
 * @param rowsRejected that were passed over
 * @param rejected the first ten of them
 */
public record ImportResult(
    ImportPlan plan,
    OptionalLong snapshotId,
    long rowsAdded,
    long rowsRemoved,
    long bytesWritten,
    long rowsRejected,
    List<BadRow> rejected,
    Duration took) {
  public ImportResult {
    requireNonNull(plan, "plan is null");
    requireNonNull(snapshotId, "snapshotId is null");
    rejected = List.copyOf(rejected);
    requireNonNull(took, "took is null");
  }
}
