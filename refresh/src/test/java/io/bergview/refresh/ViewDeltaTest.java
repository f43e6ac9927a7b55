package io.bergview.refresh;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.refresh.algebra.ChangeEffect;
import io.bergview.refresh.algebra.ChangeEffects;
import io.bergview.refresh.algebra.RootedPlan;
import io.bergview.refresh.algebra.ViewDelta;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the algebra says of a view by its definition, and which root rows it finds affected. */
class ViewDeltaTest {
  @TempDir static Path folder;
  private static DuckDbSession session;
  private static AlgebraTables tables;

  @BeforeAll
  static void open() {
    session =
        DuckDbSession.open(SessionSettings.defaults().withTempDirectory(folder).withThreads(1));
    tables = new AlgebraTables(session, 1);
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private static ViewDelta delta(String definition) {
    return new ViewDelta(tables.resolve("$type: V\n" + definition));
  }

  private static List<String> effects(String definition) {
    return ChangeEffects.of(delta(definition)).stream().map(ChangeEffect::describe).toList();
  }

  @Test
  void effectsOnRowsAreThoseOfTheRootAndOfWhatItReaches() {
    assertThat(effects("$from: Order\n$expand: [customer]\n"))
        .containsExactly(
            "Order, insert: append. New rows are computed and added",
            "Order, update or delete: merge. The rows of changed keys are recomputed",
            "Customer, any: merge. The rows of Order that reach a changed one are found by their"
                + " keys and recomputed");
  }

  @Test
  void effectsOnGroupsSayWhenTheyAreComputedAgain() {
    assertThat(
            effects(
                "$from: Order\n"
                    + "$groupBy: [customer.name]\n"
                    + "$compute: {n: {$count: '*'}, t: {$sum: total}, w: {$sum: weight}, least:"
                    + " {$min: total}, l: {$last: status}, v: {$stddev: total}, d: {$countDistinct:"
                    + " status}}\n"))
        .containsExactly(
            "Order, insert: merge. Inserted rows are added to their groups",
            "Order, update or delete: merge. Deleted rows are subtracted from their groups; groups"
                + " are recomputed where all stored values were deleted of least, where the row"
                + " that decided l was deleted, where a value of v, w was deleted, on any change,"
                + " for d",
            "Customer, any: merge. The rows of Order that reach a changed one are found by their"
                + " keys and aggregated before and after the change");
    assertThat(effects("$from: Order\n$groupBy: [status]\n$compute: {t: {$sum: total}}\n"))
        .containsExactly(
            "Order, insert: merge. Inserted rows are added to their groups",
            "Order, update or delete: merge. Deleted rows are subtracted from their groups");
  }

  @Test
  void effectsOnATableThatRefersToItselfAreOfAnyChange() {
    assertThat(effects("$from: Category\n$expand: [parent]\n"))
        .containsExactly(
            "Category, any: merge. Rows of Category that a changed one affects are found"
                + " and recomputed");
  }

  @Test
  void rootWithoutKeyIsFollowedByWhatItsRowsShow() {
    assertThat(effects("$from: Note\n$expand: [item]\n"))
        .containsExactly(
            "Note, insert: append. New rows are computed and added",
            "Note, update or delete: merge. Rows that differ are replaced",
            "Item, any: merge. The rows of Note that reach a changed one are found by their keys"
                + " and computed before and after");
    RootedPlan groups =
        delta("$from: Note\n$groupBy: [item.price]\n$compute: {n: {$count: '*'}}\n")
            .rooted()
            .orElseThrow();
    assertThat(groups.hasKey()).isTrue();
    assertThat(groups.keyColumns())
        .extracting(PlanColumn::type)
        .containsExactly(Types.LongType.get(), Types.IntegerType.get());
    assertThat(
            delta("$from: Note\n$groupBy: []\n$compute: {n: {$count: '*'}}\n")
                .rooted()
                .orElseThrow()
                .hasKey())
        .isFalse();
  }

  @Test
  void tablesBesideTheRootAreNamed() {
    assertThat(
            delta("$from: Order\n$expand: [items.product, customer]\n")
                .rooted()
                .orElseThrow()
                .relatedTypes())
        .containsExactlyInAnyOrder("Item", "Product", "Customer");
    assertThat(delta("$from: Category\n$expand: [parent]\n").rooted().orElseThrow().relatedTypes())
        .containsExactly("Category");
    assertThat(delta("$from: Order\n").rooted().orElseThrow().relatedTypes()).isEmpty();
  }

  @Test
  void sourcesAreReadWithTheRootsKey() {
    assertThat(delta("$from: Order\n$select: [status]\n").sources().get("Order").schema().columns())
        .extracting(Types.NestedField::name)
        .containsExactlyInAnyOrder("id", "status");
    assertThat(delta("$from: Order\n$expand: [customer]\n$select: [customer_name]\n").sources())
        .containsOnlyKeys("Order", "Customer");
    assertThat(
            delta(
                    "$from: Order\n$expand: [customer]\n$select: [customer_name]\n"
                        + "$top: {rows: 1, orderBy: status, ties: rank}\n")
                .sources()
                .get("Order")
                .schema()
                .columns())
        .extracting(Types.NestedField::name)
        .contains("id", "status");
  }

  @Test
  void tablesThatTheRootsKeyLeadsToAreReadForItsRowsOnly() {
    assertThat(
            delta("$from: Order\n$expand: [items.product, customer]\n")
                .rooted()
                .orElseThrow()
                .keyedByRoot())
        .isEqualTo(Map.of("Order", List.of(1), "Item", List.of(1)));
    assertThat(delta("$from: Order\n$unnest: items\n").rooted().orElseThrow().keyedByRoot())
        .isEqualTo(Map.of("Order", List.of(1), "Item", List.of(1)));
    assertThat(delta("$from: Item\n$expand: [notes]\n").rooted().orElseThrow().keyedByRoot())
        .isEqualTo(Map.of("Item", List.of(1, 2), "Note", List.of(1, 2)));
    assertThat(
            delta("$from: Order\n$unnest: lines\n$expand: [lines.product]\n")
                .rooted()
                .orElseThrow()
                .keyedByRoot())
        .isEqualTo(Map.of("Order", List.of(1)));
    assertThat(delta("$from: Category\n$expand: [parent]\n").rooted().orElseThrow().keyedByRoot())
        .isEmpty();
    assertThat(
            delta("$from: Order\n$expand: [customer.visits]\n")
                .rooted()
                .orElseThrow()
                .keyedByRoot())
        .isEqualTo(Map.of("Order", List.of(1)));
    assertThat(
            delta("$from: Customer\n$expand: [orders.items]\n")
                .rooted()
                .orElseThrow()
                .keyedByRoot())
        .isEqualTo(Map.of("Customer", List.of(1), "Order", List.of(2)));
  }

  @Test
  void groupsByColumnsOfTheRootAreKnownFromIt() {
    assertThat(
            delta("$from: Order\n$groupBy: [status]\n$compute: {n: {$count: '*'}}\n")
                .groups()
                .keysOfRoots())
        .isPresent();
    assertThat(
            delta("$from: Order\n$groupBy: [customer.name]\n$compute: {n: {$count: '*'}}\n")
                .groups()
                .keysOfRoots())
        .isEmpty();
    assertThat(
            delta("$from: Order\n$groupBy: []\n$compute: {n: {$count: '*'}}\n")
                .groups()
                .keysOfRoots())
        .isEmpty();
  }

  private static String affected(ViewDelta delta, String type, String... changedRows) {
    String columns =
        delta.sources().get(type).schema().columns().stream()
            .map(field -> column(field.fieldId()))
            .collect(Collectors.joining(", "));
    String changed =
        tables
            .scratch()
            .table(
                "changed",
                "SELECT "
                    + columns
                    + " FROM (VALUES "
                    + String.join(", ", changedRows)
                    + ") AS t(c1, c2, c3)");
    Plan keys = delta.rooted().orElseThrow().affected(Map.of(type, changed));
    return tables
        .read(
            "SELECT DISTINCT * FROM (" + tables.nowSql(keys) + ") ORDER BY ALL",
            keys.columns().stream().map(PlanColumn::type).toList())
        .toString();
  }

  @Test
  void onlyRootsThatReachAChangedRowAreAffected() {
    ViewDelta view = delta("$from: Order\n$expand: [customer.address, items.product]\n");
    String byCustomer =
        "SELECT DISTINCT c1 FROM %s WHERE c2 = 3 ORDER BY ALL".formatted(tables.now("Order"));
    assertThat(affected(view, "Customer", "(3::BIGINT, 'x', 1::INTEGER)"))
        .isEqualTo(tables.read(byCustomer, List.of(Types.LongType.get())).toString());
  }
}
