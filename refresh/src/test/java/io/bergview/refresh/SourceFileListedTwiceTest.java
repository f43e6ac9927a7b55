package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RepeatedFiles;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Views over a table one of whose data files is listed twice: a table of ten items, 0 to 9, with
 * state {@code s0} where the number is even and {@code s1} where it is odd, and the number as the
 * quantity.
 */
@Tag("long")
class SourceFileListedTwiceTest {
  private static final Schema ITEMS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "state", Types.StringType.get()),
          Types.NestedField.optional(3, "qty", Types.LongType.get()));
  private static final Schema STATES =
      new Schema(
          Types.NestedField.required(1, "code", Types.StringType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()));

  @TempDir Path folder;
  private TestProject project;
  private Table items;
  private Table states;

  private void open(int version) {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("shop");
    items = create("items", ITEMS, version);
    states = create("states", STATES, version);
    RowFiles.append(items, items(0, 10));
    RowFiles.append(states, List.of(state("s0", "even"), state("s1", "odd")));
    project.write(
        "types/shop.yaml",
        """
        $type: Item
        $table: shop.items
        $id: id
        of: '-> State'
        $keys: {of: state}
        ---
        $type: State
        $table: shop.states
        $id: code
        items: '<- Item.of[]'
        ---
        $type: Nameless
        $table: shop.items
        """);
    project.define(
        "Groups", "$from: Item\n$groupBy: [state]\n$compute: {n: {$count: '*'}, q: {$sum: qty}}\n");
    project.define(
        "Extremes",
        "$from: Item\n"
            + "$groupBy: [state]\n"
            + "$compute: {least: {$min: qty}, most: {$max: qty}, kinds: {$countDistinct: qty},"
            + " mean: {$avg: qty}}\n");
    project.define("Rows", "$from: Item\n$select: [id, qty]\n");
    project.define("Unkeyed", "$from: Nameless\n$select: [id, qty]\n");
    project.define("Joined", "$from: Item\n$expand: [of]\n$select: [id, of_name]\n");
    project.define(
        "ByName",
        "$from: Item\n$groupBy: [of.name]\n$compute: {n: {$count: '*'}, q: {$sum: qty}}\n");
    project.define(
        "Children", "$from: State\n$compute: {n: {$count: items}, q: {$sum: items.qty}}\n");
    refresh();
  }

  @AfterEach
  void close() {
    project.close();
  }

  private Table create(String name, Schema schema, int version) {
    return project
        .catalog()
        .createTable(
            TableIdentifier.of("shop", name),
            schema,
            PartitionSpec.unpartitioned(),
            Map.of(TableProperties.FORMAT_VERSION, "" + version));
  }

  private static List<Record> items(long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(
            id -> {
              Record row = GenericRecord.create(ITEMS);
              row.setField("id", id);
              row.setField("state", "s" + id % 2);
              row.setField("qty", id);
              return row;
            })
        .toList();
  }

  private static Record state(String code, String name) {
    Record row = GenericRecord.create(STATES);
    row.setField("code", code);
    row.setField("name", name);
    return row;
  }

  private void repeat() {
    RepeatedFiles.append(items, RepeatedFiles.live(items).subList(0, 1));
  }

  /** Merge-on-read, as the format has it. */
  private void deleteIds(long... ids) {
    items.refresh();
    Expression where = Expressions.in("id", LongStream.of(ids).boxed().toArray());
    if (TableUtil.formatVersion(items) == 2) {
      RowDeletes.byPosition(items, where);
    } else {
      RowDeletes.byVector(items, where);
    }
  }

  private static final List<String> VIEWS =
      List.of("Groups", "Extremes", "Rows", "Unkeyed", "Joined", "ByName", "Children");

  private void refresh() {
    VIEWS.forEach(
        view -> assertThat(project.refresh(view).kind()).as(view).isNotEqualTo(RefreshKind.SKIP));
  }

  /** Refreshes all, none of them fully but the one whose rows cannot be told apart. */
  private void follow() {
    for (String view : VIEWS) {
      RefreshResult result = project.refresh(view);
      if (!view.equals("Unkeyed")) {
        assertThat(result.kind()).as(result.toString()).isNotEqualTo(RefreshKind.FULL);
      }
    }
  }

  private Map<Object, String> groups(String view, String key, String... columns) {
    Map<Object, String> groups = new TreeMap<>();
    for (Map<String, ?> row : project.contents(view)) {
      List<String> values = new ArrayList<>();
      for (String column : columns) {
        values.add(String.valueOf(row.get(column)));
      }
      groups.put(row.get(key), String.join("/", values));
    }
    return groups;
  }

  private List<Object> ids(String view) {
    return project.contents(view).stream().map(row -> (Object) row.get("id")).sorted().toList();
  }

  private void assertGroups(String even, String odd) {
    assertThat(groups("Groups", "state", "n", "q")).isEqualTo(Map.of("s0", even, "s1", odd));
    assertThat(groups("ByName", "of_name", "n", "q")).isEqualTo(Map.of("even", even, "odd", odd));
    assertThat(groups("Children", "code", "n", "q")).isEqualTo(Map.of("s0", even, "s1", odd));
  }

  private void assertIds(Object... ids) {
    for (String view : List.of("Rows", "Unkeyed", "Joined")) {
      assertThat(ids(view)).as(view).containsExactly(ids);
    }
  }

  private void assertVerified() {
    VIEWS.forEach(view -> assertThat(project.verify(view).equal()).as(view).isTrue());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aDeleteTakesTheRowsOfBothListings(int version) {
    open(version);
    repeat();
    follow();
    assertGroups("10/40", "10/50");
    assertIds(0L, 0L, 1L, 1L, 2L, 2L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    deleteIds(1, 2);
    follow();
    assertGroups("8/36", "8/48");
    assertIds(0L, 0L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    assertThat(groups("Extremes", "state", "least", "most", "kinds", "mean"))
        .isEqualTo(Map.of("s0", "0/8/4/4.5", "s1", "3/9/4/6.0"));
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aListingAndADeleteInOneRefresh(int version) {
    open(version);
    repeat();
    deleteIds(1, 2);
    follow();
    assertGroups("8/36", "8/48");
    assertIds(0L, 0L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aDeleteThatIsRolledBack(int version) {
    open(version);
    repeat();
    items.refresh();
    long back = items.currentSnapshot().snapshotId();
    deleteIds(1, 2);
    follow();
    items.manageSnapshots().rollbackTo(back).commit();
    follow();
    assertGroups("10/40", "10/50");
    assertIds(0L, 0L, 1L, 1L, 2L, 2L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void threeListingsInOneManifestAndADelete(int version) {
    open(version);
    RepeatedFiles.appendInOneManifest(items, RepeatedFiles.live(items).get(0), 2);
    follow();
    deleteIds(1, 2, 3, 4, 5, 6, 7);
    follow();
    assertGroups("6/24", "3/27");
    assertIds(0L, 0L, 0L, 8L, 8L, 8L, 9L, 9L, 9L);
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void oneOfTwoListingsIsRemoved(int version) {
    open(version);
    repeat();
    follow();
    deleteIds(1, 2);
    follow();
    items.refresh();
    items.newDelete().deleteFile(RepeatedFiles.live(items).get(0)).commit();
    follow();
    if (version == 2) {
      assertGroups("4/18", "4/24");
      assertIds(0L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    } else {
      // With a file Iceberg removes its deletion vector, which the other listing then lacks too.
      assertGroups("5/20", "5/25");
      assertIds(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void bothListingsAreRemoved(int version) {
    open(version);
    repeat();
    RowFiles.append(items, items(10, 12));
    follow();
    items.refresh();
    items
        .newDelete()
        .deleteFile(
            RepeatedFiles.live(items).stream()
                .filter(file -> file.recordCount() == 10)
                .findFirst()
                .orElseThrow()
                .location())
        .commit();
    follow();
    assertGroups("1/10", "1/11");
    assertIds(10L, 11L);
    assertVerified();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void copyOnWriteAndEqualityDeletes(int version) {
    open(version);
    repeat();
    items.refresh();
    RowDeletes.byEquality(items, Expressions.equal("id", 1L), "id");
    follow();
    items.refresh();
    CopyOnWrite.delete(items, Expressions.equal("id", 2L));
    follow();
    assertGroups("8/36", "8/48");
    assertIds(0L, 0L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    assertVerified();
  }

  /** A position delete is for the listings that were there when it came. */
  @Test
  void aListingThatComesAfterADeleteHasAllRows() {
    open(2);
    deleteIds(1, 2);
    follow();
    repeat();
    follow();
    assertGroups("9/38", "9/49");
    assertIds(0L, 0L, 1L, 2L, 3L, 3L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    deleteIds(2, 3);
    follow();
    assertGroups("8/36", "7/43");
    assertIds(0L, 0L, 1L, 4L, 4L, 5L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L);
    assertVerified();
  }

  /** No reader of Iceberg gets the rows of such a table, and so no full refresh. */
  @Test
  void aFileThatIsListedAgainAfterItsDeletionVectorCannotBeRead() {
    open(3);
    deleteIds(1, 2);
    follow();
    repeat();
    RefreshOutcome outcome = project.refresh(RefreshRequest.of("Groups").fully());
    BergviewException refused = outcome.failures().get(0).error();
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(refused).hasMessageContaining("shop.items").hasMessageContaining("contradicts");
    assertThat(groups("Groups", "state", "n", "q")).isEqualTo(Map.of("s0", "4/18", "s1", "4/24"));
    items.refresh();
    items.manageSnapshots().rollbackTo(items.currentSnapshot().parentId()).commit();
    assertThat(project.refreshFully("Groups").rowsAdded()).isEqualTo(2);
    assertThat(groups("Groups", "state", "n", "q")).isEqualTo(Map.of("s0", "4/18", "s1", "4/24"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aRelatedTableThatIsListedTwiceHasNoUniqueKey(int version) {
    open(version);
    RepeatedFiles.append(states, RepeatedFiles.live(states));
    for (String view : List.of("Joined", "ByName")) {
      BergviewException refused = project.failure(view);
      assertThat(refused.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
      assertThat(refused).hasMessageContaining("make $id of State unique in its table");
    }
    states.refresh();
    states.newDelete().deleteFile(RepeatedFiles.live(states).get(1)).commit();
    project.refresh("Joined");
    project.refresh("ByName");
    assertGroups("5/20", "5/25");
    assertIds(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rootRowsThatAreListedTwiceAreAsManyRowsOfAView(int version) {
    open(version);
    RepeatedFiles.append(states, RepeatedFiles.live(states));
    RefreshResult result = project.refresh("Children");
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.contents("Children")).hasSize(4);
    deleteIds(1, 2);
    assertThat(project.refresh("Children").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.contents("Children")).hasSize(4);
    assertThat(groups("Children", "code", "n", "q")).isEqualTo(Map.of("s0", "4/18", "s1", "4/24"));
    assertThat(project.verify("Children").equal()).isTrue();
  }
}
