package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a refresh did, stored in the summary of its snapshot.
 *
 * @param refreshId unique per attempt; part of its file names
 * @param kind {@code append}, {@code merge}, {@code full} or {@code skip}
 * @param reason a stable code: why this kind
 * @param message the reason as a sentence; cut at {@value #MAX_MESSAGE} characters
 * @param definitionVersion at the time of the refresh
 * @param rowsAdded rows written; a changed row counts here and in {@code rowsRemoved}
 * @param bytesWritten of data and delete files
 * @param duration from pinning the sources to the commit
 */
public record RefreshRecord(
    String refreshId,
    String kind,
    String reason,
    String message,
    long definitionVersion,
    long rowsAdded,
    long rowsRemoved,
    long bytesWritten,
    Duration duration) {
  private static final int MAX_MESSAGE = 1_000;

  public RefreshRecord {
    requireNonNull(refreshId, "refreshId is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(duration, "duration is null");
    if (message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE);
    }
  }

  /** The summary entries, for {@code SnapshotUpdate.set}. */
  public Map<String, String> toSummary() {
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put(SummaryKeys.REFRESH_ID, refreshId);
    summary.put(SummaryKeys.REFRESH_KIND, kind);
    summary.put(SummaryKeys.REASON, reason);
    summary.put(SummaryKeys.MESSAGE, message);
    summary.put(SummaryKeys.DEFINITION_VERSION, Long.toString(definitionVersion));
    summary.put(SummaryKeys.ROWS_ADDED, Long.toString(rowsAdded));
    summary.put(SummaryKeys.ROWS_REMOVED, Long.toString(rowsRemoved));
    summary.put(SummaryKeys.BYTES_WRITTEN, Long.toString(bytesWritten));
    summary.put(SummaryKeys.DURATION_MILLIS, Long.toString(duration.toMillis()));
    return summary;
  }

  /** What a snapshot says of its refresh; empty for a snapshot that no refresh made. */
  public static Optional<RefreshRecord> of(Map<String, String> summary) {
    String id = summary.get(SummaryKeys.REFRESH_ID);
    if (id == null || summary.containsKey(SummaryKeys.CHANGE)) {
      return Optional.empty();
    }
    return Optional.of(
        new RefreshRecord(
            id,
            summary.getOrDefault(SummaryKeys.REFRESH_KIND, ""),
            summary.getOrDefault(SummaryKeys.REASON, ""),
            summary.getOrDefault(SummaryKeys.MESSAGE, ""),
            number(summary, SummaryKeys.DEFINITION_VERSION),
            number(summary, SummaryKeys.ROWS_ADDED),
            number(summary, SummaryKeys.ROWS_REMOVED),
            number(summary, SummaryKeys.BYTES_WRITTEN),
            Duration.ofMillis(number(summary, SummaryKeys.DURATION_MILLIS))));
  }

  private static long number(Map<String, String> summary, String key) {
    try {
      return Long.parseLong(summary.getOrDefault(key, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
