package io.bergview.refresh.incremental;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredFiles;
import java.util.Optional;

/** The difference of a view of rows: those of the affected root rows, computed again. */
final class RowsDifference {
  private final DeltaContext context;

  RowsDifference(DeltaContext context) {
    this.context = context;
  }

  Difference compute() {
    ResolvedView view = context.algebra().view();
    if (context.onlyRootGained()) {
      TableDelta rows = context.changes().of(context.algebra().rootType());
      if (context.moreThanNamed(rows.addedRows())) {
        return context.tooMuch(rows.addedRows());
      }
      RootRows gained = RootRows.OfRows.of(rows.addedOnce());
      context.refuseDuplicates(gained);
      return new Difference.Append(
          DuckDbSql.select(context.algebra().rowsOf(gained), gained.among(context.now()::sql)));
    }
    if (view.rootKey().isEmpty()) {
      return new Difference.NotIncremental(CostEstimate.noKey(context.algebra()));
    }
    String keys = context.affectedRoots();
    long count = context.scratch().count(keys);
    if (context.tooMany(count)) {
      return context.tooMuch(count);
    }
    context.lookOnlyFor(keys);
    StoredFiles files = context.stored(keys, KeyColumn.paths(view.rootKey()));
    Optional<RefreshPlan.Full> cheaper =
        context
            .costs()
            .ofReplacing(count, context.rootRows(), context.now().bytes(), files.bytes());
    if (cheaper.isPresent()) {
      return new Difference.NotIncremental(cheaper.get());
    }
    RootRows affected = context.rootRows(keys, context.now());
    if (context.isEmpty(affected)) {
      return new Difference.Merge(context.places(files), new NewRows.None());
    }
    context.refuseDuplicates(affected);
    String newRows =
        context
            .scratch()
            .table(
                "rows",
                DuckDbSql.select(
                    context.algebra().rowsOf(affected), affected.among(context.now()::sql)));
    return new Difference.Merge(
        context.readToCompare(files), new NewRows.Compared(newRows, DuplicateCounts.MANY));
  }
}
