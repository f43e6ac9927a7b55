package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bergview.api.Bergview;
import io.bergview.api.Namespaces;
import io.bergview.catalog.Project;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.Freshness;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A project from its first view to the last one's end, its catalog on a server. */
@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedProjectTest {
  private static final TableIdentifier DAILY = TableIdentifier.of("shop_views", "daily_revenue");

  private final CatalogServer server;
  @TempDir private Path folder;

  ServedProjectTest(CatalogServer server) {
    this.server = server;
  }

  @BeforeEach
  void writeProject() throws IOException {
    write(Project.FILE, server.catalogOf(folder));
    for (Map.Entry<String, String> type : Shop.entityTypes().entrySet()) {
      write("types/" + type.getKey(), type.getValue());
    }
    for (Map.Entry<String, String> view : Shop.views().entrySet()) {
      write("views/" + view.getKey(), view.getValue());
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void viewsAreAppliedRefreshedQueriedAndDropped() throws IOException {
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
      assertThat(bergview.apply().steps()).hasSize(Shop.views().size());
      assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
      assertFindIsTheTable(bergview);

      Shop.change(bergview.catalog("lake"), 7);
      assertThat(bergview.getViewState("DailyRevenue").state()).isEqualTo(Freshness.STALE);
      assertThat(bergview.refreshView(RefreshRequest.of("DailyRevenue")).done())
          .extracting(RefreshResult::reason)
          .containsExactly("SOURCE_CHANGED");
      assertFindIsTheTable(bergview);
    }
    try (Bergview another = Bergview.open(folder)) {
      assertThat(another.getViewState("DailyRevenue").state()).isEqualTo(Freshness.FRESH);
      assertThat(another.refreshView(RefreshRequest.of("DailyRevenue")).done())
          .extracting(RefreshResult::kind)
          .containsExactly(RefreshKind.SKIP);
      Path data =
          Path.of(URI.create(another.catalog("lake").loadTable(DAILY).location()).getPath());
      assertThat(data).isDirectory();
      another.dropView("DailyRevenue");
      assertThat(data).doesNotExist();
      assertThat(another.listViews().views()).hasSize(Shop.views().size() - 1);
    }
  }

  @Test
  void namespacesAreMadeProtectedRenamedAndDropped() {
    try (Bergview bergview = Bergview.open(folder)) {
      Namespaces namespaces = bergview.namespaces();
      namespaces.create("landing");
      bergview
          .catalog("lake")
          .createTable(
              TableIdentifier.of("landing", "rows"),
              new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
      assertThat(namespaces.protect("landing")).isTrue();
      assertCode(ErrorCode.NAMESPACE_PROTECTED, () -> namespaces.dropWithContents("landing"));
      assertThat(namespaces.list())
          .anySatisfy(
              listed -> {
                assertThat(listed.name().shown()).isEqualTo("landing");
                assertThat(listed.tables()).isEqualTo(1);
                assertThat(listed.keptFromDrops()).isTrue();
              });
      assertThat(namespaces.unprotect("landing")).isTrue();
      namespaces.rename("landing", "raw");
      assertCode(ErrorCode.NAMESPACE_NOT_FOUND, () -> namespaces.drop("landing"));
      assertCode(ErrorCode.NAMESPACE_NOT_EMPTY, () -> namespaces.drop("raw"));
      assertThat(namespaces.dropWithContents("raw").tables()).hasSize(1);
      assertThat(namespaces.list()).noneMatch(listed -> listed.name().shown().equals("raw"));
    }
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(BergviewException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static void assertFindIsTheTable(Bergview bergview) throws IOException {
    Table table = bergview.catalog("lake").loadTable(DAILY);
    List<List<Object>> found = new ArrayList<>();
    try (QueryResult answer = bergview.find("DailyRevenue").answer()) {
      assertThat(answer.origin().by()).isEqualTo(ResultOrigin.AnsweredBy.VIEW);
      Schema columns = answer.schema();
      answer.forEachRow(row -> found.add(new ArrayList<>(row)));
      Bags.assertSame(
          "find",
          io.bergview.interop.ComparableRows.of(names(columns), found),
          "Iceberg's reader",
          io.bergview.interop.ComparableRows.of(columns, LiveRows.of(table)));
    }
  }

  private static List<String> names(Schema schema) {
    return schema.columns().stream().map(column -> column.name()).toList();
  }

  @Test
  void filesCanGoThroughOurOwnFileIo() throws IOException {
    write(
        Project.FILE,
        server
            .catalogOf(folder)
            .replace("}", ", io-impl: io.bergview.catalog.storage.LocalFileIO}"));
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
      bergview.apply();
      assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
      assertThat(bergview.catalog("lake").loadTable(DAILY).io().getClass().getSimpleName())
          .isEqualTo("LocalFileIO");
      assertFindIsTheTable(bergview);
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedWithoutThePassword() throws IOException {
    write(
        Project.FILE, server.catalogOf(folder).replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:1"));
    try (Bergview bergview = Bergview.open(folder)) {
      assertThatThrownBy(bergview::listViews)
          .isInstanceOfSatisfying(
              BergviewException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNREACHABLE))
          .hasMessageContaining("127.0.0.1:1")
          .hasMessageContaining("refused");
    }
  }

  @Test
  void aWrongPasswordIsNotShown() throws IOException {
    assumeTrue(server == CatalogServer.POSTGRES, "the other servers ask for no password");
    write(
        Project.FILE,
        server.catalogOf(folder).replaceFirst("jdbc.password: .*", "jdbc.password: incorrect"));
    try (Bergview bergview = Bergview.open(folder)) {
      assertThatThrownBy(bergview::listViews)
          .isInstanceOfSatisfying(
              BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
          .hasMessageNotContaining("incorrect");
    }
  }
}
