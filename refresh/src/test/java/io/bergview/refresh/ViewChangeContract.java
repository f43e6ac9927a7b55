package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.refresh.change.ViewChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a change of some rows of a view does to its files, in every format and projection. */
@Tag("seeded")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ViewChangeContract {
  private static final int ROWS = 30;

  private Path folder;
  private TestProject project;
  private LoadedRows tables;
  private CompositeKeyViews things;

  abstract String projectText();

  @BeforeAll
  void open(@TempDir Path temporary) {
    folder = temporary;
    project = TestProject.create(folder, projectText());
    tables = new LoadedRows(project);
    things = new CompositeKeyViews(project, tables);
  }

  @AfterAll
  void close() {
    tables.close();
    project.close();
  }

  /** Of the {@link #formats} each version and each layout. */
  static Stream<Arguments> eachWayOnce() {
    return Stream.of(
        Arguments.of(2, Projection.OLAP),
        Arguments.of(2, Projection.OLTP),
        Arguments.of(3, Projection.BOTH),
        Arguments.of(3, Projection.OLTP));
  }

  /** In a build, each projection once and each way of marking rows. */
  static Stream<Arguments> formats() {
    if (!Seeds.many()) {
      return Stream.of(
          Arguments.of(2, Projection.OLTP),
          Arguments.of(3, Projection.OLAP),
          Arguments.of(3, Projection.BOTH));
    }
    return Stream.of(2, 3)
        .flatMap(
            version -> Stream.of(Projection.values()).map(each -> Arguments.of(version, each)));
  }

  private static List<Record> rows(Schema schema, long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(id -> CompositeKeyViews.row(schema, id, "a", "name " + id))
        .toList();
  }

  private static List<Record> keys(long... ids) {
    return LongStream.of(ids).mapToObj(id -> CompositeKeyViews.key(id, "a")).toList();
  }

  private static List<Record> without(List<Record> rows, long... ids) {
    return rows.stream()
        .filter(row -> LongStream.of(ids).noneMatch(id -> row.getField("id").equals(id)))
        .toList();
  }

  private static List<Record> concat(List<Record> some, List<Record> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static List<Record> renamed(List<Record> rows, String name) {
    return rows.stream().map(row -> CompositeKeyViews.with(row, "name", name)).toList();
  }

  private static List<DeleteFile> deletes(ChangedView view) {
    return view.tasks().stream().flatMap(task -> task.deletes().stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void newKeysAreAddedAndNoFileIsTouched(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    List<Record> more = rows(view.schema(), 100, 103);
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(100, 101, 102), more);
    assertThat(change.onlyAdds()).isTrue();
    assertThat(change.added()).hasSize(1);
    assertThat(change.rowsAdded()).isEqualTo(3);
    assertThat(change.rowsRemoved()).isZero();
    assertThat(change.bytesWritten()).isEqualTo(change.added().get(0).fileSizeInBytes());
    view.assertHolds(concat(rows, more));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void rowsThatStayTheSameAreLeftWhereTheyAre(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(3, 4, 5), rows.subList(3, 6));
    assertThat(change.added()).isEmpty();
    assertThat(change.onlyAdds()).isTrue();
    assertThat(change.rowsAdded()).isZero();
    assertThat(change.rowsRemoved()).isZero();
    assertThat(view.tasks()).hasSize(1);
    view.assertHolds(rows);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void fewRowsOfAFileAreMarkedUnlessTheLayoutRewrites(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    DataFile before = view.tasks().get(0).file();
    List<Record> changed = renamed(rows.subList(3, 5), "changed");
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(3, 4), changed);
    assertThat(change.rowsAdded()).isEqualTo(2);
    assertThat(change.rowsRemoved()).isEqualTo(2);
    if (projection == Projection.OLAP) {
      assertThat(change.addedDeletes()).isEmpty();
      assertThat(change.removedData()).extracting(DataFile::location).contains(before.location());
      assertThat(view.tasks()).hasSize(1);
    } else {
      assertThat(change.removedData()).isEmpty();
      assertThat(change.addedDeletes()).hasSize(1);
      assertThat(ContentFileUtil.isDV(change.addedDeletes().get(0))).isEqualTo(version == 3);
      assertThat(ContentFileUtil.referencedDataFileLocation(change.addedDeletes().get(0)))
          .isEqualTo(before.location());
      assertThat(change.bytesWritten())
          .isEqualTo(
              change.added().get(0).fileSizeInBytes()
                  + change.addedDeletes().get(0).fileSizeInBytes());
      assertThat(view.tasks()).hasSize(2);
    }
    view.assertHolds(concat(without(rows, 3, 4), changed));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void manyRowsOfAFileAreRewrittenUnlessTheLayoutMarks(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(3, 4, 5), List.of());
    assertThat(change.rowsRemoved()).isEqualTo(3);
    assertThat(change.removedData()).hasSize(projection == Projection.OLTP ? 0 : 1);
    assertThat(change.addedDeletes()).hasSize(projection == Projection.OLTP ? 1 : 0);
    view.assertHolds(without(rows, 3, 4, 5));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void mergesOneAfterAnotherKeepOneDeleteFileForADataFile(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    List<Record> first = rows(view.schema(), 0, ROWS);
    List<Record> second = rows(view.schema(), ROWS, 2 * ROWS);
    view.append(first);
    view.append(second);
    List<Record> expected = concat(first, second);
    for (long id = 0; id < 5; id++) {
      long here = 7 * id;
      ViewChange change = view.merge(CompositeKeyViews.KEY, keys(here, here + ROWS), List.of());
      assertThat(change.rowsRemoved()).isEqualTo(2);
      expected = without(expected, here, here + ROWS);
      view.assertHolds(expected);
      assertThat(view.tasks()).allMatch(task -> task.deletes().size() <= 1);
      if (projection == Projection.OLTP) {
        assertThat(change.removedDeletes()).hasSize(id == 0 ? 0 : 2);
        assertThat(deletes(view)).hasSize(2);
      }
      if (projection == Projection.BOTH) {
        assertThat(deletes(view))
            .as("three of thirty rows are worth rewriting, then files of 54 are marked")
            .hasSize(id < 2 ? 2 : id == 2 ? 0 : 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void rewritingFoldsEarlierDeletesIn(int version, Projection projection) {
    ChangedView marking = things.view(version, Projection.OLTP, "");
    List<Record> rows = rows(marking.schema(), 0, ROWS);
    marking.append(rows);
    marking.merge(CompositeKeyViews.KEY, keys(1, 2), List.of());
    assertThat(deletes(marking)).hasSize(1);
    ChangedView rewriting = marking.as(projection);
    ViewChange change =
        rewriting.merge(CompositeKeyViews.KEY, keys(2, 3), renamed(rows.subList(2, 3), "2"));
    assertThat(change.rowsAdded()).isEqualTo(1);
    assertThat(change.rowsRemoved()).as("one was gone before").isEqualTo(1);
    assertThat(change.removedDeletes()).hasSize(1);
    assertThat(deletes(rewriting)).hasSize(projection == Projection.OLTP ? 1 : 0);
    rewriting.assertHolds(concat(without(rows, 1, 2, 3), renamed(rows.subList(2, 3), "2")));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void fileWithoutRowsGoesWithItsDeletes(int version, Projection projection) {
    ChangedView marking = things.view(version, Projection.OLTP, "");
    List<Record> rows = rows(marking.schema(), 0, ROWS);
    List<Record> others = rows(marking.schema(), ROWS, 2 * ROWS);
    marking.append(rows);
    marking.append(others);
    marking.merge(CompositeKeyViews.KEY, keys(0, 1), List.of());
    ChangedView view = marking.as(projection);
    long[] rest = LongStream.range(2, ROWS).toArray();
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(rest), List.of());
    assertThat(change.added()).isEmpty();
    assertThat(change.addedDeletes()).isEmpty();
    assertThat(change.removedData()).hasSize(1);
    assertThat(change.removedDeletes()).hasSize(1);
    assertThat(change.bytesWritten()).isZero();
    assertThat(view.tasks()).hasSize(1).allMatch(task -> task.deletes().isEmpty());
    assertThat(deleteFilesOf(view.table())).isZero();
    view.assertHolds(others);
  }

  private static long deleteFilesOf(Table table) {
    return table.currentSnapshot().deleteManifests(table.io()).stream()
        .filter(manifest -> manifest.hasAddedFiles() || manifest.hasExistingFiles())
        .count();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everythingGoes(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    view.append(rows(view.schema(), 0, 3));
    view.append(rows(view.schema(), 3, 6));
    view.merge(CompositeKeyViews.KEY, keys(0, 4), List.of());
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(0, 1, 2, 3, 4, 5), List.of());
    assertThat(change.rowsRemoved()).isEqualTo(4);
    view.assertHolds(List.of());
    assertThat(view.tasks()).isEmpty();
    List<Record> again = rows(view.schema(), 0, 2);
    view.merge(CompositeKeyViews.KEY, keys(0, 1), again);
    view.assertHolds(again);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void nullIsAKeyLikeAnyOther(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    Schema schema = view.schema();
    Record none = CompositeKeyViews.row(schema, null, null, "none");
    Record noPart = CompositeKeyViews.row(schema, 1L, null, "no part");
    Record noId = CompositeKeyViews.row(schema, null, "a", "no id");
    List<Record> rows = rows(schema, 0, 3);
    view.append(concat(rows, List.of(none, noPart, noId)));
    Record changed = CompositeKeyViews.with(noPart, "name", "changed");
    ViewChange change =
        view.merge(
            CompositeKeyViews.KEY,
            List.of(
                CompositeKeyViews.key(null, null),
                CompositeKeyViews.key(1L, null),
                CompositeKeyViews.key(2L, null)),
            List.of(changed));
    assertThat(change.rowsRemoved()).isEqualTo(2);
    view.assertHolds(concat(rows, List.of(noId, changed)));
    view.merge(
        CompositeKeyViews.KEY,
        List.of(CompositeKeyViews.key(null, "a"), CompositeKeyViews.key(0L, "a")),
        List.of());
    view.assertHolds(concat(without(rows, 0), List.of(changed)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void keysThatAreNotShownAreFoundInTheState(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "$select: [name, ratio]\n");
    Schema schema = view.schema();
    List<Record> rows =
        LongStream.range(0, ROWS).mapToObj(id -> hidden(schema, id, "a", "name " + id)).toList();
    Record none = hidden(schema, null, null, "none");
    view.append(concat(rows, List.of(none)));
    Record changed = hidden(schema, 4L, "a", "changed");
    view.merge(
        CompositeKeyViews.KEY,
        List.of(CompositeKeyViews.key(4L, "a"), CompositeKeyViews.key(null, null)),
        List.of(changed));
    List<Record> expected = new ArrayList<>(rows);
    expected.set(4, changed);
    view.assertHolds(expected);
  }

  private static Record hidden(
      Schema schema, @Nullable Long id, @Nullable String part, String name) {
    Record row = GenericRecord.create(schema);
    row.setField("name", name);
    row.setField("ratio", id == null ? null : id / 8.0);
    Types.StructType state = schema.findType("_state").asStructType();
    Record key = GenericRecord.create(state.fieldType("key").asStructType());
    key.setField("id", id);
    key.setField("part", part);
    Record held = GenericRecord.create(state);
    held.setField("key", key);
    row.setField("_state", held);
    return row;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aChangedSignOfZeroIsAChangeAndNaNIsNot(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    Schema schema = view.schema();
    List<Record> rows = new ArrayList<>();
    for (double ratio : new double[] {0.0, -0.0, Double.NaN, 1}) {
      Record row = CompositeKeyViews.row(schema, (long) rows.size(), "a", "name");
      rows.add(CompositeKeyViews.with(row, "ratio", ratio));
    }
    rows.set(3, CompositeKeyViews.with(rows.get(3), "weights", List.of(0.0, Double.NaN)));
    view.append(rows);
    assertThat(view.merge(CompositeKeyViews.KEY, keys(0, 1, 2, 3), rows).rowsAdded()).isZero();
    List<Record> changed =
        List.of(
            CompositeKeyViews.with(rows.get(0), "ratio", -0.0),
            CompositeKeyViews.with(rows.get(1), "ratio", 0.0),
            rows.get(2),
            CompositeKeyViews.with(rows.get(3), "weights", List.of(-0.0, Double.NaN)));
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(0, 1, 2, 3), changed);
    assertThat(change.rowsAdded()).isEqualTo(3);
    assertThat(change.rowsRemoved()).isEqualTo(3);
    view.assertHolds(changed);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void equalRowsAreCounted(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    Schema schema = view.schema();
    Record twin = CompositeKeyViews.row(schema, 1L, "a", "twin");
    Record other = CompositeKeyViews.row(schema, 1L, "a", "other");
    view.append(List.of(twin, twin, twin, other));
    ViewChange fewer = view.merge(CompositeKeyViews.KEY, keys(1), List.of(twin, other, other));
    assertThat(fewer.rowsRemoved()).isEqualTo(2);
    assertThat(fewer.rowsAdded()).isEqualTo(1);
    view.assertHolds(List.of(twin, other, other));
    ViewChange more = view.merge(CompositeKeyViews.KEY, keys(1), List.of(twin, twin, other, other));
    assertThat(more.rowsRemoved()).isZero();
    assertThat(more.rowsAdded()).isEqualTo(1);
    view.assertHolds(List.of(twin, twin, other, other));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void partitionsAndOrderOfNewFilesAreThoseOfTheView(int version, Projection projection) {
    ChangedView view =
        things.view(
            version, projection, "$partitionBy: [{bucket: 2, of: id}, part]\n$sortBy: [id]\n");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    int partitions = view.tasks().size();
    assertThat(partitions).isEqualTo(2);
    Record moved = CompositeKeyViews.with(rows.get(4), "part", "b");
    view.merge(
        CompositeKeyViews.KEY,
        List.of(CompositeKeyViews.key(4L, "a"), CompositeKeyViews.key(4L, "b")),
        List.of(moved));
    view.assertHolds(concat(without(rows, 4), List.of(moved)));
    assertThat(view.tasks())
        .extracting(task -> task.file().partition().get(1, String.class))
        .contains("b");
    view.merge(
        CompositeKeyViews.KEY,
        List.of(CompositeKeyViews.key(4L, "b"), CompositeKeyViews.key(5L, "a")),
        List.of());
    view.assertHolds(without(rows, 4, 5));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void filesOfEarlierPartitionsKeepThemForTheirDeletes(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "$partitionBy: [part]\n");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    Table table = view.table();
    table.updateSpec().removeField("part").addField("day").commit();
    List<Record> more = rows(view.schema(), ROWS, ROWS + 8);
    view.append(more);
    List<Record> changed = renamed(rows.subList(7, 8), "changed");
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(7, ROWS), changed);
    if (projection == Projection.OLTP) {
      assertThat(change.addedDeletes()).extracting(DeleteFile::specId).contains(0);
    }
    view.assertHolds(concat(without(concat(rows, more), 7, ROWS), changed));
    view.merge(CompositeKeyViews.KEY, keys(8), List.of());
    view.assertHolds(concat(without(concat(rows, more), 7, 8, ROWS), changed));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void deletesOfManyFilesStayInForceForTheOthers(int version, Projection projection) {
    ChangedView view = things.view(2, projection, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    List<Record> others = rows(view.schema(), ROWS, 2 * ROWS);
    view.append(rows);
    view.append(others);
    RowDeletes.byPositionInPartition(view.table(), Expressions.in("id", 1L, ROWS + 1L));
    RowDeletes.byEquality(view.table(), Expressions.in("id", 2L, ROWS + 2L), "id");
    if (version == 3) {
      view.table().updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
    }
    List<Record> expected = without(concat(rows, others), 1, 2, ROWS + 1, ROWS + 2);
    view.assertHolds(expected);
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(1, 2, 3), List.of());
    assertThat(change.rowsRemoved()).as("two were gone").isEqualTo(1);
    assertThat(change.removedDeletes()).isEmpty();
    view.assertHolds(without(expected, 3));
    view.merge(CompositeKeyViews.KEY, keys(4, ROWS + 4), List.of());
    view.assertHolds(without(expected, 3, 4, ROWS + 4));
    long[] rest = LongStream.range(0, ROWS).toArray();
    ViewChange last = view.merge(CompositeKeyViews.KEY, keys(rest), List.of());
    assertThat(last.rowsRemoved()).isEqualTo(ROWS - 4);
    view.assertHolds(without(others, ROWS + 1, ROWS + 2, ROWS + 4));
  }

  @Test
  void vectorsReplaceThePositionDeletesOfAnOlderFormat() {
    ChangedView view = things.view(2, Projection.OLTP, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    view.merge(CompositeKeyViews.KEY, keys(1), List.of());
    view.table().updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(2), List.of());
    assertThat(change.removedDeletes()).hasSize(1).noneMatch(ContentFileUtil::isDV);
    assertThat(deletes(view)).hasSize(1).allMatch(ContentFileUtil::isDV);
    view.assertHolds(without(rows, 1, 2));
  }

  @Test
  void sortedFilesThatAreRewrittenAreInOrderAgain() {
    ChangedView view = things.view(2, Projection.OLAP, "$sortBy: [id]\n");
    view.append(rows(view.schema(), 10, 20));
    view.append(rows(view.schema(), 0, 10));
    List<Record> changed = renamed(rows(view.schema(), 5, 15), "changed");
    ViewChange change =
        view.merge(CompositeKeyViews.KEY, keys(LongStream.range(5, 15).toArray()), changed);
    assertThat(change.added())
        .hasSize(1)
        .allMatch(file -> file.sortOrderId() == view.table().sortOrder().orderId());
    assertThat(LiveRows.of(view.table()).stream().map(row -> row.getField("id")))
        .containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void filesAreLeftOutByTheBoundsOfTheKeys(int version, Projection projection) throws IOException {
    ChangedView view = things.view(version, projection, "");
    List<Record> rows = rows(view.schema(), 0, 10);
    List<Record> others = rows(view.schema(), 100, 110);
    view.append(rows);
    Table table = view.table();
    DataFile file = view.append(others).addedDataFiles(table.io()).iterator().next();
    Path away = LocalDisk.path(file.location());
    Path hidden = folder.resolve("hidden");
    Files.move(away, hidden);
    ViewChange change = view.merge(CompositeKeyViews.KEY, keys(3, 50, 99), List.of());
    assertThat(change.rowsRemoved()).isEqualTo(1);
    Files.move(hidden, away);
    view.assertHolds(concat(without(rows, 3), others));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whatFailsInTheMiddleLeavesNoFile(int version, Projection projection) throws IOException {
    ChangedView view = things.view(version, projection, "");
    List<Record> rows = rows(view.schema(), 0, ROWS);
    view.append(rows);
    String refreshId = UUID.randomUUID().toString();
    Path data = LocalDisk.path(view.table().location()).resolve("data");
    List<Path> inTheWay = new ArrayList<>();
    for (String name :
        List.of(
            "00000-0-%s-00001-deletes.parquet".formatted(refreshId),
            "00000-0-%s-00001-deletes.puffin".formatted(refreshId),
            refreshId + "-00000.parquet")) {
      boolean rowsFail = name.startsWith(refreshId);
      if (rowsFail == (projection == Projection.OLAP)) {
        inTheWay.add(Files.createDirectories(data.resolve(name).resolve("x")));
      }
    }
    List<Path> before = files(data);
    assertThatThrownBy(
            () ->
                view.write(
                    view.table(),
                    CompositeKeyViews.KEY,
                    keys(1),
                    renamed(rows.subList(1, 2), "x"),
                    refreshId))
        .isInstanceOf(RuntimeException.class);
    assertThat(files(data)).containsExactlyElementsOf(before);
    for (Path directory : inTheWay) {
      Files.delete(directory);
      Files.delete(directory.getParent());
    }
    view.merge(CompositeKeyViews.KEY, keys(1), List.of());
    view.assertHolds(without(rows, 1));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }
}
