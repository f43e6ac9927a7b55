package io.bergview.pipeline;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.ProjectSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A project's kernels. One that was given back is emptied and serves the next piece of work: a new
 * one would cost each refresh some ten milliseconds. Safe for use by several threads.
 */
public final class KernelPool implements AutoCloseable {
  private final ProjectSettings settings;
  private final int atOnce;

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
    this.settings = requireNonNull(settings, "settings is null");
    this.atOnce = atOnce;
  }

  /** A kernel for one piece of work, at once where one waits. The caller gives it back. */
  public synchronized KernelLease lease() {
    Kernel waiting = idle.pollFirst();
    return waiting == null
        ? KernelLease.starting(() -> ProjectKernel.open(settings, atOnce), this::takeBack)
        : KernelLease.of(waiting, this::takeBack);
  }

  private void takeBack(Kernel kernel) {
    if (!kernel.clear() || !keep(kernel)) {
      kernel.close();
    }
  }

  private synchronized boolean keep(Kernel kernel) {
    if (closed || idle.size() >= atOnce) {
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
