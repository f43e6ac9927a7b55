package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.ViewCommit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Others who commit between the plan of an append or a merge and its commit. */
@Tag("seeded")
abstract class MergeRaceContract {
  private static final int ROWS = 20;

  @TempDir Path folder;
  private TestProject project;
  private LoadedRows tables;
  private CompositeKeyViews things;

  abstract String projectText();

  @BeforeEach
  void open() {
    project = TestProject.create(folder, projectText());
    tables = new LoadedRows(project);
    things = new CompositeKeyViews(project, tables);
  }

  @AfterEach
  void close() {
    tables.close();
    project.close();
  }

  static Stream<Arguments> ways() {
    return Stream.of(
            Arguments.of(2, Projection.OLAP),
            Arguments.of(3, Projection.OLTP),
            Arguments.of(2, Projection.OLTP))
        .limit(Seeds.many() ? 3 : 1);
  }

  /** A view of two files, of which rows were deleted before. */
  private ChangedView filled(int version, Projection projection) {
    ChangedView view = things.view(version, projection, "");
    view.append(rows(view, 0, ROWS));
    view.append(rows(view, ROWS, ROWS + 5));
    view.merge(CompositeKeyViews.KEY, List.of(CompositeKeyViews.key(0L, "a")), List.of());
    return view;
  }

  private static List<Record> rows(ChangedView view, long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(id -> CompositeKeyViews.row(view.schema(), id, "a", "name " + id))
        .toList();
  }

  private static final List<Record> KEYS =
      List.of(CompositeKeyViews.key(1L, "a"), CompositeKeyViews.key(2L, "a"));

  /** Row 1 is changed, row 2 goes. */
  private static List<Record> changed(ChangedView view) {
    return List.of(CompositeKeyViews.row(view.schema(), 1L, "a", "changed"));
  }

  private static List<Record> expected(ChangedView view) {
    List<Record> expected = new ArrayList<>(rows(view, 3, ROWS + 5));
    expected.addAll(changed(view));
    return expected;
  }

