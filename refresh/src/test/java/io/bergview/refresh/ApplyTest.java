package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.bergview.define.DefinePlan;
import io.bergview.define.ProjectApply;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.SchemaChanges;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bringing the catalog to what a project's folder says. */
class ApplyTest {
  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    SmallShop.empty(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  @Test
  void problemsOfAllFilesAreShownTogetherAndNothingIsRegistered() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n$filter: {statsu: paid}\n");
    project.write("views/b.yaml", "$type: B\n$from: Order\n$expand: [custmer]\n");
    project.write("views/c.yaml", "$type: C\n$from: Order\n");
    assertThatThrownBy(project::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("views/a.yaml")
        .hasMessageContaining("did you mean 'status'")
        .hasMessageContaining("views/b.yaml")
        .hasMessageContaining("did you mean 'customer'");
    assertThat(project.registry().list()).isEmpty();
  }

  @Test
  void registeredViewThatNoLongerFitsItsSourceBlocksNoOther() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n$select: [order_id, status]\n");
    project.write("views/b.yaml", "$type: B\n$from: Order\n");
    project.write("views/c.yaml", "$type: C\n$from: A\n");
    project.apply();
    SchemaChanges.rename(project.table("shop", "orders"), "status", "state");
    project.write("views/d.yaml", "$type: D\n$from: Order\n$select: [order_id, state]\n");
    ProjectApply.Outcome planned = project.applying().plan();
    ProjectApply.Outcome applied = project.apply();
    assertThat(applied.steps()).isEqualTo(planned.steps());
    assertThat(applied.steps())
        .extracting(DefinePlan::view, DefinePlan::action)
        .containsExactlyInAnyOrder(
            tuple("B", DefinePlan.Action.ALTER),
            tuple("C", DefinePlan.Action.UNCHANGED),
            tuple("D", DefinePlan.Action.CREATE));
    for (ProjectApply.Outcome outcome : List.of(planned, applied)) {
      assertThat(outcome.refused())
          .singleElement()
          .satisfies(
              refused -> {
                assertThat(refused.view()).isEqualTo("A");
                assertThat(refused.error().code()).isEqualTo(ErrorCode.DEFINITION_INVALID);
                assertThat(refused.error()).hasMessageContaining("status");
              });
      assertThat(outcome.unlisted()).isEmpty();
    }
    assertThat(project.view("A").definitionVersion()).isEqualTo(1);
    project.refresh("A");
    assertThat(project.tableOf("A").schema().findField("status")).isNotNull();
  }

