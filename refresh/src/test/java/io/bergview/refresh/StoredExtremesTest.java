package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowDeletes;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.refresh.algebra.ChangeEffect;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The least and greatest values that a view keeps of its groups: what a refresh does with them,
 * what a view does that was made before they were kept, and what verifying says of them.
 */
@Tag("contract")
class StoredExtremesTest {
  private static final String VIEW = "Extremes";
  private static final String DEFINITION =
      "$from: Order\n$groupBy: [status]\n$compute: {most: {$max: total}, orders: {$count: '*'}}\n";
  private static final int ORDERS = 20;
  private static final String AGAIN = "; groups recomputed: 1";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.empty(project);
    shop.addOrders(
        IntStream.rangeClosed(1, ORDERS)
            .mapToObj(total -> shop.order(total, null, "paid", total + ".00", 1))
            .toArray(Record[]::new));
    shop.addOrders(shop.order(100, null, "open", "7.00", 1));
  }

  @AfterEach
  void close() {
    project.close();
  }

  private RefreshResult refreshWithout(long... orders) {
    for (long order : orders) {
      RowDeletes.byPosition(shop.orders(), Expressions.equal("order_id", order));
    }
    return refresh();
  }

  private RefreshResult refresh() {
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.verify(VIEW).examples()).isEmpty();
    return result;
  }

  private void assertMost(int total) {
    assertThat(paid().getField("most")).isEqualTo(new BigDecimal(total + ".00"));
  }

  private Record paid() {
    return project.rows(VIEW).stream()
        .filter(row -> "paid".equals(row.getField("status")))
        .findFirst()
        .orElseThrow();
  }

  private List<?> kept() {
    Record of = (Record) ((Record) paid().getField(ResolvedView.STATE)).getField("of");
    return (List<?>) ((Record) of.getField("most")).getField(ResolvedView.EXTREMES);
  }

  @Test
  void aDeletedGreatestValueIsReplacedByTheNextWithoutRecomputingTheGroup() {
    project.define(VIEW, DEFINITION);
    project.refresh(VIEW);
    for (int total = ORDERS; total > ORDERS - 7; total--) {
      assertThat(refreshWithout(total).message()).doesNotContain("again");
      assertMost(total - 1);
    }
    assertThat(kept()).hasSize(1);
    assertThat(refreshWithout(ORDERS - 7).message()).endsWith(AGAIN);
    assertMost(ORDERS - 8);
    assertThat(kept()).hasSize(8);
    assertThat(refreshWithout(ORDERS - 8).message()).doesNotContain("again");
  }

  @Test
  void valuesThatComeAreKeptWithTheOthers() {
    project.define(VIEW, DEFINITION);
    project.refresh(VIEW);
    refreshWithout(20, 19, 18, 17, 16, 15, 14);
    assertMost(13);
    shop.addOrders(
        shop.order(201, null, "paid", "13.00", 1),
        shop.order(202, null, "paid", "12.00", 1),
        shop.order(203, null, "paid", "50.00", 1),
        shop.order(204, null, "paid", null, 1));
    refresh();
    assertThat(kept()).map(Object::toString).isEqualTo(List.of("50.00", "13.00", "13.00"));
    assertThat(refreshWithout(203, 13).message()).doesNotContain("again");
    assertMost(13);
    assertThat(refreshWithout(201).message()).endsWith(AGAIN);
    assertMost(12);
    refreshWithout(IntStream.rangeClosed(1, 12).asLongStream().toArray());
    assertMost(12);
    assertThat(kept()).hasSize(1);
    refreshWithout(202);
    assertThat(paid().getField("most")).isNull();
    assertThat(kept()).isEmpty();
  }

  @Test
  void olderViewWithoutStoredExtremesWorksUntilItsNextFullRefresh() {
    project.define(VIEW, DEFINITION);
    project.refresh(VIEW);
    project.tableOf(VIEW).updateSchema().deleteColumn(ResolvedView.STATE).commit();
    assertThat(effects()).contains("where the row that decided most was deleted");
    assertThat(refreshWithout(20).message()).endsWith(AGAIN);
    assertMost(19);
    assertThat(columns()).containsExactly("status", "most", "orders");
    project.refreshFully(VIEW);
    assertThat(project.verify(VIEW).equal()).isTrue();
    assertThat(columns()).containsExactly("status", "most", "orders", ResolvedView.STATE);
    assertThat(effects()).contains("where all stored values were deleted of most");
    assertThat(refreshWithout(19).message()).doesNotContain("again");
    assertMost(18);
  }

  @Test
  void otherPartsOfTheStateAreAsTheyWereInAViewMadeBefore() {
    project.define(VIEW, DEFINITION.replace("'*'}", "'*'}, mean: {$avg: total}"));
    project.refresh(VIEW);
    project.tableOf(VIEW).updateSchema().deleteColumn("_state.of.most").commit();
    assertThat(refreshWithout(20).message()).endsWith(AGAIN);
    assertMost(19);
    project.refreshFully(VIEW);
    assertThat(refreshWithout(19).message()).doesNotContain("again");
  }

  private List<String> columns() {
    return project.tableOf(VIEW).schema().columns().stream().map(Types.NestedField::name).toList();
  }

  private String effects() {
    return String.join(
        "\n", project.explain(VIEW).effects().stream().map(ChangeEffect::describe).toList());
  }

  @Test
  void verifyingTakesTheBeginningOfWhatShouldBeKeptAndNothingElse() {
    project.define(VIEW, DEFINITION);
    project.refresh(VIEW);
    assertThat(withKept(values -> values.subList(0, 3)).equal()).isTrue();
    assertThat(withKept(values -> values.subList(1, 3)).different()).isEqualTo(1);
    assertThat(withKept(values -> List.of()).different()).isEqualTo(1);
    assertThat(
            withKept(
                    values -> {
                      List<Object> more = new ArrayList<>(values);
                      more.add(values.get(7));
                      return more;
                    })
                .different())
        .isEqualTo(1);
  }

  private VerifyResult withKept(UnaryOperator<List<Object>> change) {
    project.refreshFully(VIEW);
    Table table = project.tableOf(VIEW);
    Compaction.falsify(
        table,
        rows -> {
          List<Record> changed = new ArrayList<>();
          for (Record row : rows) {
            changed.add("paid".equals(row.getField("status")) ? with(row, change) : row);
          }
          return changed;
        });
    return project.verify(VIEW);
  }

  private static Record with(Record row, UnaryOperator<List<Object>> change) {
    Record copy = row.copy();
    Record of = (Record) ((Record) copy.getField(ResolvedView.STATE)).getField("of");
    Record most = (Record) of.getField("most");
    most.setField(
        ResolvedView.EXTREMES,
        change.apply(List.copyOf((List<?>) most.getField(ResolvedView.EXTREMES))));
    return copy;
  }
}
