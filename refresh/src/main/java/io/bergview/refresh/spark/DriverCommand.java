package io.bergview.refresh.spark;

import static java.util.Objects.requireNonNull;

import io.bergview.settings.SparkSettings;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command that starts Spark's driver.
 *
 * @param module Bergview's module for Spark
 * @param besides what else is on the driver's class path, before Spark's jars
 * @param driverClass whose {@code main} is run
 * @param temp where Spark spills to
 */
record DriverCommand(
    SparkHome home,
    SparkSettings settings,
    Path module,
    List<Path> besides,
    String driverClass,
    Path temp) {
  private static final String EXTRA_CLASS_PATH = "spark.driver.extraClassPath";
  private static final String EXTRA_OPTIONS = "spark.driver.extraJavaOptions";
  private static final String JARS = "spark.jars";
  private static final int MEGABYTE = 1 << 20;

  /** Packages of the JDK that Spark reaches into, where it is started without its scripts. */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/jdk.internal.ref",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar",
          "java.security.jgss/sun.security.krb5");

  DriverCommand {
    requireNonNull(home, "home is null");
    requireNonNull(settings, "settings is null");
    requireNonNull(module, "module is null");
    besides = List.copyOf(besides);
    requireNonNull(driverClass, "driverClass is null");
    requireNonNull(temp, "temp is null");
  }

  /** Spark's settings, which are passed by a file: those of users may be secrets. */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("spark.local.dir", temp.toString());
    properties.setProperty("spark.ui.enabled", "false");
    properties.setProperty("spark.ui.showConsoleProgress", "false");
    properties.setProperty("spark.log.level", "WARN");
    if (settings.isLocal()) {
      properties.setProperty("spark.driver.host", "127.0.0.1");
      properties.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }
    settings.conf().forEach(properties::setProperty);
    // A heap that is full leaves nothing to rely on; the exit code says what happened.
    properties.setProperty(
        EXTRA_OPTIONS,
        ("-XX:+ExitOnOutOfMemoryError " + settings.conf().getOrDefault(EXTRA_OPTIONS, "")).strip());
    return properties;
  }

  /** What executors elsewhere need of {@link #besides}. */
  List<Path> forExecutors(TaskFiles files) {
    return settings.isLocal() ? List.of() : ProductJars.fetchable(besides, files.folder());
  }

  /**
   * @param propertiesFile with {@link #properties} in it
   * @param executorJars which executors elsewhere fetch from the driver
   * @param environment of this process
   */
  List<String> arguments(
      Path propertiesFile,
      List<Path> executorJars,
      TaskFiles files,
      Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    home.submit()
        .ifPresentOrElse(
            program -> command.add(program.toString()), () -> command.addAll(java(environment)));
    command.addAll(List.of("--class", driverClass, "--name", "Bergview"));
    command.addAll(List.of("--master", settings.master(), "--deploy-mode", "client"));
    memory().ifPresent(megabytes -> command.addAll(List.of("--driver-memory", megabytes + "m")));
    command.addAll(List.of("--properties-file", propertiesFile.toString()));
    command.add("--load-spark-defaults");
    command.addAll(List.of("--driver-class-path", driverClassPath()));
    if (!settings.isLocal()) {
      command.addAll(List.of("--jars", joined(",", executorJars, settings.conf().get(JARS))));
    }
    command.add(module.toString());
    command.add(files.folder().toString());
    return command;
  }

  /** Classes of Spark's own loader see ours, as Iceberg's do JDBC drivers. */
  private String driverClassPath() {
    return joined(File.pathSeparator, besides, settings.conf().get(EXTRA_CLASS_PATH));
  }

  private static String joined(
      String separator, List<Path> paths, @org.jspecify.annotations.Nullable String more) {
    return Stream.concat(paths.stream().map(Path::toString), Stream.ofNullable(more))
        .collect(Collectors.joining(separator));
  }

  private OptionalLong memory() {
    OptionalLong bytes = settings.driverMemoryBytes();
    return bytes.isEmpty() ? bytes : OptionalLong.of(Math.max(1, bytes.getAsLong() / MEGABYTE));
  }

  /** What {@code spark-submit} does, where there are jars only. */
  private List<String> java(Map<String, String> environment) {
    String javaHome = environment.getOrDefault("JAVA_HOME", "");
    List<String> command = new ArrayList<>();
    command.add(
        Path.of(javaHome.isBlank() ? System.getProperty("java.home") : javaHome, "bin", "java")
            .toString());
    memory().ifPresent(megabytes -> command.add("-Xmx" + megabytes + "m"));
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("--add-modules=jdk.incubator.vector");
    OPENED.forEach(name -> command.add("--add-opens=" + name + "=ALL-UNNAMED"));
    command.add("-Djdk.reflect.useDirectMethodHandle=false");
    command.addAll(List.of(properties().getProperty(EXTRA_OPTIONS).split("\\s+")));
    command.add("-cp");
    command.add(
        Stream.of(
                driverClassPath(),
                home.folder().resolve("conf").toString(),
                home.folder().resolve("jars").resolve("*").toString())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add("org.apache.spark.deploy.SparkSubmit");
    return command;
  }
}
