package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.types.Types;

/**
 * The delta algebra.
 *
 * <p>Let S be the sources as the view has read them, S' the current ones, D- and D+ the rows
 * deleted from a table and inserted into it, as bags. A view's rows are derived from root rows,
 * each independently: by joins along relations, unnesting, filtering, nested aggregates. So the
 * rows derived from root rows that did not change and reach no changed row are the same over S and
 * S'. Let A be the keys of all other root rows: those in D- and D+ of the root's table, and those
 * that reach a changed row of another table ({@link AffectedKeys}). Then
 *
 * <pre>
 *   projection:  view' = view - (rows of the view whose root key is in A) + Q(S' where root key in A)
 *   aggregate:   state' = state - agg(Q(S where root key in A)) + agg(Q(S' where root key in A))
 * </pre>
 *
 * <p>Keys need not be unique: all root rows of a key are replaced together. If only the root's own
 * table changed, D- and D+ are themselves the root rows to aggregate, over sources that are the
 * same in S and S', and no key is needed: {@code agg(Q(D-))}, {@code agg(Q(D+))}; and if D- is also
 * empty, a projection only gains {@code Q(D+)}.
 *
 * <p>For an aggregate whose root has no key, the whole root row serves as its key: equal rows
 * contribute equally. A projection needs a key of the root among its own columns, to find the rows
 * to delete.
 *
 * <p>After Griffin and Libkin, "Incremental Maintenance of Views with Duplicates" (SIGMOD 1995),
 * and Gupta and Mumick, "Maintenance of Materialized Views" (1995).
 */
public final class ViewDelta {
  private final ResolvedView view;
  private final Plan rows;
  private final List<Integer> rootKey;
  private final List<Scan> others;
  private final FreshColumns columns;
  private final Predicate<SourceTable> held;
  private final boolean query;

  public ViewDelta(ResolvedView view) {
    this(view, source -> false);
  }

  private ViewDelta(ResolvedView view, Predicate<SourceTable> held) {
    this.view = requireNonNull(view, "view is null");
    this.held = requireNonNull(held, "held is null");
    this.columns = new FreshColumns(view);
    this.query =
        view.definition().query().isPresent()
            || view.plan().operators().anyMatch(QueryPlan.class::isInstance);
    Plan input = view.plan().inputs().get(0);
    this.rows = aggregate(input).<Plan>map(Plan.Aggregate::input).orElse(input);
    this.rootKey = isQuery() ? List.of() : rootKey(view, rows.root());
    this.others = isQuery() ? List.of() : rows.otherScans();
  }

  private static List<Integer> rootKey(ResolvedView view, Scan root) {
    EntityType type = view.types().get(root.source().type());
    List<Integer> ids = new ArrayList<>();
    for (String column : type == null ? List.<String>of() : type.id()) {
      Optional.ofNullable(root.source().schema().findField(column))
          .map(Types.NestedField::fieldId)
          .ifPresent(ids::add);
    }
    boolean known = type != null && !ids.isEmpty() && ids.size() == type.id().size();
    return known ? List.copyOf(ids) : root.reads().stream().map(Scan.Read::fieldId).toList();
  }

  /**
   * The same algebra, with plans that join some sources directly instead of first selecting the few
   * needed rows of them.
   *
   * @param which those that the session holds in memory
   */
  public ViewDelta holding(Predicate<SourceTable> which) {
    return new ViewDelta(view, which);
  }

  public ResolvedView view() {
    return view;
  }

  /**
   * Whether it is a query in SQL, or has an operator of those, so that its rows are not derived
   * each from one root row: of what is here only its sources and its groups apply to it.
   */
  public boolean isQuery() {
    return query;
  }

  /** Ids of columns that its plans do not have. */
  public FreshColumns fresh() {
    return columns;
  }

  /** Whether its rows are groups, perhaps not all of them. */
  public boolean grouped() {
    return aggregate(view.plan().inputs().get(0)).isPresent();
  }

  /** The groups that are shown, or of which {@code $having} keeps some. */
  private Optional<Plan.Aggregate> aggregate(Plan input) {
    Plan groups = !isQuery() && input instanceof Plan.Filter having ? having.input() : input;
    return groups instanceof Plan.Aggregate aggregate ? Optional.of(aggregate) : Optional.empty();
  }

