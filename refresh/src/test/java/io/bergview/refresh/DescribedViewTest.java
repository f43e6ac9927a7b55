package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.define.DefinePlan;
import io.bergview.define.DefinitionDifference.Cost;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.ViewState;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of a view is stored with it and decides nothing. */
class DescribedViewTest {
  private static final String VIEW = "$from: Order\n$select: [order_id, status]\n";

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private @Nullable String comment() {
    return project.tableOf("V").properties().get("comment");
  }

  private void assertIs(@Nullable String description) {
    ViewState state = project.state("V");
    assertThat(project.view("V").definition().view().description())
        .isEqualTo(Optional.ofNullable(description));
    assertThat(state.contents().orElseThrow().description())
        .isEqualTo(Optional.ofNullable(description));
    assertThat(state.toJson().path("description").asText(null)).isEqualTo(description);
    assertThat(state.state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void itIsThePropertyCommentAndChangesForFree() {
    project.define("V", "$description: 'orders, \"as they are\"'\n" + VIEW);
    project.refresh("V");
    assertIs("orders, \"as they are\"");
    assertThat(comment()).isEqualTo("orders, \"as they are\"");

    project.write("views/V.yaml", "$type: V\n$description: other words\n" + VIEW);
    DefinePlan plan = project.applying().plan().steps().get(0);
    assertThat(plan.action()).isEqualTo(DefinePlan.Action.ALTER_SETTINGS);
    assertThat(plan.changes()).allMatch(change -> change.cost() == Cost.FREE);
    project.apply();
    assertIs("other words");
    assertThat(comment()).isEqualTo("other words");
    assertThat(project.view("V").definitionVersion()).isEqualTo(1);

    project.define("V", VIEW);
    assertIs(null);
    assertThat(comment()).isNull();
  }

  @Test
  void commentOfOthersIsLeftAlone() {
    project.define("V", VIEW);
    project.refresh("V");
    project.tableOf("V").updateProperties().set("comment", "theirs").commit();
    project.define("V", VIEW + "$refresh: {gracePeriod: 1h}\n");
    assertIs(null);
    assertThat(comment()).isEqualTo("theirs");
  }
}
