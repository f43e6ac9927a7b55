package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep a process from ending, all of one name. */
public record DaemonThreads(String name) implements ThreadFactory {
  public DaemonThreads {
    requireNonNull(name, "name is null");
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
