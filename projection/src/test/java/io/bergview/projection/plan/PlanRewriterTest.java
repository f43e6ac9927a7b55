package io.bergview.projection.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.Plan.JoinKey;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class PlanRewriterTest {
  private static final PlanColumn LIST =
      new PlanColumn(1, "tags", Types.ListType.ofOptional(9, Types.StringType.get()));
  private static final Plan.Scan ORDERS = scan("Order", LIST);
  private static final Plan.AssignUniqueId NUMBERED = new Plan.AssignUniqueId(ORDERS, number(2));
  private static final Plan.NestedAggregate TAGS =
      new Plan.NestedAggregate(
          NUMBERED,
          new Plan.UnnestElements(
              NUMBERED,
              new Expr.Ref(LIST),
              number(3),
              number(4),
              new PlanColumn(5, "tag", Types.StringType.get())),
          List.of(new JoinKey(new Expr.Ref(number(2)), new Expr.Ref(number(3)))),
          List.of(),
          List.of());

  @Test
  void whatSeveralOperatorsReadStaysOneObject() {
    Plan.Scan other = scan("Archive", LIST);
    Plan.NestedAggregate rewritten =
        (Plan.NestedAggregate)
            PlanRewriter.topDown(
                TAGS, plan -> plan == ORDERS ? Optional.of(other) : Optional.empty());
    assertThat(rewritten.children().inputs().get(0)).isSameAs(rewritten.input());
    assertThat(rewritten.root()).isSameAs(other);
    assertThat(TAGS.root()).isSameAs(ORDERS);
  }

  @Test
  void aPlanOfWhichNothingIsReplacedIsTheSameObject() {
    assertThat(PlanRewriter.topDown(TAGS, plan -> Optional.empty())).isSameAs(TAGS);
  }

  @Test
  void everyOperatorOverItsOwnInputsEqualsItself() {
    List<JoinKey> on = List.of(new JoinKey(new Expr.Ref(LIST), new Expr.Ref(LIST)));
    PlanColumn mergeable = new PlanColumn(7, "unmergeable", Types.BooleanType.get());
    DeltaPlan.PreparedRows given = new DeltaPlan.PreparedRows("rows", true, List.of());
    List<Plan> plans =
        List.of(
            TAGS,
            TAGS.children(),
            new Plan.LeftJoin(ORDERS, NUMBERED, on),
            new Plan.JoinToMany(ORDERS, NUMBERED, on, true),
            new Plan.Unnest(ORDERS, new Expr.Ref(LIST), number(3), number(4), true),
            new Plan.Extend(ORDERS, List.of()),
            new Plan.Filter(ORDERS, new Pred.IsNull(new Expr.Ref(LIST))),
            new Plan.Aggregate(ORDERS, List.of(), List.of()),
            new Plan.Project(ORDERS, List.of()),
            new RollUp(ORDERS, List.of(), List.of()),
            given,
            new DeltaPlan.SemiJoin(ORDERS, given, on, DeltaPlan.Match.NOT_DISTINCT),
            new DeltaPlan.Shared(ORDERS),
            new QueryPlan.Union(List.of(ORDERS, given), List.of(LIST)),
            merged(Optional.of(NUMBERED), mergeable),
            merged(Optional.empty(), mergeable));
    assertThat(plans)
        .allSatisfy(plan -> assertThat(plan.withInputs(plan.inputs())).isEqualTo(plan));
  }

  @Test
  void rowsOfSeveralInputsHaveNoRoot() {
    Plan union = new QueryPlan.Union(List.of(ORDERS, scan("Archive", LIST)), List.of(number(8)));
    assertThatThrownBy(union::root).isInstanceOf(IllegalStateException.class);
  }

  private static DeltaPlan.MergedGroups merged(Optional<Plan> removed, PlanColumn unmergeable) {
    return new DeltaPlan.MergedGroups(ORDERS, removed, TAGS, List.of(LIST), List.of(), unmergeable);
  }

  private static PlanColumn number(int id) {
    return new PlanColumn(id, "number", Types.LongType.get());
  }

  private static Plan.Scan scan(String type, PlanColumn column) {
    Schema schema = new Schema(Types.NestedField.optional(1, column.label(), column.type()));
    return new Plan.Scan(
        new SourceTable(type, new TableName(Optional.empty(), List.of("shop"), type), schema),
        List.of(new Plan.Scan.Read(column, 1)));
  }
}
