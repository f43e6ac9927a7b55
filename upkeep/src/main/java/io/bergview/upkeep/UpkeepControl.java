package io.bergview.upkeep;

import java.time.Duration;

/** Controls and monitors what keeps the views of a project fresh. */
public interface UpkeepControl extends TaskQueue {
  /** What it does at this moment; cheap, nothing is read from a catalog. */
  UpkeepStatus status();

  /**
   * Begins nothing more for a view, whoever wants it, until {@link #resume}. What runs goes on;
   * what waits keeps waiting. Pausing what is paused changes nothing. The project's folder
   * remembers it: it outlasts the process, and other processes of that folder follow within
   * seconds.
   *
   * @throws io.bergview.errors.StorageException {@code STORAGE_FAILED} where it cannot be noted;
   *     then nothing changes
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  void pause(String view);

  /**
   * Takes {@link #pause} back; what has waited since then goes on. Without a pause it changes
   * nothing.
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
