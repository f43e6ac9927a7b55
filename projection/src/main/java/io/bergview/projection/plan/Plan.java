package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A logical plan: relational operators over source tables. Every column of a plan has an id of its
 * own, so that inputs never clash.
 */
public sealed interface Plan
    permits Plan.Scan,
        Plan.LeftJoin,
        Plan.JoinToMany,
        Plan.NestedAggregate,
        Plan.AssignUniqueId,
        Plan.UnnestElements,
        Plan.Unnest,
        Plan.Extend,
        Plan.Filter,
        Plan.Aggregate,
        Plan.Project,
        RollUp,
        DeltaPlan {
  /** The columns of its rows. */
  List<PlanColumn> columns();

  /** The plans that it reads from. */
  List<Plan> inputs();

  /** The scan of the rows that its rows are made of: the leftmost leaf. */
  default Scan root() {
    Plan leaf = this;
    while (!leaf.inputs().isEmpty()) {
      leaf = leaf.inputs().get(0);
    }
    if (leaf instanceof Scan scan) {
      return scan;
    }
    throw new IllegalStateException("a plan that begins with " + leaf);
  }

  /** The highest id of its columns, and of those beneath. */
  default int highestColumnId() {
    int highest = columns().stream().mapToInt(PlanColumn::id).max().orElse(0);
    for (Plan input : inputs()) {
      highest = Math.max(highest, input.highestColumnId());
    }
    return highest;
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
          : new SourceTable(source.type(), source.table(), new Schema(fields));
    }

    @Override
    public List<PlanColumn> columns() {
      return reads.stream().map(Read::column).toList();
    }

    @Override
    public List<Plan> inputs() {
      return List.of();
    }
  }

  /**
   * Each input row with its at most one match in the target, or nulls: a left join. A null key
   * matches nothing.
   */
  record LeftJoin(Plan input, Plan target, List<JoinKey> on) implements Plan {
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
  }

  /**
   * Each input row once for each of its children; a row without children is dropped, or kept once
   * with nulls.
   */
  record JoinToMany(Plan input, Plan children, List<JoinKey> on, boolean keepEmpty)
      implements Plan {
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
  }

  /**
   * Each input row with aggregates over its children. Lists are aligned, ordered by {@code orderBy}
   * ascending with nulls first, ties broken by the listed values; without children a list is empty,
   * a count 0, everything else null.
   */
  record NestedAggregate(
      Plan input, Plan children, List<JoinKey> on, List<Expr> orderBy, List<AggregateCall> calls)
      implements Plan {
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
  }

  /**
   * The input with a number of its own for each row, held so that several operators see the same
   * numbers.
   */
  record AssignUniqueId(Plan input, PlanColumn number) implements Plan {
    public AssignUniqueId {
      requireNonNull(input, "input is null");
      requireNonNull(number, "number is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), List.of(number));
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input);
    }
  }

  /**
   * One row for each element of a list column of numbered rows: the row's number, the element's
   * 1-based ordinal, the element.
   */
  record UnnestElements(
      AssignUniqueId of, Expr list, PlanColumn number, PlanColumn ordinal, PlanColumn element)
      implements Plan {
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
    public List<Plan> inputs() {
      return List.of(of);
    }
  }

  /**
   * Each input row once for each element of a list; a row without elements is dropped, or kept once
   * with nulls.
   */
  record Unnest(Plan input, Expr list, PlanColumn ordinal, PlanColumn element, boolean keepEmpty)
      implements Plan {
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
    public List<Plan> inputs() {
      return List.of(input);
    }
  }

  /** The input with further columns computed from each row. */
  record Extend(Plan input, List<Assignment> added) implements Plan {
    public Extend {
      requireNonNull(input, "input is null");
      added = List.copyOf(added);
    }

    @Override
    public List<PlanColumn> columns() {
      return joined(input.columns(), added.stream().map(Assignment::column).toList());
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input);
    }
  }

  /** The rows for which the predicate holds. */
  record Filter(Plan input, Pred predicate) implements Plan {
    public Filter {
      requireNonNull(input, "input is null");
      requireNonNull(predicate, "predicate is null");
    }

    @Override
    public List<PlanColumn> columns() {
      return input.columns();
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input);
    }
  }

  /**
   * One row for each group of equal keys, null being a value; without keys always exactly one row.
   */
  record Aggregate(Plan input, List<Assignment> keys, List<AggregateCall> calls) implements Plan {
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
    public List<Plan> inputs() {
      return List.of(input);
    }
  }

  /** Exactly the columns assigned. */
  record Project(Plan input, List<Assignment> outputs) implements Plan {
    public Project {
      requireNonNull(input, "input is null");
      outputs = List.copyOf(outputs);
    }

    @Override
    public List<PlanColumn> columns() {
      return outputs.stream().map(Assignment::column).toList();
    }

    @Override
    public List<Plan> inputs() {
      return List.of(input);
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