  /** A merge during which something else happens. */
  private ConflictException mergeWhile(ChangedView view, Runnable event) {
    RegisteredView seen = view.registered();
    ViewCommit commit = new ViewCommit(seen, project.context().catalogs());
    String refreshId = UUID.randomUUID().toString();
    List<Path> before = view.filesOnDisk();
    ViewChange change =
        view.write(seen.table(), CompositeKeyViews.KEY, KEYS, changed(view), refreshId);
    assertThat(view.filesOnDisk()).hasSizeGreaterThan(before.size());
    event.run();
    List<Path> others = new ArrayList<>(view.filesOnDisk());
    others.removeIf(file -> file.toString().contains(refreshId));
    try {
      commit.merge(
          change,
          ChangedView.lineage(seen),
          ChangedView.record(RefreshKind.MERGE, refreshId, seen));
    } catch (ConflictException e) {
      commit.discard(change.written());
      assertThat(view.filesOnDisk()).containsExactlyElementsOf(others);
      return e;
    }
    throw new AssertionError("the merge was committed");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void compactionByOthersIsAConflictForAMergeAndTheNextPlanIsRight(
      int version, Projection projection) {
    ChangedView view = filled(version, projection);
    ConflictException conflict =
        mergeWhile(view, () -> assertThat(Compaction.rewrite(view.table())).isPositive());
    assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    view.merge(CompositeKeyViews.KEY, KEYS, changed(view));
    view.assertHolds(expected(view));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void rowsOfOthersAreAConflictForAMerge(int version, Projection projection) {
    ChangedView view = filled(version, projection);
    List<Record> foreign = rows(view, 100, 101);
    ConflictException conflict = mergeWhile(view, () -> RowFiles.append(view.table(), foreign));
    assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    assertThat(LiveRows.of(view.table())).hasSize(ROWS + 5);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void twoMergesOfOnePlanDoNotBothLand(int version, Projection projection) {
    ChangedView view = filled(version, projection);
    ConflictException conflict =
        mergeWhile(view, () -> view.merge(CompositeKeyViews.KEY, KEYS, changed(view)));
    assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    view.assertHolds(expected(view));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void rollbackOfTheViewIsAConflictForAMerge(int version, Projection projection) {
    ChangedView view = filled(version, projection);
    long before = view.table().currentSnapshot().parentId();
    ConflictException conflict =
        mergeWhile(view, () -> view.table().manageSnapshots().rollbackTo(before).commit());
    assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    view.assertHolds(rows(view, 0, ROWS + 5));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void definitionThatChangesIsAConflictForAMerge(int version, Projection projection) {
    ChangedView view = filled(version, projection);
    ConflictException conflict = mergeWhile(view, () -> redefine(view));
    assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    view.assertHolds(rows(view, 1, ROWS + 5));
  }

  private void redefine(ChangedView view) {
    project.define(view.name(), "$from: Thing\n$filter: {name: x}\n");
    assertThat(project.view(view.name()).definitionVersion()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void propertySetByOthersIsKeptByAMerge(int version, Projection projection) {
    ChangedView view = filled(version, projection);
    RegisteredView seen = view.registered();
    ViewCommit commit = new ViewCommit(seen, project.context().catalogs());
    ViewChange change = view.write(seen.table(), CompositeKeyViews.KEY, KEYS, changed(view));
    view.table().updateProperties().set("owner", "Ada").commit();
    Snapshot made =
        commit.merge(
            change,
            ChangedView.lineage(seen),
            ChangedView.record(RefreshKind.MERGE, "refresh-1", seen));
    Table table = view.table();
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(made.snapshotId());
    assertThat(table.properties()).containsEntry("owner", "Ada");
    view.assertHolds(expected(view));
  }

  @Test
  void compactionByOthersIsPassedOverByAnAppend() {
    ChangedView view = filled(2, Projection.OLTP);
    RegisteredView seen = view.registered();
    ViewCommit commit = new ViewCommit(seen, project.context().catalogs());
    List<Record> more = rows(view, 100, 103);
    List<DataFile> files = view.files(more, "refresh-1");
    Compaction.rewrite(view.table());
    Snapshot made =
        commit.append(
            files,
            ChangedView.lineage(seen),
            ChangedView.record(RefreshKind.APPEND, "refresh-1", seen));
    Table table = view.table();
    assertThat(table.snapshot(made.parentId()).operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(made.snapshotId());
    List<Record> expected = new ArrayList<>(rows(view, 1, ROWS + 5));
    expected.addAll(more);
    view.assertHolds(expected);
  }

  @Test
  void nothingElseIsPassedOverByAnAppend() {
    for (int way = 0; way < 3; way++) {
      ChangedView view = filled(2, Projection.OLAP);
      RegisteredView seen = view.registered();
      ViewCommit commit = new ViewCommit(seen, project.context().catalogs());
      String refreshId = UUID.randomUUID().toString();
      List<DataFile> files = view.files(rows(view, 100, 103), refreshId);
      switch (way) {
        case 0 -> RowFiles.append(view.table(), rows(view, 200, 201));
        case 1 -> view.append(List.of());
        default -> redefine(view);
      }
      List<Record> before = LiveRows.of(view.table());
      assertThatThrownBy(
              () ->
                  commit.append(
                      files,
                      ChangedView.lineage(seen),
                      ChangedView.record(RefreshKind.APPEND, refreshId, seen)))
          .isInstanceOfSatisfying(
              ConflictException.class,
              conflict -> assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
      commit.discard(files.stream().map(DataFile::location).toList());
      assertThat(view.filesOnDisk()).noneMatch(file -> file.toString().contains(refreshId));
      view.assertHolds(before);
    }
  }

  @Test
  void appendWithoutFilesMovesTheLineageOn() {
    ChangedView view = filled(2, Projection.OLTP);
    Table before = view.table();
    RegisteredView seen = view.registered();
    io.bergview.catalog.lineage.SourceSnapshot source =
        new io.bergview.catalog.lineage.SourceSnapshot(
            seen.tableName(), before.uuid().toString(), 1, true, java.util.Map.of());
    Lineage later =
        new Lineage(1, java.time.Instant.parse("2026-11-21T10:00:00Z"), List.of(source));
    Snapshot made =
        new ViewCommit(seen, project.context().catalogs())
            .append(List.of(), later, ChangedView.record(RefreshKind.APPEND, "refresh-1", seen));
    Table after = view.table();
    assertThat(made.parentId()).isEqualTo(before.currentSnapshot().snapshotId());
    assertThat(((LineageLookup.RecordedLineage) LineageLookup.of(after)).lineage())
        .isEqualTo(later);
    assertThat(after.properties().get(ViewProperties.LINEAGE))
        .contains(Long.toString(made.snapshotId()));
    assertThat(made.allManifests(after.io()))
        .hasSameSizeAs(before.currentSnapshot().allManifests(before.io()));
    view.assertHolds(rows(view, 1, ROWS + 5));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void mergesOfTwoThreadsAreAllThereOnce(int version, Projection projection) throws Exception {
    ChangedView view = filled(version, projection);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        running.add(threads.submit(() -> countUp(view, 5)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    List<Record> expected = new ArrayList<>(rows(view, 1, ROWS + 5));
    expected.set(0, CompositeKeyViews.row(view.schema(), 1L, "a", "name 1xxxxxxxxxx"));
    view.assertHolds(expected);
  }

  /** Each merge makes one row of what it finds; one that loses looks again. */
  private void countUp(ChangedView view, int times) {
    for (int done = 0; done < times; ) {
      RegisteredView seen = view.registered();
      ViewCommit commit = new ViewCommit(seen, project.context().catalogs());
      Table table = seen.table();
      Record found =
          LiveRows.at(table, commit.seen().orElseThrow().snapshotId()).stream()
              .filter(row -> row.getField("id").equals(1L))
              .findFirst()
              .orElseThrow();
      Record next = CompositeKeyViews.with(found, "name", found.getField("name") + "x");
      ViewChange change;
      // One session writes for both; it is the commits that race.
      synchronized (view) {
        change =
            view.write(
                table,
                CompositeKeyViews.KEY,
                List.of(CompositeKeyViews.key(1L, "a")),
                List.of(next));
      }
      try {
        commit.merge(
            change,
            ChangedView.lineage(seen),
            ChangedView.record(RefreshKind.MERGE, UUID.randomUUID().toString(), seen));
        done++;
      } catch (ConflictException e) {
        commit.discard(change.written());
      }
    }
  }

  @Test
  void changeIsCommittedOnTheSnapshotOfItsPlanEvenIfTheTableWasReadAgain() throws IOException {
    ChangedView view = filled(2, Projection.OLTP);
    RegisteredView seen = view.registered();
    ViewChange change = view.write(seen.table(), CompositeKeyViews.KEY, KEYS, changed(view));
    Compaction.rewrite(view.table());
    seen.table().refresh();
    ViewCommit late = new ViewCommit(seen, project.context().catalogs());
    assertThatThrownBy(
            () ->
                late.merge(
                    change,
                    ChangedView.lineage(seen),
                    ChangedView.record(RefreshKind.MERGE, "refresh-1", seen)))
        .isInstanceOf(ConflictException.class);
    view.assertHolds(rows(view, 1, ROWS + 5));
  }
}
