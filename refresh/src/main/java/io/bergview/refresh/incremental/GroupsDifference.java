package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.StoredRows;
import java.util.List;
import java.util.function.Function;

/**
 * The difference of a view of groups: the aggregates of the root rows that went or changed, before
 * and after, merged into what is stored of their groups.
 */
final class GroupsDifference {
  private final DeltaContext context;
  private final GroupDelta groups;
  private final Scratch scratch;

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
      RootRows gained = new RootRows.Given(context.changes().of(root).added());
      RootRows lost = new RootRows.Given(context.changes().of(root).removed());
      context.refuseDuplicates(gained);
      return merge(aggregates(lost, context.now()::sql), aggregates(gained, context.now()::sql));
    }
    if (!context.algebra().hasRootKey()) {
      return new Difference.TooMuch(Forecast.noKey(context.algebra()));
    }
    String keys = context.affectedRoots();
    if (context.tooMany(keys)) {
      return context.tooMuch(keys);
    }
    RootRows affected = context.rootRows(keys);
    context.refuseDuplicates(affected);
    return merge(
        aggregates(affected, context.before()::sql), aggregates(affected, context.now()::sql));
  }

  private String aggregates(RootRows of, Function<SourceTable, String> relations) {
    return table("aggregates", groups.aggregatesOf(of), relations);
  }

  private String table(String label, Plan plan, Function<SourceTable, String> relations) {
    return scratch.table(label, DuckDbSql.select(plan, relations));
  }

  private Difference merge(String allRemoved, String allAdded) {
    String touched = touched(allRemoved, allAdded);
    if (scratch.count(touched) == 0) {
      return new Difference.None();
    }
    String removed = ofTouched(allRemoved, touched);
    String added = ofTouched(allAdded, touched);
    StoredRows rows = context.stored(touched, KeyColumn.paths(context.algebra().view().key()));
    String merged =
        table(
            "merged",
            groups.merged(groups.stored(rows.table(), context.schema()), removed, added),
            context.now()::sql);
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
    String now = scratch.table("groups", done);
    return new Difference.Merge(rows, table("rows", groups.finished(now), context.now()::sql));
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
    return table(
        "recomputed",
        groups.recomputed(keys, scratch.match(keys, groups.keys().size())),
        context.now()::sql);
  }

  /** The keys of the groups that may have changed. */
  private String touched(String removed, String added) {
    List<PlanColumn> keys = groups.keys();
    String one = "FROM " + quote(removed);
    String other = "FROM " + quote(added);
    String all =
        groups.comparesByAggregates()
            ? "(%1$s EXCEPT %2$s) UNION ALL (%2$s EXCEPT %1$s)".formatted(one, other)
            : one + " UNION ALL " + other;
    return scratch.keys("touched", all, keys);
  }

  private String ofTouched(String table, String touched) {
    List<PlanColumn> keys = groups.keys();
    if (keys.isEmpty()) {
      return table;
    }
    StringBuilder same = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      same.append(i == 0 ? "" : " AND ")
          .append("a." + column(keys.get(i).id()) + " IS NOT DISTINCT FROM t.k" + i);
    }
    return scratch.table(
        "aggregates",
        "SELECT a.* FROM "
            + quote(table)
            + " AS a SEMI JOIN "
            + quote(touched)
            + " AS t ON "
            + same);
  }
}
