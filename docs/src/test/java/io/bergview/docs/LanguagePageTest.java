package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.docs.Page.Fence;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.query.QueryResult;
import io.bergview.query.format.CellText;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The definitions in docs/language.md are definitions, over the tables that the page shows, and
 * give the rows that it shows. Of every page, what begins with {@code $type} is read.
 */
class LanguagePageTest {
  private static final Page PAGE = Page.of("docs/language.md");
  private static final DefinitionReader READER = new DefinitionReader(Set.of("lake"));

  @TempDir private static Path project;

  private static boolean isDefinition(Fence fence) {
    return (fence.is("yaml") || fence.is("json5") || fence.is("json"))
        && fence.text().contains("$type")
        && !fence.has("output")
        && !fence.text().contains("\"format\"");
  }

  private static List<Definition> read(Fence fence) {
    return READER.read("block." + fence.language(), fence.text());
  }

  @BeforeAll
  static void tablesAndTypes() throws Exception {
    Files.writeString(project.resolve("bergview.yaml"), "");
    Path types = Files.createDirectory(project.resolve("types"));
    int file = 0;
    for (Fence fence : PAGE.fences()) {
      if (isDefinition(fence) && read(fence).stream().allMatch(EntityType.class::isInstance)) {
        Files.writeString(
            types.resolve("t%03d.%s".formatted(file++, fence.language())), fence.text());
      }
    }
    try (Bergview bergview = Bergview.open(project)) {
      for (Fence fence : PAGE.fences()) {
        if (fence.has("table")) {
          ExampleTables.create(bergview.catalog("lake"), fence);
        }
      }
    }
  }

  @Test
  void everyDefinitionOfEveryPageIsRead() {
    int read = 0;
    for (Page page : Page.all()) {
      for (Fence fence : page.fences()) {
        if (isDefinition(fence)) {
          assertThat(read(fence)).describedAs("%s:%d", page.name(), fence.line()).isNotEmpty();
          read++;
        }
      }
    }
    assertThat(read).isGreaterThan(20);
  }

  @Test
  void namesAreUsedOnceSoThatEveryExampleStandsForItself() {
    Set<String> names = new HashSet<>();
    for (Fence fence : PAGE.fences()) {
      if (isDefinition(fence)) {
        read(fence)
            .forEach(
                definition ->
                    assertThat(names.add(definition.name()))
                        .describedAs("%s at line %d is new", definition.name(), fence.line())
                        .isTrue());
      }
    }
  }

  @Test
  void everyViewFitsItsTypesAndGivesTheRowsShown() throws Exception {
    int compared = 0;
    try (Bergview bergview = Bergview.open(project)) {
      for (int i = 0; i < PAGE.fences().size(); i++) {
        Fence fence = PAGE.fences().get(i);
        if (!isDefinition(fence)) {
          continue;
        }
        List<String> views =
            read(fence).stream()
                .filter(ViewDefinition.class::isInstance)
                .map(Definition::name)
                .toList();
        if (views.isEmpty()) {
          continue;
        }
        Path file = project.resolve("view%03d.%s".formatted(i, fence.language()));
        bergview.define(Files.writeString(file, fence.text()));
        Fence next = i + 1 < PAGE.fences().size() ? PAGE.fences().get(i + 1) : fence;
        if (next.has("result")) {
          assertThat(sorted(rows(bergview, views.get(0))))
              .describedAs("%s:%d: rows of %s", PAGE.name(), next.line(), views.get(0))
              .isEqualTo(sorted(shown(next)));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(15);
    System.out.printf("%s: the rows of %d views compared%n", PAGE.name(), compared);
  }

  /** The header, then the rows in any order. */
  private static List<String> sorted(List<String> lines) {
    List<String> sorted = new ArrayList<>(new ArrayList<>(lines).subList(1, lines.size()));
    sorted.sort(null);
    sorted.add(0, lines.get(0));
    return sorted;
  }

  private static List<String> shown(Fence fence) {
    return fence.lines().stream()
        .map(line -> String.join(" | ", List.of(line.strip().split("\\s+\\|\\s+"))))
        .toList();
  }

  private static List<String> rows(Bergview bergview, String view) throws Exception {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.of(view));
    assertThat(outcome.failures()).isEmpty();
    List<String> lines = new ArrayList<>();
    try (QueryResult answer = bergview.find(view).answer()) {
      List<NestedField> columns = answer.schema().columns();
      lines.add(String.join(" | ", columns.stream().map(NestedField::name).toList()));
      answer.forEachRow(
          row -> {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
              Object value = row.get(i);
              cells.add(value == null ? "null" : CellText.of(value, columns.get(i).type()));
            }
            lines.add(String.join(" | ", cells));
          });
    }
    return lines;
  }

  @Test
  void everyKeyOfTheLanguageIsExplained() throws Exception {
    String page = Files.readString(PAGE.file());
    Set<String> missing = new TreeSet<>();
    for (String key : DefinitionKeys.all()) {
      if (!page.contains(key)) {
        missing.add(key);
      }
    }
    assertThat(missing).isEmpty();
  }
}
