package io.bergview.imports.source;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A format of files that can be imported. */
public enum SourceFormat {
  PARQUET(List.of(".parquet", ".pq")),
  CSV(List.of(".csv", ".tsv")),
  NDJSON(List.of(".ndjson", ".jsonl", ".json"));

  private final List<String> endings;

  SourceFormat(List<String> endings) {
    this.endings = endings;
  }

  /** By the ending of a file's name, that of its compression left out. */
  static Optional<SourceFormat> of(String fileName) {
    String plain = Compression.of(fileName).without(fileName).toLowerCase(Locale.ROOT);
    for (SourceFormat format : values()) {
      if (format.endings.stream().anyMatch(plain::endsWith)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Whether its files hold text, in which types have to be recognised. */
  public boolean isText() {
    return this != PARQUET;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
