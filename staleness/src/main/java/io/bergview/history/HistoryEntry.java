package io.bergview.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Something that happened to a view: a commit to its table, a refresh that failed, ticks of its
 * schedule that were missed, or a lease that could not be written.
 */
public sealed interface HistoryEntry permits ViewEvent, RefreshFailure, TicksMissed, LeaseRefused {
  /** When it was committed, had failed, or was found to be missed. */
  Instant time();

  /** As JSON: {@code time}, {@code what}, and further fields. */
  ObjectNode toJson();
}