  @Test
  void registeredViewWhoseTableIsDroppedBlocksNoOther() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n");
    project.apply();
    project.catalog().dropTable(TableIdentifier.of("shop", "orders"), false);
    project.write("views/b.yaml", "$type: B\n$from: Customer\n");
    ProjectApply.Outcome applied = project.apply();
    assertThat(applied.steps()).extracting(DefinePlan::view).containsExactly("B");
    assertThat(applied.refused())
        .singleElement()
        .satisfies(
            refused -> assertThat(refused.error().code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND));
  }

  @Test
  void changedViewThatLacksWhatAnotherReadsIsAMistake() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n");
    project.write("views/b.yaml", "$type: B\n$from: A\n$select: [order_id, status]\n");
    project.write("views/c.yaml", "$type: C\n$from: B\n");
    project.apply();
    project.write("views/a.yaml", "$type: A\n$from: Order\n$select: [order_id, total]\n");
    assertThatThrownBy(project::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("views/b.yaml")
        .hasMessageContaining("status");
    assertThat(project.view("A").definitionVersion()).isEqualTo(1);
  }

  @Test
  void typeThatIsChangedToWhatTheTableLacksRegistersNothing() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n");
    project.apply();
    project.write("types/shop.yaml", "$type: Order\n$table: shop.orders\n$id: nope\n");
    project.write("views/b.yaml", "$type: B\n$from: Order\n");
    assertThatThrownBy(project::apply).isInstanceOf(DefinitionException.class);
    assertThat(project.registry().names()).containsExactly("A");
  }

  @Test
  void filesThatCannotBeReadAreShownTogetherToo() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n$filtr: {}\n");
    project.write("views/b.json", "{\"$type\": \"B\", ");
    project.write("types/more.yaml", "$type: Order\n$table: shop.orders\n");
    assertThatThrownBy(project::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("views/a.yaml")
        .hasMessageContaining("views/b.json")
        .hasMessageContaining("types/");
  }

  @Test
  void planSaysWhatApplyDoesAndWritesNothing() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n");
    ProjectApply.Outcome planned = project.applying().plan();
    assertThat(TestProject.step(planned, "A").action()).isEqualTo(DefinePlan.Action.CREATE);
    assertThat(project.registry().list()).isEmpty();
    assertThat(((SupportsNamespaces) project.catalog()).listNamespaces())
        .containsExactly(Namespace.of("shop"));
    assertThat(project.apply()).isEqualTo(planned);
    assertThat(TestProject.step(project.applying().plan(), "A").action())
        .isEqualTo(DefinePlan.Action.UNCHANGED);
  }

  @Test
  void applyingTwiceIsApplyingOnce() {
    project.write("views/a.yaml", "$type: A\n$from: Order\n$expand: [customer]\n");
    project.apply();
    long updated = project.view("A").table().history().size();
    assertThat(TestProject.step(project.apply(), "A").action())
        .isEqualTo(DefinePlan.Action.UNCHANGED);
    assertThat(project.view("A").table().history()).hasSize((int) updated);
    assertThat(project.view("A").definitionVersion()).isEqualTo(1);
  }

  @Test
  void viewsThatTheFolderDoesNotHaveAreNamedAndLeftAlone() {
    project.define("A", "$from: Order\n");
    assertThat(folder.resolve("views/A.yaml").toFile().delete()).isTrue();
    assertThat(project.apply().unlisted()).containsExactly("A");
    assertThat(project.view("A").name()).isEqualTo("A");
  }

  @Test
  void tableInTheWayIsNotTouched() {
    project.createNamespace("shop_views");
    TableIdentifier table = TableIdentifier.of("shop_views", "a");
    project.catalog().createTable(table, SmallShop.CUSTOMERS);
    assertThatThrownBy(() -> project.define("A", "$from: Order\n"))
        .asInstanceOf(InstanceOfAssertFactories.type(BergviewException.class))
        .extracting(BergviewException::code)
        .isEqualTo(ErrorCode.VIEW_EXISTS);
    assertThat(project.catalog().loadTable(table).schema().asStruct())
        .isEqualTo(SmallShop.CUSTOMERS.asStruct());
    assertThat(project.catalog().loadTable(table).properties())
        .doesNotContainKey("bergview.definition");
  }

  @Test
  void oneFileMayBeDefinedWithTheTypesOfTheProject() {
    project.write("other.yaml", "$type: A\n$from: Order\n$expand: [customer]\n");
    assertThat(project.applying().define(folder.resolve("other.yaml")))
        .extracting(DefinePlan::action)
        .containsExactly(DefinePlan.Action.CREATE);
    assertThat(project.refresh("A").rowsAdded()).isZero();
  }

  @Test
  void fileWithoutAViewIsRefused() {
    project.write("other.yaml", "$type: Buyer\n$table: shop.customers\n$id: customer_id\n");
    assertThatThrownBy(() -> project.applying().define(folder.resolve("other.yaml")))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("no view")
        .hasMessageContaining("Buyer");
  }

  @Test
  void missingSourceTableIsNamed() {
    project.write("types/gone.yaml", "$type: Gone\n$table: shop.ordesr\n$id: order_id\n");
    assertThatThrownBy(() -> project.define("A", "$from: Gone\n"))
        .asInstanceOf(InstanceOfAssertFactories.type(BergviewException.class))
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND))
        .satisfies(error -> assertThat(error).hasMessageContaining("did you mean 'orders'"));
  }

  @Test
  void unknownViewIsReportedWithASuggestion() {
    project.define("OrderView", "$from: Order\n");
    assertThatThrownBy(() -> project.refresh("OrderVeiw"))
        .asInstanceOf(InstanceOfAssertFactories.type(BergviewException.class))
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.VIEW_NOT_FOUND))
        .satisfies(error -> assertThat(error).hasMessageContaining("OrderView"));
  }
}
