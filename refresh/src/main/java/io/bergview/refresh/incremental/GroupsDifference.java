package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.change.WideRows;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

  /**
   * The aggregates of the deleted root rows, or of the inserted ones.
   *
   * @param table of the session, one row per group; empty if there is no row
   */
  private record Side(Optional<String> table) {
    boolean some() {
      return table.isPresent();
    }

    String name() {
      return table.orElseThrow();
    }
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
    String touched = touched(removed, added);
    if (scratch.count(touched) == 0) {
      return new Difference.None();
    }
    StoredRows rows =
        context.read(context.stored(touched, KeyColumn.paths(context.algebra().view().key())));
    String query =
        sql(
            groups.merged(
                groups.stored(rows.table(), context.schema()),
                removed.some() ? Optional.of(ofTouched(removed, added, touched)) : Optional.empty(),
                added.some() ? ofTouched(added, removed, touched) : nothing()));
    if (!removed.some() && groups.mergesAnyGain()) {
      String gained = finished("SELECT " + columns() + " FROM (" + query + ")");
      return new Difference.Merge(
          rows,
          groups.countsRows()
              ? new NewRows.Different(gained, scratch.count(touched))
              : compared(gained));
    }
    String merged = scratch.table("merged", query);
    String unmergeable = column(groups.unmergeable().id());
    long unmerged = scratch.countWhere(merged, unmergeable);
    if (context.tooManyGroups(unmerged)) {
      return context.tooManyGroupsAgain(unmerged);
    }
    String live = groups.keys().isEmpty() ? "" : " AND " + column(groups.rowCount().id()) + " > 0";
    String done =
        "SELECT " + columns() + " FROM " + quote(merged) + " WHERE NOT " + unmergeable + live;
    if (unmerged > 0) {
      done += " UNION ALL SELECT " + columns() + " FROM " + quote(again(merged, unmergeable));
    }
    return new Difference.Merge(rows, compared(finished(done)), unmerged);
  }

  /** A table of no group. */
  private String nothing() {
    return scratch.table(
        "aggregates",
        groups.columns().stream()
            .map(
                group ->
                    "CAST(NULL AS %s) AS %s".formatted(sqlType(group.type()), column(group.id())))
            .collect(joining(", ", "SELECT ", " LIMIT 0")));
  }

  private NewRows compared(String query) {
    return new NewRows.Compared(scratch.table("rows", query), DuplicateCounts.ONE);
  }

  /** The view's rows of groups, as a query. */
  private String finished(String groupsQuery) {
    return "WITH given AS (%s) SELECT * FROM (%s)"
        .formatted(groupsQuery, sql(groups.finished("given")));
  }

  private String sql(Plan plan) {
    return DuckDbSql.select(plan, context.now()::sql);
  }

  private String columns() {
    return groups.columns().stream().map(column -> column(column.id())).collect(joining(", "));
  }

  /** The groups that did not merge, over all of the sources. */
  private String again(String merged, String unmergeable) {
    String keys =
        scratch.keys(
            "again", "SELECT * FROM " + quote(merged) + " WHERE " + unmergeable, groups.keys());
    context.now().pruneNothing();
    return scratch.table(
        "recomputed", sql(groups.recomputed(keys, scratch.match(keys, groups.keys().size()))));
  }

  /** The keys of the groups that may have changed. */
  private String touched(Side removed, Side added) {
    if (removed.some() != added.some()) {
      return scratch.keysOf("touched", (added.some() ? added : removed).name(), groups.keys());
    }
    String all =
        Stream.of(removed, added)
            .filter(Side::some)
            .map(side -> "SELECT " + keyColumns() + " FROM " + quote(side.name()))
            .collect(joining(" UNION ALL "));
    if (compared(removed, added)) {
      all =
          "(FROM %1$s EXCEPT FROM %2$s) UNION ALL (FROM %2$s EXCEPT FROM %1$s)"
              .formatted(quote(removed.name()), quote(added.name()));
    }
    return scratch.keys("touched", all, groups.keys());
  }

  private String keyColumns() {
    return groups.keys().isEmpty()
        ? "1 AS one"
        : groups.keys().stream().map(key -> column(key.id())).collect(joining(", "));
  }

  /**
   * Whether groups that are alike on both sides are left alone. Of many columns it takes longer to
   * find them than to merge them.
   */
  private boolean compared(Side one, Side other) {
    return one.some()
        && other.some()
        && groups.comparesByAggregates()
        && !WideRows.isWide(groups.columns().size());
  }

  private String ofTouched(Side side, Side other, String touched) {
    List<PlanColumn> keys = groups.keys();
    String table = side.name();
    if (keys.isEmpty() || !compared(side, other)) {
      return table;
    }
    StringBuilder same = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      same.append(i == 0 ? "" : " AND ")
          .append("a." + column(keys.get(i).id()) + " IS NOT DISTINCT FROM t.k" + i);
    }
    return scratch.view(
        "aggregates",
        "SELECT a.* FROM "
            + quote(table)
            + " AS a SEMI JOIN "
            + quote(touched)
            + " AS t ON "
            + same);
  }
}
