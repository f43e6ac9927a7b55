package io.bergview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.dist.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * examples/library, built by a Maven of its own, to which the modules that were built here look
 * like published ones. Nothing is put into the user's own repository.
 */
class ExampleProjectTest {
  @TempDir private Path folder;

  @Test
  void aProjectOfOnesOwnUsesTheLibraryByItsCoordinates() throws Exception {
    Path example = folder.resolve("shop-report");
    Shell shell = Shell.in(folder);
    shell.run("cp", "-R", Built.checkout().resolve("examples/library"), example).succeeded();
    shell.run("rm", "-rf", example.resolve("target")).succeeded();
    Path repository = repository();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    shell
        .at(example)
        .with("JAVA_HOME", System.getProperty("java.home"))
        .with("HOME", System.getProperty("user.home"))
        .with("MAVEN_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
        .run(
            Built.mavenCommand(),
            "-B",
            "-q",
            "-ntp",
            "-Dmaven.repo.local=" + repository,
            "-Dbergview.version=" + Built.version(),
            "package")
        .succeeded();

    Path bergview = Built.unpacked(folder, "installed").resolve("bin/bergview");
    Shell user = shell.without("HOME");
    user.run(bergview, "init", "shop").succeeded();
    Shell there = user.at(folder.resolve("shop"));
    there.run(bergview, "generate", "shop", "--scale", "0.1").succeeded();
    there.run(bergview, "apply").succeeded();
    Outcome report =
        user.run(java, "-jar", example.resolve("target/shop-report.jar"), folder.resolve("shop"));
    assertThat(report.succeeded().out())
        .contains("DailyRevenue: FIRST_REFRESH")
        .containsPattern("\\d{4}-\\d{2}-\\d{2} [\\d.]+\\R\\d{4}-");
    assertThat(report.err()).doesNotContain("Exception");
  }

  /** The user's repository by links, and the modules of this build in a folder of their own. */
  private Path repository() throws IOException {
    Path user = Built.mavenRepository();
    Path repository = Files.createDirectories(folder.resolve("repository"));
    link(user, repository, "io");
    Path io = Files.createDirectories(repository.resolve("io"));
    if (Files.isDirectory(user.resolve("io"))) {
      link(user.resolve("io"), io, "bergview");
    }
    publish(Built.checkout().resolve("pom.xml"), "bergview-parent", io);
    try (Stream<Path> modules = Files.list(Built.checkout())) {
      for (Path module : modules.filter(Files::isDirectory).sorted().toList()) {
        if (Files.exists(module.resolve("pom.xml"))) {
          publish(module.resolve("pom.xml"), module.getFileName().toString(), io);
        }
      }
    }
    return repository;
  }

  private static void link(Path from, Path into, String except) throws IOException {
    try (Stream<Path> children = Files.list(from)) {
      for (Path child : children.toList()) {
        if (!child.getFileName().toString().equals(except)) {
          Files.createSymbolicLink(into.resolve(child.getFileName()), child);
        }
      }
    }
  }

  private static void publish(Path pom, String artifact, Path io) throws IOException {
    String name = artifact + "-" + Built.version();
    Path folder =
        Files.createDirectories(io.resolve("bergview").resolve(artifact).resolve(Built.version()));
    Files.copy(pom, folder.resolve(name + ".pom"));
    for (String extension : List.of(".jar")) {
      Path built = pom.resolveSibling("target").resolve(name + extension);
      if (Files.exists(built)) {
        Files.copy(built, folder.resolve(name + extension));
      }
    }
  }
}
