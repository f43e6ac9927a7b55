package io.bergview.refresh.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The jars of this process that Spark's driver needs beside its own. What Spark or Iceberg's
 * runtime for it bring themselves is left out: two versions of one library in a process fail at a
 * method that only one of them has.
 */
final class ProductJars {
  /**
   * In the runtime: Iceberg with all that its catalogs and formats need. The bundles of Iceberg for
   * object stores are not.
   */
  private static final String ICEBERG =
      "iceberg-(?!(aws|gcp|azure)-bundle)|arrow-|parquet-|avro-|orc-";

  /** Spark's own, and what its API or its plans are made of. */
  private static final String SPARK =
      "spark-|scala-|hadoop-|hive-|jackson-|json4s-|netty-|protobuf-|guava-|failureaccess-"
          + "|commons-|httpc|jakarta\\.|javax\\.|jersey-|flatbuffers-|RoaringBitmap-|threeten-extra-";

  /** Codecs, whose native libraries can be loaded once. */
  private static final String CODECS = "snappy-java-|zstd-jni-|lz4-|aircompressor-|xz-|brotli";

  /** Spark logs by Log4j; of two bindings neither would be chosen surely. */
  private static final String LOGGING = "slf4j-|logback-|log4j-|jcl-over|jul-to";

  /** Of the command line and of serve alone. */
  private static final String COMMANDS =
      "picocli-|jline-|progressbar-|ascii-table-|javalin-|jetty-|kotlin-|prometheus-";

  private static final Pattern LEFT_OUT =
      Pattern.compile("(?:" + String.join("|", ICEBERG, SPARK, CODECS, LOGGING, COMMANDS) + ").*");

  private ProductJars() {}

  /**
   * @param classPath of this process
   * @return jars and folders of classes, in order
   */
  static List<Path> of(String classPath) {
    Set<Path> all = new LinkedHashSet<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (!entry.isEmpty()) {
        add(Path.of(entry).toAbsolutePath().normalize(), all);
      }
    }
    return all.stream().filter(ProductJars::isNeeded).toList();
  }

  private static boolean isNeeded(Path entry) {
    String name = entry.getFileName().toString();
    return Files.isDirectory(entry) || name.endsWith(".jar") && !isLeftOut(name);
  }

  static boolean isLeftOut(String jar) {
    return LEFT_OUT.matcher(jar).matches();
  }

  /**
   * As executors elsewhere can fetch them: folders of classes, which a checkout has, are packed.
   *
   * @param folder where new jars are written to
   */
  static List<Path> fetchable(List<Path> entries, Path folder) {
    List<Path> jars = new ArrayList<>();
    for (Path entry : entries) {
      jars.add(
          Files.isDirectory(entry)
              ? pack(entry, folder.resolve("classes-" + jars.size() + ".jar"))
              : entry);
    }
    return jars;
  }

  private static Path pack(Path folder, Path jar) {
    try (Stream<Path> walk = Files.walk(folder);
        ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A jar, and those that its manifest names. One that does nothing but name others is left out:
   * Java would follow it to those that are left out.
   */
  private static void add(Path entry, Set<Path> all) {
    if (!Files.exists(entry) || !all.add(entry) || !Files.isRegularFile(entry)) {
      return;
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      Manifest manifest = jar.getManifest();
      String others =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (others != null && !isLeftOut(entry.getFileName().toString())) {
        for (String other : others.strip().split("\\s+")) {
          URI resolved = entry.toUri().resolve(other);
          if ("file".equals(resolved.getScheme())) {
            add(Path.of(resolved).normalize(), all);
          }
        }
        if (jar.stream().noneMatch(content -> content.getName().endsWith(".class"))) {
          all.remove(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
