package io.bergview.imports;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.imports.convert.ConvertedRows;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.convert.Rejects;
import io.bergview.imports.convert.TextBatches;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.parquet.ParquetFiles;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.taken.FileChoice.HashedFile;
import io.bergview.imports.taken.TakenFiles;
import io.bergview.imports.taken.TakenFiles.TakenImport;
import io.bergview.imports.text.TextFiles;
import io.bergview.imports.write.ImportCommit;
import io.bergview.imports.write.ImportTarget;
import io.bergview.imports.write.RowWriter;
import io.bergview.imports.write.Upsert;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.change.ViewChange;
import io.bergview.refresh.commit.CommitOperations;
import io.bergview.refresh.write.ViewFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** One attempt to import prepared files: rows are converted and written, then committed. */
final class TableImport {
  /** Parquet files that are read by one statement. */
  private static final long GROUP_BYTES = 2L << 30;

  private static final int LISTED_FILES = 100;

  private final ProjectContext context;
  private final Preparation preparation;
  private final RunningSession running;
  private final DuckDbSession session;
  private final String importId = UUID.randomUUID().toString();
  private final List<ImportColumn> columns;
  private @Nullable RuntimeException conflict;
  private boolean mayHaveLanded;

  TableImport(
      ProjectContext context, Preparation preparation, RunningSession running, SessionLease lease) {
    this.context = context;
    this.preparation = preparation;
    this.running = running;
    this.session = running.use(lease);
    this.columns = preparation.columns().columns();
  }

  /** What was committed. */
  record Done(
      long snapshotId, long rowsAdded, long rowsRemoved, long bytesWritten, Rejects rejects) {}

  /** Why {@link #run} gave nothing. */
  @Nullable RuntimeException conflict() {
    return conflict;
  }

  /**
   * @return empty where somebody else changed the table meanwhile; nothing is left of the attempt
   */
  Optional<Done> run() {
    try {
      return attempt();
    } catch (AlreadyExistsException e) {
      // Somebody else has made the table since it was looked for.
      conflict = e;
      return Optional.empty();
    } catch (RuntimeException e) {
      throw context
          .catalogs()
          .failure(
              e,
              "import into table " + preparation.name(),
              context.catalogs().nameFor(preparation.name()));
    }
  }

  private Optional<Done> attempt() {
    try (Rejects rejects =
        new Rejects(preparation.request().maxErrors(), preparation.request().rejects())) {
      TargetTable table = TargetTable.open(context, preparation);
      try {
        return attempt(table.commit(), rejects);
      } finally {
        if (!mayHaveLanded) {
          table.withdraw();
        }
      }
    }
  }

  private Optional<Done> attempt(ImportCommit commit, Rejects rejects) {
    Table target = commit.table();
    RowWriter writer =
        new RowWriter(
            session,
            target,
            context.project().settings().targetFileSizeBytes(),
            importId,
            preparation.request().mode() == ImportMode.UPSERT,
            preparation.id());
    try {
      readUnchanged(target, writer, rejects);
      rejects.check();
      writer.finish();
      if (preparation.request().mode() == ImportMode.APPEND) {
        writer.checkNew(context.scanner(), target);
      }
      return commit(commit, writer, rejects, upsert(commit, writer));
    } catch (RuntimeException e) {
      if (!mayHaveLanded) {
        writer.discard();
      }
      throw e;
    }
  }

  /** What is wrong with a file that was written to meanwhile is that it was written to. */
  private void readUnchanged(Table target, RowWriter writer, Rejects rejects) {
    try {
      read(target, writer, rejects);
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      try {
        preparation.files().list().forEach(SourceFile::checkUnchanged);
      } catch (RuntimeException changed) {
        changed.addSuppressed(e);
        throw changed;
      }
      throw e;
    }
  }

