package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RandomQuery;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.yaml.YamlForm;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The law of the YAML form for any query: a definition that is found has the query's rows. {@code
 * -Dbergview.seed=17} runs that seed alone.
 */
@Tag("seeded")
class YamlFormQueriesTest {
  private static final int DRAWN = Seeds.many() ? 400 : 150;
  private static final int COMPARED = 10;

  @TempDir Path folder;

  private final Map<RandomQuery.Part, Integer> found = new EnumMap<>(RandomQuery.Part.class);
  private final Map<String, Integer> without = new TreeMap<>();
  private int forms;

  @Test
  void aDefinitionHasTheRowsOfItsQuery() {
    Seeds.of(1, 3).forEach(this::check);
    System.out.println("%d queries with a definition, by part: %s".formatted(forms, found));
    System.out.println("without one, by what the language lacks: " + without);
    if (Seeds.arePreset()) {
      assertThat(found.keySet())
          .contains(
              RandomQuery.Part.FILTER,
              RandomQuery.Part.COMPUTED,
              RandomQuery.Part.GROUP_BY,
              RandomQuery.Part.GRAND_TOTAL,
              RandomQuery.Part.AGGREGATE_FILTER);
    }
  }

  private void check(long seed) {
    Random random = new Random(seed);
    try (TestProject project = TestProject.create(folder.resolve("p" + seed), TestProject.SQLITE)) {
      project.createNamespace("s");
      new RandomQueryTables(project.catalog(), random);
      TypeSource types = project.types();
      int compared = 0;
      for (int i = 1; i <= DRAWN; i++) {
        RandomQuery.Drawn drawn = RandomQuery.draw(random);
        ViewDefinition view = ViewDefinition.named("Sql" + i).sql(drawn.sql()).build();
        YamlForm form = YamlForm.of(view, types);
        if (form instanceof YamlForm.None none) {
          without.merge(none.why().replaceAll("[a-z]\\d+.*", "..."), 1, Integer::sum);
          continue;
        }
        forms++;
        drawn.parts().forEach(part -> found.merge(part, 1, Integer::sum));
        if (++compared <= COMPARED) {
          compare(project, view, ((YamlForm.Found) form).text(), "seed " + seed);
        }
      }
    }
  }

  private static void compare(
      TestProject project, ViewDefinition view, String yaml, String context) {
    String back = view.name() + "Back";
    String sql = view.query().orElseThrow().text();
    project.define(view.name(), "$sql: |\n" + sql.indent(2));
    project.define(back, yaml.replaceFirst("(?m)^\\$type: .*\n", ""));
    RefreshOutcome outcome = project.refresh(RefreshRequest.of(view.name(), back));
    String all = "%s\n%s\n%s".formatted(context, sql, yaml);
    assertThat(outcome.failures()).as(all).isEmpty();
    assertThat(CloseRows.differences(project.contents(view.name()), project.contents(back)))
        .as(all)
        .isEmpty();
  }
}
