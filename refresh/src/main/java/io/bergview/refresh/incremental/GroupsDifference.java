package io.bergview.refresh.incremental;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.RootRows;
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
    Optional<String> inexact = groups.inexactFilter();
    if (inexact.isPresent()) {
      return QueryDifference.full(context.algebra().view(), inexact.get());
    }
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
    GroupMerge merge = new GroupMerge(groups, scratch, this::sql, groups::recomputed);
    GroupsMerging merging = new GroupsMerging(context, groups, merge);
    return groups.areFiltered()
        ? merging.recomputed(removed, added)
        : merging.merged(removed, added);
  }

  private String sql(Plan plan) {
    return DuckDbSql.select(plan, context.now()::sql);
  }
}
