package io.bergview.imports;

import io.bergview.refresh.RefreshProgress;
import java.util.function.LongConsumer;

/** Tells how far a phase of an import is, by the bytes that were read. */
final class ByteProgress implements LongConsumer {
  private static final int STEPS = 1000;

  private final RefreshProgress listener;
  private final String table;
  private String phase = "";
  private long total;
  private long done;
  private long told;

  ByteProgress(RefreshProgress listener, String table) {
    this.listener = listener;
    this.table = table;
  }

  /**
   * @param size how much there is to do
   */
  void phase(String next, long size) {
    phase = next;
    total = size;
    done = 0;
    told = 0;
    listener.phase(table, next);
  }

  @Override
  public void accept(long more) {
    done += more;
    if (total > 0 && (done - told) * STEPS >= total) {
      told = done;
      listener.advance(table, Math.min(1, (double) done / total), phase);
    }
  }

  /** In this phase. */
  long done() {
    return done;
  }

  void end() {
    listener.phase(table, "done");
  }
}