  private void read(Table target, RowWriter writer, Rejects rejects) {
    ImportTarget rows = new ImportTarget(target.schema(), columns);
    ConvertedRows converted =
        new ConvertedRows(
            columns,
            columns.stream()
                .map(
                    column ->
                        target.schema().asStruct().field(column.name()).isRequired()
                            || preparation.id().contains(column.name()))
                .toList(),
            preparation.files().conversionOptions());
    preparation
        .progress()
        .phase(
            "importing",
            preparation.files().list().stream().mapToLong(SourceFile::sizeBytes).sum());
    if (preparation.files().placed().isPresent()) {
      place(target, rows, converted, writer);
    } else if (preparation.files().isText()) {
      readText(rows, converted, writer, rejects);
    } else {
      readParquet(rows, converted, writer, rejects);
    }
  }

  private void readText(
      ImportTarget target, ConvertedRows converted, RowWriter writer, Rejects rejects) {
    List<SourceFile> files = preparation.files().list();
    TextFiles text = preparation.files().text();
    try (TextBatches batches =
        new TextBatches(text, files, columns, rejects, preparation.progress())) {
      long before = 0;
      String raw = session.freshName("raw");
      String typed = session.freshName("typed");
      while (batches.load(session, raw)) {
        running.check();
        session.execute(
            "CREATE TABLE %s AS SELECT * FROM %s"
                .formatted(quote(typed), converted.checked(quote(raw))));
        session.drop(raw);
        if (hasBad(typed)) {
          converted.reject(session, quote(typed), f -> files.get(f).path(), rejects);
        }
        if (!rejects.areTooMany()) {
          long bytes = preparation.progress().done() - before;
          writer.add(target.select(quote(typed)) + " WHERE bad IS NULL", bytes);
        }
        before = preparation.progress().done();
        session.drop(typed);
      }
    } catch (IOException e) {
      throw files.get(0).failure(e);
    }
  }

  private boolean hasBad(String typed) {
    String sql = "SELECT count(bad) > 0 FROM " + quote(typed);
    return Boolean.TRUE.equals(
        Rows.read(session.query(sql), List.of(Types.BooleanType.get())).get(0).get(0));
  }

