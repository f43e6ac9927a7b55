package io.bergview.verify;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LastBatch;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.RefusedException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.EmbeddedEngine;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.engine.OverflowDiagnosis;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.refresh.ProgressWatch;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.full.BatchRows;
import io.bergview.refresh.incremental.ScratchTables;
import io.bergview.refresh.incremental.SourceReads;
import io.bergview.refresh.write.Layout;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import io.bergview.verify.Comparison.ComparisonResult;
import io.bergview.verify.VerifyResult.Repaired;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;

/**
 * Verifies views: recomputes one over the very snapshots that it is derived from, and compares all
 * that its table holds with that, hidden columns too. Whether the view is fresh does not matter.
 *
 * <p>Of a view that appends it is the last batch.
 *
 * <p>The comparison is one of bags and bit for bit, but for sums of floating point, whose last
 * digits depend on the order of rows: they may differ by 1e-9 of the larger value, or of 1. Of the
 * extreme values kept in {@code _state} a view may have fewer than a recompute.
 */
public final class ViewVerifier {
  private static final int MOST_ATTEMPTS = 5;

  private final ProjectContext context;
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final EmbeddedEngine engine;
  private final Clock clock;
  private final RefreshProgress progress;
  private final RunningSession running = new RunningSession();
  private final Damage damage;

  public ViewVerifier(ProjectContext context, RefreshProgress progress) {
    this.context = context;
    this.engine = context.embedded();
    this.catalogs = context.catalogs();
    this.damage = context.staleness().damage();
    this.registry = context.registry();
    this.clock = context.clock();
    this.progress = progress;
  }

  /**
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}, {@code SOURCE_NOT_FOUND}
   * @throws RefusedException {@code VIEW_INVALID}, {@code FOREIGN_WRITES}: the correct rows of the
   *     view are not known; {@code POLICY_REFUSED}: repair of a sample of a view without key
   * @throws io.bergview.errors.SourceException {@code SOURCE_SNAPSHOT_EXPIRED}, {@code
   *     SOURCE_SCHEMA_CHANGED}: the sources of the view can no longer be read
   * @throws io.bergview.errors.StorageException {@code FILE_LOST}: a file of the view, or of its
   *     sources, is lost; a repair rewrites all rows of a view with lost files
   * @throws ConflictException if the view was changed repeatedly while it was repaired
   */
  public VerifyResult verify(String name, VerifyOptions options) {
    for (int attempt = 1; ; attempt++) {
      try {
        VerifyResult result = attempt(registry.find(name), options);
        progress.phase(name, "done");
        return result;
      } catch (ConflictException | MissingFileException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        progress.phase(name, "planning again");
      }
    }
  }

  /** Where a file of the view turns out to be lost, a repair begins again and knows it. */
  private VerifyResult attempt(RegisteredView view, VerifyOptions options) {
    Optional<LostFile> known = damage.look(view);
    try {
      return verify(view, options, known);
    } catch (RuntimeException e) {
      Optional<LostFile> lost =
          Damage.mayExplain(e) && known.isEmpty() ? damage.ofView(view) : Optional.empty();
      if (lost.isEmpty()) {
        throw e;
      }
      return verify(registry.find(view.name()), options, lost);
    }
  }

  /**
   * Stops what is running; verifying fails with {@code CANCELLED} and nothing is committed. Call it
   * from any thread.
   */
  public void cancel() {
    running.cancel();
  }

  /** What is compared, and how. */
  private record Subject(
      RegisteredView view,
      ViewDelta algebra,
      ComparedRow row,
      ViewKey key,
      Sample sample,
      Optional<Instant> batch) {}

  private VerifyResult verify(RegisteredView view, VerifyOptions options, Optional<LostFile> lost) {
    boolean batches = view.definition().view().refresh().appends();
    if (lost.isPresent() && (batches || !options.repair())) {
      throw Damage.failure(view, lost.get(), null);
    }
    try (EngineLease lease = engine.lease()) {
      return verify(view, lost.isPresent() ? options.sample(100) : options, lost, lease);
    }
  }

  /** Of a view that has lost rows none are read: they are all taken to be missing. */
  private Relation held(
      EngineSession session, RegisteredView view, ViewCommit commit, Optional<LostFile> lost) {
    return lost.isPresent()
        ? session.read(view.table(), List.of(), view.table().schema())
        : session.read(
            view.table(),
            SnapshotFiles.of(view.table(), snapshot(commit), Expressions.alwaysTrue()),
            view.table().schema());
  }

