package io.bergview.imports.text;

import static java.util.Objects.requireNonNull;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.text.TextRow.RowProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of a CSV file. A record of another number of fields, or a second header, is a
 * problem.
 */
final class CsvRows implements TextRows {
  private static final int SHOWN_CHARACTERS = 200;

  private final SourceFile file;
  private final CsvFormat format;
  private final TextOptions options;
  private final CsvReader<CsvRecordFields> reader;
  private final CloseableIterator<CsvRecordFields> records;
  private long line;

  CsvRows(SourceFile file, CsvFormat format, TextOptions options, LongConsumer read) {
    this.file = file;
    this.format = format;
    this.options = options;
    this.reader = CsvFormat.reader(file, options, format.delimiter(), read);
    this.records = reading(reader::iterator);
    if (options.header() && reading(records::hasNext)) {
      reading(records::next);
    }
  }

  @Override
  public boolean hasNext() {
    return reading(records::hasNext);
  }

  @Override
  public TextRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CsvRecordFields record = reading(records::next);
    line = record.line();
    List<@Nullable Object> values = new ArrayList<>(Arrays.asList(record.fields()));
    return new TextRow(line, values, problem(record));
  }

  private @Nullable RowProblem problem(CsvRecordFields record) {
    int fields = record.fields().length;
    if (fields != format.columns().size()) {
      return new RowProblem(
          "",
          text(record),
          "has %,d %s, not %,d"
              .formatted(fields, fields == 1 ? "field" : "fields", format.columns().size()));
    }
    return isHeader(record) ? new RowProblem("", text(record), "is the header again") : null;
  }

  private boolean isHeader(CsvRecordFields record) {
    if (format.names().isEmpty()) {
      return false;
    }
    for (int i = 0; i < format.names().size(); i++) {
      String field = record.fields()[i];
      if (!format.names().get(i).equals(field == null ? "" : field)) {
        return false;
      }
    }
    return true;
  }

  private String text(CsvRecordFields record) {
    StringBuilder text = new StringBuilder();
    for (String field : record.fields()) {
      if (!text.isEmpty()) {
        text.append(format.delimiter());
      }
      text.append(field == null ? "" : field);
      if (text.length() > SHOWN_CHARACTERS) {
        return text.substring(0, SHOWN_CHARACTERS) + "...";
      }
    }
    return text.toString();
  }

  private <T> T reading(Supplier<T> step) {
    try {
      return step.get();
    } catch (UncheckedIOException e) {
      throw DecodedText.failure(
          file, options.encoding(), line, requireNonNull(e.getCause(), "it always has one"));
    } catch (CsvParseException e) {
      throw CsvFormat.failure(file, options, line, e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
