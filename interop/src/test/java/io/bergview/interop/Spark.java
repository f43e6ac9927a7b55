package io.bergview.interop;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Apache Spark in a process of its own, one for all tests; its log is {@code target/spark.log}. */
final class Spark {
  private static final List<String> OPENED_PACKAGES =
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

  private static final Spark RUNNING = new Spark();

  private final ObjectOutputStream requests;
  private final ObjectInputStream answers;

  private Spark() {
    try {
      Path target = Path.of(System.getProperty("interop.target"));
      Path scratch = Files.createDirectories(target.resolve("spark"));
      Process process =
          new ProcessBuilder(command(target, scratch))
              .redirectError(target.resolve("spark.log").toFile())
              .start();
      this.requests = new ObjectOutputStream(process.getOutputStream());
      requests.flush();
      this.answers = new ObjectInputStream(new BufferedInputStream(process.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start Spark; see target/spark.log", e);
    }
  }

  private static List<String> command(Path target, Path scratch) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPENED_PACKAGES.forEach(p -> command.add("--add-opens=java.base/" + p + "=ALL-UNNAMED"));
    command.add("-Xmx1500m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Duser.timezone=UTC");
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add("-cp");
    command.add(
        target.resolve("test-classes")
            + File.pathSeparator
            + Files.readString(target.resolve("spark.classpath")));
    command.add(SparkProgram.class.getName());
    command.add(scratch.toString());
    return command;
  }

  /**
   * Runs a statement on the tables of a project, which are in catalog {@code lake}.
   *
   * @throws AssertionError with Spark's message, where it fails
   */
  static synchronized SparkResult sql(Path project, String statement) {
    SparkResult answer = RUNNING.ask(project, statement);
    if (answer.error() != null) {
      throw new AssertionError("Spark: " + answer.error() + "\nin: " + statement);
    }
    return answer;
  }

  private SparkResult ask(Path project, String statement) {
    try {
      requests.writeObject(new String[] {project.toString(), statement});
      requests.reset();
      requests.flush();
      return (SparkResult) answers.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Spark has ended; see target/spark.log", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
