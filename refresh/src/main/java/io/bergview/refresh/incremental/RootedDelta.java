package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.algebra.RootedPlan;
import io.bergview.refresh.change.KeyFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;

/** What a change of the sources does to rows that are derived from one root row each. */
final class RootedDelta {
  private final DeltaContext context;
  private final PlanTables tables;
  private final RootedPlan plan;
  private final Set<String> changed = new HashSet<>();

  RootedDelta(DeltaContext context, PlanTables tables, RootedPlan plan) {
    this.context = context;
    this.tables = tables;
    this.plan = plan;
    for (SourceTable source : PlanSources.of(plan.rows())) {
      if (context.changes().types().contains(source.type())) {
        changed.add(source.type());
      }
    }
  }

  /** Whether only the root's table changed, and is not among the others too. */
  boolean onlyRootChanged() {
    return changed.equals(Set.of(plan.rootType()))
        && !plan.relatedTypes().contains(plan.rootType());
  }

  /** Whether, in addition, no row was deleted from it. */
  boolean onlyRootGained() {
    return onlyRootChanged() && ofRoot().removedRows() == 0;
  }

  /** Whether root rows can be told apart. */
  boolean hasKey() {
    return plan.hasKey();
  }

  /** What the root's table lost and gained. */
  TableDelta ofRoot() {
    return context.changes().of(plan.rootType());
  }

  /** The rows that the root's table gained, for a statement that reads them once. */
  RootRows gained() {
    return once(ofRoot().addedOnce());
  }

  private RootRows once(TableDelta.Once side) {
    return side instanceof TableDelta.Once.Table table
        ? new RootRows.OfRows(table.name(), true)
        : new RootRows.OfRows(tables.query(((TableDelta.Once.Query) side).sql()), false);
  }

  /** What the plan loses and gains by the changed rows of the root's table alone. */
  PlanDelta.Change ofRootRows() {
    TableDelta rows = ofRoot();
    return new PlanDelta.Change(
        rows.removedRows() == 0 ? Optional.empty() : Optional.of(plan.of(once(rows.removedOnce()))),
        rows.addedRows() == 0 ? Optional.empty() : Optional.of(plan.of(gained())));
  }

  /** What the plan loses and gains; the same rows may be on both sides. */
  PlanDelta.Change change() {
    if (onlyRootChanged()) {
      return ofRootRows();
    }
    String keys = affected();
    context.refuseLargeShare(
        plan.root(), context.scratch().count(keys), context.now().rows(plan.rootType()));
    return ofKeys(keys, rootRows(keys, PlanVersion.NOW));
  }

  /**
   * The same, by the keys of the affected root rows.
   *
   * @param now these as they are now
   */
  PlanDelta.Change ofKeys(String keys, RootRows now) {
    RootRows before = rootRows(keys, PlanVersion.BEFORE);
    return new PlanDelta.Change(
        Optional.of(rows(before, PlanVersion.BEFORE)), Optional.of(rows(now, PlanVersion.NOW)));
  }

  /** The keys of all root rows that the changes may affect, as a table. */
  String affected() {
    Plan keys = plan.affected(context.changes().both(plan.changedColumns(changed)));
    return context.scratch().keys("affected", tables.sql(keys), keys.columns());
  }

  /** Files that hold nothing of some root rows are not looked into any more. */
  void lookOnlyFor(String keys) {
    plan.keyedByRoot()
        .forEach(
            (type, columns) -> {
              for (SourceReads reads : List.of(context.before(), context.now())) {
                Schema schema = reads.place(type).table().schema();
                reads.prune(type, KeyFiles.of(context.session(), keys, schema, columns));
              }
            });
  }

  /** The root rows of a table of keys, read once for all uses. */
  RootRows rootRows(String keys, PlanVersion version) {
    SourceReads reads = version == PlanVersion.NOW ? context.now() : context.before();
    Match match = context.scratch().match(keys, plan.key().size());
    String operator = match == Match.EQUAL ? " = " : " IS NOT DISTINCT FROM ";
    List<String> same = new ArrayList<>();
    for (int id : plan.key()) {
      same.add("r." + column(id) + operator + "k.k" + same.size());
    }
    SourceTable source = reads.place(plan.rootType()).source();
    String root =
        reads.holds(source)
            ? reads.sql(source)
            : KeyRange.of(
                context.session(),
                reads.sql(source),
                reads.rows(plan.rootType()),
                keys,
                plan.key().stream().map(source.schema()::findField).toList());
    String query =
        "SELECT r.* FROM %s AS r SEMI JOIN %s AS k ON %s"
            .formatted(root, quote(keys), String.join(" AND ", same));
    boolean once = context.algebra().view().checks().isEmpty() && plan.relatedTypes().isEmpty();
    return once
        ? new RootRows.OfRows(tables.query("(" + query + ")"), false)
        : new RootRows.OfRows(context.scratch().table("roots", query), true);
  }

  private Plan rows(RootRows some, PlanVersion version) {
    return version.of(plan.of(some), changed);
  }
}
