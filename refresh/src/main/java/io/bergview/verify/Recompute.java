package io.bergview.verify;

import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.pipeline.engine.DuplicateKeys;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.algebra.RootedPlan;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.incremental.ScratchTables;
import io.bergview.refresh.incremental.SourceReads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The expected rows of a view, computed as by a full refresh; for a sample only from the necessary
 * root rows, if they can be determined.
 */
final class Recompute {
  private final ViewDelta algebra;
  private final ResolvedView view;
  private final EngineSession session;
  private final ScratchTables scratch;
  private final SourceReads sources;
  private final Sample sample;

  Recompute(
      ViewDelta algebra,
      EngineSession session,
      ScratchTables scratch,
      SourceReads sources,
      Sample sample) {
    this.algebra = algebra;
    this.view = algebra.view();
    this.session = session;
    this.scratch = scratch;
    this.sources = sources;
    this.sample = sample;
  }

  /**
   * A query for the view's columns by position; of rows outside of the sample it may have some.
   *
   * @throws io.bergview.errors.DataException {@code DUPLICATE_KEY}
   */
  String query() {
    if (!sample.isAll() && algebra.replacedByRoot().isPresent()) {
      return sampledRows(algebra.replacedByRoot().get());
    }
    DuplicateKeys.refuse(session, view.definition().name(), view.checks(), sources::sql);
    Optional<Plan> keys =
        algebra.grouped() && !sample.isAll() ? algebra.groups().keysOfRoots() : Optional.empty();
    return keys.map(this::sampledGroups).orElseGet(() -> sql(view.plan()));
  }

  private String sampledRows(RootedPlan rooted) {
    String keys = sampled(rooted.keys());
    RootRows some = new RootRows.OfKeys(keys, scratch.match(keys, rooted.key().size()));
    DuplicateKeys.refuseAmong(
        session, view.definition().name(), algebra.checksOf(some), sources::sql);
    return sql(algebra.rowsOf(some));
  }

  private String sampledGroups(Plan keys) {
    GroupDelta groups = algebra.groups();
    String seen = sampled(keys);
    String recomputed =
        scratch.table(
            "groups", sql(groups.recomputed(seen, scratch.match(seen, groups.keys().size()))));
    return sql(groups.finished(recomputed));
  }

  /** The keys of the sample, as a table with columns {@code k0}, {@code k1}... */
  private String sampled(Plan keys) {
    List<String> names = new ArrayList<>();
    for (PlanColumn key : keys.columns()) {
      names.add(column(key.id()) + " AS k" + names.size());
    }
    return scratch.table(
        "sampled",
        "SELECT * FROM (SELECT DISTINCT %s FROM (%s)) AS k WHERE %s"
            .formatted(String.join(", ", names), sql(keys), sample.seesKey("k")));
  }

  private String sql(Plan plan) {
    return session.select(plan, sources::sql);
  }
}
