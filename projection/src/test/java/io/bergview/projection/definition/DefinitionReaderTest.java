package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionReaderTest {
  private static final String VIEW =
      """
      $type: Order
      ---
      $type: V
      $from: Order
      $expand:
        - customer
        - items
      $compute:
        revenue:
          $sum: {$add: [total, tax]}
      """;

  private final DefinitionReader reader = new DefinitionReader(Set.of("lake"));

  @Test
  void partsOfAViewStillKnowTheirPlace(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("v.yaml"), VIEW);
    ViewDefinition view = (ViewDefinition) reader.read(file).get(1);
    Aggregate revenue = (Aggregate) view.compute().get("revenue");
    assertThat(problem(view, view.expand().get(1).at())).endsWith("v.yaml:7:5: $expand[1]: wrong");
    assertThat(problem(view, revenue.at())).endsWith("v.yaml:9:3: $compute.revenue: wrong");
    ValueExpression.Arithmetic sum = (ValueExpression.Arithmetic) revenue.argument().orElseThrow();
    ValueExpression.Column tax = (ValueExpression.Column) sum.right();
    assertThat(problem(view, tax.path().at()))
        .endsWith("v.yaml:10:26: $compute.revenue.$sum.$add[1]: wrong");
    assertThat(problem(view, "$compute.revenue.nowhere"))
        .endsWith("v.yaml:9:3: $compute.revenue.nowhere: wrong");
  }

  private static String problem(Definition definition, String at) {
    return definition.origin().problem(ProblemKind.GRAIN, at, "wrong").toString();
  }

  @Test
  void problemsOfAllDefinitionsComeTogetherInTheirOrder() {
    DefinitionException failure =
        catchThrowableOfType(
            DefinitionException.class,
            () -> reader.read("a.yaml", "$type: a/b\nx: 5\n---\n$from: ''\n$expnd: a\n$type: V\n"));
    assertThat(failure.problems()).map(DefinitionProblem::line).containsExactly(1, 2, 4, 5);
  }

  @Test
  void problemsAreLimited() {
    String text = "$type: T\n" + "%s: 5\n".repeat(150);
    Object[] names = java.util.stream.IntStream.range(0, 150).mapToObj(i -> "f" + i).toArray();
    DefinitionException failure =
        catchThrowableOfType(
            DefinitionException.class, () -> reader.read("a.yaml", text.formatted(names)));
    assertThat(failure.problems()).hasSize(100);
  }

  @Test
  void aTableMayNameItsCatalog() {
    assertThat(table("lake.shop.orders"))
        .isEqualTo(new TableName(Optional.of("lake"), List.of("shop"), "orders"));
    assertThat(table("pond.shop.orders"))
        .isEqualTo(new TableName(Optional.empty(), List.of("pond", "shop"), "orders"));
    assertThat(table("lake.orders"))
        .isEqualTo(new TableName(Optional.empty(), List.of("lake"), "orders"));
  }

  private TableName table(String name) {
    EntityType type = (EntityType) reader.read("t.yaml", "$type: T\n$table: " + name).get(0);
    return type.table().orElseThrow();
  }
}
