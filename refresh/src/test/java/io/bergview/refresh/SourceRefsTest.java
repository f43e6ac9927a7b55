package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.projection.resolve.SqlForm;
import io.bergview.projection.yaml.YamlForm;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views over tables at a branch or a tag: they follow that ref, and nothing else. */
class SourceRefsTest {
  private static final String AUDIT_TYPE =
      """
      $type: AuditOrder
      $table: shop.orders@audit
      $id: order_id
      customer: '-> Customer'
      """;
  private static final String DIFFERENCE =
      """
      $sql: |
        SELECT coalesce(a.order_id, o.order_id) AS order_id, o.total AS before, a.total AS after
        FROM shop.orders FOR VERSION AS OF 'audit' a
        FULL JOIN shop.orders o ON o.order_id = a.order_id
        WHERE a.total IS DISTINCT FROM o.total
      """;

  @TempDir Path folder;

  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void aShopWithABranch() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.write("types/audit.yaml", AUDIT_TYPE);
    branch("audit");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void branch(String name) {
    Table orders = shop.orders();
    orders.manageSnapshots().createBranch(name, head("main")).commit();
  }

  private long head(String ref) {
    return shop.orders().refs().get(ref).snapshotId();
  }

  private void addTo(String branch, Record... rows) {
    Table orders = shop.orders();
    AppendFiles append = orders.newAppend().toBranch(branch);
    RowFiles.write(orders, FileFormat.PARQUET, 0, List.of(rows)).forEach(append::appendFile);
    append.commit();
  }

  private void addTo(String branch, long order) {
    addTo(branch, shop.order(order, 1L, "paid", "1.00", 1));
  }

  private List<Long> ids(String view) {
    return project.contents(view).stream().map(row -> (Long) row.get("order_id")).sorted().toList();
  }

