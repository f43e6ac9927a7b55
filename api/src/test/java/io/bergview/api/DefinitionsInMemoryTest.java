package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.define.DefinePlan;
import io.bergview.discover.DiscoverOptions;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types and views that no file holds, and types that are discovered. */
class DefinitionsInMemoryTest {
  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void shop() {
    bergview = Projects.create(folder, "settings: {threads: 1}\n", Map.of());
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 42), Progress.SILENT);
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private static EntityType order() {
    return EntityType.named("Order")
        .table("shop.orders")
        .id("order_id")
        .to("customer", "Customer")
        .build();
  }

  private static EntityType customer() {
    return EntityType.named("Customer").table("shop.customers").id("customer_id").build();
  }

  private static ViewDefinition view() {
    return ViewDefinition.named("OrderView")
        .from("Order")
        .expand("customer")
        .select("order_id", "customer_name")
        .build();
  }

  @Test
  void aViewOfBuildersIsRegisteredRefreshedAndQueriedWithoutAnyFile() {
    List<DefinePlan> planned = bergview.planDefine(order(), customer(), view());
    assertThat(planned).hasSize(1);
    assertThat(bergview.listViews().views()).isEmpty();
    assertThat(bergview.define(order(), customer(), view()).get(0).action())
        .isEqualTo(DefinePlan.Action.CREATE);
    assertThat(bergview.define(order(), customer(), view()).get(0).action())
        .isEqualTo(DefinePlan.Action.UNCHANGED);
    bergview.refreshView(RefreshRequest.of("OrderView"));
    assertThat(Projects.rows(bergview.find("OrderView").limit(1))).hasSize(1);
    assertThat(Files.exists(folder.resolve("types"))).isFalse();
  }

  @Test
  void aTextHoldsSeveralDefinitions() {
    bergview.define(
        bergview.definitions(
            """
            $type: Customer
            $table: shop.customers
            $id: customer_id
            ---
            $type: Names
            $from: Customer
            $select: [name]
            """));
    assertThat(bergview.listViews().views()).hasSize(1);
  }

  @Test
  void wrongDefinitionsAreRefusedWhole() {
    assertThatThrownBy(() -> bergview.define()).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> bergview.define(order()))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("no view");
    assertThatThrownBy(() -> bergview.define(order(), view()))
        .isInstanceOf(DefinitionException.class);
    assertThat(bergview.listViews().views()).isEmpty();
  }

  @Test
  void discoveredTypesAreUsedAtOnce() {
    assertThat(bergview.listTables("shop.*").withoutType()).isEqualTo(6);
    assertThat(bergview.planDiscover(DiscoverOptions.of("orders")).written()).isFalse();
    bergview.discover(DiscoverOptions.of().accepting(0.9));
    assertThat(bergview.listTables().withoutType()).isZero();
    assertThat(Projects.rows(bergview.find("Order").include("customer").limit(1))).hasSize(1);
    assertThat(bergview.describeTable("shop.orders").types()).hasSize(1);
    assertThat(bergview.drift().changes()).isEmpty();
    assertThat(bergview.apply().steps()).isEmpty();
  }
}
