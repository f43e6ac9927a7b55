package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The section {@code spark}: the Apache Spark that refreshes views whose engine it is. All paths
 * are absolute.
 *
 * @param home of Spark; empty for {@code SPARK_HOME}, or the {@code spark-submit} of {@code PATH}
 * @param master {@code local[*]}, {@code spark://host:7077}, {@code yarn}, {@code k8s://...}
 * @param driverMemoryBytes of the driver's heap; empty for Spark's default
 * @param session how long the driver lives
 * @param idle a kept driver ends when nothing ran for so long
 * @param thresholdBytes the engine {@code auto} is Spark from so many bytes on
 * @param jar Bergview's module for Spark; empty for the one that is installed
 * @param runtime Iceberg's runtime for Spark; empty if it is among Spark's jars
 * @param conf further settings of Spark, by their names; values may be secrets
 */
public record SparkSettings(
    Optional<Path> home,
    String master,
    OptionalLong driverMemoryBytes,
    Session session,
    Duration idle,
    long thresholdBytes,
    Optional<Path> jar,
    Optional<Path> runtime,
    Map<String, String> conf) {
  /** How long a driver lives. */
  public enum Session {
    /** For many refreshes, until the process that started it ends, or it is idle. */
    KEEP,
    /** For one refresh. */
    ONCE
  }

  public SparkSettings {
    requireNonNull(home, "home is null");
    requireNonNull(master, "master is null");
    requireNonNull(driverMemoryBytes, "driverMemoryBytes is null");
    requireNonNull(session, "session is null");
    requireNonNull(idle, "idle is null");
    requireNonNull(jar, "jar is null");
    requireNonNull(runtime, "runtime is null");
    conf = Collections.unmodifiableMap(new LinkedHashMap<>(conf));
  }

  /** What a project without {@code spark} gets. */
  public static SparkSettings defaults() {
    return SettingsReader.ofNothing().spark(Optional.empty());
  }

  /** Whether executors are threads of the driver. */
  public boolean isLocal() {
    return master.equals("local") || master.startsWith("local[");
  }

  /** Without values of {@code conf}, which may be secrets. */
  @Override
  public String toString() {
    return "Spark at " + master + " with " + conf.keySet();
  }
}
