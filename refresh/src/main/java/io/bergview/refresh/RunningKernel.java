package io.bergview.refresh;

import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.KernelLease;
import org.jspecify.annotations.Nullable;

/** The kernel of the refresh that runs, so that another thread can stop it. */
public final class RunningKernel {
  private volatile @Nullable Kernel running;
  private volatile boolean cancelled;

  /** Takes the kernel of a lease, which the caller gives back. */
  public Kernel use(KernelLease lease) {
    Kernel kernel = lease.kernel();
    running = kernel;
    if (cancelled) {
      kernel.cancel();
    }
    return kernel;
  }

  /** Gives the kernel of a lease back before the refresh has ended. */
  public void giveBack(KernelLease lease) {
    running = null;
    lease.giveBack();
  }

  /** Stops what runs, and whatever is begun from now on; both fail with {@code CANCELLED}. */
  public void cancel() {
    cancelled = true;
    Kernel kernel = running;
    if (kernel != null) {
      kernel.cancel();
    }
  }

  /** Whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * @throws CancelledException after {@link #cancel}
   */
  public void check() {
    if (cancelled) {
      throw new CancelledException(null);
    }
  }
}
