package io.bergview.refresh;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.Relations;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.algebra.RootedPlan;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.incremental.GroupMerge;
import io.bergview.refresh.incremental.GroupMerge.Side;
import io.bergview.refresh.incremental.ScratchTables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for one view and one change of its tables: what is stored, changed as the algebra
 * says, is what the view's query gives now.
 */
final class AlgebraLaw {
  private final ResolvedView view;
  private final ViewDelta algebra;
  private final RootedPlan rooted;
  private final AlgebraTables tables;
  private final ScratchTables scratch;
  private final String what;
  private final String stored;
  private String followed;
  private long groupsAgain;
  private final Map<String, String> gone = new LinkedHashMap<>();
  private final Map<String, String> insertedRows = new LinkedHashMap<>();
  private final Map<String, String> changed = new LinkedHashMap<>();

  AlgebraLaw(ResolvedView view, AlgebraTables tables, String what) {
    this(view, tables, what, stored(view, tables));
  }

  /**
   * @param stored a table of the view's rows before the change, as following others has left them
   */
  AlgebraLaw(ResolvedView view, AlgebraTables tables, String what, String stored) {
    this.view = view;
    // Some tables, now these and now those, are joined as if they lay in memory.
    this.algebra =
        new ViewDelta(view)
            .holding(source -> (what.hashCode() ^ source.type().hashCode()) % 2 == 0);
    this.rooted = algebra.rooted().orElseThrow();
    this.tables = tables;
    this.scratch = tables.scratch();
    this.what = what;
    this.stored = stored;
    this.followed = stored;
    algebra.sources().forEach(this::difference);
  }

  private void difference(String type, SourceTable source) {
    String removed = tables.gone(source);
    String added = tables.insertedRows(source);
    if (scratch.count(removed) + scratch.count(added) > 0) {
      gone.put(type, removed);
      insertedRows.put(type, added);
      changed.put(
          type,
          scratch.table("both", "FROM " + quote(removed) + " UNION ALL FROM " + quote(added)));
    }
  }

  /** A table of the view's rows as they were, recomputed. */
  static String stored(ResolvedView view, AlgebraTables tables) {
    return tables.scratch().table("stored", named(view, tables.beforeSql(view.plan())));
  }

  /** The view's columns as its table calls them. */
  private static String named(ResolvedView view, String rows) {
    return "SELECT * FROM (%s) AS v(%s)"
        .formatted(
            rows,
            view.schema().columns().stream()
                .map(field -> column(field.fieldId()))
                .collect(joining(", ")));
  }

  /** A table of the view's rows as the last check has found them. */
  String followed() {
    return followed;
  }

  /** How many groups the last check has computed again. */
  long groupsAgain() {
    return groupsAgain;
  }

  void check() {
    boolean onlyRoot =
        changed.keySet().equals(Set.of(algebra.rootType()))
            && !rooted.relatedTypes().contains(algebra.rootType());
    if (onlyRoot && algebra.grouped()) {
      groups(ofRoot(gone.get(algebra.rootType())), ofRoot(insertedRows.get(algebra.rootType())));
    } else if (onlyRoot && scratch.count(gone.get(algebra.rootType())) == 0) {
      RootRows gained = new RootRows.OfRows(insertedRows.get(algebra.rootType()), true);
      equal(
          "FROM " + quote(stored) + " UNION ALL " + wrapped(tables.nowSql(algebra.rowsOf(gained))));
    }
    if (changed.isEmpty() || !rooted.hasKey()) {
      return;
    }
    RootRows.OfKeys affected = affected();
    assertChecksAreTheSame();
    if (algebra.grouped()) {
      groups(side(affected, true, tables::before), side(affected, true, tables::now));
    } else if (!view.rootKey().isEmpty()) {
      rows(affected);
    }
  }

  private static String wrapped(String sql) {
    return "SELECT * FROM (" + sql + ")";
  }

  private RootRows.OfKeys affected() {
    Plan affected = rooted.affected(changed);
    String keys = scratch.keys("affected", tables.nowSql(affected), affected.columns());
    assertTypesAreThoseOfTheKey(keys);
    return new RootRows.OfKeys(keys, scratch.match(keys, rooted.keyColumns().size()));
  }

  /** Also where the column that leads to the root is narrower than its key. */
  private void assertTypesAreThoseOfTheKey(String keys) {
    List<PlanColumn> columns = rooted.keyColumns();
    for (int i = 0; i < columns.size(); i++) {
      String types = "SELECT DISTINCT typeof(k" + i + ") FROM " + quote(keys);
      for (List<Object> type : tables.read(types, List.of(Types.StringType.get()))) {
        assertThat(type).as(what).containsExactly(sqlType(columns.get(i).type()));
      }
    }
  }

