package io.bergview.pipeline;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * A project's kernels. One that was given back is emptied and serves the next piece of work: a new
 * one would cost each refresh some ten milliseconds. At most one waits. Safe for use by several
 * threads.
 */
public final class KernelPool implements AutoCloseable {
  private final ProjectSettings settings;
  private @Nullable Kernel idle;
  private boolean closed;

  public KernelPool(ProjectSettings settings) {
    this.settings = requireNonNull(settings, "settings is null");
  }

  /** A kernel for one piece of work, at once where one waits. The caller gives it back. */
  public synchronized KernelLease lease() {
    Kernel waiting = idle;
    idle = null;
    return waiting == null
        ? KernelLease.starting(() -> ProjectKernel.open(settings), this::takeBack)
        : KernelLease.of(waiting, this::takeBack);
  }

  private void takeBack(Kernel kernel) {
    if (!kernel.clear() || !keep(kernel)) {
      kernel.close();
    }
  }

  private synchronized boolean keep(Kernel kernel) {
    if (closed || idle != null) {
      return false;
    }
    idle = kernel;
    return true;
  }

  /** Ends the kernel that waits; those in use end when they are given back. */
  @Override
  public void close() {
    Kernel last;
    synchronized (this) {
      closed = true;
      last = idle;
      idle = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
