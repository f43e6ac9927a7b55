package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.define.DefinePlan.Action;
import io.bergview.define.DefinitionDifference;
import io.bergview.define.DefinitionDifference.Cost;
import io.bergview.define.alter.AlterPlan;
import io.bergview.define.alter.LayoutRewrite;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.projection.definition.LeaseSetting;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.SettingsEdit;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views that are changed without their files. */
class AlterViewTest {
  private static final String TOTALS = "$from: Order\n$select: [order_id, status, total]\n";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define("V", TOTALS);
    project.refresh("V");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static ViewAlteration view() {
    return ViewAlteration.of("V");
  }

  private RefreshSettings settings() {
    return project.view("V").definition().view().refresh();
  }

  @Test
  void settingsOfTheRefreshAreFreeAndKeepTheViewFresh() {
    ViewAlteration alteration =
        view()
            .set("refresh.gracePeriod", "15m")
            .set("$refresh.policy", "strict")
            .set("refresh.maxDelta", "0.25")
            .set("refresh.mode", "scheduled")
            .set("refresh.schedule", "*/5 * * * *")
            .set("refresh.eventTypes", "[CREATE, DELETE]")
            .set("refresh.pin", "true");
    AlterPlan planned = project.altering().plan(alteration);
    assertThat(settings().policy()).as("only planned").isEqualTo(Policy.AUTO);
    AlterPlan done = project.altering().alter(alteration);
    assertThat(done).isEqualTo(planned);
    assertThat(done.step().action()).isEqualTo(Action.ALTER_SETTINGS);
    assertThat(done.step().changes()).hasSize(7).allMatch(change -> change.cost() == Cost.FREE);
    assertThat(done.next().kind()).isEqualTo("skip");
    assertThat(done.reads()).isEmpty();
    assertThat(done.file()).contains("views/V.yaml");
    assertThat(settings().gracePeriod()).isEqualTo(Duration.ofMinutes(15));
    assertThat(settings().schedule()).contains("*/5 * * * *");
    assertThat(settings().maxDelta()).contains(0.25);
    assertThat(settings().pin()).contains(LeaseSetting.ON);
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.view("V").definitionVersion()).isEqualTo(1);
    assertThat(shop.orders().refs()).as("pinned at once").hasSize(2);
  }

  @Test
  void unsetIsTheDefaultAgainAndNothingToChangeIsNoChange() {
    project.altering().alter(view().set("refresh.maxDelta", "5%").set("refresh.policy", "full"));
    project.altering().alter(view().unset("refresh.maxDelta"));
    assertThat(settings().maxDelta()).isEmpty();
    assertThat(settings().policy()).isEqualTo(Policy.FULL);
    AlterPlan last = project.altering().alter(view().unset("refresh.policy"));
    assertThat(last.file()).as("as the file says again").isEmpty();
    long snapshot = project.tableOf("V").currentSnapshot().snapshotId();
    AlterPlan nothing = project.altering().alter(view().unset("refresh.policy"));
    assertThat(nothing.step().action()).isEqualTo(Action.UNCHANGED);
    assertThat(project.tableOf("V").currentSnapshot().snapshotId()).isEqualTo(snapshot);
    assertThat(TestProject.step(project.apply(), "V").action()).isEqualTo(Action.UNCHANGED);
  }

  @Test
  void theNextApplyChangesBackWhatTheFileSaysOtherwise() {
    project.altering().alter(view().set("refresh.policy", "strict"));
    assertThat(TestProject.step(project.apply(), "V").action()).isEqualTo(Action.ALTER_SETTINGS);
    assertThat(settings().policy()).isEqualTo(Policy.AUTO);
  }

  @Test
  void aLayoutIsThatOfFilesWrittenFromNowOn() {
    AlterPlan done =
        project
            .altering()
            .alter(
                view()
                    .set("partitionBy", "[status, {bucket: 4, of: order_id}]")
                    .set("sortBy", "[{total: desc}]")
                    .set("lookup", "order_id"));
    assertThat(done.step().action()).isEqualTo(Action.ALTER_LAYOUT);
    assertThat(done.step().changes())
        .extracting(DefinitionDifference::cost)
        .containsOnly(Cost.NEW_FILES);
    assertThat(done.next().kind()).isEqualTo("skip");
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.tableOf("V").spec().fields()).hasSize(2);
    assertThat(project.tableOf("V").sortOrder().isSorted()).isTrue();
    assertThat(project.tableOf("V").properties())
        .containsEntry("write.parquet.bloom-filter-enabled.column.order_id", "true");
    assertThat(project.tableOf("V").newScan().planFiles()).hasSize(1);

    shop.addOrder(20);
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(specs()).as("old and new files").hasSize(2);
    assertThat(project.verify("V").equal()).isTrue();

    project.altering().alter(view().unset("lookup").unset("sortBy"));
    assertThat(project.tableOf("V").sortOrder().isSorted()).isFalse();
    assertThat(project.tableOf("V").properties())
        .doesNotContainKey("write.parquet.bloom-filter-enabled.column.order_id");
    project.refreshFully("V");
    assertThat(specs()).hasSize(1);
    assertThat(project.rows("V")).hasSize(6);
  }

  @Test
  void thePlanSaysHowMuchACompactionMoves() {
    long bytes =
        project.tableOf("V").newScan().planFiles().iterator().next().file().fileSizeInBytes();
    AlterPlan plan = project.altering().plan(view().set("shards", "3"));
    assertThat(plan.rewrite()).isEqualTo(new LayoutRewrite(1, bytes));
    assertThat(project.altering().plan(view().set("sortBy", "[total]")).rewrite().files())
        .isEqualTo(1);
    assertThat(project.altering().plan(view().set("replication", "2")).rewrite().files()).isZero();
    assertThat(project.altering().plan(view().set("lookup", "total")).rewrite().files()).isZero();
    project.altering().alter(view().set("shards", "3"));
    long snapshot = project.lineageOf("V").lineage().sources().get(0).snapshotId();
    MaintenanceRequest request = MaintenanceRequest.of("V");
    assertThat(project.maintenance(Duration.ZERO).compact(request).failures()).isEmpty();
    assertThat(specs()).containsExactly(project.tableOf("V").spec().specId());
    assertThat(project.lineageOf("V").lineage().sources().get(0).snapshotId()).isEqualTo(snapshot);
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.verify("V").equal()).isTrue();
    assertThat(project.altering().plan(view().set("replication", "2")).rewrite().files()).isZero();
    assertThat(project.altering().plan(view().unset("shards")).rewrite().files()).isGreaterThan(1);
  }

  private Set<Integer> specs() {
    Set<Integer> specs = new java.util.TreeSet<>();
    project.tableOf("V").newScan().planFiles().forEach(task -> specs.add(task.file().specId()));
    return specs;
  }

  @ParameterizedTest
  @CsvSource({"olap", "oltp", "both"})
  void mergesAcrossOldAndNewPartitionsAreRight(String projection) {
    project.define(
        "W", "$from: Order\n$expand: [customer]\n$select: [order_id, status, customer_name]\n");
    project.refresh("W");
    ViewAlteration other = ViewAlteration.of("W").set("projection", projection);
    project.altering().alter(other.set("partitionBy", "[status]"));
    shop.addOrder(20);
    project.refresh("W");
    project.altering().alter(other.set("partitionBy", "[{bucket: 3, of: order_id}]"));
    shop.customers()
        .newDelete()
        .deleteFromRowFilter(org.apache.iceberg.expressions.Expressions.alwaysTrue())
        .commit();
    shop.addCustomers(shop.customer(1, "Adele", "Oslo", 150), shop.customer(2, "Bob", null, null));
    RefreshResult merged = project.refresh("W");
    assertThat(merged.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.rows("W"))
        .hasSize(6)
        .anyMatch(row -> "Adele".equals(row.getField("customer_name")));
    assertThat(project.verify("W").equal()).isTrue();
  }

  @Test
  void aLayoutChangedBeforeTheRefreshOfANewDefinitionIsLaidOutByThatRefresh() {
    project.define("V", "$from: Order\n$select: [order_id, quantity]\n");
    project.altering().alter(view().set("partitionBy", "[quantity]"));
    assertThat(project.state("V").reason()).isEqualTo(Reason.DEFINITION_CHANGED);
    project.refresh("V");
    assertThat(project.tableOf("V").spec().fields()).hasSize(1);
    assertThat(project.rows("V")).hasSize(5);
  }

  @Test
  void newDefinitionReportsItsCostAndInvalidatesTheView() {
    project.write("other.yaml", "$type: V\n$from: Order\n$select: [order_id, quantity]\n");
    ViewAlteration alteration = view().definition(folder.resolve("other.yaml"));
    AlterPlan plan = project.altering().plan(alteration);
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
    assertThat(plan.step().action()).isEqualTo(Action.ALTER);
    assertThat(plan.step().changes())
        .extracting(DefinitionDifference::cost)
        .containsOnly(Cost.RECOMPUTE);
    assertThat(plan.next().kind()).isEqualTo("full");
    assertThat(plan.next().reason()).isEqualTo("DEFINITION_CHANGED");
    assertThat(plan.reads()).hasSize(1);
    assertThat(plan.reads().get(0).rows()).isEqualTo(5);
    assertThat(plan.reads().get(0).bytes()).isPositive();
    assertThat(plan.file()).contains("views/V.yaml");
    assertThat(project.altering().alter(alteration)).isEqualTo(plan);
    assertThat(project.state("V").reason()).isEqualTo(Reason.DEFINITION_CHANGED);
    RefreshResult refreshed = project.refresh("V");
    assertThat(refreshed.kind().label()).isEqualTo(plan.next().kind());
    assertThat(refreshed.reason()).isEqualTo(plan.next().reason());
  }

  @Test
  void theStrategyDecidesRowsSoItNeedsARecompute() {
    AlterPlan plan =
        project
            .altering()
            .plan(
                view()
                    .set("refresh.mode", "scheduled")
                    .set("refresh.schedule", "@daily")
                    .set("refresh.strategy", "append"));
    assertThat(plan.step().action()).isEqualTo(Action.ALTER);
    assertThat(plan.step().changes())
        .filteredOn(change -> change.cost() == Cost.RECOMPUTE)
        .extracting(DefinitionDifference::key)
        .containsExactly("$refresh.strategy");
  }

  @Test
  void theNextRefreshRegardsTheNewPolicy() {
    shop.addOrder(20);
    AlterPlan full = project.altering().plan(view().set("refresh.policy", "full"));
    assertThat(full.next().kind()).isEqualTo("full");
    assertThat(full.next().message()).contains("the policy is to recompute");
    shop.orders().expireSnapshots().expireOlderThan(System.currentTimeMillis() + 1).commit();
    AlterPlan strict = project.altering().plan(view().set("refresh.policy", "strict"));
    assertThat(strict.next().kind()).isEqualTo("refused");
    assertThat(strict.next().reason()).isEqualTo("POLICY_REFUSED");
  }

  @Test
  void settingsDoNotTakeInWhatElseChangedSinceTheViewWasRegistered() {
    project.define("All", "$from: Order\n");
    project.refresh("All");
    SchemaChanges.add(shop.orders(), "note", Types.StringType.get());
    project.write("types/shop.yaml", "$type: Order\n$table: shop.elsewhere\n$id: order_id\n");
    AlterPlan done =
        project.altering().alter(ViewAlteration.of("All").set("refresh.policy", "strict"));
    assertThat(done.step().action()).isEqualTo(Action.ALTER_SETTINGS);
    assertThat(project.state("All").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void settingsCanBeChangedDespiteErrorsInTheFolder() {
    project.write("views/broken.yaml", "$type: [");
    AlterPlan done = project.altering().alter(view().set("refresh.policy", "strict"));
    assertThat(done.note()).isPresent();
    assertThat(settings().policy()).isEqualTo(Policy.STRICT);
  }

  @Test
  void severalWhoAlterAtTheSameTimeLoseNothing() throws Exception {
    List<ViewAlteration> alterations =
        List.of(
            view().set("refresh.policy", "strict"),
            view().set("refresh.gracePeriod", "15m"),
            view().set("refresh.retention", "7d"),
            view().set("sortBy", "[status]"));
    ExecutorService pool = Executors.newFixedThreadPool(alterations.size());
    try {
      List<Callable<AlterPlan>> work = new ArrayList<>();
      alterations.forEach(alteration -> work.add(() -> project.altering().alter(alteration)));
      for (Future<AlterPlan> done : pool.invokeAll(work)) {
        done.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(settings().policy()).isEqualTo(Policy.STRICT);
    assertThat(settings().gracePeriod()).isEqualTo(Duration.ofMinutes(15));
    assertThat(settings().retention()).contains(Duration.ofDays(7));
    assertThat(project.tableOf("V").sortOrder().isSorted()).isTrue();
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void aViewThatWasRefreshedSinceItWasSeenIsNotChangedUnseen() {
    RegisteredView seen = project.view("V");
    shop.addOrder(20);
    project.refresh("V");
    var changed =
        SettingsEdit.apply(
            seen.definition().view(),
            Map.of("refresh.policy", Optional.of("strict")),
            Set.of("lake"));
    assertThatThrownBy(() -> project.definer().alter(seen, changed))
        .isInstanceOf(ConflictException.class);
    assertThat(settings().policy()).isEqualTo(Policy.AUTO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refresh.gracePeroid | 15m | did you mean 'refresh.gracePeriod'?",
        "gracePeriod | 15m | did you mean 'refresh.gracePeriod'?",
        "sortby | status | did you mean 'sortBy'?",
        "refresh | manual | There is no setting 'refresh'",
        "filter | '{status: paid}' | says what view V holds",
      })
  void unknownSettingsAreRefusedWithASuggestion(String key, String value, String message) {
    assertThatThrownBy(() -> project.altering().alter(view().set(key, value)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refresh.policy | stirct | $refresh.policy | strict",
        "refresh.gracePeriod | soon | $refresh.gracePeriod | duration",
        "refresh.schedule | 0 0 * * * | $refresh.schedule | mode: scheduled",
        "sortBy | [totl] | $sortBy | did you mean 'total'",
        "shards | many | $shards | many",
        "partitionBy | [status, {bukket: 4, of: order_id}] | $partitionBy[1] | bucket",
        "sortBy | [status | $sortBy | alterView V"
      })
  void badValuesAreRefusedAtTheirSetting(String key, String value, String at, String message) {
    assertThatThrownBy(() -> project.altering().alter(view().set(key, value)))
        .isInstanceOf(DefinitionException.class)
        .hasMessageStartingWith("alterView V")
        .hasMessageContaining(at)
        .hasMessageContaining(message);
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void contradictionsAreRefused() {
    assertThatThrownBy(() -> view().set("sortBy", "a").unset("$sortBy"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> view().set("sortBy", "a").definition(Path.of("x.yaml")))
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> project.altering().plan(view().set("sortBy", " ")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--unset");
    assertThatThrownBy(() -> project.altering().plan(ViewAlteration.of("W").unset("sortBy")))
        .isInstanceOf(NotFoundException.class);
    project.write("other.yaml", "$type: Other\n$from: Order\n");
    assertThatThrownBy(
            () -> project.altering().plan(view().definition(folder.resolve("other.yaml"))))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("does not define view V");
  }

  @Test
  void foreignRowsDoNotGetLostInAChangeOfTheLayout() {
    RowFiles.append(project.tableOf("V"), List.of(project.rows("V").get(0)));
    project.altering().alter(view().set("partitionBy", "[status]"));
    assertThat(project.state("V").reason()).isEqualTo(Reason.FOREIGN_WRITES);
    assertThat(project.rows("V")).hasSize(6);
    project.refreshFully("V");
    assertThat(project.tableOf("V").spec().isPartitioned()).isTrue();
    assertThat(project.rows("V")).hasSize(5);
  }

  @Test
  void viewsThatReadAChangedOneAreNamed() throws Exception {
    project.define("Paid", "$from: V\n$select: [order_id, total]\n");
    project.define("Sum", "$from: Paid\n$groupBy: []\n$compute: {total: {$sum: total}}\n");
    project.define("Statuses", "$from: V\n$select: [order_id, status]\n");
    project.refresh(RefreshRequest.ofAll());

    AlterPlan settings = project.altering().alter(view().set("refresh.gracePeriod", "15m"));
    assertThat(settings.step().notes()).isEmpty();
    assertThat(settings.step().warnings()).isEmpty();

    Path file = folder.resolve("new.yaml");
    Files.writeString(file, "$type: V\n$from: Order\n$select: [order_id, total]\n");
    AlterPlan plan = project.altering().plan(view().definition(file));
    assertThat(plan.step().notes())
        .containsExactly(
            "views that read it, directly or through others, are stale until it is refreshed and"
                + " then they: Paid, Statuses, Sum");
    assertThat(plan.step().warnings())
        .containsExactly(
            "View Statuses reads status of view V, which it will not have, or with another type:"
                + " Statuses cannot be refreshed until it is defined anew");
    assertThat(project.altering().alter(view().definition(file)).step()).isEqualTo(plan.step());
    assertThat(project.refresh(RefreshRequest.of("Sum").withUpstream()).failures()).isEmpty();
    assertThat(project.refresh(RefreshRequest.of("Statuses")).failures()).hasSize(1);
  }
}
