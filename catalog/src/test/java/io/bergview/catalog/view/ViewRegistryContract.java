package io.bergview.catalog.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TestProject;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.ViewRegistry.Change;
import io.bergview.catalog.view.ViewRegistry.Defined;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.util.SnapshotUtil;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the registry does on every kind of catalog. */
abstract class ViewRegistryContract {
  private static final Duration SAFETY_AGE = Duration.ofHours(24);

  @TempDir Path dir;
  Catalogs catalogs;
  ViewRegistry registry;

  abstract String projectText();

  /** The table of the view OrderView over shop.orders. */
  abstract String expectedTable();

  @BeforeEach
  void open() {
    catalogs = TestProject.open(dir, projectText());
    TestProject.createTable(catalogs, "shop", "orders");
    registry = registry(catalogs);
  }

  @AfterEach
  void close() {
    catalogs.close();
  }

  private static ViewRegistry registry(Catalogs catalogs) {
    return new ViewRegistry(catalogs, Clock.systemUTC(), SAFETY_AGE);
  }

  static void fails(ErrorCode code, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(BergviewException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  Defined define(String name, String further) {
    return registry.define(TestViews.view(registry, name, further));
  }

  /** As a refresh commits. */
  static DataFile refresh(Table table, long definitionVersion) {
    DataFile file = TestProject.writeFile(table);
    Transaction transaction = table.newTransaction();
    AppendFiles append = transaction.newAppend().appendFile(file);
    SourceSnapshot orders =
        new SourceSnapshot(
            new TableName(Optional.of("lake"), List.of("shop"), "orders"),
            "6cd5f1b2-4a57-4d0e-9b62-1f2b7a3c9d10",
            1,
            true,
            Map.of());
    new Lineage(definitionVersion, Instant.ofEpochSecond(5), List.of(orders))
        .toSummary("lake", "lake")
        .forEach(append::set);
    new RefreshRecord("r", "full", "X", "", definitionVersion, 10, 0, 3, Duration.ZERO)
        .toSummary()
        .forEach(append::set);
    append.commit();
    transaction
        .updateProperties()
        .set(ViewProperties.LINEAGE, Lineage.mirrorOf(transaction.table().currentSnapshot()))
        .commit();
    transaction.commitTransaction();
    table.refresh();
    return file;
  }

  @Test
  void aViewLivesInItsTableAlone() {
    Defined defined = define("OrderView", ", $refresh: {gracePeriod: 15m}");
    assertThat(defined.change()).isEqualTo(Change.CREATED);
    RegisteredView view = defined.view();
    assertThat(view.tableName().toString()).isEqualTo(expectedTable());
    assertThat(view.definitionVersion()).isEqualTo(1);
    assertThat(view.table().currentSnapshot()).isNull();
    assertThat(view.table().properties())
        .containsEntry("bergview.view", "OrderView")
        .containsEntry("bergview.definition", view.definition().toJson())
        .containsEntry("bergview.definition-version", "1")
        .containsEntry("bergview.definition-hash", view.definition().hash())
        .containsEntry("bergview.refresh.mode", "manual")
        .containsEntry("bergview.refresh.grace-period", "PT15M")
        .containsEntry("write.metadata.delete-after-commit.enabled", "false");
    try (Catalogs others = TestProject.open(dir, projectText())) {
      RegisteredView found = registry(others).find("OrderView");
      assertThat(found.definition().hash()).isEqualTo(view.definition().hash());
      assertThat(found.table().uuid()).isEqualTo(view.table().uuid());
      assertThat(registry(others).list())
          .extracting(RegisteredView::name)
          .containsOnly("OrderView");
    }
  }

  @Test
  void tablesThatAreNoViewsAreNotListed() {
    assertThat(registry.list()).isEmpty();
    define("OrderView", "");
    RegisteredView view = registry.find("OrderView");
    TestProject.createTable(
        catalogs,
        String.join(".", view.identifier().namespace().levels()).equals("shop_views")
            ? "shop_views"
            : "plain_views",
        "table");
    assertThat(registry.list()).hasSize(1);
  }

  @Test
  void theSameDefinitionWritesNothing() {
    Table table = define("OrderView", "").view().table();
    Defined again = define("OrderView", "");
    assertThat(again.change()).isEqualTo(Change.UNCHANGED);
    table.refresh();
    assertThat(table.currentSnapshot()).isNull();
    assertThat(again.view().definitionVersion()).isEqualTo(1);
  }

  @Test
  void aNewDefinitionIsOneCommitThatKeepsRowsAndLineage() {
    Table table = define("OrderView", ", $refresh: {retention: 7d}").view().table();
    refresh(table, 1);
    Defined changed = define("OrderView", ", $filter: {status: paid}");
    assertThat(changed.change()).isEqualTo(Change.REDEFINED);
    assertThat(changed.view().definitionVersion()).isEqualTo(2);
    assertThat(changed.view().definition().view().filter()).isPresent();
    table.refresh();
    assertThat(SnapshotUtil.currentAncestorIds(table)).hasSize(2);
    assertThat(table.currentSnapshot().summary())
        .containsEntry("total-data-files", "1")
        .containsEntry("bergview.change", "definition")
        .containsEntry("bergview.definition-version", "2")
        .containsEntry("bergview.refresh-id", "r");
    assertThat(table.properties())
        .containsEntry("bergview.definition-version", "2")
        .doesNotContainKey("bergview.refresh.retention");
    LineageLookup.RecordedLineage found = (LineageLookup.RecordedLineage) LineageLookup.of(table);
    assertThat(found.lineage().definitionVersion()).isEqualTo(1);
    assertThat(found.refresh()).isEmpty();
  }

  @Test
  void settingsOfTheRefreshAloneKeepTheVersionThatMadeTheRows() {
    Table table = define("OrderView", ", $refresh: {retention: 7d}").view().table();
    refresh(table, 1);
    String settings =
        ", $refresh: {mode: scheduled, schedule: '0 2 * * *', timezone: Europe/Berlin,"
            + " gracePeriod: 15m, policy: strict, maxDelta: 5%, eventTypes: [DELETE], pin: true}";
    Defined changed = define("OrderView", settings);
    assertThat(changed.change()).isEqualTo(Change.SETTINGS);
    assertThat(changed.view().definitionVersion()).isEqualTo(1);
    table.refresh();
    assertThat(table.properties())
        .containsEntry("bergview.definition-version", "1")
        .containsEntry("bergview.definition-hash", changed.view().definition().hash())
        .containsEntry("bergview.refresh.mode", "scheduled")
        .doesNotContainKey("bergview.refresh.retention");
    assertThat(table.currentSnapshot().summary())
        .containsEntry("total-data-files", "1")
        .containsEntry("bergview.change", "definition")
        .containsEntry("bergview.definition-version", "1");
    assertThat(
            ((LineageLookup.RecordedLineage) LineageLookup.of(table)).lineage().definitionVersion())
        .isEqualTo(1);
    assertThat(define("OrderView", settings).change()).isEqualTo(Change.UNCHANGED);
    assertThat(define("OrderView", settings + ", $filter: {status: paid}").view())
        .extracting(RegisteredView::definitionVersion)
        .isEqualTo(2);
  }

  @Test
  void strategyIsNoSettingSinceItDecidesTheRows() {
    String nightly = ", $refresh: {mode: scheduled, schedule: '0 2 * * *', strategy: %s}";
    define("OrderView", nightly.formatted("replace"));
    assertThat(define("OrderView", nightly.formatted("append")).change())
        .isEqualTo(Change.REDEFINED);
    assertThat(registry.find("OrderView").definitionVersion()).isEqualTo(2);
  }

  @Test
  void ofTwoChangesOfSettingsAtOnceOneIsAConflict() {
    Table table = define("OrderView", "").view().table();
    refresh(table, 1);
    TableName name = registry.find("OrderView").tableName();
    Table seen = catalogs.load(name);
    define("OrderView", ", $refresh: {policy: strict}");
    fails(
        ErrorCode.COMMIT_CONFLICT,
        () ->
            ViewRedefinition.commit(
                TestViews.view(registry, "OrderView", ", $refresh: {policy: full}"), seen, 1),
        "View OrderView was changed by somebody else");
    assertThat(catalogs.load(name).properties()).containsEntry("bergview.refresh.policy", "strict");
  }

  @Test
  void definitionThatCannotBeReadIsReplacedByANewOne() {
    Table table = define("OrderView", "").view().table();
    table
        .updateProperties()
        .set(ViewProperties.DEFINITION, "{")
        .set(ViewProperties.DEFINITION_HASH, "?")
        .commit();
    Defined changed = define("OrderView", "");
    assertThat(changed.change()).isEqualTo(Change.REDEFINED);
    assertThat(changed.view().definitionVersion()).isEqualTo(2);
  }

  @Test
  void aViewThatCannotBeReadHidesNoOther() {
    define("Good", "");
    Table broken = define("Broken", "").view().table();
    broken.updateProperties().set(ViewProperties.DEFINITION, "{").commit();
    Table older = define("Older", "").view().table();
    older.updateProperties().set(ViewProperties.DEFINITION_VERSION, "two").commit();
    ViewListing listing = registry.listing();
    assertThat(listing.views()).extracting(RegisteredView::name).containsExactly("Good");
    assertThat(listing.unreadable())
        .extracting(ViewListing.Unreadable::name)
        .containsExactlyInAnyOrder("Broken", "Older");
    assertThat(listing.unreadable())
        .allSatisfy(
            found -> {
              assertThat(found.table()).isPresent();
              assertThat(found.error().code()).isEqualTo(ErrorCode.FORMAT_UNSUPPORTED);
            });
    assertThat(registry.find("Good").name()).isEqualTo("Good");
    fails(ErrorCode.FORMAT_UNSUPPORTED, () -> registry.find("Broken"), "view Broken");
    fails(ErrorCode.FORMAT_UNSUPPORTED, () -> registry.list(), "stored definition");
    fails(ErrorCode.VIEW_NOT_FOUND, () -> registry.find("Nothing"), "Nothing");
  }

  @Test
  void theCarriedLineageOutlivesCompactionAndExpiry() {
    Table table = define("OrderView", "").view().table();
    DataFile file = refresh(table, 1);
    define("OrderView", ", $filter: {status: paid}");
    table.refresh();
    TestProject.compact(table, file);
    table
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 1_000)
        .retainLast(1)
        .cleanExpiredFiles(false)
        .commit();
    table.refresh();
    assertThat(table.snapshots()).hasSize(1);
    assertThat(LineageLookup.of(table)).isInstanceOf(LineageLookup.RecordedLineage.class);
  }

  @Test
  void aViewStaysNeverRefreshedAfterANewDefinition() {
    Table table = define("OrderView", "").view().table();
    define("OrderView", ", $filter: {status: paid}");
    define("OrderView", ", $filter: {status: open}");
    table.refresh();
    assertThat(LineageLookup.of(table)).isInstanceOf(LineageLookup.NeverRefreshed.class);
    assertThat(registry.find("OrderView").definitionVersion()).isEqualTo(3);
  }

  @Test
  void foreignWritesAreStillDetectedAfterANewDefinition() {
    Table table = define("OrderView", "").view().table();
    refresh(table, 1);
    TestProject.append(table);
    define("OrderView", ", $filter: {status: paid}");
    table.refresh();
    assertThat(LineageLookup.of(table))
        .isInstanceOfSatisfying(
            LineageLookup.LostLineage.class,
            lost -> assertThat(lost.cause()).isEqualTo(LineageLookup.Cause.FOREIGN_WRITES));
  }

  @Test
  void aRefreshBetweenReadingAndCommittingIsAConflict() {
    define("OrderView", "");
    TableName name = registry.find("OrderView").tableName();
    Table seen = catalogs.load(name);
    refresh(catalogs.load(name), 1);
    fails(
        ErrorCode.COMMIT_CONFLICT,
        () ->
            ViewRedefinition.commit(
                TestViews.view(registry, "OrderView", ", $filter: {status: paid}"), seen, 2),
        "View OrderView was changed by somebody else");
    Table table = catalogs.load(name);
    assertThat(SnapshotUtil.currentAncestorIds(table)).hasSize(1);
    assertThat(table.properties()).containsEntry("bergview.definition-version", "1");
  }

  @Test
  void aChangedVersionAloneIsAConflictToo() {
    define("OrderView", "");
    TableName name = registry.find("OrderView").tableName();
    Table seen = catalogs.load(name);
    catalogs.load(name).updateProperties().set("bergview.definition-version", "9").commit();
    fails(
        ErrorCode.COMMIT_CONFLICT,
        () ->
            ViewRedefinition.commit(
                TestViews.view(registry, "OrderView", ", $filter: {status: paid}"), seen, 2),
        "View OrderView");
  }

  @Test
  void ofManyDefinersEveryVersionIsOneOfTheirs() throws Exception {
    define("OrderView", "");
    int writers = 6;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    CyclicBarrier start = new CyclicBarrier(writers);
    List<Future<Boolean>> results = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      NewView view =
          TestViews.view(registry, "OrderView", ", $filter: {status: s%d}".formatted(writer));
      Table seen = catalogs.load(view.table());
      results.add(
          pool.submit(
              () -> {
                start.await();
                try {
                  ViewRedefinition.commit(view, seen, 2);
                  return true;
                } catch (BergviewException e) {
                  assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
                  return false;
                }
              }));
    }
    int winners = 0;
    for (Future<Boolean> result : results) {
      winners += result.get() ? 1 : 0;
    }
    pool.shutdownNow();
    assertThat(winners).isEqualTo(1);
    RegisteredView view = registry.find("OrderView");
    assertThat(view.definitionVersion()).isEqualTo(2);
    assertThat(view.definition().hash())
        .isEqualTo(view.table().properties().get("bergview.definition-hash"));
  }

