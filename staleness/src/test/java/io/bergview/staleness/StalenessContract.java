package io.bergview.staleness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.catalog.view.NewView;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every state and every reason, on real tables of each kind of catalog. Files are only named. */
abstract class StalenessContract {
  private static final Instant REFRESHED = Instant.parse("2026-01-01T00:00:00Z");
  private static final TableName ORDERS = name("shop", "orders");
  private static final TableName CUSTOMERS = name("shop", "customers");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "status", Types.StringType.get()),
          Types.NestedField.optional(3, "amount", Types.IntegerType.get()),
          Types.NestedField.optional(4, "unused", Types.StringType.get()));
  private static final List<Integer> USED = List.of(1, 2, 3);

  @TempDir Path dir;
  private Catalogs catalogs;
  private ViewRegistry registry;
  private Table orders;

  abstract String projectText();

  @BeforeEach
  void open() throws Exception {
    Files.writeString(dir.resolve(Project.FILE), projectText());
    catalogs = new Catalogs(Project.open(dir, Map.of()));
    registry = new ViewRegistry(catalogs, Clock.systemUTC(), Duration.ofHours(1));
    ((SupportsNamespaces) catalogs.catalog("lake")).createNamespace(Namespace.of("shop"));
    orders = create(ORDERS);
  }

  @AfterEach
  void close() {
    catalogs.close();
  }

  private static TableName name(String namespace, String table) {
    return new TableName(Optional.empty(), List.of(namespace), table);
  }

  private Table create(TableName name) {
    return catalogs.catalog("lake").createTable(catalogs.identifier(name), SCHEMA);
  }

  private static DataFile file() {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("file:///nowhere/" + UUID.randomUUID() + ".parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(1)
        .build();
  }

  private static Snapshot append(Table table) {
    table.newAppend().appendFile(file()).commit();
    return table.currentSnapshot();
  }

  private static DataFile compact(Table table, DataFile old) {
    DataFile compacted = file();
    table.newRewrite().rewriteFiles(Set.of(old), Set.of(compacted)).commit();
    return compacted;
  }

  private static void expire(Table table, long snapshotId) {
    table.expireSnapshots().expireSnapshotId(snapshotId).cleanExpiredFiles(false).commit();
  }

  private static ViewDefinition parse(String text) {
    return (ViewDefinition) new DefinitionReader(Set.of("lake")).read("view.yaml", text).get(0);
  }

  private RegisteredView define(String view, String further, TableName... sources) {
    ViewDefinition definition = parse("{$type: %s, $from: Order%s}".formatted(view, further));
    Map<String, StoredDefinition.Source> frozen = new LinkedHashMap<>();
    for (TableName source : sources) {
      frozen.put(source.name(), new StoredDefinition.Source(source, SCHEMA));
    }
    return registry
        .define(
            new NewView(
                view,
                registry.tableFor(definition, ORDERS),
                SCHEMA,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of(),
                new StoredDefinition(definition, Map.of(), frozen)))
        .view();
  }

  private RegisteredView define(String further) {
    return define("V", further, ORDERS);
  }

  private SourceSnapshot pinned(TableName name, boolean direct) {
    Table table = catalogs.load(name);
    Snapshot snapshot = table.currentSnapshot();
    return new SourceSnapshot(
        name,
        table.uuid().toString(),
        snapshot == null ? SourceSnapshot.NONE : snapshot.snapshotId(),
        direct,
        direct ? UsedColumn.of(table.schema(), USED) : Map.of());
  }

  /** As a refresh commits, having read the sources as they are now. */
  private void refresh(String view, int rows, SourceSnapshot... sources) {
    RegisteredView registered = registry.find(view);
    Transaction transaction = registered.table().newTransaction();
    AppendFiles append = transaction.newAppend();
    for (int row = 0; row < rows; row++) {
      append.appendFile(file());
    }
    new Lineage(registered.definitionVersion(), REFRESHED, List.of(sources))
        .toSummary("lake", "lake")
        .forEach(append::set);
    new RefreshRecord(
            "r", "append", "X", "", registered.definitionVersion(), rows, 0, 1, Duration.ZERO)
        .toSummary()
        .forEach(append::set);
    append.commit();
    transaction
        .updateProperties()
        .set(ViewProperties.LINEAGE, Lineage.mirrorOf(transaction.table().currentSnapshot()))
        .commit();
    transaction.commitTransaction();
  }

  private void refresh() {
    refresh("V", 1, pinned(ORDERS, true));
  }

  private ViewState state(String view, Instant now) {
    return new Staleness(catalogs, registry, Clock.fixed(now, ZoneOffset.UTC))
        .state(registry.find(view));
  }

  private ViewState state() {
    return state("V", Instant.now());
  }

  private ViewState expect(Reason reason) {
    ViewState state = state();
    assertThat(state.reason()).as(state.message()).isEqualTo(reason);
    assertThat(state.state()).isEqualTo(reason.state());
    return state;
  }

  private static Instant committed(Snapshot snapshot) {
    return Instant.ofEpochMilli(snapshot.timestampMillis());
  }

  @Test
  void aViewThatHasSeenEverythingIsFresh() {
    append(orders);
    define("");
    refresh();
    ViewState state = expect(Reason.UP_TO_DATE);
    assertThat(state.lastRefresh()).contains(REFRESHED);
    assertThat(state.staleSince()).isEmpty();
    assertThat(state.withinGrace()).isFalse();
    assertThat(state.sources())
        .singleElement()
        .satisfies(
            source -> {
              assertThat(source.lineageSnapshotId())
                  .isEqualTo(source.currentSnapshotId())
                  .isEqualTo(orders.currentSnapshot().snapshotId());
              assertThat(source.snapshotsBehind()).isZero();
            });
  }

  @Test
  void aNewViewIsInvalid() {
    append(orders);
    define("");
    ViewState state = expect(Reason.NEVER_REFRESHED);
    assertThat(state.lastRefresh()).isEmpty();
    assertThat(state.sources())
        .singleElement()
        .satisfies(source -> assertThat(source.lineageSnapshotId()).isEqualTo(-1));
  }

  @Test
  void newRowsMakeItStaleSinceTheFirstOfThem() {
    append(orders);
    define("");
    refresh();
    Snapshot first = append(orders);
    append(orders);
    ViewState state = expect(Reason.SOURCE_CHANGED);
    assertThat(state.staleSince()).contains(committed(first));
    assertThat(state.sources().get(0).snapshotsBehind()).isEqualTo(2);
    assertThat(state.sources().get(0).exact()).isTrue();
  }

  @Test
  void deletedRowsMakeItStale() {
    DataFile file = file();
    orders.newAppend().appendFile(file).commit();
    define("");
    refresh();
    orders.newDelete().deleteFile(file).commit();
    expect(Reason.SOURCE_CHANGED);
  }

  @Test
  void graceRunsFromTheFirstUnseenCommit() {
    append(orders);
    define(", $refresh: {gracePeriod: 15m}");
    refresh();
    Instant since = committed(append(orders));
    append(orders);
    assertThat(state("V", since.plus(Duration.ofMinutes(14))).withinGrace()).isTrue();
    assertThat(state("V", since.plus(Duration.ofMinutes(15))).withinGrace()).isFalse();
  }

  @Test
  void noGraceForAnInvalidView() {
    append(orders);
    define(", $refresh: {gracePeriod: 15m}");
    refresh();
    append(orders);
    append(registry.find("V").table());
    assertThat(expect(Reason.FOREIGN_WRITES).withinGrace()).isFalse();
  }

  @Test
  void compactionOfASourceKeepsTheViewFresh() {
    DataFile file = file();
    orders.newAppend().appendFile(file).commit();
    define("");
    refresh();
    compact(orders, compact(orders, file));
    ViewState state = expect(Reason.UP_TO_DATE);
    assertThat(state.sources().get(0).currentSnapshotId())
        .isNotEqualTo(state.sources().get(0).lineageSnapshotId());
  }

  @Test
  void compactionIsNotCountedAmongChanges() {
    DataFile file = file();
    orders.newAppend().appendFile(file).commit();
    define("");
    refresh();
    compact(orders, file);
    Snapshot change = append(orders);
    ViewState state = expect(Reason.SOURCE_CHANGED);
    assertThat(state.sources().get(0).snapshotsBehind()).isEqualTo(1);
    assertThat(state.staleSince()).contains(committed(change));
  }

  @Test
  void rollingCompactionBackKeepsTheViewFresh() {
    DataFile file = file();
    orders.newAppend().appendFile(file).commit();
    long before = orders.currentSnapshot().snapshotId();
    compact(orders, file);
    define("");
    refresh();
    orders.manageSnapshots().rollbackTo(before).commit();
    expect(Reason.UP_TO_DATE);
  }

  @Test
  void aRollbackMakesItStale() {
    long before = append(orders).snapshotId();
    append(orders);
    define("");
    refresh();
    orders.manageSnapshots().rollbackTo(before).commit();
    ViewState state = expect(Reason.SOURCE_ROLLED_BACK);
    assertThat(state.sources().get(0).snapshotsBehind()).isEqualTo(1);
    assertThat(state.staleSince()).isPresent();
  }

  @Test
  void aRollbackAndNewRowsMakeItStale() {
    long before = append(orders).snapshotId();
    append(orders);
    define("");
    refresh();
    orders.manageSnapshots().rollbackTo(before).commit();
    Snapshot other = append(orders);
    ViewState state = expect(Reason.SOURCE_ROLLED_BACK);
    assertThat(state.sources().get(0).snapshotsBehind()).isEqualTo(2);
    assertThat(state.staleSince()).contains(committed(other));
  }

  @Test
  void theFirstRowsOfASourceMakeItStale() {
    define("");
    refresh();
    expect(Reason.UP_TO_DATE);
    Snapshot first = append(orders);
    ViewState state = expect(Reason.SOURCE_CHANGED);
    assertThat(state.sources().get(0).lineageSnapshotId()).isEqualTo(-1);
    assertThat(state.staleSince()).contains(committed(first));
  }

  @Test
  void compactionAndExpiryOfTheSeenSnapshotKeepTheViewFresh() {
    DataFile file = file();
    orders.newAppend().appendFile(file).commit();
    long seen = orders.currentSnapshot().snapshotId();
    define("");
    refresh();
    compact(orders, file);
    expire(orders, seen);
    expect(Reason.UP_TO_DATE);
  }

  @Test
  void anExpiredSnapshotAfterAChangeIsSaid() {
    long seen = append(orders).snapshotId();
    define("");
    refresh();
    append(orders);
    expire(orders, seen);
    ViewState state = expect(Reason.SOURCE_SNAPSHOT_EXPIRED);
    assertThat(state.sources().get(0).snapshotsBehind()).isEqualTo(1);
    assertThat(state.sources().get(0).exact()).isTrue();
  }

  @Test
  void expiredChangesGetNoGrace() {
    long seen = append(orders).snapshotId();
    define(", $refresh: {gracePeriod: 365d}");
    refresh();
    long between = append(orders).snapshotId();
    append(orders);
    expire(orders, seen);
    expire(orders, between);
    ViewState state = expect(Reason.SOURCE_SNAPSHOT_EXPIRED);
    assertThat(state.sources().get(0).snapshotsBehind()).isEqualTo(1);
    assertThat(state.sources().get(0).exact()).isFalse();
    assertThat(state.withinGrace()).isFalse();
  }

  @Test
  void anExpiredGapWithTheSeenSnapshotKeptIsAChange() {
    long seen = append(orders).snapshotId();
    orders.manageSnapshots().createTag("pinned", seen).commit();
    define("");
    refresh();
    long between = append(orders).snapshotId();
    append(orders);
    expire(orders, between);
    ViewState state = expect(Reason.SOURCE_CHANGED);
    assertThat(state.sources().get(0).exact()).isFalse();
  }

  @Test
  void anExpiredGapWithoutAKnownChangeIsSaidAsOne() {
    DataFile file = file();
    orders.newAppend().appendFile(file).commit();
    define("");
    refresh();
    DataFile compacted = compact(orders, file);
    compact(orders, compacted);
    long last = orders.currentSnapshot().snapshotId();
    orders
        .expireSnapshots()
        .expireOlderThan(Long.MAX_VALUE)
        .retainLast(1)
        .cleanExpiredFiles(false)
        .commit();
    assertThat(orders.snapshots()).extracting(Snapshot::snapshotId).containsExactly(last);
    ViewState state = expect(Reason.SOURCE_SNAPSHOT_EXPIRED);
    assertThat(state.message())
        .startsWith(
            "Source shop.orders may have changes that the view has not seen, in snapshots that have"
                + " expired, and snapshot");
    assertThat(state.sources().get(0).exact()).isFalse();
  }

  @Test
  void aDroppedSourceMakesItInvalid() {
    append(orders);
    define("");
    refresh();
    catalogs.catalog("lake").dropTable(catalogs.identifier(ORDERS), false);
    ViewState state = expect(Reason.SOURCE_DROPPED);
    assertThat(state.sources().get(0).currentSnapshotId()).isEqualTo(-1);
  }

  @Test
  void aRecreatedSourceMakesItInvalid() {
    append(orders);
    define("");
    refresh();
    catalogs.catalog("lake").dropTable(catalogs.identifier(ORDERS), false);
    create(ORDERS);
    expect(Reason.SOURCE_RECREATED);
  }

  @Test
  void aSourceReplacedWithTheSameColumnsIsStale() {
    append(orders);
    define("");
    refresh();
    catalogs
        .catalog("lake")
        .buildTable(catalogs.identifier(ORDERS), SCHEMA)
        .createOrReplaceTransaction()
        .commitTransaction();
    assertThat(catalogs.load(ORDERS).uuid()).isEqualTo(orders.uuid());
    expect(Reason.SOURCE_ROLLED_BACK);
  }

  @Test
  void aSourceReplacedWithOtherTypesIsInvalid() {
    append(orders);
    define("");
    refresh();
    Schema other =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "status", Types.IntegerType.get()),
            Types.NestedField.optional(3, "amount", Types.IntegerType.get()));
    catalogs
        .catalog("lake")
        .buildTable(catalogs.identifier(ORDERS), other)
        .createOrReplaceTransaction()
        .commitTransaction();
    assertThat(expect(Reason.SOURCE_SCHEMA_CHANGED).message()).contains("status", "string");
  }

  @Test
  void renamedAddedMovedAndUnusedColumnsKeepItFresh() {
    append(orders);
    define("");
    refresh();
    orders
        .updateSchema()
        .renameColumn("status", "condition")
        .addColumn("more", Types.LongType.get())
        .moveFirst("amount")
        .deleteColumn("unused")
        .commit();
    expect(Reason.UP_TO_DATE);
  }

  @Test
  void aPromotedColumnMakesItInvalid() {
    append(orders);
    define("");
    refresh();
    orders.updateSchema().updateColumn("amount", Types.LongType.get()).commit();
    assertThat(expect(Reason.SOURCE_SCHEMA_CHANGED).message()).contains("amount", "int");
  }

  @Test
  void aDroppedColumnMakesItInvalidAlsoWhenItsNameComesBack() {
    append(orders);
    define("");
    refresh();
    orders.updateSchema().deleteColumn("status").commit();
    expect(Reason.SOURCE_SCHEMA_CHANGED);
    orders.updateSchema().addColumn("status", Types.StringType.get()).commit();
    expect(Reason.SOURCE_SCHEMA_CHANGED);
  }

  @Test
  void aNewDefinitionMakesItInvalidUntilARefresh() {
    append(orders);
    define("");
    refresh();
    define(", $filter: {status: paid}");
    assertThat(expect(Reason.DEFINITION_CHANGED).lastRefresh()).contains(REFRESHED);
    refresh();
    expect(Reason.UP_TO_DATE);
  }

  @Test
  void foreignRowsInTheViewMakeItInvalid() {
    append(orders);
    define("");
    refresh();
    append(registry.find("V").table());
    expect(Reason.FOREIGN_WRITES);
  }

  @Test
  void aLostLineageMakesItInvalid() {
    append(orders);
    define("");
    refresh();
    Table view = registry.find("V").table();
    view.newAppend().set("refresh-state", "{}").commit();
    expect(Reason.LINEAGE_LOST);
  }

  @Test
  void theWorstSourceSpeaksAndTheOldestChangeCounts() {
    append(orders);
    Table customers = create(CUSTOMERS);
    append(customers);
    define("V", "", ORDERS, CUSTOMERS);
    refresh("V", 1, pinned(ORDERS, true), pinned(CUSTOMERS, true));
    Snapshot first = append(customers);
    append(orders);
    assertThat(expect(Reason.SOURCE_CHANGED).staleSince()).contains(committed(first));
    customers.updateSchema().updateColumn("amount", Types.LongType.get()).commit();
    ViewState state = expect(Reason.SOURCE_SCHEMA_CHANGED);
    assertThat(state.sources())
        .extracting(SourceState::reason)
        .containsExactly(Reason.SOURCE_CHANGED, Reason.SOURCE_SCHEMA_CHANGED);
  }

  /** A view over V over shop.orders, both fresh. */
  private TableName cascade() {
    append(orders);
    TableName base = define("").tableName();
    refresh();
    define("Above", "", base);
    refresh("Above", 1, pinned(base, true), pinned(ORDERS, false));
    assertThat(state("Above", Instant.now()).reason()).isEqualTo(Reason.UP_TO_DATE);
    return base;
  }

  @Test
  void aViewIsAsStaleAsItsUpstream() {
    TableName base = cascade();
    Snapshot change = append(orders);
    ViewState above = state("Above", Instant.now());
    assertThat(above.state()).isEqualTo(Freshness.STALE);
    assertThat(above.staleSince()).contains(committed(change));
    assertThat(above.sources())
        .extracting(SourceState::reason)
        .containsExactly(Reason.UPSTREAM_STALE, Reason.SOURCE_CHANGED);
    refresh();
    assertThat(state().state()).isEqualTo(Freshness.FRESH);
    assertThat(state("Above", Instant.now()).sources())
        .extracting(SourceState::reason)
        .containsExactly(Reason.SOURCE_CHANGED, Reason.SOURCE_CHANGED);
    refresh("Above", 1, pinned(base, true), pinned(ORDERS, false));
    assertThat(state("Above", Instant.now()).state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void aViewIsInvalidWithItsUpstream() {
    cascade();
    define(", $filter: {status: paid}");
    ViewState above = state("Above", Instant.now());
    assertThat(above.reason()).isEqualTo(Reason.UPSTREAM_INVALID);
    assertThat(above.message()).contains("is invalid", "version 1");
  }

  @Test
  void anUpstreamRefreshThatFoundNothingKeepsTheViewFresh() {
    cascade();
    refresh("V", 0, pinned(ORDERS, true));
    assertThat(state("Above", Instant.now()).reason()).isEqualTo(Reason.UP_TO_DATE);
  }

  @Test
  void severalViewsAreSeenAtOneMoment() {
    cascade();
    append(orders);
    List<ViewState> states = states().views();
    assertThat(states).extracting(ViewState::view).containsExactly("Above", "V");
    assertThat(states).extracting(ViewState::state).containsOnly(Freshness.STALE);
  }

  private ViewStates states() {
    return new Staleness(catalogs, registry, Clock.systemUTC()).states(registry.listing());
  }

  @Test
  void aViewThatCannotBeReadIsInvalidAndHidesNoOther() {
    cascade();
    define("");
    catalogs
        .load(registry.find("V").tableName())
        .updateProperties()
        .set("bergview.definition", "{")
        .commit();
    assertThat(states().views())
        .extracting(ViewState::view, ViewState::state, ViewState::reason)
        .containsExactly(
            tuple("Above", Freshness.INVALID, Reason.UNREADABLE),
            tuple("V", Freshness.INVALID, Reason.UNREADABLE));
    assertThat(states().unreadable())
        .hasSize(2)
        .allSatisfy(
            broken -> assertThat(broken.error().code()).isEqualTo(ErrorCode.FORMAT_UNSUPPORTED));
  }

  @Test
  void theJsonIsWhatScriptsRead() {
    append(orders);
    define("");
    refresh();
    long seen = orders.currentSnapshot().snapshotId();
    Snapshot change = append(orders);
    var json = state().toJson();
    assertThat(json.get("view").asText()).isEqualTo("V");
    assertThat(json.get("state").asText()).isEqualTo("stale");
    assertThat(json.get("reason").asText()).isEqualTo("SOURCE_CHANGED");
    assertThat(json.get("lastRefresh").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.get("staleSince").asText()).isEqualTo(committed(change).toString());
    assertThat(json.get("withinGrace").isBoolean()).isTrue();
    List<String> fields = new ArrayList<>();
    json.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactly(
            "view",
            "table",
            "state",
            "reason",
            "message",
            "lastRefresh",
            "staleSince",
            "withinGrace",
            "nextTick",
            "snapshotsBehind",
            "mode",
            "rows",
            "rowsAreExact",
            "bytes",
            "description",
            "sources",
            "leases");
    assertThat(json.get("snapshotsBehind").asInt()).isEqualTo(1);
    assertThat(json.get("mode").asText()).isEqualTo("manual");
    var source = json.get("sources").get(0);
    assertThat(source.get("table").asText()).isEqualTo("shop.orders");
    assertThat(source.get("lineageSnapshotId").asLong()).isEqualTo(seen);
    assertThat(source.get("currentSnapshotId").asLong()).isEqualTo(change.snapshotId());
    assertThat(source.get("snapshotsBehind").asInt()).isEqualTo(1);
  }
}
