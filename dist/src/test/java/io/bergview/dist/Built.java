package io.bergview.dist;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the build before these tests made. */
final class Built {
  private Built() {}

  private static String property(String name) {
    return requireNonNull(
        System.getProperty(name), "-D" + name + " is set by the build: mvn -Pdist verify");
  }

  static String version() {
    return property("bergview.version");
  }

  static Path archive() {
    return Path.of(property("bergview.archive"));
  }

  static Path debianPackage() {
    return archive().resolveSibling("bergview-" + version() + ".deb");
  }

  static Path materials() {
    return archive().resolveSibling("bergview-" + version() + ".cdx.json");
  }

  static Path mavenCommand() {
    return Path.of(property("maven.command"));
  }

  static Path mavenRepository() {
    return Path.of(property("maven.repository"));
  }

  static Path checkout() {
    return Path.of("").toAbsolutePath().getParent();
  }

  /** Unpacks the archive, which has one folder, and gives that folder the name. */
  static Path unpacked(Path folder, String name) throws Exception {
    Files.createDirectories(folder);
    Shell.in(folder).run("tar", "-xzf", archive(), "-C", folder).succeeded();
    return Files.move(folder.resolve("bergview-" + version()), folder.resolve(name));
  }

  static List<Path> files(Path folder, String glob) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      var matcher = folder.getFileSystem().getPathMatcher("glob:" + glob);
      return walk.filter(file -> matcher.matches(file.getFileName())).sorted().toList();
    }
  }
}
