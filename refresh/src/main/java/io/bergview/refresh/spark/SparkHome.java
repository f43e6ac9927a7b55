package io.bergview.refresh.spark;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.SparkSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Spark of this machine.
 *
 * @param folder with {@code jars} in it
 * @param jars names of what is in there
 */
record SparkHome(Path folder, List<String> jars) {
  static final String NEEDED = "4.1";
  private static final String VARIABLE = "SPARK_HOME";
  private static final String SCALA = "2.13";
  private static final Pattern CORE = Pattern.compile("spark-core_(\\d+\\.\\d+)-(\\d[^/]*)\\.jar");
  private static final Pattern RELEASE = Pattern.compile("Spark (\\S+)");

  SparkHome {
    requireNonNull(folder, "folder is null");
    jars = List.copyOf(jars);
  }

  /**
   * @throws EngineException {@code SPARK_NOT_FOUND}, {@code SPARK_VERSION}
   */
  static SparkHome find(SparkSettings settings, Map<String, String> environment) {
    Optional<String> variable =
        Optional.ofNullable(environment.get(VARIABLE)).filter(value -> !value.isBlank());
    SparkHome home;
    if (settings.home().isPresent()) {
      home = at(settings.home().get(), "spark.home is");
    } else if (variable.isPresent()) {
      home = at(Path.of(variable.get()).toAbsolutePath().normalize(), VARIABLE + " is");
    } else {
      home =
          onPath(environment.getOrDefault("PATH", ""))
              .map(folder -> at(folder, "spark-submit on PATH is of"))
              .orElseThrow(
                  () ->
                      notFound(
                          "'spark.home' is not set, %s is not set, and no spark-submit is on PATH"
                              .formatted(VARIABLE)));
    }
    home.checkVersion();
    return home;
  }

  private static SparkHome at(Path folder, String found) {
    Path jars = folder.resolve("jars");
    if (!Files.isDirectory(jars)) {
      throw notFound("%s '%s', which has no folder 'jars'".formatted(found, folder));
    }
    try (Stream<Path> files = Files.list(jars)) {
      return new SparkHome(
          folder, files.map(file -> file.getFileName().toString()).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EngineException notFound(String why) {
    return new EngineException(
        ErrorCode.SPARK_NOT_FOUND,
        "There is no Spark: %s; name the folder of Spark %s in one of them, or refresh with --engine embedded"
            .formatted(why, NEEDED));
  }

  private static Optional<Path> onPath(String path) {
    for (String entry : path.split(File.pathSeparator)) {
      try {
        Path program = Path.of(entry).resolve("spark-submit");
        if (!entry.isBlank() && Files.isExecutable(program)) {
          Path bin = program.toRealPath().getParent();
          return Optional.ofNullable(bin).map(Path::getParent);
        }
      } catch (InvalidPathException | IOException e) {
        continue;
      }
    }
    return Optional.empty();
  }

  private void checkVersion() {
    for (String jar : jars) {
      Matcher core = CORE.matcher(jar);
      if (core.matches()) {
        check(core.group(2), core.group(1));
        return;
      }
    }
    check(released().orElseThrow(() -> wrong("does not say what it is")), SCALA);
  }

  private Optional<String> released() {
    Path release = folder.resolve("RELEASE");
    try {
      Matcher matcher = RELEASE.matcher(Files.isReadable(release) ? Files.readString(release) : "");
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void check(String version, String scala) {
    if (!version.startsWith(NEEDED + ".")) {
      throw wrong("is Spark " + version);
    }
    if (!scala.equals(SCALA)) {
      throw wrong("is Spark " + version + " with Scala " + scala);
    }
  }

  private EngineException wrong(String found) {
    return new EngineException(
        ErrorCode.SPARK_VERSION,
        "Bergview needs Spark %s with Scala %s, and %s %s".formatted(NEEDED, SCALA, folder, found));
  }

  /** The program that starts a driver; some ways to install Spark bring jars only. */
  Optional<Path> submit() {
    return Optional.of(folder.resolve("bin").resolve("spark-submit")).filter(Files::isExecutable);
  }

  boolean hasIceberg() {
    return jars.stream().anyMatch(jar -> jar.startsWith(SparkJars.RUNTIME));
  }
}
