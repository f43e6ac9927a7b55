package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The operators that definitions do not have: what a refresh adds to a plan to follow a change. */
public sealed interface DeltaPlan extends Plan {
  /**
   * Rows that were materialised before the plan runs, such as the rows of a delta.
   *
   * @param name of the relation that holds them; the renderer of the plan binds it
   * @param stored whether they are stored under that name, so that reading them twice needs no
   *     second computation
   */
  record PreparedRows(String name, boolean stored, List<Column> given) implements DeltaPlan {
    /**
     * @param name of the relation's column; its type is exactly the plan column's
     */
    public record Column(PlanColumn column, String name) {
      public Column {
        requireNonNull(column, "column is null");
        requireNonNull(name, "name is null");
      }
    }

    public PreparedRows {
      requireNonNull(name, "name is null");
      given = List.copyOf(given);
    }

    @Override
    public List<PlanColumn> columns() {
      return given.stream().map(Column::column).toList();
    }

    @Override
    public List<Plan> inputs() {
      return List.of();
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return this;
    }

    @Override
    public Optional<Plan> drivingInput() {
      return Optional.empty();
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The input rows that have a match among the keys, each once. */
  record SemiJoin(Plan input, Plan keys, List<JoinKey> on, Match match)
      implements DeltaPlan, Binary {
    public SemiJoin {
      requireNonNull(input, "input is null");
      requireNonNull(keys, "keys is null");
      on = List.copyOf(on);
      requireNonNull(match, "match is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return input.columns();
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input, keys);
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return new SemiJoin(inputs.get(0), inputs.get(1), on, match);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** How keys are compared. */
  enum Match {
    /** As relations do: null matches nothing. */
    EQUAL,
    /** As identities do: null matches null. */
    NOT_DISTINCT
  }

  /** The input, computed once however many operators read this same object. */
  record Shared(Plan input) implements DeltaPlan, Unary {
    public Shared {
      requireNonNull(input, "input is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return input.columns();
    }

    @Override
    public Shared over(Plan other) {
      return new Shared(other);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The rows of a source as they were when the view last read it. */
  record EarlierScan(Scan scan) implements DeltaPlan {
    public EarlierScan {
      requireNonNull(scan, "scan is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return scan.columns();
    }

    @Override
    public List<Plan> inputs() {
      return List.of();
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return this;
    }

    @Override
    public Optional<Plan> drivingInput() {
      return Optional.empty();
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Groups after a change: the stored state of each, minus the aggregates of the deleted rows, plus
   * those of the inserted rows. The result has the groups that occur in one of the latter two.
   *
   * <p>Counts and exact sums merge both ways. Minimum and maximum merge while one of the values
   * kept beside them is left; without kept values they merge, as first and last do, if the deciding
   * row was not deleted or a better one was inserted; sums and moments of floating point if no
   * value was deleted; distinct counts never. If an aggregate does not merge, {@code unmergeable}
   * is true and the group's other columns are undefined.
   *
   * <p>Moments are merged after Chan, Golub and LeVeque, "Updating Formulae and a Pairwise
   * Algorithm for Computing Sample Variances" (1979).
   *
   * @param stored columns {@code keys}, then those of {@code calls}
   * @param removed the same columns; empty if no row was deleted
   * @param added the same columns
   * @param calls one of them counts rows
   * @param unmergeable boolean, never null
   */
  record MergedGroups(
      Plan stored,
      Optional<Plan> removed,
      Plan added,
      List<PlanColumn> keys,
      List<AggregateCall> calls,
      PlanColumn unmergeable)
      implements DeltaPlan {
    public MergedGroups {
      requireNonNull(stored, "stored is null");
      requireNonNull(removed, "removed is null");
      requireNonNull(added, "added is null");
      keys = List.copyOf(keys);
      calls = List.copyOf(calls);
      requireNonNull(unmergeable, "unmergeable is null");
    }

    @Override
    public List<PlanColumn> columns() {
      List<PlanColumn> columns = new ArrayList<>(keys);
      calls.forEach(call -> columns.add(call.column()));
      columns.add(unmergeable);
      return List.copyOf(columns);
    }

    @Override
    public List<Plan> inputs() {
      return removed.isEmpty() ? List.of(stored, added) : List.of(stored, removed.get(), added);
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      Optional<Plan> second = removed.map(present -> inputs.get(1));
      Plan last = inputs.get(inputs.size() - 1);
      return new MergedGroups(inputs.get(0), second, last, keys, calls, unmergeable);
    }

    @Override
    public Optional<Plan> drivingInput() {
      return Optional.empty();
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
