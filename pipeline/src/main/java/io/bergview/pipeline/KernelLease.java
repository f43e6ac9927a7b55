package io.bergview.pipeline;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A kernel for one piece of work, which starts and ends on threads of its own: to start takes ten
 * milliseconds, half a second in a new process, and to end takes some. Meanwhile the work can be
 * planned, and its result committed. For one thread.
 */
public final class KernelLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelLease.class);

  private final FutureTask<Kernel> opening;
  private @Nullable Thread closing;

  private KernelLease(Callable<Kernel> open) {
    this.opening = new FutureTask<>(open);
  }

  /** Begins to start a kernel. */
  static KernelLease of(Callable<Kernel> open) {
    KernelLease lease = new KernelLease(open);
    start(lease.opening, "bergview-kernel-start");
    return lease;
  }

  private static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * The kernel, as soon as it has started.
   *
   * @throws io.bergview.errors.StorageException where it cannot start
   * @throws CancelledException where the thread is interrupted
   */
  public Kernel kernel() {
    if (closing != null) {
      throw new IllegalStateException("the kernel was given back");
    }
    try {
      return opening.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(e);
    }
  }

  /** Begins to end the kernel, which is not to be used any more. */
  public void giveBack() {
    if (closing == null) {
      closing = start(this::end, "bergview-kernel-end");
    }
  }

  private void end() {
    try {
      opening.get().close();
    } catch (ExecutionException neverStarted) {
      LOG.debug("A kernel did not start", neverStarted);
    } catch (InterruptedException | RuntimeException e) {
      LOG.warn("A kernel did not end well", e);
    }
  }

  /** Waits until the kernel has ended and its temporary files are gone. */
  @Override
  public void close() {
    giveBack();
    boolean interrupted = false;
    while (closing != null && closing.isAlive()) {
      try {
        closing.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