  /**
   * Whether the deleted and inserted rows of a table are needed only to find affected root rows, so
   * that unchanged rows among them cost time but do no harm.
   */
  public boolean selectsKeysOnly(String type) {
    boolean limited = view.definition().refresh().maxDelta().isPresent();
    return !limited && !isQuery() && !(grouped() && type.equals(rootType()));
  }

  /** The algebra of its groups. */
  public GroupDelta groups() {
    return new GroupDelta(this, (Plan.Project) view.plan());
  }

  /** The rows that it shows or groups, filtered. */
  Plan rows() {
    return rows;
  }

  FreshColumns columns() {
    return columns;
  }

  /** The type of the table that its rows are derived from. */
  public String rootType() {
    if (isQuery()) {
      return view.sources().get(0).type();
    }
    return rows.root().source().type();
  }

  /** Whether root rows can be identified. */
  public boolean hasRootKey() {
    return !rootKey.isEmpty();
  }

  /** The field ids of the root's key, or of all of its columns that are read. */
  public List<Integer> rootKey() {
    return rootKey;
  }

  /** The types of the columns of {@link #affectedRoots}, in order. */
  public List<PlanColumn> rootKeyColumns() {
    Scan root = Scans.reading(rows.root(), rootKey, columns);
    return Scans.values(root, rootKey).stream().map(value -> ((Expr.Ref) value).column()).toList();
  }

  /** The keys of all root rows. */
  public Plan rootKeys() {
    Scan root = Scans.reading(rows.root(), rootKey, columns);
    return keys(root, Scans.values(root, rootKey));
  }

  /**
   * The tables that its rows depend on, other than by the root scan; the root's own table may be
   * among them.
   */
  public Set<String> relatedTypes() {
    return Set.copyOf(others.stream().map(scan -> scan.source().type()).toList());
  }

  /**
   * The tables that are read only for affected roots, each once, by type: the root's own, and those
   * that are joined directly by its key.
   *
   * @return the columns that hold the root's key, in its order, by field id
   */
  public Map<String, List<Integer>> keyedByRoot() {
    Map<String, List<Integer>> keyed = new LinkedHashMap<>();
    keyed.put(rootType(), rootKey);
    Scan root = rows.root();
    Plan plan = rows;
    while (plan.drivingInput().isPresent() && !rootKey.isEmpty()) {
      if (plan instanceof Plan.NestedAggregate nested) {
        children(root, nested.children(), nested.on(), keyed);
      } else if (plan instanceof Plan.JoinToMany join) {
        children(root, join.children(), join.on(), keyed);
      }
      plan = plan.drivingInput().get();
    }
    List<String> types = new ArrayList<>(List.of(rootType()));
    others.forEach(scan -> types.add(scan.source().type()));
    keyed.keySet().removeIf(type -> Collections.frequency(types, type) > 1);
    return keyed;
  }

