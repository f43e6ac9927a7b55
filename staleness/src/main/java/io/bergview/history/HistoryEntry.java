package io.bergview.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** Something that happened to a view: a commit to its table, or a refresh that failed. */
public sealed interface HistoryEntry permits ViewEvent, RefreshFailure {
  /** When it was committed, or had failed. */
  Instant time();

  /** As JSON: {@code time}, {@code what}, and further fields. */
  ObjectNode toJson();
}
