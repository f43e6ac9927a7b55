package io.bergview.imports;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RunningSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Imports files into tables of a project. One import is one commit, which also says which files
 * were taken; a failed one leaves nothing but, where the process is killed, files that nothing
 * names. For one import at a time.
 */
public final class Importer {
  private static final int ATTEMPTS = 5;

  private final ProjectContext context;
  private final RefreshProgress progress;
  private final RunningSession running = new RunningSession();

  public Importer(ProjectContext context, RefreshProgress progress) {
    this.context = context;
    this.progress = progress;
  }

  /**
   * What an import would do. Files are read as far as it takes to know their columns.
   *
   * @throws BergviewException as {@link #run}, but for what only reading all rows can show
   */
  public ImportPlan plan(ImportRequest request) {
    try (SessionLease lease = context.sessions().lease()) {
      Preparation preparation =
          Preparation.of(context, request, progress, () -> running.use(lease));
      preparation.progress().end();
      return preparation.plan();
    }
  }

  /**
   * @throws io.bergview.errors.NotFoundException {@code FILE_NOT_FOUND}, {@code CATALOG_NOT_FOUND}
   * @throws io.bergview.errors.UsageException {@code USAGE}: the request contradicts itself, the
   *     files or the table
   * @throws io.bergview.errors.DataException {@code IMPORT_FILE_UNREADABLE}, {@code
   *     IMPORT_COLUMNS_DIFFER}, {@code IMPORT_ROWS_REJECTED}, {@code DUPLICATE_KEY}
   * @throws ConflictException {@code TABLE_EXISTS}, {@code IMPORT_FILE_CHANGED}, {@code
   *     COMMIT_CONFLICT}, {@code COMMIT_STATE_UNKNOWN}
   */
  public ImportResult run(ImportRequest request) {
    Instant begun = context.clock().instant();
    RuntimeException conflict = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (SessionLease lease = context.sessions().lease()) {
        Preparation preparation =
            Preparation.of(context, request, progress, () -> running.use(lease));
        if (preparation.taken().isEmpty()) {
          preparation.progress().end();
          return nothing(preparation, begun);
        }
        TableImport work = new TableImport(context, preparation, running, lease);
        Optional<TableImport.Done> done = work.run();
        if (done.isPresent()) {
          preparation.progress().end();
          return result(preparation, done.get(), begun);
        }
        conflict = work.conflict();
      }
    }
    throw new ConflictException(
        ErrorCode.COMMIT_CONFLICT,
        "Table %s was changed by others %d times while files were imported; nothing was committed, import again"
            .formatted(request.table(), ATTEMPTS),
        conflict);
  }

  private ImportResult nothing(Preparation preparation, Instant begun) {
    return new ImportResult(
        preparation.plan(), OptionalLong.empty(), 0, 0, 0, 0, List.of(), since(begun));
  }

  private ImportResult result(Preparation preparation, TableImport.Done done, Instant begun) {
    return new ImportResult(
        preparation.plan(),
        OptionalLong.of(done.snapshotId()),
        done.rowsAdded(),
        done.rowsRemoved(),
        done.bytesWritten(),
        done.rejects().count(),
        done.rejects().first(),
        since(begun));
  }

  private Duration since(Instant begun) {
    return Duration.between(begun, context.clock().instant());
  }

  /** Stops the import that runs; it throws {@code CANCELLED}, and nothing of it is committed. */
  public void cancel() {
    running.cancel();
  }
}
