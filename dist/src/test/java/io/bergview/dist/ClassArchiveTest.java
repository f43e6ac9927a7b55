package io.bergview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.dist.Shell.Outcome;
import io.bergview.dist.Shell.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the start script makes a class archive and when it uses one, with a Java that writes what it
 * is told to and starts nothing. {@link InstalledTest} does the same with the real one.
 */
class ClassArchiveTest {
  private static final String JAVA =
      """
      #!/bin/bash
      for flag in "$@"; do
        case $flag in
          -XX:DumpLoadedClassList=*) echo classes >"${flag#*=}"; sleep 0.5; exit ;;
          -Xshare:dump) dump=yes ;;
          -XX:SharedArchiveFile=*) archive=${flag#*=} ;;
        esac
      done
      if [[ -n ${dump:-} ]]; then
        [[ -n ${FAILS:-} ]] || echo archive >"$archive"
      else
        echo "with ${archive:-none}"
      fi
      """;

  @TempDir private Path folder;
  private Path lib;
  private Path bergview;
  private Path cache;
  private Shell shell;

  @BeforeEach
  void installWithoutJava() throws Exception {
    Path home = folder.resolve("berg view");
    lib = Files.createDirectories(home.resolve("lib"));
    Path sources = Built.checkout();
    bergview = Files.createDirectories(home.resolve("bin")).resolve("bergview");
    Files.copy(sources.resolve("dist/src/main/image/bergview"), bergview);
    Files.copy(sources.resolve("cli/src/main/launcher/start.sh"), lib.resolve("start.sh"));
    write("1");
    Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
    Files.writeString(java, JAVA);
    Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
    assertThat(bergview.toFile().setExecutable(true) && java.toFile().setExecutable(true)).isTrue();
    cache = folder.resolve("the cache");
    shell =
        Shell.in(folder)
            .with("XDG_CACHE_HOME", cache.toString())
            .with("BERGVIEW_JAVA_HOME", folder.resolve("java").toString());
  }

  /** A build with this id. */
  private void write(String id) throws Exception {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    Files.writeString(lib.resolve("build-id"), "linux-" + machine + " " + id + "\n");
  }

  private List<Path> archives() throws Exception {
    return Built.files(cache, "*.jsa");
  }

  private Outcome start() throws Exception {
    return shell.run(bergview, "listViews").succeeded();
  }

  @Test
  void theFirstStartMakesAnArchiveAndSaysSoOnce() throws Exception {
    Outcome first = start();
    assertThat(first.err()).startsWith("Preparing Bergview for Java 17.0.1").hasLineCount(1);
    assertThat(archives()).hasSize(1);
    Outcome second = start();
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo("with " + archives().get(0) + "\n").isEqualTo(first.out());
  }

  @Test
  void ofTwoFirstStartsOneMakesTheArchiveAndTheOtherDoesNotWait() throws Exception {
    Running one = shell.start(bergview, "--version");
    Running two = shell.start(bergview, "--version");
    Outcome first = one.end().succeeded();
    Outcome second = two.end().succeeded();
    assertThat(first.out() + second.out()).contains("with ");
    assertThat(archives()).hasSize(1);
    assertThat(Built.files(cache, ".making-*")).isEmpty();
    assertThat(start().out()).isEqualTo("with " + archives().get(0) + "\n");
  }

  @Test
  void anUpgradeMakesANewArchiveAndRemovesTheOld() throws Exception {
    start();
    Path old = archives().get(0);
    write("2");
    assertThat(start().err()).startsWith("Preparing");
    assertThat(archives()).hasSize(1).doesNotContain(old);
  }

  @Test
  void anArchiveThatIsOlderThanTheInstallationIsMadeAgain() throws Exception {
    start();
    Path archive = archives().get(0);
    Files.setLastModifiedTime(archive, FileTime.from(Instant.EPOCH));
    assertThat(start().err()).startsWith("Preparing");
    assertThat(Files.getLastModifiedTime(archive).toInstant()).isAfter(Instant.EPOCH);
    assertThat(start().err()).isEmpty();
  }

  @Test
  void aFailureIsRememberedAndNotReported() throws Exception {
    shell = shell.with("FAILS", "yes");
    Outcome first = start();
    assertThat(first.out()).isEqualTo("with none\n");
    assertThat(first.err()).startsWith("Preparing").hasLineCount(1);
    assertThat(start()).isEqualTo(new Outcome(0, "with none\n", ""));
  }

  @Test
  void whatAKilledProcessLeftIsDeletedAfterAWhile() throws Exception {
    start();
    Path archive = archives().get(0);
    Files.delete(archive);
    Path left = Files.createDirectory(archive.resolveSibling(".making-left"));
    assertThat(start()).isEqualTo(new Outcome(0, "with none\n", ""));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(600)));
    assertThat(start().err()).startsWith("Preparing");
    assertThat(left).doesNotExist();
  }

  @Test
  void theArchiveOfTheInstallationComesFirst() throws Exception {
    start();
    Path shared = lib.resolve(archives().get(0).getFileName());
    Files.writeString(shared, "archive");
    assertThat(start().out()).isEqualTo("with " + shared + "\n");
  }

  @Test
  void furtherJarsAndFlagsReachTheJvm() throws Exception {
    Files.writeString(folder.resolve("java/bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    shell = shell.without("XDG_CACHE_HOME").without("HOME");
    assertThat(start().out()).contains("-jar\n" + lib.resolve("bergview.jar") + "\nlistViews\n");
    Outcome more =
        shell
            .with("BERGVIEW_CLASSPATH", "/a/b.jar")
            .with("BERGVIEW_JAVA_OPTS", "-Xmx1g -XX:+UseG1GC")
            .run(bergview, "find", "X", "--filter", "{a: 'b c'}");
    assertThat(more.out())
        .contains(
            "-cp\n" + lib.resolve("bergview.jar") + ":/a/b.jar\nio.bergview.cli.Main\n",
            "--add-opens=java.base/java.nio=ALL-UNNAMED\n",
            "-Xmx1g\n-XX:+UseG1GC\n",
            "\n{a: 'b c'}\n")
        .doesNotContain("UseSerialGC");
  }
}
