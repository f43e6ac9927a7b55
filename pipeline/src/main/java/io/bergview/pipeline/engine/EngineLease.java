package io.bergview.pipeline.engine;

/** A session for one task. For one thread. */
public interface EngineLease extends AutoCloseable {
  /**
   * The session, as soon as it has started.
   *
   * @throws io.bergview.errors.StorageException where it cannot start
   * @throws io.bergview.pipeline.CancelledException where the thread is interrupted
   */
  EngineSession session();

  /** The session is not to be used any more. */
  void giveBack();

  /** Gives the session back, and waits until nothing of what it held is left. */
  @Override
  void close();
}
