package io.bergview.pipeline;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.ProjectSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A project's kernels. One that was given back is emptied and serves the next piece of work: a new
 * one would cost each refresh some ten milliseconds. Safe for use by several threads.
 */
public final class KernelPool implements AutoCloseable {
  private final int kept;
  private final Callable<Kernel> starting;

  /** The one that was used last is used first: it has kept more. */
  private final Deque<Kernel> idle = new ArrayDeque<>();

  private boolean closed;

  /** For one piece of work at a time, as a rule. */
  public KernelPool(ProjectSettings settings) {
    this(settings, 1);
  }

  /**
   * @param atOnce how many pieces of work there usually are: so many kernels are kept, and each
   *     gets that share of the memory
   */
  public KernelPool(ProjectSettings settings, int atOnce) {
    this(atOnce, () -> ProjectKernel.open(settings, atOnce));
  }

  private KernelPool(int kept, Callable<Kernel> starting) {
    this.kept = kept;
    this.starting = requireNonNull(starting, "starting is null");
  }

  /**
   * For work that gives way to that of another pool: it runs on one thread, and leaves the kernels
   * that have kept something to the others.
   *
   * @param others how many pieces of other work share the memory
   */
  public static KernelPool givingWay(ProjectSettings settings, int others) {
    return new KernelPool(0, () -> ProjectKernel.openOnOneThread(settings, others + 1));
  }

  /** A kernel for one piece of work, at once where one waits. The caller gives it back. */
  public synchronized KernelLease lease() {
    Kernel waiting = idle.pollFirst();
    return waiting == null
        ? KernelLease.starting(starting, this::takeBack)
        : KernelLease.of(waiting, this::takeBack);
  }

  private void takeBack(Kernel kernel) {
    if (kept == 0 || !kernel.clear() || !keep(kernel)) {
      kernel.close();
    }
  }

  private synchronized boolean keep(Kernel kernel) {
    if (closed || idle.size() >= kept) {
      return false;
    }
    idle.addFirst(kernel);
    return true;
  }

  /** Ends the kernels that wait; those in use end when they are given back. */
  @Override
  public void close() {
    List<Kernel> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(idle);
      idle.clear();
    }
    left.forEach(Kernel::close);
  }
}
