package io.bergview.refresh.spark;

import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A driver of Spark that runs tasks, several at once. Thread-safe. */
final class SparkProcess implements AutoCloseable {
  private static final long POLL_MILLIS = 50;
  private static final Duration LONGEST_CANCEL = Duration.ofSeconds(60);
  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  private final Process process;
  private final Writer input;
  private final TaskFiles files;
  private final DriverLog log;
  private final AtomicInteger numbers = new AtomicInteger();

  private SparkProcess(Process process, TaskFiles files, DriverLog log) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.files = files;
    this.log = log;
  }

  /**
   * @throws EngineException {@code SPARK_FAILED} if it cannot be started
   */
  static SparkProcess start(
      DriverCommand command, TaskFiles files, DriverLog log, Map<String, String> environment) {
    Path properties = files.properties(command.properties());
    List<String> arguments =
        command.arguments(properties, command.forExecutors(files), files, environment);
    ProcessBuilder builder =
        new ProcessBuilder(arguments)
            .directory(log.project().directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.file().toFile());
    builder.environment().put("SPARK_HOME", command.home().folder().toString());
    if (!hasJava(environment)) {
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    }
    try {
      return new SparkProcess(builder.start(), files, log);
    } catch (IOException e) {
      files.delete();
      throw new EngineException(
          ErrorCode.SPARK_FAILED,
          "Spark's driver could not be started: " + e.getMessage(),
          List.of(),
          e);
    }
  }

  /** Whether Spark's scripts find a Java by themselves. */
  private static boolean hasJava(Map<String, String> environment) {
    if (!environment.getOrDefault("JAVA_HOME", "").isBlank()) {
      return true;
    }
    for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (new File(entry, "java").canExecute()) {
        return true;
      }
    }
    return false;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** For tests, which kill it. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * Runs a task to its end.
   *
   * @return empty if the driver had nothing to do and ended just when the task was sent
   * @throws RuntimeException what the task failed with
   * @throws EngineException {@code SPARK_FAILED}, {@code SPARK_OUT_OF_MEMORY} if the driver ended
   */
  Optional<RefreshResult> run(EngineTask task, RefreshProgress progress, RunningSession running) {
    int number = numbers.incrementAndGet();
    running.check();
    files.request(number, task);
    progress.phase(task.view(), "starting Spark");
    send("run " + number);
    Watch watch = new Watch(number, task.view(), progress, running);
    try {
      return watch.untilItEnds();
    } finally {
      watch.restoreInterrupt();
      if (process.isAlive()) {
        files.delete(number);
      }
    }
  }

  /** If the driver has ended, that is seen where its result is awaited. */
  private synchronized void send(String line) {
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      return;
    }
  }

  /** One task, as its caller waits for it. */
  private final class Watch {
    private final int number;
    private final String view;
    private final RefreshProgress progress;
    private final RunningSession running;
    private TaskFiles.@Nullable Progress shown;
    private boolean interrupted;
    private long cancelledAt = -1;

    Watch(int number, String view, RefreshProgress progress, RunningSession running) {
      this.number = number;
      this.view = view;
      this.progress = progress;
      this.running = running;
    }

    Optional<RefreshResult> untilItEnds() {
      while (true) {
        boolean alive = process.isAlive();
        show();
        // Looked at after that: a driver may write the result and end.
        Optional<TaskOutcome> outcome = files.outcome(number);
        if (outcome.isPresent()) {
          return Optional.of(result(outcome.get()));
        }
        if (!alive) {
          return ended();
        }
        cancelIfWanted();
        try {
          process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }

    private RefreshResult result(TaskOutcome outcome) {
      if (outcome instanceof TaskOutcome.Done done) {
        return done.result();
      }
      throw ((TaskOutcome.Failed) outcome).exception();
    }

    private void show() {
      files
          .progress(number)
          .filter(now -> !now.equals(shown))
          .ifPresent(
              now -> {
                if (shown == null || !shown.phase().equals(now.phase())) {
                  progress.phase(view, now.phase());
                }
                if (!now.detail().isEmpty()) {
                  progress.advance(view, now.fraction(), now.detail());
                }
                shown = now;
              });
    }

    private void cancelIfWanted() {
      if (!running.isCancelled() && !interrupted) {
        return;
      }
      if (cancelledAt < 0) {
        cancelledAt = System.nanoTime();
        send("cancel " + number);
      } else if (System.nanoTime() - cancelledAt > LONGEST_CANCEL.toNanos()) {
        // What was cancelled must not be committed later.
        process.destroyForcibly();
      }
    }

    private Optional<RefreshResult> ended() {
      int code = process.exitValue();
      if (running.isCancelled() || interrupted) {
        throw new CancelledException(null);
      }
      if (code == 0 && shown == null) {
        return Optional.empty();
      }
      List<String> lines = log.lastLines();
      if (SparkMemory.isExit(code)) {
        throw new EngineException(
            ErrorCode.SPARK_OUT_OF_MEMORY,
            SparkMemory.message(view, "its driver's heap is full"),
            lines,
            null);
      }
      throw new EngineException(
          ErrorCode.SPARK_FAILED,
          "View %s was not refreshed: Spark's driver ended with exit code %d before it reported a result. Its log is %s"
              .formatted(view, code, log.file()),
          lines,
          null);
    }

    void restoreInterrupt() {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends it, with what it runs. */
  @Override
  public void close() {
    boolean interrupted = false;
    try {
      input.close();
    } catch (IOException e) {
      process.destroy();
    }
    try {
      if (!process.waitFor(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      interrupted = true;
    }
    files.delete();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
