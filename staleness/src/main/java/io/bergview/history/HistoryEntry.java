package io.bergview.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Something that happened to a view: a commit to its table, a refresh that failed, or ticks of its
 * schedule that were missed.
 */
public sealed interface HistoryEntry permits ViewEvent, RefreshFailure, TicksMissed {
  /** When it was committed, had failed, or was found to be missed. */
  Instant time();

  /** As JSON: {@code time}, {@code what}, and further fields. */
  ObjectNode toJson();
}
