package io.bergview.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Bergview as a shell starts it: a process for each command. */
final class StartedProgram {
  /** Libraries that a command may do without, by the package of their classes. */
  private static final Map<String, String> LIBRARIES =
      new TreeMap<>(
          Map.of(
              "picocli", "picocli.",
              "logback", "ch.qos.logback.",
              "jackson", "com.fasterxml.jackson.",
              "iceberg", "org.apache.iceberg.",
              "hadoop", "org.apache.hadoop.",
              "parquet", "org.apache.parquet.",
              "sqlite", "org.sqlite.",
              "arrow", "org.apache.arrow.",
              "duckdb", "org.duckdb."));

  private final Path script;
  private final Path folder;

  StartedProgram(Path script, Path folder) {
    this.script = script;
    this.folder = folder;
  }

  /**
   * Where the time of a process goes, as its JVM counts.
   *
   * @param jvmMillis until the JVM was ready for the program
   * @param classMillis of the program's, loading classes
   * @param programMillis from then until the end, classes included
   * @param loaded how many classes
   * @param archived how many of them came from the class archive
   * @param libraries how many classes of which library
   */
  record Phases(
      double jvmMillis,
      double classMillis,
      double programMillis,
      long loaded,
      long archived,
      Map<String, Long> libraries) {}

  /** Runs a command and returns its seconds. */
  double run(String... words) throws IOException, InterruptedException {
    return run(Map.of(), List.of(words));
  }

  private double run(Map<String, String> environment, List<String> words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(words);
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    long began = System.nanoTime();
    Process process = builder.start();
    process.getOutputStream().close();
    int exitCode = process.waitFor();
    double seconds = (System.nanoTime() - began) / 1e9;
    if (exitCode != 0) {
      throw new IllegalStateException(command + ": " + exitCode + "\n" + Files.readString(err));
    }
    return seconds;
  }

  /**
   * The median seconds of the script up to the start of Java, for which a program is put that does
   * nothing.
   */
  double scriptAlone(int rounds) throws IOException, InterruptedException {
    Path java = Files.createDirectories(folder.resolve("nothing/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n");
    java.toFile().setExecutable(true);
    Files.copy(release(), folder.resolve("nothing/release"), StandardCopyOption.REPLACE_EXISTING);
    String home = folder.resolve("nothing").toString();
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      seconds.add(run(Map.of("JAVA_HOME", home, "BERGVIEW_JAVA_HOME", home), List.of("--version")));
    }
    return Medians.of(seconds);
  }

  /** Of the Java that the script starts: a distribution has its own. */
  private Path release() throws IOException {
    Path own = script.toRealPath().resolveSibling("../runtime/release").normalize();
    return Files.exists(own) ? own : Path.of(System.getProperty("java.home"), "release");
  }

  Phases phases(List<String> words) throws IOException, InterruptedException {
    Path counters = folder.resolve("counters");
    Path classes = folder.resolve("classes");
    String flags =
        "-XX:+UsePerfData -XX:+PerfDataSaveToFile -XX:PerfDataSaveFile=%s".formatted(counters);
    run(Map.of("BERGVIEW_JAVA_OPTS", flags), words);
    Map<String, String> counted = counted(counters);
    run(Map.of("BERGVIEW_JAVA_OPTS", "-Xlog:class+load:file=" + classes), words);
    double frequency = Double.parseDouble(counted.get("sun.os.hrt.frequency")) / 1_000;
    double begin = number(counted, "sun.rt.createVmBeginTime");
    double ready = number(counted, "sun.rt.vmInitDoneTime");
    return new Phases(
        ready - begin,
        number(counted, "sun.cls.time") / frequency,
        number(counted, "sun.os.hrt.ticks") / frequency - (ready - begin),
        (long)
            (number(counted, "java.cls.loadedClasses")
                + number(counted, "java.cls.sharedLoadedClasses")),
        (long) number(counted, "java.cls.sharedLoadedClasses"),
        libraries(classes));
  }

  private static double number(Map<String, String> counted, String name) {
    return Double.parseDouble(counted.getOrDefault(name, "0"));
  }

  /** The JVM's performance counters, as {@code jstat} reads them from a file. */
  private static Map<String, String> counted(Path file) throws IOException, InterruptedException {
    Path out = file.resolveSibling("counters.txt");
    Process jstat =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jstat").toString(),
                "-J-Djstat.showUnsupported=true",
                "-snap",
                file.toUri().toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    jstat.waitFor();
    Map<String, String> counted = new TreeMap<>();
    try (Stream<String> lines = Files.lines(out)) {
      lines
          .filter(line -> line.contains("="))
          .forEach(line -> counted.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    }
    return counted;
  }

  private static Map<String, Long> libraries(Path log) throws IOException {
    Map<String, Long> loaded = new TreeMap<>();
    for (String line : Files.readAllLines(log)) {
      String name = line.replaceFirst("^(\\[.*?])*\\s*", "");
      LIBRARIES.forEach(
          (library, prefix) -> {
            if (name.startsWith(prefix)) {
              loaded.merge(library, 1L, Long::sum);
            }
          });
    }
    return loaded;
  }
}
