package io.bergview.refresh.spark;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.storage.ReplacedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder by which Bergview and Spark's driver speak, for this user only. Bergview writes {@code
 * driver.json} once, and {@code request-N.json} before the line {@code run N} on the driver's
 * standard input. The driver writes {@code progress-N.json}, again and again, and at last {@code
 * result-N.json}. A file is seen whole or not at all. The line {@code cancel N} ends a request
 * early; the end of the input is the end of Bergview.
 *
 * @param folder absolute
 */
public record TaskFiles(Path folder) {
  /** The class that {@code spark-submit} starts. */
  static final String DRIVER_CLASS = "io.bergview.spark.driver.SparkDriver";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DRIVER = "driver.json";
  private static final String PROPERTIES = "spark.properties";

  public TaskFiles {
    requireNonNull(folder, "folder is null");
  }

  /**
   * What the driver is told at its start.
   *
   * @param project its folder
   * @param idle it ends when it had nothing to do for so long
   */
  public record DriverSettings(Path project, Duration idle) {
    public DriverSettings {
      requireNonNull(project, "project is null");
      requireNonNull(idle, "idle is null");
    }
  }

  /**
   * How far a task is.
   *
   * @param phase as {@link io.bergview.refresh.RefreshProgress} has it
   * @param fraction 0 to 1, or NaN
   */
  public record Progress(String phase, double fraction, String detail) {
    public Progress {
      requireNonNull(phase, "phase is null");
      requireNonNull(detail, "detail is null");
    }
  }

  /** A new folder below one that may not exist. */
  static TaskFiles create(Path temp, DriverSettings settings) {
    try {
      Files.createDirectories(temp);
      TaskFiles files =
          new TaskFiles(
              Files.createTempDirectory(
                  temp.toAbsolutePath(),
                  "spark-",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------"))));
      files.write(
          DRIVER,
          JsonNodeFactory.instance
              .objectNode()
              .put("project", settings.project().toString())
              .put("idleMs", settings.idle().toMillis()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public DriverSettings driver() {
    JsonNode json =
        read(DRIVER).orElseThrow(() -> new IllegalStateException("no " + DRIVER + " in " + folder));
    return new DriverSettings(
        Path.of(json.path("project").textValue()),
        Duration.ofMillis(json.path("idleMs").longValue()));
  }

  /** Spark's own settings, which may be secrets, in the form that {@code spark-submit} reads. */
  Path properties(java.util.Properties settings) {
    Path file = folder.resolve(PROPERTIES);
    try (java.io.Writer writer =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      settings.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  void request(int number, EngineTask task) {
    write("request-" + number + ".json", task.toJson());
  }

  public EngineTask request(int number) {
    return read("request-" + number + ".json")
        .map(EngineTask::of)
        .orElseThrow(() -> new IllegalStateException("no request " + number));
  }

  public void progress(int number, Progress progress) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("phase", progress.phase()).put("detail", progress.detail());
    if (!Double.isNaN(progress.fraction())) {
      json.put("fraction", progress.fraction());
    }
    write("progress-" + number + ".json", json);
  }

  Optional<Progress> progress(int number) {
    return read("progress-" + number + ".json")
        .map(
            json ->
                new Progress(
                    json.path("phase").asText(),
                    json.path("fraction").asDouble(Double.NaN),
                    json.path("detail").asText()));
  }

  public void outcome(int number, TaskOutcome outcome) {
    write("result-" + number + ".json", outcome.toJson());
  }

  Optional<TaskOutcome> outcome(int number) {
    return read("result-" + number + ".json").map(TaskOutcome::of);
  }

  /** Forgets a task that has ended. */
  void delete(int number) {
    try {
      for (String kind : new String[] {"request", "progress", "result"}) {
        Files.deleteIfExists(folder.resolve(kind + "-" + number + ".json"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the folder, as far as it can be deleted: either process may come first. */
  public void delete() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // The other process deletes it, or already has.
      return;
    }
  }

  private void write(String name, ObjectNode json) {
    try {
      Path whole = folder.resolve(name + "." + Thread.currentThread().getId() + ".new");
      Files.writeString(whole, json.toString());
      ReplacedFile.move(whole, folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<JsonNode> read(String name) {
    try {
      return Optional.of(JSON.readTree(Files.readString(folder.resolve(name))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