  @Test
  void ofManyCreatorsOneCreatesAndTheOthersFindIt() throws Exception {
    int writers = 4;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    CyclicBarrier start = new CyclicBarrier(writers);
    List<Future<Change>> results = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      results.add(
          pool.submit(
              () -> {
                start.await();
                return define("OrderView", "").change();
              }));
    }
    List<Change> changes = new ArrayList<>();
    for (Future<Change> result : results) {
      changes.add(result.get());
    }
    pool.shutdownNow();
    assertThat(changes).containsOnlyOnce(Change.CREATED).hasSize(writers);
    assertThat(changes).containsOnly(Change.CREATED, Change.UNCHANGED);
  }

  @Test
  void aTableThatIsNoViewIsNeverTouched() {
    NewView view = TestViews.view(registry, "OrderView", "");
    ((SupportsNamespaces) catalogs.catalog("lake"))
        .createNamespace(catalogs.identifier(view.table()).namespace());
    catalogs.catalog("lake").createTable(catalogs.identifier(view.table()), TestProject.ORDERS);
    Table table = catalogs.load(view.table());
    TestProject.append(table);
    fails(
        ErrorCode.VIEW_EXISTS,
        () -> registry.define(view),
        "has the name that view OrderView needs",
        "is not a view");
    table.refresh();
    assertThat(table.properties()).doesNotContainKey("bergview.view");
    assertThat(SnapshotUtil.currentAncestorIds(table)).hasSize(1);
  }

  @Test
  void twoViewsCannotShareATable() {
    RegisteredView view = define("OrderView", "").view();
    NewView other =
        new NewView(
            "Other",
            view.tableName(),
            TestProject.ORDERS,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of(),
            TestViews.definition("Other", ""));
    fails(ErrorCode.VIEW_EXISTS, () -> registry.define(other), "belongs to view OrderView");
  }

  @Test
  void aViewCannotMoveToAnotherTableByItself() {
    define("OrderView", "");
    fails(
        ErrorCode.VIEW_EXISTS,
        () -> define("OrderView", ", $table: other_views.moved"),
        "View OrderView exists with the table " + expectedTable());
  }

  @Test
  void anAmbiguousNameIsAnErrorThatShowsBothTables() {
    RegisteredView view = define("OrderView", "").view();
    TableName copy = new TableName(Optional.empty(), List.of("other_views"), "copy");
    new ViewNamespaces(catalogs).prepare("lake", catalogs.identifier(copy).namespace());
    catalogs
        .catalog("lake")
        .buildTable(catalogs.identifier(copy), TestProject.ORDERS)
        .withProperties(
            Map.of("bergview.view", "OrderView", "bergview.definition", view.definition().toJson()))
        .create();
    fails(
        ErrorCode.VIEW_EXISTS,
        () -> registry.find("OrderView"),
        expectedTable(),
        "other_views.copy");
  }

  @Test
  void aMissingViewComesWithANearName() {
    define("OrderView", "");
    fails(
        ErrorCode.VIEW_NOT_FOUND,
        () -> registry.find("OrdersView"),
        "'OrdersView'",
        "did you mean 'OrderView'");
  }

  @Test
  void aViewOfANewerVersionIsRefusedByName() {
    Table table = define("OrderView", "").view().table();
    String newer =
        table.properties().get("bergview.definition").replace("\"format\":1", "\"format\":9");
    table.updateProperties().set("bergview.definition", newer).commit();
    fails(ErrorCode.FORMAT_UNSUPPORTED, () -> registry.find("OrderView"), "OrderView", "format 9");
  }

  @Test
  void oddNamesStayInTheirFolder() throws IOException {
    for (String name : List.of("a b", "ü%2e", "SELECT", "x'y\"z", "a..b")) {
      RegisteredView view = registry.define(TestViews.view(registry, named(name))).view();
      refresh(view.table(), 1);
      assertThat(registry.find(name).table().uuid()).isEqualTo(view.table().uuid());
      registry.drop(name);
    }
    assertThat(registry.list()).isEmpty();
    Path orders = folder(catalogs.load(TestViews.ORDERS));
    try (Stream<Path> files = Files.walk(dir.resolve("warehouse"))) {
      assertThat(files.filter(Files::isRegularFile))
          .allMatch(p -> p.startsWith(orders) || p.toString().contains("/catalog.db"));
    }
  }

  private static StoredDefinition named(String name) {
    return TestViews.definition(name.replace("'", "''"), "");
  }

  @Test
  void droppingDeletesTheViewsFilesAndNoOthers() throws IOException {
    Table source = catalogs.load(TestViews.ORDERS);
    TestProject.append(source);
    define("Other", "");
    refresh(registry.find("Other").table(), 1);
    Table table = define("OrderView", "").view().table();
    refresh(table, 1);
    define("OrderView", ", $filter: {status: paid}");
    List<Path> others = files(source, registry.find("Other").table());
    ViewRegistry.Dropped dropped = registry.drop("OrderView");
    assertThat(dropped.filesDeleted()).isEqualTo(7);
    assertThat(dropped.filesKept()).isZero();
    assertThat(Path.of(table.location().replaceFirst("^file:(//)?", ""))).doesNotExist();
    assertThat(others).isNotEmpty().allMatch(Files::exists);
    assertThat(registry.list()).extracting(RegisteredView::name).containsOnly("Other");
    assertThat(define("OrderView", "").change()).isEqualTo(Change.CREATED);
  }

  private static Path folder(Table table) {
    return Path.of(table.location().replaceFirst("^file:(//)?", ""));
  }

  private static List<Path> files(Table source, Table table) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path root : List.of(folder(source), folder(table))) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(Files::isRegularFile).forEach(all::add);
      }
    }
    return all;
  }

  @Test
  void droppingLeavesRegisteredFilesOfOthersAlone() {
    Table source = catalogs.load(TestViews.ORDERS);
    DataFile foreign = TestProject.append(source);
    Table table = define("OrderView", "").view().table();
    refresh(table, 1);
    table.newAppend().appendFile(foreign).commit();
    assertThat(registry.drop("OrderView").filesKept()).isEqualTo(1);
    assertThat(source.io().newInputFile(foreign.location()).exists()).isTrue();
  }

  @Test
  void aViewThatAnotherReadsIsNotDropped() {
    RegisteredView base = define("OrderView", "").view();
    StoredDefinition above =
        new StoredDefinition(
            TestViews.definition("Above", "").view(),
            Map.of(),
            Map.of(
                "OrderView",
                new StoredDefinition.Source(
                    catalogs.qualified(base.tableName()), TestProject.ORDERS)));
    registry.define(TestViews.view(registry, above));
    fails(ErrorCode.VIEW_IN_USE, () -> registry.drop("OrderView"), "is read by Above");
    registry.drop("Above");
    registry.drop("OrderView");
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void theSchemaOfAnExistingTableIsLeftToTheRefresh() {
    Table table = define("OrderView", "").view().table();
    NewView wider = TestViews.view(registry, "OrderView", ", $filter: {status: paid}");
    Schema schema = table.schema();
    registry.define(wider);
    table.refresh();
    assertThat(table.schema().sameSchema(schema)).isTrue();
  }
}
