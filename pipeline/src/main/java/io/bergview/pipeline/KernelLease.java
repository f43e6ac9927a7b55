package io.bergview.pipeline;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A kernel for one piece of work, which starts and ends on threads of its own: to start takes ten
 * milliseconds and more, half a second in a new process, and to end takes some. Meanwhile the work
 * can be planned, and its result committed. For one thread.
 */
public final class KernelLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelLease.class);

  private final FutureTask<Kernel> opening;
  private final Consumer<Kernel> ending;
  private @Nullable Thread closing;

  private KernelLease(FutureTask<Kernel> opening, Consumer<Kernel> ending) {
    this.opening = opening;
    this.ending = ending;
  }

  /**
   * Begins to start a kernel.
   *
   * @param ending what becomes of it when it is given back
   */
  static KernelLease starting(Callable<Kernel> open, Consumer<Kernel> ending) {
    KernelLease lease = new KernelLease(new FutureTask<>(open), ending);
    start(lease.opening, "bergview-kernel-start");
    return lease;
  }

  /** A kernel that is there. */
  static KernelLease of(Kernel kernel, Consumer<Kernel> ending) {
    FutureTask<Kernel> opened = new FutureTask<>(() -> kernel);
    opened.run();
    return new KernelLease(opened, ending);
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

  /** The kernel is not to be used any more. */
  public void giveBack() {
    if (closing == null) {
      closing = start(this::end, "bergview-kernel-end");
    }
  }

  private void end() {
    try {
      ending.accept(opening.get());
    } catch (ExecutionException neverStarted) {
      LOG.debug("A kernel did not start", neverStarted);
    } catch (InterruptedException | RuntimeException e) {
      LOG.warn("A kernel did not end well", e);
    }
  }

  /** Waits until nothing of what the kernel held is left. */
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
