package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bergview.catalog.commit.SettledOperations;
import io.bergview.interop.CatalogServer;
import io.bergview.projection.definition.TableName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What Bergview relies on in a catalog, over each kind. */
@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedCatalogTest {
  private static final int WRITERS = 3;
  private static final int COMMITS = 4;
  private static final TableIdentifier ORDERS = TableIdentifier.of("shop", "orders");

  /** Kinds of catalogs that run here. */
  enum Kind {
    SQLITE,
    HADOOP,
    POSTGRES,
    REST,
    HIVE;

    String projectText(Path folder) {
      return switch (this) {
        case SQLITE -> TestProject.SQLITE;
        case HADOOP -> TestProject.HADOOP;
        default -> CatalogServer.valueOf(name()).catalogOf(folder);
      };
    }
  }

  private final Kind kind;
  @TempDir private Path folder;
  private Catalogs catalogs;
  private Catalog catalog;
  private SupportsNamespaces namespaces;

  ServedCatalogTest(Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    catalogs = TestProject.open(folder, kind.projectText(folder));
    catalog = catalogs.catalog("lake");
    namespaces = (SupportsNamespaces) catalog;
  }

  @AfterEach
  void close() {
    catalogs.close();
  }

  private Table orders() {
    return TestProject.createTable(catalogs, "shop", "orders");
  }

  private static TableName name(String... parts) {
    List<String> all = List.of(parts);
    return new TableName(Optional.empty(), all.subList(0, all.size() - 1), all.get(all.size() - 1));
  }

  @Test
  void aTableIsThereOnceItIsCreatedAndUntilItIsDropped() {
    assertThat(catalogs.find(name("shop", "orders"))).isEmpty();
    Table made = orders();
    TestProject.append(made);
    try (Catalogs others = new Catalogs(catalogs.project())) {
      Table read = others.load(name("shop", "orders"));
      assertThat(read.uuid()).isEqualTo(made.uuid());
      assertThat(read.currentSnapshot().snapshotId())
          .isEqualTo(catalogs.load(name("shop", "orders")).currentSnapshot().snapshotId());
    }
    assertThatThrownBy(this::orders).isInstanceOf(AlreadyExistsException.class);
    assertThat(catalog.listTables(Namespace.of("shop"))).containsExactly(ORDERS);
    assertThat(catalog.dropTable(ORDERS, false)).isTrue();
    assertThat(catalogs.find(name("shop", "orders"))).isEmpty();
    assertThat(catalogs.findToRead(name("shop", "orders"))).isEmpty();
    assertThat(catalog.dropTable(ORDERS, false)).isFalse();
  }

  @Test
  void aTableThatIsMadeAgainIsAnother() {
    Table first = orders();
    TestProject.append(first);
    assertThat(catalogs.loadToRead(name("shop", "orders")).uuid()).isEqualTo(first.uuid());
    catalog.dropTable(ORDERS, false);
    Table second = orders();
    assertThat(second.uuid()).isNotEqualTo(first.uuid());
    assertThat(catalogs.loadToRead(name("shop", "orders")).uuid()).isEqualTo(second.uuid());
    assertThat(catalogs.loadToRead(name("shop", "orders")).currentSnapshot()).isNull();
  }

  @Test
  void aRenamedTableKeepsItsSnapshotsUnderTheNewNameAlone() {
    assumeTrue(kind != Kind.HADOOP, "a folder is its table's name");
    Table made = orders();
    TestProject.append(made);
    namespaces.createNamespace(Namespace.of("archive"));
    catalog.renameTable(ORDERS, TableIdentifier.of("archive", "old_orders"));
    assertThat(catalogs.find(name("shop", "orders"))).isEmpty();
    Table renamed = catalogs.load(name("archive", "old_orders"));
    assertThat(renamed.uuid()).isEqualTo(made.uuid());
    assertThat(renamed.snapshots()).hasSize(1);
    TestProject.append(renamed);
    assertThat(catalogs.load(name("archive", "old_orders")).snapshots()).hasSize(2);
  }

  @Test
  void namespacesAreListedKeepPropertiesAndAreDroppedEmpty() {
    Namespace shop = Namespace.of("shop");
    if (kind == Kind.HADOOP) {
      namespaces.createNamespace(shop);
    } else {
      // The client of REST asks for the key null, which Map.of does not bear.
      namespaces.createNamespace(shop, new HashMap<>(Map.of("owner", "Ada")));
      namespaces.setProperties(shop, new HashMap<>(Map.of("bergview.views", "true")));
      assertThat(namespaces.loadNamespaceMetadata(shop))
          .containsEntry("owner", "Ada")
          .containsEntry("bergview.views", "true");
    }
    assertThat(namespaces.listNamespaces()).contains(shop);
    assertThatThrownBy(() -> namespaces.createNamespace(shop))
        .isInstanceOf(AlreadyExistsException.class);
    orders();
    assertThatThrownBy(() -> namespaces.dropNamespace(shop))
        .isInstanceOf(NamespaceNotEmptyException.class);
    catalog.dropTable(ORDERS, false);
    if (kind != Kind.HADOOP) {
      // There a table's folder may stay behind.
      assertThat(namespaces.dropNamespace(shop)).isTrue();
      assertThat(namespaces.listNamespaces()).doesNotContain(shop);
    }
  }

  @Test
  void branchesAndTagsAreReadAtTheirSnapshots() {
    Table made = orders();
    TestProject.append(made);
    long first = made.currentSnapshot().snapshotId();
    made.manageSnapshots().createTag("closed", first).createBranch("audit", first).commit();
    TestProject.append(made);
    for (String ref : List.of("closed", "audit")) {
      Table atRef = catalogs.load(name("shop", "orders").at(ref));
      assertThat(atRef.currentSnapshot().snapshotId()).isEqualTo(first);
    }
    assertThat(catalogs.load(name("shop", "orders")).snapshots()).hasSize(2);
  }

  @Test
  void ofTwoCommitsOnOneStateTheSecondIsRefused() {
    orders();
    Table one = catalogs.load(name("shop", "orders"));
    Table other = catalogs.load(name("shop", "orders"));
    Transaction first = conditional(one);
    Transaction second = conditional(other);
    first.commitTransaction();
    assertThatThrownBy(second::commitTransaction)
        .isInstanceOfAny(
            CommitFailedException.class, org.apache.iceberg.exceptions.ValidationException.class);
    Table now = catalogs.load(name("shop", "orders"));
    assertThat(now.snapshots()).hasSize(1);
    assertThat(now.currentSnapshot().addedDataFiles(now.io())).hasSize(1);
  }

  /** An append that is valid while the table has no snapshot. */
  private static Transaction conditional(Table table) {
    Transaction transaction = SettledOperations.newTransaction(table);
    transaction
        .newAppend()
        .appendFile(TestProject.writeFile(table))
        .validateWith(ancestry -> !ancestry.iterator().hasNext())
        .commit();
    return transaction;
  }

  @Test
  void commitsOfSeveralAtOnceAllLandOnce() throws Exception {
    orders().updateProperties().set("commit.retry.num-retries", "50").commit();
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    CyclicBarrier together = new CyclicBarrier(WRITERS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        running.add(
            threads.submit(
                () -> {
                  together.await();
                  for (int commit = 0; commit < COMMITS; commit++) {
                    TestProject.append(catalogs.load(name("shop", "orders")));
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    Table now = catalogs.load(name("shop", "orders"));
    assertThat(SnapshotUtil.currentAncestorIds(now)).hasSize(WRITERS * COMMITS);
    for (Snapshot snapshot : now.snapshots()) {
      assertThat(snapshot.addedDataFiles(now.io())).hasSize(1);
    }
  }
}
