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
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.SourceTable;
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
 * A plan whose rows are derived from the rows of one root table, each independently: by joins along
 * relations, unnesting, filtering, nested aggregates. So the rows derived from root rows that did
 * not change and reach no changed row are the same before a change and after it. Let A be the keys
 * of all other root rows: those deleted from the root's table or inserted into it, and those that
 * reach a changed row of another table ({@link AffectedKeys}). Then, over the sources S as they
 * were and S' as they are, of the plan's rows Q
 *
 * <pre>
 *   D-(Q) = Q(S where root key in A)
 *   D+(Q) = Q(S' where root key in A)
 * </pre>
 *
 * <p>Keys need not be unique: all root rows of a key are taken together. If only the root's own
 * table changed, its changed rows are themselves the root rows, over sources that are the same
 * before and after, and no key is needed.
 *
 * <p>A root without a key has the columns that are read of it as its key: equal rows contribute
 * equally.
 */
public final class RootedPlan {
  private final Plan rows;
  private final List<Integer> key;
  private final List<Scan> others;
  private final FreshColumns columns;
  private final Predicate<SourceTable> held;

  private RootedPlan(
      Plan rows, List<Integer> key, FreshColumns columns, Predicate<SourceTable> held) {
    this.rows = requireNonNull(rows, "rows is null");
    this.key = List.copyOf(key);
    this.others = rows.otherScans();
    this.columns = requireNonNull(columns, "columns is null");
    this.held = requireNonNull(held, "held is null");
  }

  /**
   * @param types the entity types by name, which declare the keys of tables
   * @param held tables that the session holds in memory, which are joined directly instead of first
   *     selecting the few needed rows of them
   * @return empty where rows depend on others of their table: groups, windows, joins of SQL
   */
  static Optional<RootedPlan> of(
      Plan rows, Map<String, EntityType> types, FreshColumns columns, Predicate<SourceTable> held) {
    boolean rooted =
        rows.leaf() instanceof Scan && rows.operators().allMatch(RootedPlan::isOfOneRootRow);
    return rooted
        ? Optional.of(new RootedPlan(rows, key(types, rows.root()), columns, held))
        : Optional.empty();
  }

  private static boolean isOfOneRootRow(Plan operator) {
    return !(operator instanceof Plan.Aggregate
        || operator instanceof QueryPlan
        || operator instanceof DeltaPlan
        || operator instanceof RollUp);
  }

  private static List<Integer> key(Map<String, EntityType> types, Scan root) {
    EntityType type = types.get(root.source().type());
    List<Integer> ids = new ArrayList<>();
    for (String column : type == null ? List.<String>of() : type.id()) {
      Optional.ofNullable(root.source().schema().findField(column))
          .map(Types.NestedField::fieldId)
          .ifPresent(ids::add);
    }
    boolean known = type != null && !ids.isEmpty() && ids.size() == type.id().size();
    return known ? ids : root.reads().stream().map(Scan.Read::fieldId).toList();
  }

  /** The rows themselves. */
  public Plan rows() {
    return rows;
  }

  /** The type of the root's table. */
  public String rootType() {
    return rows.root().source().type();
  }

  /** The root's table. */
  public SourceTable root() {
    return rows.root().source();
  }

  /** Whether root rows can be told apart. */
  public boolean hasKey() {
    return !key.isEmpty();
  }

  /** The field ids of the root's key, or of all of its columns that are read. */
  public List<Integer> key() {
    return key;
  }

  /** The types of the columns of {@link #affected}, in order. */
  public List<PlanColumn> keyColumns() {
    Scan root = Scans.reading(rows.root(), key, columns);
    return Scans.values(root, key).stream().map(value -> ((Expr.Ref) value).column()).toList();
  }

  /** The keys of all root rows. */
  public Plan keys() {
    Scan root = keyedRoot();
    return keys(root, Scans.values(root, key));
  }

  /** The root's scan with its key. */
  Scan keyedRoot() {
    return Scans.reading(rows.root(), key, columns);
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
    keyed.put(rootType(), key);
    Scan root = rows.root();
    Plan plan = rows;
    while (plan.drivingInput().isPresent() && hasKey()) {
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
    if (!(LeftmostInput.of(children) instanceof Scan child) || on.size() != key.size()) {
      return;
    }
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      int id = key.get(i);
      JoinKey pair = on.get(i);
      boolean byKey =
          root.reads().stream()
              .anyMatch(
                  read -> read.fieldId() == id && new Expr.Ref(read.column()).equals(pair.input()));
      child.reads().stream()
          .filter(read -> byKey && new Expr.Ref(read.column()).equals(pair.other()))
          .forEach(read -> columns.add(read.fieldId()));
    }
    if (columns.size() == key.size()) {
      keyed.put(child.source().type(), columns);
    }
  }

  /**
   * The keys of the root rows that a change may affect, some of them perhaps several times.
   *
   * @param changed by type the table that holds the deleted and inserted rows, columns {@code
   *     c<field id>}; a table that did not change is not here
   */
  public Plan affected(Map<String, String> changed) {
    List<Plan> keys = new ArrayList<>();
    Scan keyed = keyedRoot();
    List<Expr> values = Scans.values(keyed, key);
    Plan whole = LeftmostInput.replace(rows, keyed);
    String rootRows = changed.get(rootType());
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
   * The columns that {@link #affected} reads of the rows deleted from and inserted into a table.
   *
   * @param types of the tables that changed
   * @return by type the field ids of some of its columns
   */
  public Map<String, List<Integer>> changedColumns(Set<String> types) {
    Map<String, String> names = new LinkedHashMap<>();
    types.forEach(type -> names.put(type, type));
    Map<String, Set<String>> given = Scans.given(affected(names));
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

  /** Its rows that are derived from some root rows. */
  public Plan of(RootRows some) {
    return narrowed(rows, some);
  }

  /** Another plan over the same root scan, for some root rows. */
  Plan narrowed(Plan plan, RootRows some) {
    return Restriction.of(plan, scan -> narrowed(scan, some), columns, held);
  }

  private Plan narrowed(Scan scan, RootRows some) {
    if (some instanceof RootRows.OfRows given) {
      return Scans.given(given.name(), given.stored(), scan);
    }
    Scan keyed = Scans.reading(scan, key, columns);
    RootRows.OfKeys keys = (RootRows.OfKeys) some;
    return semiJoin(keyed, Scans.values(keyed, key), keys.table(), keys.match());
  }

  /** The rows whose values are among the keys of a table with columns {@code k0}, {@code k1}... */
  DeltaPlan.SemiJoin semiJoin(Plan input, List<Expr> values, String keysTable, Match match) {
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    List<JoinKey> pairs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      PlanColumn part = columns.next("key", values.get(i).type());
      given.add(new DeltaPlan.PreparedRows.Column(part, "k" + i));
      pairs.add(new JoinKey(values.get(i), new Expr.Ref(part)));
    }
    return new DeltaPlan.SemiJoin(
        input, new DeltaPlan.PreparedRows(keysTable, true, given), pairs, match);
  }
}
