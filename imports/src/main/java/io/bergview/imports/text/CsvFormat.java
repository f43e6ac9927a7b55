package io.bergview.imports.text;

import static java.util.Objects.requireNonNull;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFile;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The delimiter of a CSV file and the names of its columns.
 *
 * @param columns all different, whatever their case; names that the file does not give, or gives
 *     twice, are made
 * @param names the header as it stands in the file; empty where there is none
 */
public record CsvFormat(char delimiter, List<String> columns, List<String> names) {
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final int SAMPLE_RECORDS = 100;

  public CsvFormat {
    columns = List.copyOf(columns);
    names = List.copyOf(names);
  }

  /**
   * Looks at the beginning of a file: the delimiter is the one by which most of its first records
   * have as many fields as the first, and of several the one that gives the most fields.
   *
   * @return null for a file without any record
   */
  public static @Nullable CsvFormat of(SourceFile file, TextOptions options) {
    if (options.delimiter().isPresent()) {
      return format(
          options.delimiter().get(), first(file, options, options.delimiter().get()), options);
    }
    List<List<String>> best = List.of();
    char delimiter = ',';
    for (char candidate : DELIMITERS) {
      List<List<String>> records;
      try {
        records = first(file, options, candidate);
      } catch (DataException e) {
        if (candidate == ',' || e.getCause() instanceof IOException) {
          throw e;
        }
        continue;
      }
      if (score(records) > score(best)) {
        best = records;
        delimiter = candidate;
      }
    }
    return format(delimiter, best, options);
  }

  private static long score(List<List<String>> records) {
    if (records.isEmpty()) {
      return -1;
    }
    int width = records.get(0).size();
    long alike = records.stream().filter(record -> record.size() == width).count();
    return width == 1 ? 0 : alike * 1_000_000L / records.size() + width;
  }

  private static List<List<String>> first(SourceFile file, TextOptions options, char delimiter) {
    List<List<String>> records = new ArrayList<>();
    try (CsvReader<CsvRecordFields> reader = reader(file, options, delimiter, read -> {})) {
      for (CsvRecordFields record : reader) {
        List<String> fields = new ArrayList<>();
        for (String field : record.fields()) {
          fields.add(field == null ? "" : field);
        }
        records.add(fields);
        if (records.size() == SAMPLE_RECORDS) {
          break;
        }
      }
      return records;
    } catch (UncheckedIOException e) {
      throw DecodedText.failure(
          file,
          options.encoding(),
          records.size(),
          requireNonNull(e.getCause(), "it always has one"));
    } catch (CsvParseException e) {
      throw failure(file, options, records.size(), e);
    } catch (IOException e) {
      throw file.failure(e);
    }
  }

  static CsvReader<CsvRecordFields> reader(
      SourceFile file, TextOptions options, char delimiter, LongConsumer read) {
    Reader text = DecodedText.open(file, options.encoding(), read);
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .quoteCharacter(options.quote())
        .allowExtraFields(true)
        .allowMissingFields(true)
        .skipEmptyLines(true)
        .build(new CsvRecordFields.Handler(new HashSet<>(options.nulls())), text);
  }

  /** What malformed quotes mean for the user. */
  static RuntimeException failure(
      SourceFile file, TextOptions options, long line, CsvParseException e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    if (cause instanceof java.nio.charset.CharacterCodingException coding) {
      return DecodedText.failure(file, options.encoding(), line, coding);
    }
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "File %s cannot be read as CSV after line %,d: %s"
            .formatted(file.path(), Math.max(line, 1), cause.getMessage()),
        e);
  }

  private static @Nullable CsvFormat format(
      char delimiter, List<List<String>> records, TextOptions options) {
    if (records.isEmpty()) {
      return null;
    }
    List<String> first = records.get(0);
    List<String> given = options.header() ? first : List.of();
    return new CsvFormat(delimiter, columns(first.size(), given), given);
  }

  /** A column without a name is {@code column_3}; a second one of a name gets a number. */
  private static List<String> columns(int count, List<String> given) {
    List<String> columns = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String name =
          given.isEmpty() || given.get(i).isBlank() ? "column_" + (i + 1) : given.get(i).strip();
      String free = name;
      for (int n = 2; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
        free = name + "_" + n;
      }
      columns.add(free);
    }
    return columns;
  }

  /** Opens a file that has this format. */
  public TextRows open(SourceFile file, TextOptions options, LongConsumer read) {
    return new CsvRows(requireNonNull(file, "file is null"), this, options, read);
  }
}
