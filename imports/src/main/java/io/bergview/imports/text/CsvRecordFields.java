package io.bergview.imports.text;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a CSV record. A field without quotes whose text stands for null is null.
 *
 * @param line in which the record begins
 */
record CsvRecordFields(long line, @Nullable String[] fields) {
  /** Collects the fields of one record after another. */
  static final class Handler extends CsvCallbackHandler<CsvRecordFields> {
    private static final int FIRST_CAPACITY = 32;

    private final Set<String> nulls;
    private @Nullable String[] fields = new String[FIRST_CAPACITY];
    private int count;
    private long line;
    private RecordType type = RecordType.DATA;

    Handler(Set<String> nulls) {
      this.nulls = nulls;
    }

    @Override
    protected RecordType getRecordType() {
      return type;
    }

    @Override
    protected int getFieldCount() {
      return count;
    }

    @Override
    protected void beginRecord(long startingLineNumber) {
      line = startingLineNumber;
      count = 0;
      type = RecordType.DATA;
    }

    @Override
    protected void addField(char[] buffer, int offset, int length, boolean quoted) {
      if (count == fields.length) {
        fields = Arrays.copyOf(fields, 2 * count);
      }
      String text = new String(buffer, offset, length);
      fields[count++] = !quoted && nulls.contains(text) ? null : text;
    }

    @Override
    protected void setComment(char[] buffer, int offset, int length) {
      type = RecordType.COMMENT;
    }

    @Override
    protected void setEmpty() {
      type = RecordType.EMPTY;
    }

    @Override
    protected CsvRecordFields buildRecord() {
      return new CsvRecordFields(line, Arrays.copyOf(fields, count));
    }
  }
}
