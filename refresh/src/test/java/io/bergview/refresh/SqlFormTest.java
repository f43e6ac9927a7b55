package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.errors.BergviewException;
import io.bergview.fixtures.RandomView;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.SqlForm;
import io.bergview.projection.statement.CreatedView;
import io.bergview.projection.statement.SqlWriter;
import io.bergview.projection.yaml.YamlForm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of the SQL form: the SELECT that a view of the language is has its rows, with the same
 * types; and so has the definition that this SELECT is. A seed is a warehouse and eight views.
 * {@code -Dbergview.seed=17} runs that one alone.
 */
@Tag("seeded")
class SqlFormTest {
  private static final int VIEWS = Seeds.many() ? 8 : 4;
  private static final int SEEDS_WITH_EVERY_KIND = 3;
  private static final List<String> KINDS =
      List.of("$filter", "$expand", "$unnest", "$groupBy", "$compute", "$select", "$expr", "$join");
  private static final int SEEDS_WITH_EVERY_JOIN = 8;
  private static final List<String> JOINS =
      List.of("\"inner\"", "\"left\"", "\"semi\"", "\"anti\"");

  private static final Map<String, Integer> COMPARED = new TreeMap<>();
  private static final Map<String, Integer> WITHOUT = new TreeMap<>();
  private static final Map<String, Integer> BACK = new TreeMap<>();
  private static final Map<String, Integer> NOT_BACK = new TreeMap<>();
  private static int seedsRun;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 8);
  }

  @AfterAll
  static void everyKindWasCompared() {
    System.out.println("views compared with their SQL form, by key: " + COMPARED);
    System.out.println("views without one: " + WITHOUT);
    System.out.println("definitions of those SELECTs compared, by key: " + BACK);
    System.out.println("SELECTs without one: " + NOT_BACK);
    if (Seeds.arePreset() && seedsRun >= SEEDS_WITH_EVERY_KIND) {
      assertThat(COMPARED.keySet()).containsAll(KINDS);
      assertThat(BACK.keySet()).containsAll(KINDS);
      int without = NOT_BACK.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(BACK.get("views")).as("of %d more", without).isGreaterThan(4 * without);
    }
    if (Seeds.arePreset() && seedsRun >= SEEDS_WITH_EVERY_JOIN) {
      assertThat(COMPARED.keySet()).containsAll(JOINS);
      assertThat(BACK.keySet()).containsAll(JOINS);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSelectOfAViewHasItsRows(long seed) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      RandomWarehouse warehouse =
          RandomWarehouse.create(
              project.catalog(), seed, new RandomWarehouse.Options(2, Partitioning.MIXED));
      project.write("types", warehouse.entityTypes());
      seedsRun++;
      for (int i = 1; i <= VIEWS; i++) {
        RandomView view = RandomViews.of(warehouse, 7_000 + seed * 100 + i, "View" + i);
        try {
          project.define(view.name(), view.text().replaceFirst("(?m)^\\$type: .*\n", ""));
        } catch (BergviewException unresolvable) {
          project.remove("views/" + view.name() + ".yaml");
          continue;
        }
        compare(project, view, seed);
      }
    }
  }

  private static void compare(TestProject project, RandomView view, long seed) {
    SqlForm form = FrozenTypes.sqlForm(project.view(view.name()).definition());
    if (form instanceof SqlForm.None none) {
      WITHOUT.merge(none.why().replaceAll("'.*'", "..."), 1, Integer::sum);
      return;
    }
    String sql = ((SqlForm.Query) form).text();
    assertSettings(project.view(view.name()).definition().view(), sql);
    String twin = view.name() + "Sql";
    // In quotes: a block of YAML has no carriage returns.
    project.define(twin, "$sql: " + TextNode.valueOf(sql) + "\n");
    RefreshOutcome outcome = project.refresh(RefreshRequest.of(view.name(), twin));
    String context = "seed %d\n%s\n%s\n%s".formatted(seed, view, sql, outcome);
    if (!outcome.failures().isEmpty()) {
      // Of a duplicate key SQL makes two rows.
      outcome
          .failures()
          .forEach(
              failure -> {
                boolean duplicate =
                    failure.view().equals(view.name())
                        && failure.error().code().name().equals("DUPLICATE_KEY");
                assertThat(duplicate || outcome.failures().size() == 2).as(context).isTrue();
              });
      return;
    }
    assertThat(columns(project, twin)).as(context).isEqualTo(columns(project, view.name()));
    assertThat(CloseRows.differences(project.contents(view.name()), project.contents(twin)))
        .as(context)
        .isEmpty();
    count(view, COMPARED);
    compareBack(project, view, twin, context);
  }

  /** The definition that the SELECT is, which another view has. */
  private static void compareBack(
      TestProject project, RandomView view, String twin, String context) {
    YamlForm form = project.explain(twin).yaml().orElseThrow();
    if (form instanceof YamlForm.None none) {
      NOT_BACK.merge(none.why().replaceAll("['0-9].*", "..."), 1, Integer::sum);
      return;
    }
    String text = ((YamlForm.Found) form).text();
    String back = view.name() + "Back";
    String all = context + "\n" + text;
    project.define(back, text.replaceFirst("(?m)^\\$type: .*\n", ""));
    RefreshOutcome outcome = project.refresh(RefreshRequest.of(back));
    assertThat(outcome.failures()).as(all).isEmpty();
    assertThat(columns(project, back)).as(all).isEqualTo(columns(project, twin));
    assertThat(CloseRows.differences(project.contents(twin), project.contents(back)))
        .as(all)
        .isEmpty();
    count(view, BACK);
  }

  private static void count(RandomView view, Map<String, Integer> counts) {
    Stream.concat(KINDS.stream(), JOINS.stream())
        .filter(view.text()::contains)
        .forEach(kind -> counts.merge(kind, 1, Integer::sum));
    counts.merge("views", 1, Integer::sum);
  }

  /** The statement that creates the view keeps what is no part of the query. */
  private static void assertSettings(ViewDefinition view, String sql) {
    String statement = SqlWriter.create(view, sql);
    ViewDefinition read = CreatedView.definitions(statement, "x.sql", Set.of("lake")).get(0);
    assertThat(settings(read)).as(statement).isEqualTo(settings(view));
    assertThat(read.query().orElseThrow().text().strip()).isEqualTo(sql);
  }

  private static ObjectNode settings(ViewDefinition view) {
    return DefinitionWriter.tree(view)
        .remove(
            List.of(
                "$sql",
                "$from",
                "$filter",
                "$expand",
                "$flatten",
                "$select",
                "$unnest",
                "$join",
                "$groupBy",
                "$compute",
                "$having"));
  }

  /** Names and types, without the hidden column. */
  private static List<String> columns(TestProject project, String view) {
    List<String> columns = new ArrayList<>();
    for (Types.NestedField field : project.tableOf(view).schema().columns()) {
      if (!field.name().equals(ResolvedView.STATE)) {
        columns.add(field.name() + " " + withoutIds(field.type()));
      }
    }
    return columns;
  }

  private static String withoutIds(Type type) {
    return type.toString().replaceAll("\\d+: ", "");
  }
}
