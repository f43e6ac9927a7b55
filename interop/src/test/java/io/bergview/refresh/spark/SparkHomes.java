package io.bergview.refresh.spark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A Spark, and the module for it, of what the build has. */
public final class SparkHomes {
  private SparkHomes() {}

  /** Links to the jars that Maven resolved for a process of Spark, without ours. */
  public static Path make() throws IOException {
    Path target = Path.of(System.getProperty("interop.target")).toAbsolutePath();
    Path home = target.resolve("spark-home");
    Path jars = Files.createDirectories(home.resolve("jars"));
    Path list = target.resolve("spark.classpath");
    for (String entry : Files.readString(list).strip().split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (!jar.getFileName().toString().startsWith("sqlite-")) {
        try {
          Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    }
    return home;
  }

  /** The module and its tests, in one jar. */
  public static Path module(Path jar) throws IOException {
    String folders =
        System.getProperty(
            "bergview.spark.classes", "../spark/target/classes:../spark/target/test-classes");
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (String folder : folders.split(File.pathSeparator)) {
        Path root = Path.of(folder);
        try (Stream<Path> files = Files.walk(root)) {
          List<Path> classes = files.filter(Files::isRegularFile).toList();
          for (Path each : classes) {
            String name = root.relativize(each).toString();
            if (!name.endsWith("package-info.class")) {
              zip.putNextEntry(new ZipEntry(name));
              zip.write(Files.readAllBytes(each));
              zip.closeEntry();
            }
          }
        }
      }
    }
    return jar;
  }
}
