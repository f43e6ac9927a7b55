package io.bergview.imports.write;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.pipeline.sink.FileSink;
import io.bergview.pipeline.sink.FileTarget;
import io.bergview.pipeline.sink.WriteOptions;
import io.bergview.refresh.write.ViewFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table: written as data files as they come, or kept in the session until all are there.
 * Nothing is committed.
 */
public final class RowWriter {
  private final DuckDbSession session;
  private final Table table;
  private final WriteOptions options;
  private final String importId;
  private final boolean keeps;
  private final long flushBytes;
  private final @Nullable ImportKeys keys;
  private final List<DataFile> written = new ArrayList<>();
  private final List<DataFile> placed = new ArrayList<>();
  private final String staged;
  private boolean made;
  private long stagedBytes;
  private int parts;

  /**
   * @param table as it will be
   * @param keeps whether rows are kept in the session, for {@link #staged}
   * @param id the key columns; none where there is no key
   */
  public RowWriter(
      DuckDbSession session,
      Table table,
      long targetFileSizeBytes,
      String importId,
      boolean keeps,
      List<String> id) {
    this.session = session;
    this.table = table;
    this.options =
        WriteOptions.defaults().withTargetFileSizeBytes(OptionalLong.of(targetFileSizeBytes));
    this.importId = importId;
    this.keeps = keeps;
    this.flushBytes = targetFileSizeBytes;
    this.keys = id.isEmpty() ? null : new ImportKeys(session, id);
    this.staged = session.freshName("staged");
  }

  /**
   * Adds rows that lie in the session.
   *
   * @param rows a query of the table's columns, which is run once
   * @param bytes about how large they are
   */
  public void add(String rows, long bytes) {
    session.execute(
        (made ? "INSERT INTO %s %s" : "CREATE TABLE %s AS %s").formatted(quote(staged), rows));
    made = true;
    stagedBytes += bytes;
    if (!keeps && stagedBytes >= flushBytes) {
      flush();
    }
  }

  /**
   * Writes rows that lie in files, without a copy in the session.
   *
   * @param rows a query of the table's columns
   * @param bytes about how large they are
   */
  public void write(String rows, long bytes) {
    if (keeps || keys != null) {
      add(rows, bytes);
      return;
    }
    written.addAll(
        new FileSink(session).write(rows, FileTarget.of(table), options, importId + "-" + parts++));
  }

  /**
   * That the table has no row with a key of the imported ones.
   *
   * @throws io.bergview.errors.DataException {@code DUPLICATE_KEY}
   */
  public void checkNew(TableScanner scanner, Table stored) {
    if (keys != null) {
      keys.checkNew(scanner, stored);
    }
  }

  /**
   * Takes files that hold rows already, and stay where they are.
   *
   * @param rows a query of their rows, the table's columns, for the sake of the key
   */
  public void take(List<DataFile> files, String rows) {
    placed.addAll(files);
    if (keys != null) {
      keys.add("(" + rows + ")");
    }
  }

  private void flush() {
    if (!made) {
      return;
    }
    if (keys != null) {
      keys.add(quote(staged));
    }
    if (!keeps) {
      written.addAll(
          new FileSink(session)
              .writeTable(staged, FileTarget.of(table), options, importId + "-" + parts++));
      session.drop(staged);
      made = false;
      stagedBytes = 0;
    }
  }

  /** All rows are there. */
  public void finish() {
    flush();
    if (keys != null) {
      keys.checkUnique();
    }
  }

  /** The files of all rows. */
  public List<DataFile> files() {
    List<DataFile> files = new ArrayList<>(placed);
    files.addAll(written);
    return files;
  }

  /** The table of the session that holds all rows, where they are kept and there are any. */
  Optional<String> staged() {
    return keeps && made ? Optional.of(staged) : Optional.empty();
  }

  Optional<ImportKeys> keys() {
    return Optional.ofNullable(keys);
  }

  /** Removes what was written; files that stay where they are stay. */
  public void discard() {
    ViewFiles.discard(table, written.stream().map(ContentFile::location).toList());
  }
}