  @Test
  void aViewReadsTheBranchAndFollowsIt() {
    project.define("Audited", "$from: AuditOrder\n$expand: [customer]\n");
    addTo("audit", 20);
    assertThat(project.refresh("Audited").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(ids("Audited")).containsExactly(10L, 11L, 12L, 13L, 14L, 20L);

    addTo("audit", 21);
    assertThat(project.state("Audited").reason()).isEqualTo(Reason.SOURCE_CHANGED);
    assertThat(project.refresh("Audited").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(ids("Audited")).containsExactly(10L, 11L, 12L, 13L, 14L, 20L, 21L);
    assertThat(project.verify("Audited").equal()).isTrue();
  }

  @Test
  void aCommitToMainIsNoChangeForAViewAtABranch() {
    project.define("Audited", "$from: shop.orders@audit\n");
    project.refresh("Audited");
    shop.addOrder(30);

    ViewState state = project.state("Audited");
    assertThat(state.state()).isEqualTo(Freshness.FRESH);
    RefreshResult result = project.refresh("Audited");
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(result.reason()).isEqualTo("UP_TO_DATE");
  }

  @Test
  void aCommitToABranchIsNoChangeForAViewAtMain() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    addTo("audit", 30);

    assertThat(project.state("OrderView").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void theLineageNamesTheRefInAFieldOfItsOwn() {
    project.define("Audited", "$from: AuditOrder\n$expand: [customer]\n");
    addTo("audit", 20);
    project.refresh("Audited");

    Map<String, String> summary = project.tableOf("Audited").currentSnapshot().summary();
    assertThat(summary.get(SummaryKeys.REFRESH_STATE))
        .contains(
            "\"snapshot-id\":%d,\"ref\":\"audit\"}".formatted(head("audit")),
            "\"snapshot-id\":%d}".formatted(shop.customers().currentSnapshot().snapshotId()));
    assertThat(project.lineageOf("Audited").lineage().sources())
        .extracting(source -> source.table().toString())
        .containsExactlyInAnyOrder("shop.orders@audit", "shop.customers");
  }

  @Test
  void onlyADefinitionThatNamesARefHasFormat2() {
    project.define("Audited", "$from: AuditOrder\n");
    project.define("Differing", DIFFERENCE);
    project.define("OrderView", SmallShop.ORDER_VIEW);

    assertThat(definition("Audited")).startsWith("{\"format\":2,");
    assertThat(definition("Differing")).startsWith("{\"format\":2,");
    assertThat(definition("OrderView")).startsWith("{\"format\":1,");
  }

  private String definition(String view) {
    return project.tableOf(view).properties().get(ViewProperties.DEFINITION);
  }

  @Test
  void oneViewReadsATableAtMainAndAtABranch() {
    project.define("Differing", DIFFERENCE);
    project.refresh("Differing");
    assertThat(ids("Differing")).isEmpty();

    addTo("audit", 20);
    shop.addOrder(30);
    RefreshResult result = project.refresh("Differing");
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(ids("Differing")).containsExactly(20L, 30L);
    assertThat(project.lineageOf("Differing").lineage().sources())
        .extracting(SourceSnapshot::snapshotId)
        .containsExactlyInAnyOrder(head("audit"), head("main"));

    addTo("main", 20);
    project.refresh("Differing");
    assertThat(ids("Differing")).containsExactly(30L);
    assertThat(project.verify("Differing").equal()).isTrue();
  }

  @Test
  void publishingABranchByFastForwardIsAChangeOfMain() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.define("Differing", DIFFERENCE);
    addTo("audit", 20);
    project.refresh("OrderView");
    project.refresh("Differing");
    assertThat(ids("Differing")).containsExactly(20L);

    shop.orders().manageSnapshots().fastForwardBranch("main", "audit").commit();
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.APPEND);
    shop.assertOrderViewIsRight();
    assertThat(project.refresh("Differing").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(ids("Differing")).isEmpty();
  }

  @Test
  void aBranchThatIsReplacedIsRolledBackInTheView() {
    project.define("Audited", "$from: AuditOrder\n");
    long before = head("audit");
    addTo("audit", 20);
    project.refresh("Audited");
    shop.orders().manageSnapshots().replaceBranch("audit", before).commit();
    addTo("audit", 21);

    assertThat(project.state("Audited").reason()).isEqualTo(Reason.SOURCE_ROLLED_BACK);
    RefreshResult result = project.refresh("Audited");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.reason()).isEqualTo("SOURCE_ROLLED_BACK");
    assertThat(ids("Audited")).containsExactly(10L, 11L, 12L, 13L, 14L, 21L);
  }

  @Test
  void aTagThatIsMovedIsAChange() {
    shop.orders().manageSnapshots().createTag("closed", head("main")).commit();
    project.define("Closed", "$from: shop.orders@closed\n");
    project.refresh("Closed");
    shop.addOrder(30);
    assertThat(project.refresh("Closed").kind()).isEqualTo(RefreshKind.SKIP);

    shop.orders().manageSnapshots().replaceTag("closed", head("main")).commit();
    assertThat(project.refresh("Closed").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(ids("Closed")).containsExactly(10L, 11L, 12L, 13L, 14L, 30L);
  }

  @Test
  void aDroppedRefFailsTheRefreshUntilItIsThereAgain() {
    project.define("Audited", "$from: AuditOrder\n");
    addTo("audit", 20);
    project.refresh("Audited");
    branch("audits");
    shop.orders().manageSnapshots().removeBranch("audit").commit();

    ViewState state = project.state("Audited");
    assertThat(state.state()).isEqualTo(Freshness.INVALID);
    assertThat(state.reason()).isEqualTo(Reason.SOURCE_REF_DROPPED);
    BergviewException failure = project.failure("Audited");
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_REF_DROPPED);
    assertThat(failure)
        .hasMessageContaining("Table shop.orders has no branch or tag 'audit'")
        .hasMessageContaining("did you mean 'audits'?")
        .hasMessageContaining("it has audits, main")
        .hasMessageContaining("Create the ref again, or change the definition");
    assertThat(project.failure(RefreshRequest.of("Audited").fully(), RefreshProgress.SILENT).code())
        .isEqualTo(ErrorCode.SOURCE_REF_DROPPED);
    assertThat(ids("Audited")).contains(20L);

    branch("audit");
    assertThat(project.refresh("Audited").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(ids("Audited")).containsExactly(10L, 11L, 12L, 13L, 14L);
  }

  @Test
  void aRefWhoseTableIsDroppedIsADroppedTable() {
    project.define("Audited", "$from: AuditOrder\n");
    project.refresh("Audited");
    project
        .catalog()
        .dropTable(org.apache.iceberg.catalog.TableIdentifier.of("shop", "orders"), false);

    assertThat(project.state("Audited").reason()).isEqualTo(Reason.SOURCE_DROPPED);
    assertThat(project.failure("Audited").code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void aRefThatIsNotThereIsRefusedWhenTheViewIsDefined() {
    for (String definition :
        List.of(
            "$from: shop.orders@audti\n",
            "$sql: SELECT order_id FROM shop.orders FOR VERSION AS OF 'audti'\n")) {
      assertThatThrownBy(() -> project.define("Audited", definition))
          .isInstanceOf(BergviewException.class)
          .hasMessageContaining("has no branch or tag 'audti' (did you mean 'audit'?)")
          .hasMessageContaining("it has audit, main")
          .extracting(e -> ((BergviewException) e).code())
          .isEqualTo(ErrorCode.SOURCE_REF_NOT_FOUND);
    }
  }

  @Test
  void aRefThatIsGoneBeforeTheFirstRefreshIsNotFound() {
    project.define("Audited", "$from: AuditOrder\n");
    shop.orders().manageSnapshots().removeBranch("audit").commit();
    assertThat(project.failure("Audited").code()).isEqualTo(ErrorCode.SOURCE_REF_NOT_FOUND);
  }

  @Test
  void aDefinitionCannotNameASnapshotOrATime() {
    for (String moment : List.of("VERSION AS OF 17", "TIMESTAMP AS OF '2026-01-31'")) {
      assertThatThrownBy(
              () -> project.define("Past", "$sql: SELECT * FROM shop.orders FOR " + moment + "\n"))
          .hasMessageContaining("A branch or a tag may be named, in quotes");
    }
  }

  @Test
  void theTableOfAViewIsNotReadAtARef() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    Table stored = project.tableOf("OrderView");
    stored.manageSnapshots().createTag("t", stored.currentSnapshot().snapshotId()).commit();

    assertThatThrownBy(() -> project.define("Over", "$from: shop_views.order_view@t\n"))
        .isInstanceOf(BergviewException.class)
        .hasMessageContaining("is the table of view OrderView")
        .extracting(e -> ((BergviewException) e).code())
        .isEqualTo(ErrorCode.SOURCE_UNSUPPORTED);
  }

  @Test
  void aViewIsNotStoredAtARef() {
    assertThatThrownBy(
            () -> project.define("Audited", "$from: AuditOrder\n$table: shop_views.a@audit\n"))
        .hasMessageContaining("a view's rows are not kept at a branch or tag");
  }

  @Test
  void aBranchIsReadWithTheTablesSchemaATagWithThatOfItsSnapshot() {
    shop.orders().manageSnapshots().createTag("closed", head("main")).commit();
    shop.orders().updateSchema().addColumn("note", Types.StringType.get()).commit();
    shop.orders().updateSpec().addField("note").commit();
    project.define("Audited", "$from: shop.orders@audit\n");
    project.define("Closed", "$from: shop.orders@closed\n");
    project.refresh("Audited");
    project.refresh("Closed");

    assertThat(project.contents("Audited").get(0)).containsKey("note");
    assertThat(project.contents("Closed").get(0)).doesNotContainKey("note");
    assertThat(ids("Closed")).containsExactly(10L, 11L, 12L, 13L, 14L);

    shop.orders().manageSnapshots().replaceTag("closed", head("audit")).commit();
    assertThat(project.refresh("Closed").kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void compactionOfABranchKeepsTheViewFresh() {
    project.define("Audited", "$from: AuditOrder\n");
    addTo("audit", 20);
    addTo("audit", 21);
    project.refresh("Audited");
    Table orders = shop.orders();
    long main = head("main");
    orders.manageSnapshots().setCurrentSnapshot(head("audit")).commit();
    Compaction.rewrite(orders);
    orders.manageSnapshots().replaceBranch("audit", orders.currentSnapshot().snapshotId()).commit();
    orders.manageSnapshots().setCurrentSnapshot(main).commit();

    assertThat(project.state("Audited").state()).isEqualTo(Freshness.FRESH);
    RefreshResult result = project.refresh("Audited");
    assertThat(result.reason()).isEqualTo("ONLY_COMPACTION");
  }

  @Test
  void aCascadeReadsTheSnapshotOfTheBranchThatItsUpstreamHasRead() {
    project.define("Audited", "$from: AuditOrder\n");
    project.define(
        "Above",
        "$sql: SELECT v.order_id, a.total FROM Audited v JOIN shop.orders FOR VERSION AS OF 'audit'"
            + " a ON a.order_id = v.order_id\n");
    addTo("audit", 20);
    project.refresh(RefreshRequest.of("Above").withUpstream());
    assertThat(ids("Above")).contains(20L);

    addTo("audit", 21);
    project.refresh("Above");
    assertThat(ids("Above")).doesNotContain(21L);
    RefreshOutcome outcome = project.refresh(RefreshRequest.of("Above").withUpstream());
    assertThat(outcome.failures()).isEmpty();
    assertThat(ids("Above")).contains(21L);
    assertThat(project.lineageOf("Above").lineage().sources())
        .filteredOn(source -> source.table().ref().isPresent())
        .extracting(SourceSnapshot::snapshotId)
        .containsExactly(head("audit"));
  }

  @Test
  void aViewPinsTheSnapshotsOfAllRefsOfATable() {
    project.define("Differing", DIFFERENCE + "$refresh: {pin: true}\n");
    addTo("audit", 20);
    project.refresh("Differing");
    assertThat(pinned()).containsExactlyInAnyOrder(head("audit"), head("main"));

    addTo("audit", 21);
    project.refresh("Differing");
    assertThat(pinned()).containsExactlyInAnyOrder(head("audit"), head("main"));
  }

  private List<Long> pinned() {
    return shop.orders().refs().entrySet().stream()
        .filter(ref -> ref.getKey().startsWith("bergview-"))
        .map(ref -> ref.getValue().snapshotId())
        .toList();
  }

  @Test
  void anOddNameIsWrittenInBackticks() {
    branch("re lease/1.0");
    branch("v1.0");
    project.define("Odd", "$from: shop.orders@`re lease/1.0`\n");
    project.define("Dotted", "$from: shop.orders@v1.0\n");
    addTo("re lease/1.0", 20);
    project.refresh("Odd");
    project.refresh("Dotted");
    assertThat(ids("Odd")).contains(20L);
    assertThat(ids("Dotted")).doesNotContain(20L);
    assertThat(project.lineageOf("Odd").lineage().sources())
        .extracting(source -> source.table().toString())
        .containsExactly("shop.orders@`re lease/1.0`");
  }

  @Test
  void mainIsTheTableItself() {
    project.define("Main", "$from: shop.orders@main\n");
    project.define("MainToo", "$sql: SELECT * FROM shop.orders FOR VERSION AS OF 'main'\n");
    for (String view : List.of("Main", "MainToo")) {
      project.refresh(view);
      assertThat(project.lineageOf(view).lineage().sources())
          .extracting(source -> source.table().toString())
          .containsExactly("shop.orders");
    }
  }

  @Test
  void aViewIsWrittenInSqlAndInYamlWithItsRef() {
    branch("staging");
    project.define("Staged", "$from: shop.orders@staging\n$select: [order_id]\n");
    project.define(
        "InSql",
        "$sql: SELECT order_id FROM shop.orders FOR VERSION AS OF 'staging' WHERE total > 1\n");

    assertThat(FrozenTypes.sqlForm(project.view("Staged").definition()))
        .isInstanceOfSatisfying(
            SqlForm.Query.class,
            query ->
                assertThat(query.text())
                    .contains("FROM shop.orders FOR VERSION AS OF 'staging' AS "));
    assertThat(YamlForm.of(project.view("InSql").definition().view(), project.types()))
        .isInstanceOfSatisfying(
            YamlForm.Found.class,
            form -> assertThat(form.view().from()).isEqualTo("shop.orders@staging"));
  }

  @Test
  void theGraphHasANodeForEachRef() {
    project.define("Differing", DIFFERENCE);
    project.refresh("Differing");
    addTo("audit", 20);

    assertThat(project.lineage().nodes())
        .extracting(node -> node.id())
        .contains("shop.orders", "shop.orders@audit");
    Map<String, @Nullable Object> behind = new java.util.TreeMap<>();
    project.lineage().edges().forEach(edge -> behind.put(edge.from(), edge.snapshotsBehind()));
    assertThat(behind).containsEntry("shop.orders", 0).containsEntry("shop.orders@audit", 1);
  }
}
