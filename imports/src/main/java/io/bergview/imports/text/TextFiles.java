package io.bergview.imports.text;

import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.source.SourceFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * CSV or NDJSON files of one import: the columns that they have together, by name, and their
 * records. A column that a file lacks is null in its rows.
 */
public final class TextFiles {
  /** Up to this much text types are inferred from every row. */
  private static final long WHOLE_BYTES = 64L << 20;

  private static final int SAMPLE_FILES = 32;
  private static final int SAMPLE_ROWS = 20_000;

  private final List<SourceFile> files;
  private final TextOptions options;

  /** Looked at once: a file's beginning is read with each delimiter. */
  private final Map<SourceFile, Optional<CsvFormat>> formats = new HashMap<>();

  public TextFiles(List<SourceFile> files, TextOptions options) {
    this.files = List.copyOf(files);
    this.options = options;
  }

  /** Whether types are inferred from every row, and not from a sample. */
  public boolean readsAll() {
    return files.stream().mapToLong(SourceFile::sizeBytes).sum() <= WHOLE_BYTES;
  }

  /** What {@link #columns} looks at, for people. */
  public String sample() {
    return readsAll()
        ? "all rows"
        : "a sample: the first %,d rows of %s"
            .formatted(
                SAMPLE_ROWS,
                files.size() <= SAMPLE_FILES
                    ? "each file"
                    : "%d of %,d files".formatted(SAMPLE_FILES, files.size()));
  }

  /**
   * Columns and their types; rows that are no records are passed over.
   *
   * @param read is told how many bytes were read since the last call
   */
  public TextColumns columns(LongConsumer read) {
    return files.isEmpty()
        ? new TextColumns(Map.of(), 0, List.of())
        : files.get(0).format() == SourceFormat.CSV ? csvColumns(read) : jsonColumns(read);
  }

  private List<SourceFile> sampled() {
    if (readsAll() || files.size() <= SAMPLE_FILES) {
      return files;
    }
    List<SourceFile> sampled = new ArrayList<>();
    for (int i = 0; i < SAMPLE_FILES; i++) {
      sampled.add(files.get((int) ((long) i * (files.size() - 1) / (SAMPLE_FILES - 1))));
    }
    return sampled;
  }

  private long mostRows() {
    return readsAll() ? Long.MAX_VALUE : SAMPLE_ROWS;
  }

  private TextColumns csvColumns(LongConsumer read) {
    Map<String, ColumnEvidence> evidence = new LinkedHashMap<>();
    for (String name : csvNames()) {
      evidence.put(name, new ColumnEvidence());
    }
    long rows = 0;
    for (SourceFile file : sampled()) {
      CsvFormat format = format(file);
      if (format == null) {
        continue;
      }
      List<ColumnEvidence> ordered = new ArrayList<>();
      format
          .columns()
          .forEach(name -> ordered.add(evidence.computeIfAbsent(name, n -> new ColumnEvidence())));
      try (TextRows records = format.open(file, options, read)) {
        for (long row = 0; row < mostRows() && records.hasNext(); row++) {
          TextRow record = records.next();
          if (record.problem() == null) {
            rows++;
            for (int i = 0; i < ordered.size(); i++) {
              ordered.get(i).add((String) record.values().get(i));
            }
          }
        }
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
    Map<String, ColumnType> types = new LinkedHashMap<>();
    List<String> remarks = new ArrayList<>();
    evidence.forEach(
        (name, seen) -> {
          ColumnType type = seen.type(options.zone().isPresent(), options.decimalComma());
          types.put(name, type);
          seen.remark(name, type).ifPresent(remarks::add);
        });
    return new TextColumns(types, rows, remarks);
  }

  private @Nullable CsvFormat format(SourceFile file) {
    return formats
        .computeIfAbsent(file, unseen -> Optional.ofNullable(CsvFormat.of(unseen, options)))
        .orElse(null);
  }

  private Set<String> csvNames() {
    Set<String> names = new LinkedHashSet<>();
    headers().values().forEach(names::addAll);
    return names;
  }

  /** The columns of each CSV file that is not empty; a header is cheap to read. */
  public Map<SourceFile, List<String>> headers() {
    Map<SourceFile, List<String>> headers = new LinkedHashMap<>();
    for (SourceFile file : files) {
      CsvFormat format = file.format() == SourceFormat.CSV ? format(file) : null;
      if (format != null) {
        headers.put(file, format.columns());
      }
    }
    return headers;
  }

  private TextColumns jsonColumns(LongConsumer read) {
    Map<String, JsonEvidence> evidence = new LinkedHashMap<>();
    long rows = 0;
    for (SourceFile file : sampled()) {
      try (JsonLines lines = new JsonLines(file, options, read)) {
        Optional<JsonLines.Line> line = lines.next();
        for (long row = 0; row < mostRows() && line.isPresent(); row++) {
          if (line.get().object() != null) {
            rows++;
            line.get()
                .object()
                .properties()
                .forEach(
                    field ->
                        evidence
                            .computeIfAbsent(field.getKey(), name -> new JsonEvidence())
                            .add(field.getValue()));
          }
          line = lines.next();
        }
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
    Map<String, ColumnType> types = new LinkedHashMap<>();
    List<String> remarks = new ArrayList<>();
    evidence.forEach(
        (name, seen) -> {
          types.put(name, seen.type(options.zone().isPresent()));
          if (!seen.hasValues()) {
            remarks.add(
                "column %s has no value, so it is a string; --column %s:TYPE says otherwise"
                    .formatted(name, name));
          }
        });
    return new TextColumns(types, rows, remarks);
  }

  /**
   * The records of one file, their values in the order of the columns.
   *
   * @param columns all columns of the import; nested ones get values of their type
   */
  public TextRows open(SourceFile file, Map<String, Type> columns, LongConsumer read) {
    if (file.format() == SourceFormat.NDJSON) {
      return new JsonRows(file, columns, options, read);
    }
    CsvFormat format = format(file);
    return format == null
        ? new NoTextRows()
        : new ReorderedRows(
            format.open(file, options, read), places(format.columns(), columns.keySet()));
  }

  /** Where the wanted columns are; -1 for one that is not there. */
  private static List<Integer> places(List<String> columns, Set<String> wanted) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      places.put(columns.get(i), i);
    }
    return wanted.stream().map(name -> places.getOrDefault(name, -1)).toList();
  }

  /** The raw type of a column in {@link #open}'s records: texts, unless nested. */
  public static Type raw(Type type) {
    return type.isNestedType() ? type : Types.StringType.get();
  }

  /** The records of an empty file. */
  private static final class NoTextRows implements TextRows {
    @Override
    public boolean hasNext() {
      return false;
    }

    @Override
    public TextRow next() {
      throw new java.util.NoSuchElementException();
    }

    @Override
    public void close() {}
  }

  /** Records with other columns in another order; -1 stands for one that is not there. */
  private record ReorderedRows(TextRows rows, List<Integer> from) implements TextRows {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public TextRow next() {
      TextRow row = rows.next();
      if (row.problem() != null) {
        return row;
      }
      List<@Nullable Object> values = new ArrayList<>(from.size());
      for (int column : from) {
        values.add(column < 0 ? null : row.values().get(column));
      }
      return new TextRow(row.line(), values, null);
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
