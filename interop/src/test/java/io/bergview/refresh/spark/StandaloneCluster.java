package io.bergview.refresh.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on this machine, listening on the loopback only: the processes of a
 * master and of workers, which start executors of one core each.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED = Pattern.compile("Registering worker ");
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  private final Path home;
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private String master = "";

  private StandaloneCluster(Path home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  /**
   * @param home of Spark; jars suffice
   * @param folder for logs and for what executors spill
   */
  static StandaloneCluster start(Path home, Path folder, int workers) {
    StandaloneCluster cluster = new StandaloneCluster(home, folder);
    try {
      cluster.startMaster();
      for (int i = 0; i < workers; i++) {
        cluster.startWorker(i);
      }
      await(() -> REGISTERED.matcher(cluster.masterLog()).results().count() == workers);
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void startMaster() {
    start(
        "master",
        "org.apache.spark.deploy.master.Master",
        List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
    await(
        () -> {
          Matcher matcher = MASTER.matcher(masterLog());
          boolean started = matcher.find();
          master = started ? matcher.group(1) : "";
          return started;
        });
  }

  /** Until it holds. */
  static void await(Callable<Boolean> condition) {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    try {
      while (!condition.call()) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(20);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String masterLog() throws IOException {
    return Files.readString(folder.resolve("master.log"));
  }

  private void startWorker(int number) {
    String name = "worker-" + number;
    List<String> arguments =
        new ArrayList<>(List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
    arguments.addAll(List.of("--cores", "1", "--memory", "700M"));
    arguments.addAll(List.of("--work-dir", folder.resolve(name).toString(), master));
    start(name, "org.apache.spark.deploy.worker.Worker", arguments);
  }

  private void start(String name, String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPENED.forEach(p -> command.add("--add-opens=java.base/" + p + "=ALL-UNNAMED"));
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dspark.master.rest.enabled=false");
    command.addAll(List.of("-cp", home.resolve("jars").resolve("*").toString(), program));
    command.addAll(arguments);
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(name + ".log").toFile());
      // Of a release, Spark knows the version of Scala by its folders.
      builder
          .environment()
          .putAll(
              Map.of(
                  "SPARK_HOME",
                  home.toString(),
                  "SPARK_SCALA_VERSION",
                  "2.13",
                  "SPARK_LOCAL_IP",
                  "127.0.0.1",
                  "JAVA_HOME",
                  System.getProperty("java.home")));
      processes.add(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The section {@code spark} of a project that is refreshed here, by executors that are small. */
  String settings(Path module, Map<String, String> more) {
    StringBuilder settings =
        new StringBuilder(
            """
            spark:
              home: %s
              jar: %s
              master: '%s'
              driver-memory: 600MiB
              conf:
                spark.driver.host: 127.0.0.1
                spark.driver.bindAddress: 127.0.0.1
                spark.executor.memory: 500m
                spark.executor.cores: 1
            """
                .formatted(home, module, master));
    more.forEach((key, value) -> settings.append("    %s: '%s'%n".formatted(key, value)));
    return settings.toString();
  }

  /** Those that run. */
  List<ProcessHandle> executors() {
    return processes.stream().flatMap(Process::children).filter(ProcessHandle::isAlive).toList();
  }

  /** Kills executors, without a chance to say goodbye. */
  static void kill(List<ProcessHandle> some) {
    assertThat(some).isNotEmpty();
    some.forEach(ProcessHandle::destroyForcibly);
  }

  /** The driver, which this process has started last. */
  ProcessHandle driver() {
    List<ProcessHandle> ours = processes.stream().map(Process::toHandle).toList();
    try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
      return children
          .filter(child -> !ours.contains(child))
          .max(Comparator.comparing(child -> child.info().startInstant().orElse(Instant.MIN)))
          .orElseThrow();
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> executors = executors();
    processes.forEach(Process::destroy);
    executors.forEach(ProcessHandle::destroyForcibly);
    for (Process process : processes) {
      process.onExit().join();
    }
  }
}
