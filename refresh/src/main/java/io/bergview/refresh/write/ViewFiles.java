package io.bergview.refresh.write;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.ManifestReading;
import io.bergview.catalog.TablePropertyRules;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.sink.FileTarget;
import io.bergview.pipeline.sink.WriteOptions;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The location and format of a view's files: its table's columns, partitions and sort order, and
 * the settings of its layout.
 *
 * @param table in its current state, or in that after a transaction
 * @param targetFileSizeBytes at which a data file ends, unless it must be in exact order
 */
public record ViewFiles(Table table, Layout layout, long targetFileSizeBytes) {
  private static final Logger LOG = LoggerFactory.getLogger(ViewFiles.class);

  public ViewFiles {
    requireNonNull(table, "table is null");
    requireNonNull(layout, "layout is null");
  }

  /**
   * The rows of a query as data files, which are not committed.
   *
   * @param query columns by position those of the table
   * @param inputBytes about how much data the rows are derived from
   * @param refreshId begins the files' names; for one call only
   */
  public List<DataFile> write(
      EngineSession session, String query, long inputBytes, String refreshId) {
    return write(
        session, query, WriteLayout.of(layout, targetFileSizeBytes, inputBytes), refreshId);
  }

  /** As {@link #write(EngineSession, String, long, String)}, the rows of a table of the session. */
  public List<DataFile> writeTable(
      EngineSession session, String rows, long inputBytes, String refreshId) {
    WriteOptions options = WriteLayout.of(layout, targetFileSizeBytes, inputBytes);
    return copied(session, session.writeTable(rows, table, target(), options, refreshId));
  }

  /**
   * As {@link #write(EngineSession, String, long, String)}, rows of files that are there: where
   * they fit one file (of a partition), it is one.
   */
  public List<DataFile> rewrite(EngineSession session, String query, long inputBytes, String id) {
    WriteOptions options = WriteLayout.of(layout, targetFileSizeBytes, inputBytes);
    boolean one = inputBytes <= targetFileSizeBytes;
    return write(
        session, query, one ? options.withTargetFileSizeBytes(OptionalLong.empty()) : options, id);
  }

  private List<DataFile> write(
      EngineSession session, String query, WriteOptions options, String id) {
    return copied(session, session.write(query, table, target(), options, id));
  }

  /** What is written elsewhere than by the target's way to files gets its copies afterwards. */
  private List<DataFile> copied(EngineSession session, List<DataFile> written) {
    if (!session.writesByTarget()) {
      layout
          .replicas()
          .ifPresent(
              replicas ->
                  Replication.apply(
                      table, written.stream().map(DataFile::location).toList(), replicas.copies()));
    }
    return written;
  }

  private FileTarget target() {
    return new FileTarget(
        table.schema(),
        table.spec(),
        table.sortOrder(),
        TablePropertyRules.locationProvider(
            table.name(), table.properties(), table::locationProvider),
        io(),
        table.properties());
  }

  /** The table's way to its files, writing as many copies as its layout says. */
  public FileIO io() {
    return layout
        .replicas()
        .map(replicas -> Replication.of(table.io(), replicas.copies()))
        .orElseGet(table::io);
  }

  /** Deletes files that no commit names; what cannot be deleted is logged and left as an orphan. */
  public static void discard(Table table, Collection<String> locations) {
    Tasks.foreach(locations)
        .executeWith(ManifestReading.executor(table, locations.size()))
        .suppressFailureWhenFinished()
        .onFailure(
            (location, e) ->
                LOG.warn(
                    "Uncommitted file {} was not deleted and is left as an orphan: {}",
                    location,
                    e.toString()))
        .run(location -> table.io().deleteFile(location));
  }
}
