package io.bergview.cli;

import io.bergview.fixtures.Progress;
import io.bergview.refresh.RefreshProgress;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress on a terminal: one bar at a time, removed when its work is done. */
final class ProgressBars implements RefreshProgress, Progress, AutoCloseable {
  private static final int PER_MILLE = 1000;
  private static final int UPDATE_MILLIS = 100;

  private final PrintStream err;
  private final int width;
  private @Nullable ProgressBar bar;

  ProgressBars(PrintStream err, int width) {
    this.err = err;
    this.width = width;
  }

  /** Where a view is refreshed. */
  @Override
  public synchronized void phase(String view, String phase) {
    if (phase.equals("done")) {
      close();
    } else {
      barOf(view).setExtraMessage(" " + phase).stepTo(0);
    }
  }

  @Override
  public synchronized void advance(String view, double fraction, String detail) {
    ProgressBar shown = barOf(view);
    if (!Double.isNaN(fraction)) {
      shown.stepTo(Math.round(fraction * PER_MILLE));
    }
    shown.setExtraMessage(" " + detail);
  }

  /** Where a sample table is generated. */
  @Override
  public synchronized void step(String what, long done, long total) {
    barOf(what).stepTo(total == 0 ? PER_MILLE : done * PER_MILLE / total);
    if (done == total) {
      close();
    }
  }

  private ProgressBar barOf(String task) {
    ProgressBar shown = bar;
    if (shown != null && shown.getTaskName().equals(task)) {
      return shown;
    }
    close();
    shown =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(PER_MILLE)
            .setUnit("%", PER_MILLE / 100)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(err, width))
            .clearDisplayOnFinish()
            .hideEta()
            .build();
    bar = shown;
    return shown;
  }

  @Override
  public synchronized void close() {
    ProgressBar shown = bar;
    if (shown != null) {
      bar = null;
      shown.close();
    }
  }
}
