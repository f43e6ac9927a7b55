package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A logical plan: relational operators over source tables. Every column of a plan has an id of its
 * own, so that inputs never clash. A plan is a directed graph: two operators may read the same
 * object, which is then computed once ({@link AssignUniqueId}, {@link DeltaPlan.Shared}).
 *
 * <p>How to add an operator:
 *
 * <ol>
 *   <li>Declare a record here, if definitions may have it, or in {@link DeltaPlan}, if only a
 *       refresh creates it, or in {@link QueryPlan}, if only SQL has it. The compiler requires its
 *       columns, its inputs, the same operator over other inputs, the input that drives it, and
 *       {@link #accept}.
 *   <li>{@code accept} calls a method of {@link PlanVisitor} that has to be declared first. From
 *       then on no code that prints, renders, restricts, prunes, traces or compares plans compiles
 *       without a case for the new operator: each of them is a visitor without a default case. An
 *       analysis of definitions alone extends {@link DefinitionVisitor}, which rejects operators
 *       that definitions never have in one place.
 *   <li>Rewrites go through {@link #mapInputs}, {@link #withInputs} and {@link PlanRewriter}, and
 *       never rebuild by hand an operator that they do not change.
 * </ol>
 *
 * <p>Engines share one renderer to SQL and differ in its dialect. Expressions ({@link Expr}, {@link
 * ExprVisitor}) and predicates ({@link Pred}, {@link PredVisitor}) follow the same rules; kinds of
 * aggregates are an enum, over which every {@code switch} is exhaustive. Checking an operator with
 * {@code instanceof} is right only if every other operator, known or not, is correctly treated
 * alike: "the scans among them", "is it a projection of groups".
 */
public sealed interface Plan permits Plan.Scan, Plan.Unary, Plan.Binary, QueryPlan, DeltaPlan {
  /** The columns of its rows. */
  List<PlanColumn> columns();

  /** The plans that it reads from. */
  List<Plan> inputs();

  /**
   * The same operator over other inputs.
   *
   * @param inputs as many as {@link #inputs}, each with at least the columns of its predecessor
   */
  Plan withInputs(List<Plan> inputs);

  /**
   * The input from whose rows its rows are made, each from one or from a group; other inputs only
   * add to them. Empty for a leaf, and where the rows of several inputs count alike.
   */
  Optional<Plan> drivingInput();

  <R> R accept(PlanVisitor<R> visitor);

  /** The same operator with each input mapped; itself if none changes. */
  default Plan mapInputs(UnaryOperator<Plan> made) {
    List<Plan> others = inputs().stream().map(made).toList();
    for (int i = 0; i < others.size(); i++) {
      if (others.get(i) != inputs().get(i)) {
        return withInputs(others);
      }
    }
    return this;
  }

  /** All operators, inputs after what reads them; what is read twice occurs twice. */
  default Stream<Plan> operators() {
    return Stream.concat(Stream.of(this), inputs().stream().flatMap(Plan::operators));
  }

  /** The scans among the operators. */
  default Stream<Scan> scans() {
    return operators().filter(Scan.class::isInstance).map(Scan.class::cast);
  }

  /** All scans but the root's, each place once. */
  default List<Scan> otherScans() {
    Scan root = root();
    return scans().filter(scan -> !scan.equals(root)).distinct().toList();
  }

  /** Where the driving inputs end. */
  default Plan leaf() {
    return drivingInput().map(Plan::leaf).orElse(this);
  }

  /** The scan of the rows that its rows are derived from. */
  default Scan root() {
    if (leaf() instanceof Scan scan) {
      return scan;
    }
    throw new IllegalStateException("a plan that begins with " + leaf());
  }

  /** The highest id of its columns, and of those of its inputs. */
  default int highestColumnId() {
    return operators()
        .flatMap(operator -> operator.columns().stream())
        .mapToInt(PlanColumn::id)
        .max()
        .orElse(0);
  }

  /** An operator over the rows of one input. */
  sealed interface Unary extends Plan
      permits AssignUniqueId,
          UnnestElements,
          Unnest,
          Extend,
          Filter,
          Aggregate,
          Project,
          RollUp,
          QueryPlan.Window,
          QueryPlan.Limit,
          DeltaPlan.Shared {
    Plan input();

    /** The same operator over another input. */
    Plan over(Plan other);

    @Override
    default List<Plan> inputs() {
      return List.of(input());
    }

    @Override
    default Plan withInputs(List<Plan> inputs) {
      return over(inputs.get(0));
    }

    @Override
    default Optional<Plan> drivingInput() {
      return Optional.of(input());
    }
  }

  /** An operator that adds to the rows of one input what it finds for them in another. */
  sealed interface Binary extends Plan
      permits LeftJoin, JoinToMany, NestedAggregate, DeltaPlan.SemiJoin {
    Plan input();

    List<JoinKey> on();

    @Override
    default Optional<Plan> drivingInput() {
      return Optional.of(input());
    }
  }

  /** The rows of a source table. */
  record Scan(SourceTable source, List<Read> reads) implements Plan {
    /** A top-level column of the source by field id. */
    public record Read(PlanColumn column, int fieldId) {
      public Read {
        requireNonNull(column, "column is null");
      }
    }

    public Scan {
      requireNonNull(source, "source is null");
      reads = List.copyOf(reads);
    }

    /** The source with the columns that are read of it. */
    public SourceTable narrowed() {
      Set<Integer> ids = reads.stream().map(Read::fieldId).collect(Collectors.toSet());
      List<Types.NestedField> fields =
          source.schema().columns().stream()
              .filter(field -> ids.contains(field.fieldId()))
              .toList();
      return fields.size() == source.schema().columns().size()
          ? source
          : source.with(new Schema(fields));
    }

    @Override
    public List<PlanColumn> columns() {
      return reads.stream().map(Read::column).toList();
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
   * Each input row with its at most one match in the target, or nulls: a left join. A null key
   * matches nothing.
   */
  record LeftJoin(Plan input, Plan target, List<JoinKey> on) implements Binary {
    public LeftJoin {
      requireNonNull(input, "input is null");
      requireNonNull(target, "target is null");
      on = List.copyOf(on);
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), target.columns());
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input, target);
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return new LeftJoin(inputs.get(0), inputs.get(1), on);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Each input row once for each of its children; a row without children is dropped, or kept once
   * with nulls.
   */
  record JoinToMany(Plan input, Plan children, List<JoinKey> on, boolean keepEmpty)
      implements Binary {
    public JoinToMany {
      requireNonNull(input, "input is null");
      requireNonNull(children, "children is null");
      on = List.copyOf(on);
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), children.columns());
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input, children);
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return new JoinToMany(inputs.get(0), inputs.get(1), on, keepEmpty);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Each input row with aggregates over its children. Lists are aligned, ordered by {@code orderBy}
   * ascending with nulls first, ties broken by the listed values; without children a list is empty,
   * a count 0, any other aggregate null.
   */
  record NestedAggregate(
      Plan input, Plan children, List<JoinKey> on, List<Expr> orderBy, List<AggregateCall> calls)
      implements Binary {
    public NestedAggregate {
      requireNonNull(input, "input is null");
      requireNonNull(children, "children is null");
      on = List.copyOf(on);
      orderBy = List.copyOf(orderBy);
      calls = List.copyOf(calls);
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), calls.stream().map(AggregateCall::column).toList());
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input, children);
    }

    @Override
    public Plan withInputs(List<Plan> inputs) {
      return new NestedAggregate(inputs.get(0), inputs.get(1), on, orderBy, calls);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The input with a number of its own for each row, held so that several operators see the same
   * numbers.
   */
  record AssignUniqueId(Plan input, PlanColumn number) implements Unary {
    public AssignUniqueId {
      requireNonNull(input, "input is null");
      requireNonNull(number, "number is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), List.of(number));
    }

    @Override
    public AssignUniqueId over(Plan other) {
      return new AssignUniqueId(other, number);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * One row for each element of a list column of numbered rows: the row's number, the element's
   * 1-based ordinal, the element.
   */
  record UnnestElements(
      AssignUniqueId of, Expr list, PlanColumn number, PlanColumn ordinal, PlanColumn element)
      implements Unary {
    public UnnestElements {
      requireNonNull(of, "of is null");
      requireNonNull(list, "list is null");
      requireNonNull(number, "number is null");
      requireNonNull(ordinal, "ordinal is null");
      requireNonNull(element, "element is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return List.of(number, ordinal, element);
    }

    @Override
    public AssignUniqueId input() {
      return of;
    }

    @Override
    public UnnestElements over(Plan other) {
      return new UnnestElements((AssignUniqueId) other, list, number, ordinal, element);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Each input row once for each element of a list; a row without elements is dropped, or kept once
   * with nulls.
   */
  record Unnest(Plan input, Expr list, PlanColumn ordinal, PlanColumn element, boolean keepEmpty)
      implements Unary {
    public Unnest {
      requireNonNull(input, "input is null");
      requireNonNull(list, "list is null");
      requireNonNull(ordinal, "ordinal is null");
      requireNonNull(element, "element is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), List.of(ordinal, element));
    }

    @Override
    public Unnest over(Plan other) {
      return new Unnest(other, list, ordinal, element, keepEmpty);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The input with further columns computed from each row. */
  record Extend(Plan input, List<Assignment> added) implements Unary {
    public Extend {
      requireNonNull(input, "input is null");
      added = List.copyOf(added);
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), added.stream().map(Assignment::column).toList());
    }

    @Override
    public Extend over(Plan other) {
      return new Extend(other, added);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The rows for which the predicate holds. */
  record Filter(Plan input, Pred predicate) implements Unary {
    public Filter {
      requireNonNull(input, "input is null");
      requireNonNull(predicate, "predicate is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return input.columns();
    }

    @Override
    public Filter over(Plan other) {
      return new Filter(other, predicate);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * One row for each group of equal keys, null being a value; without keys always exactly one row.
   */
  record Aggregate(Plan input, List<Assignment> keys, List<AggregateCall> calls) implements Unary {
    public Aggregate {
      requireNonNull(input, "input is null");
      keys = List.copyOf(keys);
      calls = List.copyOf(calls);
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(
          keys.stream().map(Assignment::column).toList(),
          calls.stream().map(AggregateCall::column).toList());
    }

    @Override
    public Aggregate over(Plan other) {
      return new Aggregate(other, keys, calls);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Exactly the columns assigned. */
  record Project(Plan input, List<Assignment> outputs) implements Unary {
    public Project {
      requireNonNull(input, "input is null");
      outputs = List.copyOf(outputs);
    }

    @Override
    public List<PlanColumn> columns() {
      return outputs.stream().map(Assignment::column).toList();
    }

    @Override
    public Project over(Plan other) {
      return new Project(other, outputs);
    }

    @Override
    public <R> R accept(PlanVisitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A pair of key columns that must be equal, neither null: one of the input, one of the other
   * side.
   */
  record JoinKey(Expr input, Expr other) {
    public JoinKey {
      requireNonNull(input, "input is null");
      requireNonNull(other, "other is null");
    }
  }

  /** A column and what it holds. */
  record Assignment(PlanColumn column, Expr value) {
    public Assignment {
      requireNonNull(column, "column is null");
      requireNonNull(value, "value is null");
    }
  }

  private static List<PlanColumn> joined(List<PlanColumn> left, List<PlanColumn> right) {
    List<PlanColumn> all = new ArrayList<>(left);
    all.addAll(right);
    return List.copyOf(all);
  }
}
