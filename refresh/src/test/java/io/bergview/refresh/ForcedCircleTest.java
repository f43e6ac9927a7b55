package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Views that form a cycle on a detour. None can be defined; here somebody has written them into the
 * catalog by hand, and every command still ends and says so.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ForcedCircleTest {
  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.write("views/a.yaml", "$type: A\n$from: Order\n");
    project.write("views/b.yaml", "$type: B\n$from: A\n");
    project.write("views/c.yaml", "$type: C\n$from: B\n");
    project.write("views/alone.yaml", "$type: Alone\n$from: Order\n");
    project.apply();
  }

  @AfterEach
  void close() {
    project.close();
  }

  /** Makes A read C. */
  private void force() {
    Table table = project.tableOf("A");
    String forged =
        table.properties().get(ViewProperties.DEFINITION).replace("shop.orders", "shop_views.c");
    assertThat(forged).contains("shop_views.c");
    table.updateProperties().set(ViewProperties.DEFINITION, forged).commit();
  }

  @Test
  void viewsThatWereNeverRefreshedAreUnreadableAndTheOthersAreNot() {
    force();
    ViewStates states = project.states();
    assertThat(states.views())
        .filteredOn(state -> state.reason() == Reason.UNREADABLE)
        .extracting(ViewState::view)
        .containsExactly("A", "B", "C");
    assertThat(states.unreadable().get(0).error().code()).isEqualTo(ErrorCode.FORMAT_UNSUPPORTED);
    assertThat(states.unreadable().get(0).error()).hasMessageContaining("A -> C -> B -> A");
  }

  @Test
  void refreshOfThemFailsAndOthersGoOn() {
    force();
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.done()).extracting(RefreshResult::view).containsExactly("Alone");
    assertThat(outcome.failures())
        .extracting(RefreshOutcome.Failure::view)
        .containsExactlyInAnyOrder("A", "B", "C");
    BergviewException failure = outcome.failures().get(0).error();
    assertThat(failure.code()).isEqualTo(ErrorCode.FORMAT_UNSUPPORTED);
    RefreshOutcome upstream = project.refresh(RefreshRequest.of("B").withUpstream());
    assertThat(upstream.done()).isEmpty();
    assertThat(upstream.failures()).hasSize(3);
    assertThat(project.refresh(RefreshRequest.of("B").withUpstream().dry()).failures()).hasSize(3);
    assertThatThrownBy(() -> project.explain("B")).isInstanceOf(BergviewException.class);
  }

  @Test
  void viewsWithRowsStillCannotLoop() {
    project.refresh(RefreshRequest.ofAll());
    force();
    shop.addOrder(20);
    assertThat(project.states().views()).hasSize(4);
    for (RefreshRequest request :
        List.of(RefreshRequest.of("C").withUpstream(), RefreshRequest.ofAll())) {
      assertThat(project.refresh(request).failures())
          .filteredOn(failure -> failure.view().equals("A"))
          .allMatch(failure -> failure.error() instanceof BergviewException);
    }
    assertThat(project.failure("A").code()).isEqualTo(ErrorCode.FORMAT_UNSUPPORTED);
    assertThat(project.lineage().nodes()).hasSize(5);
  }

  @Test
  void lineageShowsTheCircle() {
    force();
    LineageGraph graph = project.lineage().around("A", Direction.UP);
    assertThat(graph.nodes())
        .extracting(LineageNode::name)
        .containsExactlyInAnyOrder("A", "B", "C");
    assertThat(graph.edges()).hasSize(3);
    assertThat(project.lineage().nodes()).hasSize(5);
  }

  @Test
  void applyingADefinitionWithoutTheCycleRepairsIt() {
    force();
    project.apply();
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done()).hasSize(4);
    assertThat(project.contents("C")).hasSize(5);
  }

  /** Two files that each fit what is registered, and not each other. */
  @Test
  void circleMadeByTwoFilesAtOnceIsRefusedBeforeAnythingIsRegistered() {
    project.define("D", "$from: Order\n");
    project.write(
        "types/rows.yaml",
        """
        $type: RowOfD
        $table: shop_views.d
        $id: order_id
        ---
        $type: RowOfAlone
        $table: shop_views.alone
        $id: order_id
        """);
    project.write("views/D.yaml", "$type: D\n$from: RowOfAlone\n");
    project.write("views/alone.yaml", "$type: Alone\n$from: RowOfD\n");
    for (int i = 0; i < 2; i++) {
      boolean plan = i == 0;
      assertThatThrownBy(() -> applied(plan))
          .isInstanceOf(DefinitionException.class)
          .hasMessageContaining("Alone -> D -> Alone");
    }
    assertThat(List.of("D", "Alone")).allMatch(view -> project.view(view).definitionVersion() == 1);
  }

  private void applied(boolean plan) {
    if (plan) {
      project.applying().plan();
    } else {
      project.applying().apply();
    }
  }

  /**
   * Two views that change places: each new definition is a circle only with the other's old one.
   */
  @Test
  void viewsMayChangePlaces() {
    project.write("views/a.yaml", "$type: A\n$from: B\n$table: shop_views.a\n");
    project.write("views/b.yaml", "$type: B\n$from: Order\n$table: shop_views.b\n");
    project.apply();
    assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
    assertThat(project.lineage().around("A", Direction.UP).nodes())
        .extracting(LineageNode::name)
        .containsExactly("shop.orders", "B", "A");
  }
}