  private void readParquet(
      ImportTarget target, ConvertedRows converted, RowWriter writer, Rejects rejects) {
    String table = preparation.files().parquet().fileTable(session);
    try {
      readParquet(table, target, converted, writer, rejects);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.OUT_OF_MEMORY) {
        preparation.files().list().forEach(SourceFile::checkUnchanged);
        preparation.files().parquet().checkWhole(session, columns, table);
      }
      throw e;
    }
  }

  private void readParquet(
      String table,
      ImportTarget target,
      ConvertedRows converted,
      RowWriter writer,
      Rejects rejects) {
    List<SourceFile> files = preparation.files().list();
    ParquetFiles parquet = preparation.files().parquet();
    boolean mayFail = converted.mayFail();
    if (mayFail) {
      for (List<SourceFile> group : groups(files)) {
        running.check();
        String rows = converted.checked(parquet.rows(group, columns, table, true));
        converted.reject(session, rows, f -> files.get(f).path(), rejects);
      }
    }
    if (rejects.areTooMany()) {
      return;
    }
    for (List<SourceFile> group : groups(files)) {
      running.check();
      String raw = parquet.rows(group, columns, table, false);
      String rows =
          mayFail
              ? target.select(converted.checked(raw)) + " WHERE bad IS NULL"
              : target.select("(" + converted.unchecked(raw) + ")");
      long bytes = group.stream().mapToLong(SourceFile::sizeBytes).sum();
      writer.write(rows, bytes);
      group.forEach(SourceFile::checkUnchanged);
      preparation.progress().accept(bytes);
    }
  }

  /** Files that stay where they are: only their keys are read. */
  private void place(
      Table target, ImportTarget columnsOfTable, ConvertedRows converted, RowWriter writer) {
    List<SourceFile> files = preparation.files().list();
    ParquetFiles parquet = preparation.files().parquet();
    String raw = parquet.rows(files, columns, parquet.fileTable(session), false);
    writer.take(
        preparation.files().placed().orElseThrow().dataFiles(target),
        columnsOfTable.select("(" + converted.unchecked(raw) + ")"));
    files.forEach(SourceFile::checkUnchanged);
  }

  private static List<List<SourceFile>> groups(List<SourceFile> files) {
    List<List<SourceFile>> groups = new ArrayList<>();
    List<SourceFile> group = new ArrayList<>();
    long bytes = 0;
    for (SourceFile file : files) {
      if (!group.isEmpty() && bytes + file.sizeBytes() > GROUP_BYTES) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(file);
      bytes += file.sizeBytes();
    }
    groups.add(group);
    return groups;
  }

  private @Nullable ViewChange upsert(ImportCommit commit, RowWriter writer) {
    preparation.progress().phase("committing", 0);
    running.check();
    return preparation.request().mode() != ImportMode.UPSERT
        ? null
        : Upsert.write(
            session,
            context.scanner(),
            commit.table(),
            context.project().settings().targetFileSizeBytes(),
            writer,
            preparation.id(),
            importId);
  }

  private Optional<Done> commit(
      ImportCommit commit, RowWriter writer, Rejects rejects, @Nullable ViewChange upserted) {
    List<DataFile> files = writer.files();
    if (preparation.files().placed().isPresent()) {
      preparation.files().list().forEach(SourceFile::checkUnchanged);
    }
    mayHaveLanded = true;
    ImportCommit.Outcome outcome =
        commit.commit(
            transaction -> update(transaction, files, upserted),
            summary(),
            taken(),
            () -> context.catalogs().find(preparation.name()));
    mayHaveLanded = outcome instanceof ImportCommit.Outcome.Landed;
    if (!mayHaveLanded) {
      if (upserted != null) {
        ViewFiles.discard(commit.table(), upserted.written());
      }
    }
    if (outcome instanceof ImportCommit.Outcome.Failed failed) {
      throw failed.cause();
    }
    if (outcome instanceof ImportCommit.Outcome.Conflict lost) {
      writer.discard();
      conflict = lost.cause();
      return Optional.empty();
    }
    Snapshot made = ((ImportCommit.Outcome.Landed) outcome).snapshot();
    return Optional.of(
        upserted == null
            ? new Done(
                made.snapshotId(),
                files.stream().mapToLong(ContentFile::recordCount).sum(),
                removed(made),
                files.stream().mapToLong(ContentFile::fileSizeInBytes).sum(),
                rejects)
            : new Done(
                made.snapshotId(),
                upserted.rowsAdded(),
                upserted.rowsRemoved(),
                upserted.bytesWritten(),
                rejects));
  }

  private static long removed(Snapshot made) {
    return Long.parseLong(made.summary().getOrDefault(SnapshotSummary.DELETED_RECORDS_PROP, "0"));
  }

  private SnapshotUpdate<?> update(
      Transaction transaction, List<DataFile> files, @Nullable ViewChange change) {
    if (change != null) {
      return CommitOperations.merging(transaction, change);
    }
    return preparation.request().mode() == ImportMode.REPLACE && preparation.table().isPresent()
        ? CommitOperations.replacing(transaction, files)
        : CommitOperations.adding(transaction, files);
  }

  private Map<String, String> summary() {
    ArrayNode listed = JsonNodeFactory.instance.arrayNode();
    for (HashedFile taken :
        preparation.taken().subList(0, Math.min(LISTED_FILES, preparation.taken().size()))) {
      listed
          .addObject()
          .put("path", taken.file().path().toString())
          .put("size", taken.file().sizeBytes())
          .put("modified", taken.file().modified().toString())
          .put("sha256", taken.contentHash());
    }
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put(TakenFiles.IMPORT_ID, importId);
    summary.put("bergview.import-file-count", Integer.toString(preparation.taken().size()));
    summary.put("bergview.import-files", listed.toString());
    return summary;
  }

  private TakenFiles taken() {
    TakenFiles before =
        preparation.table().map(TakenFiles::toKeep).orElse(new TakenFiles(List.of()));
    return before.and(
        new TakenImport(
            importId,
            preparation.request().mode() == ImportMode.REPLACE,
            preparation.taken().stream().map(HashedFile::mark).toList()));
  }
}
