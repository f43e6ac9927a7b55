package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.define.DefinePlan;
import io.bergview.define.ProjectApply;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.staleness.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources that change their columns beneath a chain of views V, W, X, each over the one before. */
@Tag("contract")
class SourceEvolutionTest {
  private static final Schema SOURCE =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "n", Types.IntegerType.get()),
          Types.NestedField.optional(
              3,
              "st",
              Types.StructType.of(
                  Types.NestedField.optional(6, "x", Types.IntegerType.get()),
                  Types.NestedField.optional(
                      7,
                      "deep",
                      Types.StructType.of(
                          Types.NestedField.optional(8, "f", Types.FloatType.get()),
                          Types.NestedField.optional(9, "d", Types.DecimalType.of(5, 2)))))),
          Types.NestedField.optional(
              4, "list", Types.ListType.ofOptional(10, Types.IntegerType.get())),
          Types.NestedField.optional(
              5,
              "map",
              Types.MapType.ofOptional(
                  11,
                  12,
                  Types.StringType.get(),
                  Types.StructType.of(
                      Types.NestedField.optional(13, "v", Types.IntegerType.get())))));
  private static final List<String> CHAIN = List.of("V", "W", "X");

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("f");
    project
        .catalog()
        .createTable(
            TableIdentifier.of("f", "s1"), SOURCE, PartitionSpec.unpartitioned(), Map.of());
    project.write("types/s1.yaml", "$type: s1\n$table: f.s1\n$id: id\n");
    project.write("views/V.yaml", "$type: V\n$from: s1\n");
    project.write("views/W.yaml", "$type: W\n$from: V\n");
    project.write("views/X.yaml", "$type: X\n$from: W\n");
    add(1, 5);
    add(2, 6);
    project.apply();
    refreshChain();
  }

  @AfterEach
  void close() {
    project.close();
  }

  private Table source() {
    return project.table("f", "s1");
  }

  /** A row of which every number is {@code n}. */
  private void add(long id, int n) {
    Schema schema = source().schema();
    Record row = GenericRecord.create(schema);
    Record st = GenericRecord.create(schema.findType("st").asStructType());
    Record deep = GenericRecord.create(schema.findType("st.deep").asStructType());
    deep.setField("f", (float) n);
    st.setField("x", n);
    st.setField("deep", deep);
    Record value = GenericRecord.create(schema.findType("map.value").asStructType());
    value.setField("v", n);
    row.setField("id", id);
    row.setField("n", n);
    row.setField("st", st);
    row.setField("list", List.of(n));
    row.setField("map", Map.of("k", value));
    RowFiles.append(source(), List.of(row));
  }

  private void refreshChain() {
    CHAIN.forEach(project::refresh);
  }

  private Map<String, Integer> ids(String view) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    TypeUtil.indexByName(project.tableOf(view).schema().asStruct()).forEach(ids::put);
    return ids;
  }

  private void assertChainIsRight() {
    for (String view : CHAIN) {
      assertThat(project.contents(view)).isNotEmpty();
      assertThat(project.verify(view).equal()).describedAs(view).isTrue();
      assertThat(project.contents(view)).containsExactlyInAnyOrderElementsOf(project.contents("V"));
      assertThat(project.refresh(view).kind()).describedAs(view).isEqualTo(RefreshKind.SKIP);
    }
  }

  private void assertPromotionKeepsAllIds(String path, Type.PrimitiveType type) {
    Map<String, Map<String, Integer>> before = new LinkedHashMap<>();
    CHAIN.forEach(view -> before.put(view, ids(view)));
    SchemaChanges.promote(source(), path, type);
    for (String view : CHAIN) {
      RefreshResult result = project.refresh(view);
      assertThat(result.reason()).describedAs(view).isEqualTo("SOURCE_SCHEMA_CHANGED");
      assertThat(result.kind()).isEqualTo(RefreshKind.FULL);
      assertThat(project.tableOf(view).schema().findType(path)).isEqualTo(type);
      assertThat(ids(view)).describedAs(view).isEqualTo(before.get(view));
    }
    assertChainIsRight();
  }

  @Test
  void promotedFieldOfAStructKeepsItsIdThroughAChainOfViews() {
    assertPromotionKeepsAllIds("st.x", Types.LongType.get());
  }

  @Test
  void promotedFieldsDeeperInKeepTheirIdsToo() {
    assertPromotionKeepsAllIds("st.deep.f", Types.DoubleType.get());
    assertPromotionKeepsAllIds("st.deep.d", Types.DecimalType.of(20, 2));
  }

  @Test
  void promotedElementOfAListKeepsItsId() {
    assertPromotionKeepsAllIds("list.element", Types.LongType.get());
  }

  @Test
  void promotedFieldOfTheValuesOfAMapKeepsItsId() {
    assertPromotionKeepsAllIds("map.value.v", Types.LongType.get());
  }

  @Test
  void promotionUpstreamOfAGroupByNestedFieldIsFollowed() {
    project.write(
        "views/G.yaml",
        "$type: G\n"
            + "$from: V\n"
            + "$groupBy: [st.x]\n"
            + "$compute: {n: {$count: '*'}, most: {$max: st.deep.f}}\n");
    project.write("views/H.yaml", "$type: H\n$from: G\n$select: [st_x, n, most]\n");
    project.apply();
    project.refresh("G");
    project.refresh("H");
    Map<String, Integer> before = ids("G");
    SchemaChanges.promote(source(), "st.x", Types.LongType.get());
    SchemaChanges.promote(source(), "st.deep.f", Types.DoubleType.get());
    project.refresh("V");
    project.refresh("G");
    project.refresh("H");
    assertThat(ids("G")).isEqualTo(before);
    assertThat(project.contents("G"))
        .containsExactlyInAnyOrder(
            Map.of("st_x", 5L, "n", 1L, "most", 5.0), Map.of("st_x", 6L, "n", 1L, "most", 6.0));
    assertThat(project.contents("H")).containsExactlyInAnyOrderElementsOf(project.contents("G"));
  }

  private void assertOneApplyIsEnough(Consumer<Table> change, String... altered) {
    change.accept(source());
    ProjectApply.Outcome planned = project.applying().plan();
    ProjectApply.Outcome applied = project.apply();
    assertThat(applied).isEqualTo(planned);
    for (String view : CHAIN) {
      assertThat(TestProject.step(applied, view).action())
          .describedAs(view)
          .isEqualTo(
              List.of(altered).contains(view)
                  ? DefinePlan.Action.ALTER
                  : DefinePlan.Action.UNCHANGED);
    }
    assertUnchanged();
    refreshChain();
    assertUnchanged();
    assertChainIsRight();
  }

  private void assertUnchanged() {
    assertThat(project.apply().steps())
        .allMatch(step -> step.action() == DefinePlan.Action.UNCHANGED);
  }

  @Test
  void renameIsAppliedToAWholeChainAtOnce() {
    assertOneApplyIsEnough(table -> SchemaChanges.rename(table, "n", "m"), "V", "W", "X");
    assertThat(ids("X")).containsKey("m").doesNotContainKey("n");
    assertThat(project.contents("X"))
        .extracting(row -> row.get("m"))
        .containsExactlyInAnyOrder(5, 6);
  }

  @Test
  void nestedFieldThatIsAddedIsAppliedToAWholeChainAtOnce() {
    Map<String, Integer> before = ids("X");
    assertOneApplyIsEnough(
        table -> SchemaChanges.addInside(table, "st.deep", "added", Types.StringType.get()),
        "V",
        "W",
        "X");
    assertThat(ids("X")).containsKey("st.deep.added").containsAllEntriesOf(before);
  }

  @Test
  void nestedFieldThatIsRenamedLeavesTheOthersTheirIds() {
    Map<String, Integer> before = ids("X");
    before.remove("st.x");
    assertOneApplyIsEnough(table -> SchemaChanges.rename(table, "st.x", "y"), "V", "W", "X");
    assertThat(ids("X")).containsKey("st.y").doesNotContainKey("st.x").containsAllEntriesOf(before);
  }

  @Test
  void nestedFieldThatIsMovedKeepsItsId() {
    Map<String, Integer> before = ids("X");
    assertOneApplyIsEnough(table -> SchemaChanges.moveFirst(table, "st.deep"), "V", "W", "X");
    assertThat(ids("X")).isEqualTo(before);
    assertThat(project.tableOf("X").schema().findType("st").asStructType().fields())
        .extracting(Types.NestedField::name)
        .containsExactly("deep", "x");
  }

  @Test
  void columnsInAnotherOrderAreNamedAsWhatChanges() {
    SchemaChanges.moveFirst(source(), "n");
    assertThat(TestProject.step(project.applying().plan(), "V").changes())
        .singleElement()
        .satisfies(
            change -> assertThat(change.text()).isEqualTo("~ columns of s1: in another order now"));
    Map<String, Integer> before = ids("X");
    assertOneApplyIsEnough(table -> {}, "V", "W", "X");
    assertThat(ids("X")).isEqualTo(before);
    assertThat(project.tableOf("X").schema().columns().get(0).name()).isEqualTo("n");
  }

  @Test
  void commentOfAColumnChangesNothing() {
    source().updateSchema().updateColumnDoc("n", "a number").updateColumnDoc("st.x", "x").commit();
    assertUnchanged();
  }

  @Test
  void droppedColumnIsAppliedToAWholeChainAtOnce() {
    assertOneApplyIsEnough(table -> SchemaChanges.drop(table, "st.deep.f"), "V", "W", "X");
    assertThat(ids("X")).doesNotContainKey("st.deep.f").containsKey("st.deep.d");
  }

  @Test
  void readdedColumnIsAppliedUpstreamOfUnchangedViews() {
    assertOneApplyIsEnough(
        table -> {
          SchemaChanges.drop(table, "n");
          SchemaChanges.add(table, "n", Types.IntegerType.get());
          SchemaChanges.moveAfter(table, "n", "id");
        },
        "V");
    assertThat(project.contents("X")).allMatch(row -> row.get("n") == null);
  }

  @Test
  void applyOfUnchangedFilesBeforeAPromotionIsFollowedIsNothing() {
    SchemaChanges.promote(source(), "st.x", Types.LongType.get());
    SchemaChanges.promote(source(), "n", Types.LongType.get());
    assertUnchanged();
    refreshChain();
    assertUnchanged();
    assertChainIsRight();
  }

  @Test
  void settingsThatChangeAfterAPromotionCostNoRecompute() {
    SchemaChanges.promote(source(), "n", Types.LongType.get());
    refreshChain();
    ProjectApply.Outcome outcome =
        project.define("V", "$from: s1\n$refresh: {gracePeriod: PT1H}\n");
    assertThat(TestProject.step(outcome, "V").action()).isEqualTo(DefinePlan.Action.ALTER_SETTINGS);
    assertThat(TestProject.step(outcome, "V").changes()).hasSize(1);
    assertChainIsRight();
  }

  @Test
  void viewOverANewDefinitionThatIsNotRefreshedYetSaysSo() {
    SchemaChanges.rename(source(), "n", "m");
    project.apply();
    BergviewException failure = project.failure("W");
    assertThat(failure.code()).isEqualTo(ErrorCode.POLICY_REFUSED);
    assertThat(failure)
        .hasMessageContaining("View W reads view V")
        .hasMessageContaining("refresh V first");
  }

  private static Schema retyped() {
    List<Types.NestedField> fields = new ArrayList<>(SOURCE.columns());
    fields.set(1, Types.NestedField.optional(2, "n", Types.StringType.get()));
    return new Schema(fields);
  }

  private void replace(Schema schema) {
    project
        .catalog()
        .buildTable(TableIdentifier.of("f", "s1"), schema)
        .createOrReplaceTransaction()
        .commitTransaction();
    Record row = GenericRecord.create(source().schema());
    row.setField("id", 7L);
    row.setField("n", "seven");
    RowFiles.append(source(), List.of(row));
  }

  @Test
  void columnThatAReplacedTableReTypesIsFollowedInFullByAWholeChain() {
    replace(retyped());
    for (String view : CHAIN) {
      RefreshResult result = project.refresh(view);
      assertThat(result.kind()).describedAs(view).isEqualTo(RefreshKind.FULL);
      assertThat(result.reason()).isEqualTo("SOURCE_SCHEMA_CHANGED");
      assertThat(result.message()).contains("int when the view read it").contains("string now");
      assertThat(project.tableOf(view).schema().findType("n")).isEqualTo(Types.StringType.get());
      assertThat(project.contents(view)).extracting(row -> row.get("n")).containsExactly("seven");
    }
    assertUnchanged();
    assertChainIsRight();
  }

  @Test
  void columnThatAReplacedTableReTypesIsRefusedByStrictViews() {
    for (String view : CHAIN) {
      project.define(view, "$from: " + from(view) + "\n$refresh: {policy: strict}\n");
    }
    replace(retyped());
    for (String view : CHAIN) {
      BergviewException failure = project.failure(view);
      assertThat(failure.code()).describedAs(view).isEqualTo(ErrorCode.POLICY_REFUSED);
      assertThat(failure)
          .hasMessageContaining("SOURCE_SCHEMA_CHANGED")
          .hasMessageContaining("string now");
      project.refreshFully(view);
    }
    assertChainIsRight();
  }

  private static String from(String view) {
    return Objects.requireNonNull(Map.of("V", "s1", "W", "V", "X", "W").get(view));
  }

  @Test
  void reTypedColumnThatTheDefinitionComputesWithIsAnError() {
    project.define("S", "$from: V\n$groupBy: []\n$compute: {total: {$sum: n}}\n");
    project.refresh("S");
    replace(retyped());
    project.refresh("V");
    assertThat(project.state("S").reason()).isEqualTo(Reason.SOURCE_SCHEMA_CHANGED);
    BergviewException failure = project.failure("S");
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
    assertThat(failure).hasMessageContaining("string").hasMessageNotContaining("gone");
    assertThat(project.contents("S")).containsExactly(Map.of("total", 11L));
  }

  @Test
  void columnDroppedAndAddedAgainIsAnErrorThatSaysWhatApplyDoes() {
    SchemaChanges.drop(source(), "n");
    SchemaChanges.add(source(), "n", Types.IntegerType.get());
    assertThat(project.state("V").reason()).isEqualTo(Reason.SOURCE_SCHEMA_CHANGED);
    assertThat(project.state("V").message())
        .contains("another column now has its name")
        .contains("apply the definition again")
        .doesNotContain("gone");
    for (RefreshRequest request :
        List.of(
            RefreshRequest.of("V"), RefreshRequest.of("V").fully(), RefreshRequest.of("V").dry())) {
      assertSaysThatItIsAnotherColumn(project.failure(request, RefreshProgress.SILENT));
    }
    assertThatThrownBy(() -> project.explain("V"))
        .isInstanceOfSatisfying(
            BergviewException.class, SourceEvolutionTest::assertSaysThatItIsAnotherColumn);
    assertThat(project.state("W").reason()).isEqualTo(Reason.UPSTREAM_INVALID);
    assertThat(project.state("W").message()).contains("another column now has its name");
    project.altering().alter(ViewAlteration.of("V").set("refresh.policy", "strict"));
    assertSaysThatItIsAnotherColumn(project.failure("V"));
    assertThat(project.contents("V")).hasSize(2).allMatch(row -> row.get("n") != null);
  }

  private static void assertSaysThatItIsAnotherColumn(BergviewException failure) {
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
    assertThat(failure)
        .hasMessageContaining("'n' (field 2)")
        .hasMessageContaining("another column now has its name")
        .hasMessageContaining("Apply the definition again")
        .hasMessageNotContaining("gone")
        .hasMessageNotContaining("bring");
  }

  @Test
  void recreatedTableWithItsColumnsInAnotherOrderIsNotReadByTheOldFieldIds() {
    project.define("N", "$from: s1\n$select: [id, n]\n");
    project.refresh("N");
    project.catalog().dropTable(TableIdentifier.of("f", "s1"), false);
    Schema swapped =
        new Schema(
            Types.NestedField.optional(1, "n", Types.LongType.get()),
            Types.NestedField.optional(2, "id", Types.IntegerType.get()));
    project
        .catalog()
        .createTable(
            TableIdentifier.of("f", "s1"), swapped, PartitionSpec.unpartitioned(), Map.of());
    Record row = GenericRecord.create(swapped);
    row.setField("n", 100L);
    row.setField("id", 1);
    RowFiles.append(source(), List.of(row));
    BergviewException failure = project.failure("N");
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
    assertThat(failure)
        .hasMessageContaining("another column now has its name")
        .hasMessageContaining("Apply the definition again");
    assertThat(project.contents("N")).hasSize(2);
    project.remove("views/V.yaml");
    project.remove("views/W.yaml");
    project.remove("views/X.yaml");
    project.apply();
    project.refresh("N");
    assertThat(project.contents("N")).containsExactly(Map.of("id", 1, "n", 100L));
  }
}
