package io.bergview.refresh.spark;

import io.bergview.catalog.Project;
import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.settings.SparkSettings;
import io.bergview.settings.SparkSettings.Session;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Refreshes views by Apache Spark, in a process that is started when it is first needed. There is
 * one for an open project, for all refreshes of it. Thread-safe.
 */
public final class RemoteSpark implements AutoCloseable {
  /** As often as a driver may end of idleness just when it is needed. */
  private static final int MOST_STARTS = 3;

  private final SparkSettings settings;
  private final Supplier<SparkProcess> starting;
  private @Nullable SparkProcess kept;
  private boolean closed;

  /**
   * @param starting makes a process
   */
  RemoteSpark(SparkSettings settings, Supplier<SparkProcess> starting) {
    this.settings = settings;
    this.starting = starting;
  }

  /** That of an open project. */
  public static RemoteSpark of(ProjectContext context) {
    return context.shared(
        RemoteSpark.class,
        () -> {
          Project project = context.project();
          return new RemoteSpark(
              project.spark(),
              () ->
                  start(
                      project,
                      context.clock(),
                      System.getenv(),
                      SparkJars.of(project.spark()),
                      TaskFiles.DRIVER_CLASS));
        });
  }

  static SparkProcess start(
      Project project,
      Clock clock,
      Map<String, String> environment,
      SparkJars jars,
      String driverClass) {
    SparkSettings settings = project.spark();
    SparkHome home = SparkHome.find(settings, environment);
    Path module = jars.module();
    List<Path> besides = new ArrayList<>(ProductJars.of(System.getProperty("java.class.path")));
    besides.addAll(jars.runtime(home));
    Path temp = project.settings().tempDirectory();
    return SparkProcess.start(
        new DriverCommand(home, settings, module, besides, driverClass, temp),
        TaskFiles.create(temp, new TaskFiles.DriverSettings(project.directory(), settings.idle())),
        DriverLog.create(project, clock),
        environment);
  }

  /**
   * Refreshes a view, and returns when it is done.
   *
   * @throws EngineException {@code SPARK_NOT_FOUND}, {@code SPARK_VERSION}, {@code
   *     SPARK_MODULE_MISSING}, {@code SPARK_FAILED}, {@code SPARK_OUT_OF_MEMORY}, {@code
   *     ENGINE_UNSUPPORTED}
   * @throws io.bergview.errors.BergviewException as a refresh in this process does
   * @throws io.bergview.refresh.pin.StalePinException likewise
   */
  public RefreshResult refresh(EngineTask task, RefreshProgress progress, RunningSession running) {
    running.check();
    if (settings.session() == Session.ONCE) {
      try (SparkProcess process = starting.get()) {
        return process.run(task, progress, running).orElseThrow(RemoteSpark::neverReady);
      }
    }
    for (int i = 0; i < MOST_STARTS; i++) {
      Optional<RefreshResult> result = running().run(task, progress, running);
      if (result.isPresent()) {
        return result.get();
      }
    }
    throw neverReady();
  }

  private static EngineException neverReady() {
    return new EngineException(
        ErrorCode.SPARK_FAILED,
        "Spark's driver ends before it takes a task; set spark.idle to a longer time");
  }

  private synchronized SparkProcess running() {
    if (closed) {
      throw new IllegalStateException("The project is closed");
    }
    SparkProcess process = kept;
    if (process == null || !process.isAlive()) {
      if (process != null) {
        process.close();
      }
      process = starting.get();
      kept = process;
    }
    return process;
  }

  @Override
  public void close() {
    SparkProcess process;
    synchronized (this) {
      closed = true;
      process = kept;
      kept = null;
    }
    if (process != null) {
      process.close();
    }
  }
}
