package io.bergview.refresh.spark;

import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.SparkSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.IcebergBuild;

/** Where Bergview's module for Spark and Iceberg's runtime for it are. */
final class SparkJars {
  static final String RUNTIME = "iceberg-spark-runtime-4.1_2.13";
  private static final String MODULE = "bergview-spark-";

  private final SparkSettings settings;
  private final Path own;

  /**
   * @param own the folder of Bergview's jars
   */
  SparkJars(SparkSettings settings, Path own) {
    this.settings = settings;
    this.own = own;
  }

  /** Of the jars of this process. */
  static SparkJars of(SparkSettings settings) {
    try {
      Path code =
          Path.of(SparkJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new SparkJars(settings, code.resolveSibling("").toAbsolutePath());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Bergview's module for Spark.
   *
   * @throws EngineException {@code SPARK_MODULE_MISSING}
   */
  Path module() {
    if (settings.jar().isPresent()) {
      return there(settings.jar().get(), "spark.jar names Bergview's module for Spark");
    }
    Set<Path> places = new LinkedHashSet<>();
    // Installed, in one folder with the others, and in a checkout.
    for (String place : List.of("../spark", ".", "../../spark/target")) {
      places.add(own.resolve(place).normalize());
    }
    for (Path place : places) {
      Optional<Path> jar = newest(place);
      if (jar.isPresent()) {
        return jar.get();
      }
    }
    throw missing(
        "Bergview's module for Spark, %s*.jar, is not in %s; name it by spark.jar in bergview.yaml, or build it in a checkout: mvn -pl spark -am package -DskipTests"
            .formatted(MODULE, String.join(" or ", places.stream().map(Path::toString).toList())));
  }

  private static Optional<Path> newest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(SparkJars::isModule).max(Path::compareTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isModule(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(MODULE)
        && name.endsWith(".jar")
        && !name.matches(".*-(tests|sources|javadoc)\\.jar");
  }

  /**
   * Iceberg's runtime for Spark, if it is not among Spark's jars.
   *
   * @throws EngineException {@code SPARK_MODULE_MISSING}
   */
  List<Path> runtime(SparkHome home) {
    List<Path> runtime = new ArrayList<>();
    if (settings.runtime().isPresent()) {
      runtime.add(there(settings.runtime().get(), "spark.runtime names Iceberg's runtime"));
    } else if (!home.hasIceberg()) {
      throw missing(
          "Iceberg's runtime for Spark, %1$s-*.jar, is not in %2$s; name it by spark.runtime in bergview.yaml, or fetch it: mvn dependency:copy -Dartifact=org.apache.iceberg:%1$s:%3$s -DoutputDirectory=%2$s"
              .formatted(RUNTIME, home.folder().resolve("jars"), IcebergBuild.version()));
    }
    return runtime;
  }

  private static Path there(Path jar, String what) {
    if (!Files.isRegularFile(jar)) {
      throw missing("%s, '%s', which is not there".formatted(what, jar));
    }
    return jar;
  }

  private static EngineException missing(String message) {
    return new EngineException(ErrorCode.SPARK_MODULE_MISSING, message);
  }
}
