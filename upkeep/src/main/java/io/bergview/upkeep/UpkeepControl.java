package io.bergview.upkeep;

import java.time.Duration;

/** Controls and monitors what keeps the views of a project fresh. */
public interface UpkeepControl extends TaskQueue {
  /** What it does at this moment; cheap, nothing is read from a catalog. */
  UpkeepStatus status();

  /**
   * Starts no further refresh of a view, for any trigger, until {@link #resume}. A running one
   * continues; waiting ones keep waiting. Pausing a paused view has no effect. The pause is
   * recorded in the project's folder: it outlasts the process, and applies to other processes of
   * that folder within seconds.
   *
   * @throws io.bergview.errors.StorageException {@code STORAGE_FAILED} if it cannot be recorded;
   *     then nothing changes
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  void pause(String view);

  /**
   * Ends a {@link #pause}; refreshes that have waited since then continue. Has no effect without a
   * pause.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  void resume(String view);

  /**
   * Begins nothing more, waits for the refreshes that run, and cancels those that have not finished
   * by the deadline: nothing of them is committed. The second call waits for the first.
   *
   * @return how many were cancelled
   */
  int stop(Duration deadline);
}
