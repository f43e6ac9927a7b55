package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.refresh.FaultyCatalog.Fault;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.ViewCommit;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Appends and merges of which the committer does not learn whether they landed. */
@Tag("long")
class UnknownMergeTest {
  private static final int ROWS = 20;

  /** What is committed. */
  enum Way {
    APPEND(Projection.OLAP),
    EMPTY_APPEND(Projection.OLAP),
    REWRITE(Projection.OLAP),
    DELETES(Projection.OLTP);

    private final Projection projection;

    Way(Projection projection) {
      this.projection = projection;
    }
  }

  @TempDir Path folder;
  private TestProject project;
  private LoadedRows tables;
  private CompositeKeyViews things;
  private String refreshId = "";

  @BeforeEach
  void open() {
    project = TestProject.withFaultyCommits(folder);
    tables = new LoadedRows(project);
    things = new CompositeKeyViews(project, tables);
  }

  @AfterEach
  void close() {
    tables.close();
    project.close();
  }

  private ChangedView filled(Way way) {
    ChangedView view = things.view(2, way.projection, "");
    view.append(rows(view, 0, ROWS));
    return view;
  }

  private static List<Record> rows(ChangedView view, long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(id -> CompositeKeyViews.row(view.schema(), id, "a", "name " + id))
        .toList();
  }

  /** A committer with what it has written. */
  private final class Attempt {
    private final Way way;
    private final RegisteredView seen;
    private final ViewCommit commit;
    private final ViewChange change;

    Attempt(ChangedView view, Way way) {
      this.way = way;
      this.seen = view.registered();
      this.commit = new ViewCommit(seen, project.context().catalogs());
      refreshId = UUID.randomUUID().toString();
      this.change =
          switch (way) {
            case APPEND ->
                view.write(
                    seen.table(),
                    CompositeKeyViews.KEY,
                    List.of(CompositeKeyViews.key(100L, "a")),
                    rows(view, 100, 101),
                    refreshId);
            case EMPTY_APPEND ->
                view.write(seen.table(), CompositeKeyViews.KEY, List.of(), List.of(), refreshId);
            case REWRITE, DELETES ->
                view.write(
                    seen.table(),
                    CompositeKeyViews.KEY,
                    List.of(CompositeKeyViews.key(0L, "a")),
                    rows(view, 100, 101),
                    refreshId);
          };
    }

    Snapshot commit(Fault fault) {
      FaultyCatalog.failNext(fault);
      try {
        return switch (way) {
          case APPEND, EMPTY_APPEND ->
              commit.append(
                  change.added(),
                  ChangedView.lineage(seen),
                  ChangedView.record(RefreshKind.APPEND, refreshId, seen));
          case REWRITE, DELETES ->
              commit.merge(
                  change,
                  ChangedView.lineage(seen),
                  ChangedView.record(RefreshKind.MERGE, refreshId, seen));
        };
      } finally {
        assertThat(FaultyCatalog.failed()).isTrue();
        commit.discard(change.written());
      }
    }
  }

  private static List<Record> expected(ChangedView view, Way way) {
    return switch (way) {
      case EMPTY_APPEND -> rows(view, 0, ROWS);
      case APPEND -> concat(rows(view, 0, ROWS), rows(view, 100, 101));
      case REWRITE, DELETES -> concat(rows(view, 1, ROWS), rows(view, 100, 101));
    };
  }

  private static List<Record> concat(List<Record> some, List<Record> more) {
    return java.util.stream.Stream.concat(some.stream(), more.stream()).toList();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void commitThatLandedIsFoundByItsId(Way way) {
    for (Fault fault : List.of(Fault.LANDS_UNKNOWN, Fault.LANDS_BROKEN)) {
      ChangedView view = filled(way);
      Snapshot made = new Attempt(view, way).commit(fault);
      assertThat(made.snapshotId()).isEqualTo(view.table().currentSnapshot().snapshotId());
      view.assertHolds(expected(view, way));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void filesOfACommitThatIsNotThereAreKept(Way way) {
    ChangedView view = filled(way);
    Attempt attempt = new Attempt(view, way);
    assertThatThrownBy(() -> attempt.commit(Fault.LOST_UNKNOWN))
        .isInstanceOfSatisfying(
            ConflictException.class,
            conflict -> assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_STATE_UNKNOWN));
    assertThat(view.filesOnDisk())
        .filteredOn(file -> file.toString().contains(refreshId))
        .hasSize(attempt.change.written().size());
    view.assertHolds(rows(view, 0, ROWS));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void commitThatArrivesLateIsFencedOffByTheNext(Way way) {
    ChangedView view = filled(way);
    Attempt late = new Attempt(view, way);
    assertThatThrownBy(() -> late.commit(Fault.DELAYED)).isInstanceOf(ConflictException.class);
    Attempt next = new Attempt(view, way);
    RegisteredView seen = next.seen;
    next.commit.merge(
        next.change,
        ChangedView.lineage(seen),
        ChangedView.record(RefreshKind.MERGE, refreshId, seen));
    assertThatThrownBy(FaultyCatalog::deliver).isInstanceOf(CommitFailedException.class);
    view.assertHolds(expected(view, way));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void commitThatArrivesBeforeTheNextMakesItsPlanAConflict(Way way) {
    ChangedView view = filled(way);
    Attempt late = new Attempt(view, way);
    assertThatThrownBy(() -> late.commit(Fault.DELAYED)).isInstanceOf(ConflictException.class);
    Attempt next = new Attempt(view, way);
    FaultyCatalog.deliver();
    RegisteredView seen = next.seen;
    assertThatThrownBy(
            () ->
                next.commit.merge(
                    next.change,
                    ChangedView.lineage(seen),
                    ChangedView.record(RefreshKind.MERGE, refreshId, seen)))
        .isInstanceOfSatisfying(
            ConflictException.class,
            conflict -> assertThat(conflict.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
    next.commit.discard(next.change.written());
    view.assertHolds(expected(view, way));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void brokenConnectionThatSaysNothingKeepsTheFiles(Way way) {
    ChangedView view = filled(way);
    Attempt attempt = new Attempt(view, way);
    assertThatThrownBy(() -> attempt.commit(Fault.LOST_BROKEN))
        .hasMessageContaining("connection reset");
    assertThat(view.filesOnDisk())
        .filteredOn(file -> file.toString().contains(refreshId))
        .hasSize(attempt.change.written().size());
    view.assertHolds(rows(view, 0, ROWS));
  }
}
