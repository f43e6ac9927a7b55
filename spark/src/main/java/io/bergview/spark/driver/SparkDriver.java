package io.bergview.spark.driver;

import io.bergview.refresh.spark.TaskFiles;
import io.bergview.refresh.spark.TaskFiles.DriverSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program of Spark's driver process. It takes lines, {@code run N} and {@code cancel N}, from
 * its standard input, and tasks and results from a folder ({@link TaskFiles}). It ends when its
 * input does, since then the process that started it is gone, when it had nothing to do for a
 * while, and when Spark has ended, which never comes back in one process.
 */
public final class SparkDriver {
  private static final Logger LOG = LoggerFactory.getLogger(SparkDriver.class);
  private static final String END = "";
  private static final String SPARK_ENDED = "Spark ended";
  private static final Duration LONGEST_END = Duration.ofSeconds(10);
  private static final int FAILED = 1;

  private final TaskFiles files;
  private final DriverSettings settings;
  private final FutureTask<RunningTask.Opened> opening;
  private final Map<Integer, RunningTask> tasks = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private SparkDriver(TaskFiles files, TaskRunner.Factory runners) {
    this.files = files;
    this.settings = files.driver();
    this.opening =
        new FutureTask<>(
            () -> {
              SparkSession session = SparkSession.builder().getOrCreate();
              return new RunningTask.Opened(session, runners.open(settings.project(), session));
            });
  }

  /**
   * Started by {@code spark-submit}.
   *
   * @param args the folder
   */
  public static void main(String[] args) {
    run(args, RefreshRunner::new);
  }

  /** As {@link #main}, with other runners. */
  static void run(String[] args, TaskRunner.Factory runners) {
    int exitCode = 0;
    try {
      new SparkDriver(new TaskFiles(Path.of(args[0])), runners).serve(System.in);
    } catch (RuntimeException | Error e) {
      LOG.error("The driver failed", e);
      exitCode = FAILED;
    } catch (InterruptedException e) {
      exitCode = FAILED;
    }
    // Threads of Spark and of catalogs would keep the process; Spark deletes its scratch at the
    // end.
    endLater(exitCode);
    System.exit(exitCode);
  }

  private void serve(InputStream input) throws InterruptedException {
    daemon("bergview-spark-start", opening);
    daemon("bergview-input", () -> readLines(input));
    while (true) {
      @Nullable String line = lines.poll(settings.idle().toMillis(), TimeUnit.MILLISECONDS);
      if (line == null && !tasks.isEmpty()) {
        continue;
      }
      if (line == null) {
        LOG.warn("Nothing was to be done for {}; the driver ends", settings.idle());
        break;
      }
      if (line.equals(END)) {
        endTasks();
        files.delete();
        break;
      }
      if (line.equals(SPARK_ENDED)) {
        // What runs fails too; the next task gets another driver.
        awaitTasks();
        break;
      }
      take(line);
    }
    stop();
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void readLines(InputStream input) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isEmpty()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      LOG.warn("The input broke off", e);
    }
    lines.add(END);
  }

  private void take(String line) {
    String[] words = line.split(" ", 2);
    int number = Integer.parseInt(words[1]);
    if (words[0].equals("run")) {
      RunningTask task = new RunningTask(files, number, opening);
      tasks.put(number, task);
      workers.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException | Error e) {
              // Without a result, whoever waits for it would wait for ever.
              LOG.error("The result of a refresh cannot be written; the driver ends", e);
              Runtime.getRuntime().halt(FAILED);
            } finally {
              tasks.remove(number);
              if (hasEnded()) {
                lines.add(SPARK_ENDED);
              }
            }
          });
    } else {
      @Nullable RunningTask task = tasks.get(number);
      if (task != null) {
        task.cancel();
      }
    }
  }

  /** Whether Spark could not be started, or has stopped by itself. */
  private boolean hasEnded() {
    try {
      return opening.isDone() && opening.get().session().sparkContext().isStopped();
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** The end does not take for ever, whatever waits in it. */
  private static void endLater(int exitCode) {
    daemon(
        "bergview-end",
        () -> {
          try {
            Thread.sleep(LONGEST_END.toMillis());
          } catch (InterruptedException e) {
            LOG.warn("The end was interrupted", e);
          }
          Runtime.getRuntime().halt(exitCode);
        });
  }

  private void endTasks() throws InterruptedException {
    tasks.values().forEach(RunningTask::cancel);
    awaitTasks();
  }

  private void awaitTasks() throws InterruptedException {
    workers.shutdown();
    if (!workers.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("{} refreshes did not end", tasks.size());
    }
  }

  /** What Spark has outside of this process is given back. */
  private void stop() {
    endLater(0);
    if (opening.isDone() && !opening.isCancelled()) {
      try {
        RunningTask.Opened opened = opening.get();
        opened.runner().close();
        opened.session().stop();
      } catch (Exception e) {
        LOG.warn("Spark did not stop as it should", e);
      }
    }
  }
}
