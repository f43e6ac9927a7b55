package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.catalog.view.PublishedViews;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that die between a change of a view's table and that of its published view. */
class PublishStepsTest {
  private static final String TOTALS = SmallShop.STATUS_TOTALS;
  private static final String WIDER = TOTALS.replace("{orders:", "{least: {$min: total}, orders:");

  @TempDir Path folder;

  /** A process ends: nothing after it runs that catches exceptions. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Dies before or after the changes that it makes, at one of them; counts what it is asked. */
  public static final class DyingCatalog extends JdbcCatalog {
    static int stepsLeft = Integer.MAX_VALUE;
    static int viewsRead;
    private boolean dropping;

    static void step() {
      if (stepsLeft-- == 0) {
        throw new Died();
      }
    }

    @Override
    public View loadView(TableIdentifier identifier) {
      viewsRead++;
      return super.loadView(identifier);
    }

    @Override
    public boolean viewExists(TableIdentifier identifier) {
      viewsRead++;
      return super.viewExists(identifier);
    }

    @Override
    public boolean dropView(TableIdentifier identifier) {
      step();
      dropping = true;
      try {
        return super.dropView(identifier);
      } finally {
        dropping = false;
        step();
      }
    }

    @Override
    public boolean dropTable(TableIdentifier identifier, boolean purge) {
      step();
      boolean dropped = super.dropTable(identifier, purge);
      step();
      return dropped;
    }

    @Override
    protected ViewOperations newViewOps(TableIdentifier identifier) {
      ViewOperations real = super.newViewOps(identifier);
      if (dropping) {
        return real;
      }
      return new ViewOperations() {
        @Override
        public ViewMetadata current() {
          return real.current();
        }

        @Override
        public ViewMetadata refresh() {
          return real.refresh();
        }

        @Override
        public void commit(ViewMetadata base, ViewMetadata metadata) {
          step();
          real.commit(base, metadata);
          step();
        }
      };
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
      TableOperations real = super.newTableOps(identifier);
      return new TableOperations() {
        @Override
        public TableMetadata current() {
          return real.current();
        }

        @Override
        public TableMetadata refresh() {
          return real.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
          step();
          real.commit(base, metadata);
          step();
        }

        @Override
        public FileIO io() {
          return real.io();
        }

        @Override
        public EncryptionManager encryption() {
          return real.encryption();
        }

        @Override
        public String metadataFileLocation(String fileName) {
          return real.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
          return real.locationProvider();
        }

        @Override
        public long newSnapshotId() {
          return real.newSnapshotId();
        }
      };
    }
  }

  private static String settings(String schemaVersion) {
    return """
    catalogs:
      lake:
        catalog-impl: %s
        uri: 'jdbc:sqlite:{folder}/catalog.db?busy_timeout=30000&journal_mode=WAL&synchronous=NORMAL'
        warehouse: 'file://{folder}/warehouse'
        jdbc.schema-version: %s
        io-impl: %s
        local.sync: 'false'
    settings: {memory-limit: 512MiB, threads: 2}
    """
        .formatted(DyingCatalog.class.getName(), schemaVersion, LocalFileIO.class.getName());
  }

  private TestProject filled(String name) {
    TestProject project = TestProject.create(folder.resolve(name), settings("V1"));
    SmallShop.filled(project);
    return project;
  }

  private static List<String> published(TestProject project) {
    return ((ViewCatalog) project.catalog())
        .listViews(Namespace.of("shop")).stream().map(TableIdentifier::name).toList();
  }

  private static void isPublished(TestProject project, String name) {
    assertThat(published(project)).containsExactly(name);
    View view = ((ViewCatalog) project.catalog()).loadView(TableIdentifier.of("shop", name));
    List<String> visible =
        project.tableOf("Totals").schema().columns().stream()
            .map(Types.NestedField::name)
            .filter(column -> !column.equals("_state"))
            .toList();
    assertThat(view.schema().columns()).extracting(Types.NestedField::name).isEqualTo(visible);
    assertThat(PublishedViews.isBehind(project.view("Totals"))).isFalse();
  }

  private interface Change {
    void in(TestProject project);
  }

  /** Dies at every step of a change; what goes on from there is to end as if nothing was. */
  private void diesAnywhere(String what, int least, Change before, Change change, Change after) {
    int deaths = 0;
    for (int step = 0; ; step++) {
      try (TestProject project = filled(what + step)) {
        before.in(project);
        DyingCatalog.stepsLeft = step;
        boolean died = false;
        try {
          change.in(project);
        } catch (Died killed) {
          died = true;
        } finally {
          DyingCatalog.stepsLeft = Integer.MAX_VALUE;
        }
        project.context().sessions().close();
        try (TestProject next = TestProject.open(project.directory())) {
          after.in(next);
        }
        if (!died) {
          break;
        }
        deaths++;
      }
    }
    assertThat(deaths).as(what).isGreaterThanOrEqualTo(least);
  }

