package io.bergview.catalog.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Views A to D, where B reads A, C reads A and B, and D reads C; all read base tables. */
class ViewGraphTest {
  private final ViewGraph<String> graph = new ViewGraph<>();

  ViewGraphTest() {
    graph.put(table("d"), "D", tables("c"));
    graph.put(table("c"), "C", tables("a", "b", "base_2"));
    graph.put(table("b"), "B", tables("a"));
    graph.put(table("a"), "A", tables("base_1"));
  }

  private static TableName table(String name) {
    return new TableName(Optional.of("lake"), List.of("views"), name);
  }

  private static List<TableName> tables(String... names) {
    return Stream.of(names).map(ViewGraphTest::table).toList();
  }

  @Test
  void aViewComesAfterThoseThatItReads() {
    assertThat(graph.inOrder()).containsExactly("A", "B", "C", "D");
  }

  @Test
  void viewsOfACycleComeOnceEach() {
    graph.put(table("a"), "A", tables("d"));
    assertThat(graph.inOrder()).containsExactly("A", "B", "C", "D");
  }

  @Test
  void directUpstreamViewsAreThoseAmongTheTablesRead() {
    assertThat(graph.upstream(table("c"))).containsExactly("A", "B");
    assertThat(graph.upstream(table("a"))).isEmpty();
    assertThat(graph.upstream(table("base_1"))).isEmpty();
  }

  @Test
  void upstreamViewsAtAnyDepthAreFoundAsFarAsTheWayIsOpen() {
    assertThat(graph.upstream(table("d"), view -> true)).containsExactly("C", "A", "B");
    assertThat(graph.upstream(table("d"), view -> !view.equals("C"))).containsExactly("C");
  }

  @Test
  void tablesReachedIncludeTheBaseTables() {
    assertThat(graph.reachable(table("d"), view -> true))
        .containsExactlyElementsOf(tables("c", "a", "b", "base_2", "base_1"));
    assertThat(graph.reachable(table("d"), view -> false)).containsExactly(table("c"));
  }

  @Test
  void aPathNamesTheViewsBetween() {
    assertThat(graph.path(tables("d"), table("base_1"))).contains(List.of("D", "C", "A"));
    assertThat(graph.path(tables("a"), table("d"))).isEmpty();
    assertThat(graph.path(tables("d"), table("d"))).contains(List.of());
  }

  @Test
  void aViewReplacesTheOneWithTheSameTable() {
    ViewGraph<String> checked = new ViewGraph<>();
    checked.put(table("a"), "A2", tables("base_2"));
    graph.putAll(checked);
    assertThat(graph.view(table("a"))).contains("A2");
    assertThat(graph.reads(table("a"))).containsExactly(table("base_2"));
    assertThat(graph.views()).hasSize(4);
  }
}
