package io.bergview.refresh.incremental;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.incremental.GroupMerge.Side;
import java.util.Optional;

/**
 * The difference of a view of groups: the aggregates of the root deleted rows or changed, before
 * and after, merged into what is stored of their groups.
 */
final class GroupsDifference {
  private final DeltaContext context;
  private final GroupDelta groups;
  private final ScratchTables scratch;

  GroupsDifference(DeltaContext context) {
    this.context = context;
    this.groups = context.algebra().groups();
    this.scratch = context.scratch();
  }

  Difference compute() {
    if (context.onlyRootChanged()) {
      String root = context.algebra().rootType();
      if (context.tooMany(context.changes().rows())) {
        return context.tooMuch(context.changes().rows());
      }
      TableDelta rows = context.changes().of(root);
      RootRows gained = RootRows.OfRows.of(rows.addedOnce());
      context.refuseDuplicates(gained);
      return merge(
          side(RootRows.OfRows.of(rows.removedOnce()), rows.removedRows() > 0, context.now()),
          side(gained, rows.addedRows() > 0, context.now()));
    }
    if (!context.algebra().hasRootKey()) {
      return new Difference.NotIncremental(CostEstimate.noKey(context.algebra()));
    }
    Optional<RefreshPlan.Full> cheaper = context.cheaperThanRegrouping();
    if (cheaper.isPresent()) {
      return new Difference.NotIncremental(cheaper.get());
    }
    String keys = context.affectedRoots();
    if (context.tooMany(keys)) {
      return context.tooMuch(keys);
    }
    context.lookOnlyFor(keys);
    RootRows now = context.rootRows(keys, context.now());
    context.refuseDuplicates(now);
    return merge(
        side(context.rootRows(keys, context.before()), true, context.before()),
        side(now, true, context.now()));
  }

  private Side side(RootRows of, boolean some, SourceReads reads) {
    return new Side(
        some
            ? Optional.of(
                scratch.table(
                    "aggregates", DuckDbSql.select(groups.aggregatesOf(of), of.among(reads::sql))))
            : Optional.empty());
  }

  private Difference merge(Side removed, Side added) {
    GroupMerge merge = new GroupMerge(groups, scratch, this::sql);
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
    if (context.tooManyGroups(unmerged)) {
      return context.tooManyGroupsAgain(unmerged);
    }
    if (unmerged > 0) {
      context.now().pruneNothing();
    }
    return new Difference.Merge(rows, compared(merge.rows(merged, unmerged)), unmerged);
  }

  private NewRows compared(String query) {
    return new NewRows.Compared(scratch.table("rows", query), DuplicateCounts.ONE);
  }

  private String sql(Plan plan) {
    return DuckDbSql.select(plan, context.now()::sql);
  }
}
