package io.bergview.pipeline.scan;

import io.bergview.pipeline.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Runs one step for many files, with several in parallel. */
final class InParallel {
  private static final int MOST_THREADS = 8;
  private static final int FEW = 3;

  private InParallel() {}

  /** Results in the order of the inputs; the first failure is thrown, after all have ended. */
  static <I, O> List<O> map(List<I> inputs, Function<I, O> step) {
    if (inputs.size() <= FEW) {
      return inputs.stream().map(step).toList();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(MOST_THREADS, inputs.size()),
            task -> {
              Thread thread = new Thread(task, "bergview-scan");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<O>> started =
          inputs.stream().map(input -> pool.submit(() -> step.apply(input))).toList();
      List<O> results = new ArrayList<>(started.size());
      for (Future<O> result : started) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(e);
    } finally {
      pool.shutdownNow();
      awaitQuietly(pool);
    }
  }

  private static void awaitQuietly(ExecutorService pool) {
    try {
      if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("a file operation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
