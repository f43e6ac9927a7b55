package io.bergview.imports.options;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * How the text of CSV and NDJSON files is read.
 *
 * @param delimiter between the fields of a CSV record; empty to recognise it
 * @param quote around fields
 * @param header whether the first record of each CSV file names its columns
 * @param encoding of the files; empty for UTF-8, or what a byte-order mark says
 * @param nulls unquoted texts that are null
 * @param timestampFormat of timestamps, in the letters of {@code strptime}; empty for ISO 8601
 * @param zone of timestamps that name no offset; empty where those are without zone
 * @param decimalComma whether numbers have a comma before their fraction
 */
public record TextOptions(
    Optional<Character> delimiter,
    char quote,
    boolean header,
    Optional<Charset> encoding,
    List<String> nulls,
    Optional<String> timestampFormat,
    Optional<ZoneId> zone,
    boolean decimalComma) {
  public TextOptions {
    requireNonNull(delimiter, "delimiter is null");
    requireNonNull(encoding, "encoding is null");
    nulls = List.copyOf(nulls);
    requireNonNull(timestampFormat, "timestampFormat is null");
    requireNonNull(zone, "zone is null");
  }

  /** Comma-separated in UTF-8 with a header; an empty field without quotes is null. */
  public static TextOptions defaults() {
    return new TextOptions(
        Optional.empty(),
        '"',
        true,
        Optional.empty(),
        List.of(""),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