  private void rows(RootRows.OfKeys affected) {
    String insertedRows = tables.nowSql(algebra.rowsOf(affected));
    String kept = withoutKeys(affected.table(), view.rootKey());
    equal(kept + " UNION ALL " + wrapped(insertedRows));
    Relations pruned =
        source ->
            rooted.keyedByRoot().containsKey(source.type())
                ? pruned(source, affected.table())
                : tables.now(source);
    assertThat(bag(DuckDbSql.select(algebra.rowsOf(affected), pruned)))
        .as("pruned: " + what)
        .containsExactlyInAnyOrderElementsOf(bag(insertedRows));
  }

  /** Only the rows of a table that lie under the affected keys. */
  private String pruned(SourceTable source, String keys) {
    List<Integer> columns = rooted.keyedByRoot().get(source.type());
    String same =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "t." + column(columns.get(i)) + " IS NOT DISTINCT FROM k.k" + i)
            .collect(joining(" AND "));
    return "(SELECT * FROM %s AS t SEMI JOIN %s AS k ON %s)"
        .formatted(tables.now(source), quote(keys), same);
  }

  /** The stored rows of other keys. */
  private String withoutKeys(String keys, List<String> places) {
    List<KeyColumn> parts = KeyColumn.of(DuckDbDialect.DUCKDB, view.schema(), places);
    String same =
        parts.stream()
            .map(
                part ->
                    "v."
                        + column(part.root().fieldId())
                        + part.inside().stream().map(name -> "." + quote(name)).collect(joining())
                        + " IS NOT DISTINCT FROM k."
                        + part.key())
            .collect(joining(" AND "));
    return "SELECT * FROM %s AS v ANTI JOIN %s AS k ON %s"
        .formatted(quote(stored), quote(keys), same.isEmpty() ? "true" : same);
  }

  private Side side(RootRows of, boolean some, Relations moment) {
    return new Side(
        some
            ? Optional.of(
                scratch.table(
                    "aggregates",
                    DuckDbSql.select(algebra.groups().aggregate().over(rooted.of(of)), moment)))
            : Optional.empty());
  }

  /** As where only the root has changed: no side where there is no row. */
  private Side ofRoot(String table) {
    return side(new RootRows.OfRows(table, true), scratch.count(table) > 0, tables::now);
  }

  /** The product's own merge of groups: what it leaves must be what computing anew gives. */
  private void groups(Side removed, Side added) {
    GroupMerge merge =
        new GroupMerge(algebra.groups(), scratch, tables::nowSql, algebra.groups()::recomputed);
    String touched = merge.touched(removed, added);
    if (scratch.count(touched) == 0) {
      equal("FROM " + quote(stored));
      return;
    }
    String kept = withoutKeys(touched, view.key());
    String old = scratch.table("old", "FROM " + quote(stored) + " EXCEPT ALL (" + kept + ")");
    String merged =
        scratch.table("merged", merge.merged(old, view.schema(), touched, removed, added));
    groupsAgain = merge.unmergeable(merged);
    equal(kept + " UNION ALL " + wrapped(merge.rows(merged, groupsAgain)));
  }

  /** Of all root rows the narrowed checks are the view's own, of none they are empty. */
  private void assertChecksAreTheSame() {
    Plan roots = rooted.keys();
    String all = scratch.keys("all", tables.nowSql(roots), roots.columns());
    String none = scratch.table("none", "FROM " + quote(all) + " LIMIT 0");
    int width = rooted.keyColumns().size();
    List<UniqueCheck> whole = algebra.checksOf(new RootRows.OfKeys(all, scratch.match(all, width)));
    List<UniqueCheck> empty =
        algebra.checksOf(new RootRows.OfKeys(none, scratch.match(none, width)));
    assertThat(whole).hasSameSizeAs(view.checks());
    for (int i = 0; i < view.checks().size(); i++) {
      assertThat(references(whole.get(i))).as(what).isEqualTo(references(view.checks().get(i)));
      assertThat(references(empty.get(i))).as(what).isEmpty();
    }
  }

  private Set<List<Object>> references(UniqueCheck check) {
    List<PlanColumn> columns = check.references().columns();
    return new HashSet<>(
        tables.read(
            tables.nowSql(check.references()), columns.stream().map(PlanColumn::type).toList()));
  }

  private void equal(String rows) {
    followed = scratch.table("followed", named(view, rows));
    assertThat(CloseRows.differences(bag(tables.nowSql(view.plan())), bag(rows)))
        .as(what)
        .isEmpty();
  }

  private List<Map<String, @Nullable Object>> bag(String sql) {
    List<OutputColumn> columns = view.allColumns();
    List<Map<String, @Nullable Object>> bag = new ArrayList<>();
    for (List<Object> row : tables.read(sql, columns.stream().map(OutputColumn::type).toList())) {
      Map<String, @Nullable Object> named = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        named.put(columns.get(i).name(), row.get(i));
      }
      bag.add(named);
    }
    return bag;
  }
}
