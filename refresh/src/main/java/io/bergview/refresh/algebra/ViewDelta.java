package io.bergview.refresh.algebra;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What of a view's plan decides how its table follows changes.
 *
 * <p>Let Q be the rows that the view shows or groups, D-(Q) and D+(Q) those that a change of the
 * sources takes from them and adds to them, as bags. Then
 *
 * <pre>
 *   rows:    view'  = view - D-(Q) + D+(Q)
 *   groups:  state' = state - agg(D-(Q)) + agg(D+(Q))
 * </pre>
 *
 * <p>A view of rows that shows the key of the root row that each is derived from ({@link
 * RootedPlan}) has the rows of affected keys replaced, so that D-(Q) need not be computed.
 *
 * <p>After Griffin and Libkin, "Incremental Maintenance of Views with Duplicates" (SIGMOD 1995),
 * and Gupta and Mumick, "Maintenance of Materialized Views" (1995).
 */
public final class ViewDelta {
  private final ResolvedView view;
  private final FreshColumns columns;
  private final Predicate<SourceTable> held;
  private final Plan rows;
  private final Optional<RootedPlan> rooted;

  public ViewDelta(ResolvedView view) {
    this(view, source -> false);
  }

  private ViewDelta(ResolvedView view, Predicate<SourceTable> held) {
    this.view = requireNonNull(view, "view is null");
    this.held = requireNonNull(held, "held is null");
    this.columns = new FreshColumns(view);
    Plan input = input();
    this.rows = aggregate(input).<Plan>map(Plan.Aggregate::input).orElse(input);
    this.rooted = rooted(rows);
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

  /** Ids of columns that its plans do not have. */
  public FreshColumns fresh() {
    return columns;
  }

  private Plan input() {
    return ((Plan.Project) view.plan()).input();
  }

  /** Whether its rows are groups, perhaps not all of them. */
  public boolean grouped() {
    return aggregate(input()).isPresent();
  }

  /** The groups that are shown, or of which a filter keeps some whose keys the view knows. */
  private Optional<Plan.Aggregate> aggregate(Plan input) {
    Plan groups = input instanceof Plan.Filter having ? having.input() : input;
    return groups instanceof Plan.Aggregate aggregate
            && view.key().size() == aggregate.keys().size()
        ? Optional.of(aggregate)
        : Optional.empty();
  }

  /** The algebra of its groups. */
  public GroupDelta groups() {
    return new GroupDelta(this, (Plan.Project) view.plan());
  }

  /** The rows that it shows or groups, filtered. */
  public Plan rows() {
    return rows;
  }

  /** The same rows, where each is derived from one row of a root table. */
  public Optional<RootedPlan> rooted() {
    return rooted;
  }

  /** A part of the view's plan, if its rows are derived from one row of a root table each. */
  public Optional<RootedPlan> rooted(Plan part) {
    return RootedPlan.of(part, view.types(), columns, held);
  }

  /** Its rows, where each is derived from one row of a root table, and shows the key of that. */
  public Optional<RootedPlan> replacedByRoot() {
    return view.rootKey().isEmpty() || grouped() ? Optional.empty() : rooted;
  }

  /** The type of the table that its rows are derived from, or of the first of several. */
  public String rootType() {
    return rooted.map(RootedPlan::rootType).orElseGet(() -> view.sources().get(0).type());
  }

  /**
   * Whether the deleted and inserted rows of a table are needed only to find affected root rows, so
   * that unchanged rows among them cost time but do no harm.
   */
  public boolean selectsKeysOnly(String type) {
    boolean limited = view.definition().refresh().maxDelta().isPresent();
    boolean exact = type.equals(rootType()) && replacedByRoot().isEmpty();
    return !limited && !exact && rooted.isPresent();
  }

  /** Every table once, by type, with the columns that the algebra reads: the key's too. */
  public Map<String, SourceTable> sources() {
    List<Plan> plans = new ArrayList<>(List.of(view.plan()));
    addKeyedRoots(rooted.isPresent() ? rows : view.plan(), plans);
    for (UniqueCheck check : view.checks()) {
      plans.add(check.target());
      plans.add(check.references());
    }
    Map<String, SourceTable> sources = new LinkedHashMap<>();
    PlanSources.of(plans.toArray(new Plan[0]))
        .forEach(source -> sources.put(source.type(), source));
    return sources;
  }

  /** The root scans, with their keys, of the largest parts that are derived from one root each. */
  private void addKeyedRoots(Plan part, List<Plan> roots) {
    Optional<RootedPlan> one =
        part instanceof Plan.Binary || part == rows ? rooted(part) : Optional.empty();
    if (one.isPresent()) {
      roots.add(one.get().keyedRoot());
    } else {
      part.inputs().forEach(input -> addKeyedRoots(input, roots));
    }
  }

  /** The view's own columns for some root rows. */
  public Plan rowsOf(RootRows some) {
    return rooted.orElseThrow().narrowed(view.plan(), some);
  }

  /** The view's checks, restricted to the references of the given root rows. */
  public List<UniqueCheck> checksOf(RootRows some) {
    RootedPlan root = rooted.orElseThrow();
    return view.checks().stream()
        .map(
            check ->
                new UniqueCheck(
                    check.path(),
                    check.type(),
                    check.keyNames(),
                    check.target(),
                    root.narrowed(check.references(), some)))
        .toList();
  }
}
