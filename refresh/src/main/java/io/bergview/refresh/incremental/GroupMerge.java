package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.change.WideRows;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;

/**
 * Merges the aggregates of the root rows deleted and inserted into what is stored of their groups,
 * as tables and queries of a session.
 */
public final class GroupMerge {
  /**
   * The aggregates of the root rows deleted, or of those inserted.
   *
   * @param table of the session, one row per group; empty where there is no row
   */
  public record Side(Optional<String> table) {
    public Side {
      requireNonNull(table, "table is null");
    }

    boolean some() {
      return table.isPresent();
    }

    String name() {
      return table.orElseThrow();
    }
  }

  private final GroupDelta groups;
  private final ScratchTables scratch;
  private final Function<Plan, String> now;
  private final BiFunction<String, Match, Plan> recomputed;

  /**
   * @param now a plan over the sources as they are now, as a query
   * @param recomputed the groups of a table of keys, computed from all of their rows
   */
  public GroupMerge(
      GroupDelta groups,
      ScratchTables scratch,
      Function<Plan, String> now,
      BiFunction<String, Match, Plan> recomputed) {
    this.recomputed = requireNonNull(recomputed, "recomputed is null");
    this.groups = requireNonNull(groups, "groups is null");
    this.scratch = requireNonNull(scratch, "scratch is null");
    this.now = requireNonNull(now, "now is null");
  }

  /** A table of the keys of the groups that may have changed. */
  public String touched(Side removed, Side added) {
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
          "(SELECT * FROM %1$s EXCEPT SELECT * FROM %2$s) UNION ALL (SELECT * FROM %2$s EXCEPT SELECT * FROM %1$s)"
              .formatted(quote(removed.name()), quote(added.name()));
    }
    return scratch.keys("touched", all, groups.keys());
  }

  /**
   * The groups touched, as a query; some of them may not merge.
   *
   * @param stored a table of the view's rows of these groups
   * @param schema of the view's table
   */
  public String merged(String stored, Schema schema, String touched, Side removed, Side added) {
    return now.apply(
        groups.merged(
            groups.stored(stored, schema),
            removed.some() ? Optional.of(ofTouched(removed, added, touched)) : Optional.empty(),
            added.some() ? ofTouched(added, removed, touched) : nothing()));
  }

  /** The view's rows of merged groups that all merge, as a query. */
  String gained(String query) {
    return finished("SELECT " + columns() + " FROM (" + query + ")");
  }

  /** How many groups of a table of merged groups do not merge. */
  public long unmergeable(String merged) {
    return scratch.countWhere(merged, unmergeable());
  }

  /**
   * The view's rows of the groups that are left, as a query: those that did not merge are computed
   * again, over all of the sources.
   *
   * @param merged a table of merged groups
   * @param unmerged how many of them do not merge
   */
  public String rows(String merged, long unmerged) {
    String live = groups.keys().isEmpty() ? "" : " AND " + column(groups.rowCount().id()) + " > 0";
    String done =
        "SELECT " + columns() + " FROM " + quote(merged) + " WHERE NOT " + unmergeable() + live;
    if (unmerged > 0) {
      done += " UNION ALL SELECT " + columns() + " FROM " + quote(again(merged));
    }
    return finished(done);
  }

  /** The view's rows of the groups of a table of keys, computed over all of the sources. */
  String computedAgain(String keys) {
    return finished("SELECT " + columns() + " FROM " + quote(recomputedTable(keys)));
  }

  private String recomputedTable(String keys) {
    return scratch.table(
        "recomputed", now.apply(recomputed.apply(keys, scratch.match(keys, groups.keys().size()))));
  }

  private String again(String merged) {
    String keys =
        scratch.keys(
            "again", "SELECT * FROM " + quote(merged) + " WHERE " + unmergeable(), groups.keys());
    return recomputedTable(keys);
  }

  private String finished(String groupsQuery) {
    return "WITH given AS (%s) SELECT * FROM (%s)"
        .formatted(groupsQuery, now.apply(groups.finished("given")));
  }

  private String unmergeable() {
    return column(groups.unmergeable().id());
  }

  private String columns() {
    return groups.columns().stream().map(column -> column(column.id())).collect(joining(", "));
  }

  private String keyColumns() {
    return groups.keys().isEmpty()
        ? "1 AS one"
        : groups.keys().stream().map(key -> column(key.id())).collect(joining(", "));
  }

  /** A table of no group. */
  private String nothing() {
    return scratch.table(
        "aggregates",
        groups.columns().stream()
            .map(
                group ->
                    "CAST(NULL AS %s) AS %s"
                        .formatted(scratch.dialect().type(group.type()), column(group.id())))
            .collect(joining(", ", "SELECT ", " LIMIT 0")));
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
