package io.bergview.imports.convert;

import io.bergview.imports.source.SourceFile;
import io.bergview.imports.text.TextFiles;
import io.bergview.imports.text.TextRow;
import io.bergview.imports.text.TextRows;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.scan.RecordReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The rows of text files, from the first to the last, as tables of the session with a bounded
 * number of characters each: raw rows as {@link ConvertedRows} takes them.
 */
public final class TextBatches implements Closeable {
  private static final long BATCH_CHARACTERS = 32L << 20;
  private static final int VALUE_CHARACTERS = 8;

  private final TextFiles text;
  private final List<SourceFile> files;
  private final Map<String, Type> fileColumns = new LinkedHashMap<>();
  private final Rejects rejects;
  private final LongConsumer read;
  private final Schema schema;
  private int current = -1;
  private @Nullable TextRows rows;

  /**
   * @param columns those of the files first, then those of folders
   * @param read is told how many bytes were read since the last call
   */
  public TextBatches(
      TextFiles text,
      List<SourceFile> files,
      List<ImportColumn> columns,
      Rejects rejects,
      LongConsumer read) {
    this.text = text;
    this.files = List.copyOf(files);
    this.rejects = rejects;
    this.read = read;
    int folders = files.get(0).partitions().size();
    columns
        .subList(0, columns.size() - folders)
        .forEach(column -> fileColumns.put(column.name(), column.source()));
    List<NestedField> fields = new ArrayList<>();
    fields.add(NestedField.optional(1, "f", Types.IntegerType.get()));
    fields.add(NestedField.optional(2, "l", Types.LongType.get()));
    for (int i = 0; i < columns.size(); i++) {
      fields.add(NestedField.optional(i + 3, "v" + i, columns.get(i).source()));
    }
    this.schema = new Schema(FreshIds.of(fields));
  }

  /**
   * Makes a table of the next rows.
   *
   * @return false where none is left; then there is no table
   */
  public boolean load(DuckDbSession session, String table) {
    Batch batch = new Batch();
    if (!batch.hasNext()) {
      return false;
    }
    session.load(
        table,
        new RecordReader(
            session.allocator(), CloseableIterable.withNoopClose(() -> batch), schema.columns()));
    return true;
  }

  /** The rows of one table. */
  private final class Batch implements Iterator<Record> {
    private long characters;
    private @Nullable Record next;

    @Override
    public boolean hasNext() {
      if (next == null && characters < BATCH_CHARACTERS) {
        next = record();
      }
      return next != null;
    }

    @Override
    public Record next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Record record = java.util.Objects.requireNonNull(next);
      next = null;
      return record;
    }

    private @Nullable Record record() {
      while (true) {
        TextRows open = open();
        if (open == null) {
          return null;
        }
        TextRow row = open.next();
        TextRow.RowProblem problem = row.problem();
        if (problem == null) {
          return record(row);
        }
        rejects.add(
            new BadRow(
                files.get(current).path(),
                row.line(),
                problem.column(),
                problem.text(),
                problem.reason()));
      }
    }

    private Record record(TextRow row) {
      Record record = GenericRecord.create(schema);
      record.set(0, current);
      record.set(1, row.line());
      int at = 2;
      for (Object value : row.values()) {
        record.set(at++, value);
        characters += VALUE_CHARACTERS + (value instanceof String string ? string.length() : 0);
      }
      for (String folder : files.get(current).partitions().values()) {
        record.set(at++, folder);
      }
      return record;
    }
  }

  /** The file that has rows left; null after the last. */
  private @Nullable TextRows open() {
    while (rows == null || !rows.hasNext()) {
      closeFile();
      if (current + 1 == files.size()) {
        return null;
      }
      current++;
      rows = text.open(files.get(current), fileColumns, read);
    }
    return rows;
  }

  private void closeFile() {
    TextRows ending = rows;
    rows = null;
    if (ending != null) {
      SourceFile file = files.get(current);
      try {
        ending.close();
      } catch (IOException e) {
        throw file.failure(e);
      }
      file.checkUnchanged();
    }
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
      rows = null;
    }
  }
}
