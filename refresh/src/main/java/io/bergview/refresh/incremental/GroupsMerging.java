package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.incremental.GroupMerge.Side;

/**
 * The difference of a view's groups, given the aggregates of the rows that they lost and gained.
 */
final class GroupsMerging {
  private final DeltaContext context;
  private final GroupDelta groups;
  private final GroupMerge merge;

  GroupsMerging(DeltaContext context, GroupDelta groups, GroupMerge merge) {
    this.context = requireNonNull(context, "context is null");
    this.groups = requireNonNull(groups, "groups is null");
    this.merge = requireNonNull(merge, "merge is null");
  }

  Difference merged(Side removed, Side added) {
    ScratchTables scratch = context.scratch();
    String touched = merge.touched(removed, added);
    if (scratch.count(touched) == 0) {
      return new Difference.None();
    }
    StoredRows rows =
        context.read(context.stored(touched, KeyColumn.paths(context.algebra().view().key())));
    String query = merge.merged(rows.table(), context.schema(), touched, removed, added);
    if (!removed.some() && groups.mergesAnyGain()) {
      String gained = merge.gained(query);
      return new Difference.Merge(
          rows,
          groups.countsRows()
              ? new NewRows.Different(gained, scratch.count(touched))
              : compared(gained));
    }
    String merged = scratch.table("merged", query);
    long unmerged = merge.unmergeable(merged);
    context.refuseTooManyGroups(unmerged);
    if (unmerged > 0) {
      context.now().pruneNothing();
    }
    return new Difference.Merge(rows, compared(merge.rows(merged, unmerged)), unmerged);
  }

  /** All touched groups computed again, where nothing is kept of some of them. */
  Difference recomputed(Side removed, Side added) {
    ScratchTables scratch = context.scratch();
    String touched = merge.touched(removed, added);
    long groupsTouched = scratch.count(touched);
    if (groupsTouched == 0) {
      return new Difference.None();
    }
    context.refuseTooMany(groupsTouched);
    StoredRows rows =
        context.read(context.stored(touched, KeyColumn.paths(context.algebra().view().key())));
    context.now().pruneNothing();
    return new Difference.Merge(rows, compared(merge.computedAgain(touched)), groupsTouched);
  }

  private NewRows compared(String query) {
    return new NewRows.Compared(context.scratch().table("rows", query), DuplicateCounts.ONE);
  }
}
