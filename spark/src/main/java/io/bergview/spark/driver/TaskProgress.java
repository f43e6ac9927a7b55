package io.bergview.spark.driver;

import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.spark.TaskFiles;

/** Writes how far a task is, not more often than somebody looks, except for new phases. */
final class TaskProgress implements RefreshProgress {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final TaskFiles files;
  private final int number;
  private String phase = "";
  private long written;

  TaskProgress(TaskFiles files, int number) {
    this.files = files;
    this.number = number;
  }

  @Override
  public synchronized void phase(String view, String entered) {
    phase = entered;
    write(Double.NaN, "");
  }

  @Override
  public synchronized void advance(String view, double fraction, String detail) {
    if (System.nanoTime() - written >= INTERVAL_NANOS) {
      write(fraction, detail);
    }
  }

  private void write(double fraction, String detail) {
    files.progress(number, new TaskFiles.Progress(phase, fraction, detail));
    written = System.nanoTime();
  }
}