  private VerifyResult verify(
      RegisteredView view, VerifyOptions options, Optional<LostFile> lost, EngineLease lease) {
    Instant started = clock.instant();
    progress.phase(view.name(), "planning");
    ViewCommit commit =
        lost.isPresent() && damage.hasLostManifests(view)
            ? ViewCommit.steppingOverLostManifests(view, catalogs)
            : new ViewCommit(view, catalogs);
    Lineage lineage = Verifiability.lineage(view);
    LineageSources sources = new LineageSources(view, lineage, catalogs);
    ResolvedView resolved = sources.resolved();
    Subject subject = subject(view, resolved, options);
    EngineSession session = running.use(lease);
    try (SourceReads reads = sources.reads(session, subject.algebra().sources());
        Relation held = held(session, view, commit, lost)) {
      ScratchTables scratch = new ScratchTables(session);
      String wanted = recomputed(subject, session, scratch, reads, options.repair());
      ComparisonResult found = compared(subject, session, scratch, wanted, held, reads);
      List<KeyDifference> examples =
          new Examples(session, subject.row(), subject.key()).of(found, options.limit());
      Optional<Repaired> repaired = Optional.empty();
      if (options.repair() && (lost.isPresent() || !found.nothing())) {
        Repair repair =
            new Repair(
                context,
                progress,
                running,
                view,
                Layout.of(view.table(), resolved),
                lineage,
                started,
                lost.map(file -> file.of(view.tableName().toString())));
        repaired =
            Optional.of(repair.run(commit, session, found, wanted, subject.row(), subject.key()));
      }
      return new VerifyResult(
          view.name(),
          snapshot(commit).orElse(-1),
          found.recomputedRows(),
          options.samplePercent(),
          found.missing(),
          found.unexpected(),
          found.different(),
          examples,
          repaired);
    }
  }

  private static Subject subject(
      RegisteredView view, ResolvedView resolved, VerifyOptions options) {
    Verifiability.checkColumns(view, resolved);
    ViewDelta algebra = new ViewDelta(resolved);
    Schema schema = view.table().schema();
    ViewKey key = ViewKey.of(resolved, schema, algebra.grouped());
    if (options.repair() && options.sampled() && !key.known()) {
      throw new RefusedException(
          ErrorCode.POLICY_REFUSED,
          "View %s has no key, so that a part of it cannot be repaired alone; repair it without --sample, or recompute it with refreshView --full"
              .formatted(view.name()));
    }
    if (options.repair() && resolved.appends() && !key.known()) {
      throw new RefusedException(
          ErrorCode.POLICY_REFUSED,
          "View %s has no key, so that one batch of it cannot be repaired; the next refresh adds a whole one"
              .formatted(view.name()));
    }
    return new Subject(
        view,
        algebra,
        ComparedRow.of(schema, resolved),
        key,
        Sample.of(resolved, schema, algebra.grouped(), options),
        resolved.appends() ? LastBatch.of(view.table()) : Optional.empty());
  }

  /**
   * What stands in FROM for the rows that there should be.
   *
   * @param kept whether they are checked again, and so are held in a table
   */
  private String recomputed(
      Subject subject,
      EngineSession session,
      ScratchTables scratch,
      SourceReads reads,
      boolean kept) {
    String view = subject.view().name();
    progress.phase(view, "checking keys");
    Recompute recompute =
        new Recompute(subject.algebra(), session, scratch, reads, subject.sample());
    try (ProgressWatch watch = new ProgressWatch(view, session, progress)) {
      String rows = seen(subject.row().typed(query(recompute, subject)), subject);
      return kept ? quote(scratch.table("recomputed", "SELECT * FROM " + rows)) : rows;
    } catch (DataException e) {
      throw diagnosed(e, subject, session, reads);
    }
  }

  private ComparisonResult compared(
      Subject subject,
      EngineSession session,
      ScratchTables scratch,
      String wanted,
      Relation held,
      SourceReads reads) {
    String view = subject.view().name();
    progress.phase(view, "comparing");
    try (ProgressWatch watch = new ProgressWatch(view, session, progress)) {
      return new Comparison(session, scratch, subject.row(), subject.key())
          .compare(wanted, seen(held(held, subject), subject));
    } catch (DataException e) {
      throw diagnosed(e, subject, session, reads);
    }
  }

  private static String query(Recompute recompute, Subject subject) {
    String rows = recompute.query();
    return subject
        .batch()
        .map(batch -> BatchRows.of(DuckDbDialect.DUCKDB, batch, rows))
        .orElse(rows);
  }

  /** Of a view that appends, its last batch: what the others are derived from is not known. */
  private static String held(Relation held, Subject subject) {
    return subject
        .batch()
        .map(batch -> BatchRows.in(subject.view().table(), held.sql(), batch))
        .orElse(held.sql());
  }

  private static DataException diagnosed(
      DataException failure, Subject subject, EngineSession session, SourceReads reads) {
    return OverflowDiagnosis.ofView(
        failure, subject.view().name(), subject.algebra().view(), session, reads::sql);
  }

  private static OptionalLong snapshot(ViewCommit commit) {
    return commit
        .seen()
        .map(seen -> OptionalLong.of(seen.snapshotId()))
        .orElse(OptionalLong.empty());
  }

  private static String seen(String rows, Subject subject) {
    return subject.sample().isAll()
        ? rows
        : "(SELECT * FROM %s AS r WHERE %s)"
            .formatted(rows, subject.sample().sees(subject.row(), "r"));
  }
}