  private void children(
      Scan root, Plan children, List<JoinKey> on, Map<String, List<Integer>> keyed) {
    if (!(LeftmostInput.of(children) instanceof Scan child) || on.size() != rootKey.size()) {
      return;
    }
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < rootKey.size(); i++) {
      int id = rootKey.get(i);
      JoinKey key = on.get(i);
      boolean byKey =
          root.reads().stream()
              .anyMatch(
                  read -> read.fieldId() == id && new Expr.Ref(read.column()).equals(key.input()));
      child.reads().stream()
          .filter(read -> byKey && new Expr.Ref(read.column()).equals(key.other()))
          .forEach(read -> columns.add(read.fieldId()));
    }
    if (columns.size() == rootKey.size()) {
      keyed.put(child.source().type(), columns);
    }
  }

  /** Every table once, by type, with the columns that the algebra reads: the key's too. */
  public Map<String, SourceTable> sources() {
    if (isQuery()) {
      Map<String, SourceTable> read = new LinkedHashMap<>();
      PlanSources.of(view.plan()).forEach(source -> read.put(source.type(), source));
      return read;
    }
    Scan root = Scans.reading(rows.root(), rootKey, columns);
    Map<String, SourceTable> sources = new LinkedHashMap<>();
    List<Plan> plans = new ArrayList<>(List.of(view.plan(), root));
    for (UniqueCheck check : view.checks()) {
      plans.add(check.target());
      plans.add(check.references());
    }
    PlanSources.of(plans.toArray(new Plan[0]))
        .forEach(source -> sources.put(source.type(), source));
    return sources;
  }

  /**
   * The keys of the root rows that a change may affect, some of them perhaps several times.
   *
   * @param changed by type the table that holds the deleted and inserted rows, columns {@code
   *     c<field id>}; a table that did not change is not here
   */
  public Plan affectedRoots(Map<String, String> changed) {
    List<Plan> keys = new ArrayList<>();
    Scan root = rows.root();
    Scan keyed = Scans.reading(root, rootKey, columns);
    List<Expr> values = Scans.values(keyed, rootKey);
    Plan whole = LeftmostInput.replace(rows, keyed);
    String rootRows = changed.get(root.source().type());
    if (rootRows != null) {
      keys.add(keys(Scans.given(rootRows, true, keyed), values));
    }
    for (Scan other : others) {
      String table = changed.get(other.source().type());
      if (table != null) {
        keys.add(
            new AffectedKeys(other, Scans.given(table, true, other), columns).of(whole, values));
      }
    }
    List<PlanColumn> names = new ArrayList<>();
    values.forEach(value -> names.add(columns.next("key", value.type())));
    return new QueryPlan.Union(keys, names);
  }

  /**
   * The columns that {@link #affectedRoots} reads of the rows deleted from and inserted into a
   * table.
   *
   * @param types of the tables that changed
   * @return by type the field ids of some of its columns
   */
  public Map<String, List<Integer>> changedColumns(Set<String> types) {
    Map<String, String> names = new LinkedHashMap<>();
    types.forEach(type -> names.put(type, type));
    Map<String, Set<String>> given = Scans.given(affectedRoots(names));
    Map<String, List<Integer>> columns = new LinkedHashMap<>();
    for (String type : types) {
      columns.put(
          type,
          given.getOrDefault(type, Set.of()).stream()
              .map(name -> Integer.valueOf(name.substring(1)))
              .sorted()
              .toList());
    }
    return columns;
  }

  private Plan keys(Plan input, List<Expr> values) {
    List<Assignment> outputs = new ArrayList<>();
    values.forEach(value -> outputs.add(new Assignment(columns.next("key", value.type()), value)));
    return Scans.project(input, outputs);
  }

  /** The view's own columns for some root rows. */
  public Plan rowsOf(RootRows some) {
    return narrowed(view.plan(), some);
  }

  /** The view's checks, restricted to the references of the given root rows. */
  public List<UniqueCheck> checksOf(RootRows some) {
    return view.checks().stream()
        .map(
            check ->
                new UniqueCheck(
                    check.path(),
                    check.type(),
                    check.keyNames(),
                    check.target(),
                    narrowed(check.references(), some)))
        .toList();
  }

  Plan narrowed(Plan plan, RootRows some) {
    return Restriction.of(plan, scan -> narrowed(scan, some), columns, held);
  }

  private Plan narrowed(Scan scan, RootRows some) {
    if (some instanceof RootRows.OfRows given) {
      return Scans.given(given.name(), given.isStored(), scan);
    }
    Scan keyed = Scans.reading(scan, rootKey, columns);
    RootRows.OfKeys keys = (RootRows.OfKeys) some;
    return semiJoin(keyed, Scans.values(keyed, rootKey), keys.table(), keys.match());
  }

  /** The rows whose values are among the keys of a table with columns {@code k0}, {@code k1}... */
  DeltaPlan.SemiJoin semiJoin(Plan input, List<Expr> values, String keysTable, Match match) {
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    List<JoinKey> pairs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      PlanColumn key = columns.next("key", values.get(i).type());
      given.add(new DeltaPlan.PreparedRows.Column(key, "k" + i));
      pairs.add(new JoinKey(values.get(i), new Expr.Ref(key)));
    }
    return new DeltaPlan.SemiJoin(
        input, new DeltaPlan.PreparedRows(keysTable, true, given), pairs, match);
  }
}
