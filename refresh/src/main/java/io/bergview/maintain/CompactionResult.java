package io.bergview.maintain;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What compacting a view did, or would do. No row of the view changes.
 *
 * @param dryRun whether nothing was done
 * @param filesRewritten data files that were replaced
 * @param filesWritten data files in their place; 0 in a dry run
 * @param deletesFolded delete files that were removed
 * @param manifestsMerged manifests that were replaced
 * @param bytesRewritten of the data files that were replaced
 * @param bytesWritten of those in their place
 * @param remarks why something was not done; usually empty
 */
public record CompactionResult(
    String view,
    boolean dryRun,
    long filesRewritten,
    long filesWritten,
    long deletesFolded,
    long manifestsMerged,
    long bytesRewritten,
    long bytesWritten,
    List<String> remarks) {
  public CompactionResult {
    requireNonNull(view, "view is null");
    remarks = List.copyOf(remarks);
  }

  static CompactionResult unchanged(String view, boolean dryRun, String... remarks) {
    return new CompactionResult(view, dryRun, 0, 0, 0, 0, 0, 0, List.of(remarks));
  }

  /** Whether there was anything to do. */
  public boolean isNothing() {
    return filesRewritten == 0 && deletesFolded == 0 && manifestsMerged == 0;
  }
}