  @Test
  void theNextApplyPublishesWhatWasCreated() {
    diesAnywhere(
        "created",
        4,
        project -> {},
        project -> project.define("Totals", "$publish: shop.totals\n" + TOTALS),
        project -> {
          project.define("Totals", "$publish: shop.totals\n" + TOTALS);
          isPublished(project, "totals");
        });
  }

  @Test
  void theNextApplyTakesAwayWhatHasAnotherNameNow() {
    diesAnywhere(
        "renamed",
        8,
        project -> project.define("Totals", "$publish: shop.totals\n" + TOTALS),
        project -> project.define("Totals", "$publish: shop.other\n" + TOTALS),
        project -> {
          project.define("Totals", "$publish: shop.third\n" + TOTALS);
          isPublished(project, "third");
          project.define("Totals", TOTALS);
          assertThat(published(project)).isEmpty();
        });
  }

  @Test
  void theNextRefreshPublishesTheColumnsOfOneThatDied() {
    diesAnywhere(
        "refreshed",
        6,
        project -> {
          project.define("Totals", "$publish: shop.totals\n" + TOTALS);
          project.refresh("Totals");
          project.define("Totals", "$publish: shop.totals\n" + WIDER);
        },
        project -> project.refresh("Totals"),
        project -> {
          project.refresh("Totals");
          isPublished(project, "totals");
          assertThat(project.contents("Totals").get(0)).containsKey("least");
        });
  }

  @Test
  void droppingGoesOnWhereItEnded() {
    diesAnywhere(
        "dropped",
        3,
        project -> project.define("Totals", "$publish: shop.totals\n" + TOTALS),
        project -> project.registry().drop("Totals"),
        project -> {
          if (project.registry().names().contains("Totals")) {
            project.registry().drop("Totals");
          }
          assertThat(published(project)).isEmpty();
          assertThat(project.registry().names()).isEmpty();
        });
  }

  @Test
  void refreshesAskForNoPublishedView() {
    try (TestProject project = filled("asked")) {
      project.define("Totals", "$publish: shop.totals\n" + TOTALS);
      assertThat(DyingCatalog.viewsRead).isPositive();
      project.refresh("Totals");
      DyingCatalog.viewsRead = 0;
      SmallShop shop = SmallShop.of(project);
      assertThat(project.refresh("Totals").kind()).isEqualTo(RefreshKind.SKIP);
      shop.addOrders(shop.order(50, 1L, "paid", "1.00", 1));
      assertThat(project.refresh("Totals").kind()).isEqualTo(RefreshKind.MERGE);
      assertThat(project.refreshFully("Totals").kind()).isEqualTo(RefreshKind.FULL);
      project.state("Totals");
      project.explain("Totals");
      assertThat(DyingCatalog.viewsRead).isZero();
    }
  }

  @Test
  void aRefreshThatCannotPublishIsDoneAllTheSame() {
    try (TestProject project = filled("taken")) {
      project.define("Totals", "$publish: shop.totals\n" + TOTALS);
      project.refresh("Totals");
      ViewCatalog views = (ViewCatalog) project.catalog();
      project.define("Totals", "$publish: shop.totals\n" + WIDER);
      View ours = views.loadView(TableIdentifier.of("shop", "totals"));
      ours.updateProperties().remove(PublishedViews.PUBLISHED_BY).commit();
      project.refresh("Totals");
      assertThat(project.contents("Totals").get(0)).containsKey("least");
      View theirs = views.loadView(TableIdentifier.of("shop", "totals"));
      assertThat(theirs.schema().findField("least")).isNull();
      assertThat(PublishedViews.isBehind(project.view("Totals"))).isTrue();
    }
  }

  @Test
  void aCatalogWithoutViewsIsSaidBeforeAnythingIsMade() {
    Map<String, String> catalogs =
        Map.of(
            "hadoop",
            TestProject.HADOOP,
            "jdbc",
            """
            catalogs:
              lake:
                type: jdbc
                uri: 'jdbc:sqlite:{folder}/catalog.db?busy_timeout=30000'
                warehouse: 'file://{folder}/warehouse'
                jdbc.schema-version: V0
            settings: {memory-limit: 512MiB, threads: 2}
            """);
    catalogs.forEach(
        (type, text) -> {
          try (TestProject project = TestProject.create(folder.resolve(type), text)) {
            SmallShop.filled(project);
            assertThatThrownBy(() -> project.define("Totals", "$publish: shop.totals\n" + TOTALS))
                .isInstanceOfSatisfying(
                    BergviewException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_WITHOUT_VIEWS))
                .hasMessageContaining("View Totals cannot be published")
                .hasMessageContaining("catalog 'lake' (" + type + ")")
                .hasMessageContaining("leave $publish out");
            assertThat(project.registry().names()).isEmpty();
            project.define("Totals", TOTALS);
            project.refresh("Totals");
            project.registry().drop("Totals");
          }
        });
  }
}
