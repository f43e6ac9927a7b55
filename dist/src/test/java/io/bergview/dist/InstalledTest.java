package io.bergview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bergview.dist.Shell.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unpacked archive on a machine without Java. */
class InstalledTest {
  private static final String PREPARING = "Preparing Bergview for Java";

  /** The path of its cache of class archives has a space in it. */
  @TempDir private static Path machine;

  private static Path installed;
  private static Path bergview;
  private static Shell shell;

  @TempDir private Path folder;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(machine, PosixFilePermissions.fromString("rwxr-xr-x"));
    installed = Built.unpacked(machine.resolve("programs"), "bergview");
    bergview = installed.resolve("bin/bergview");
    shell = Shell.in(machine).with("XDG_CACHE_HOME", machine.resolve("the cache").toString());
    Outcome first = shell.run(bergview, "--version").succeeded();
    assertThat(first.err()).startsWith(PREPARING).hasLineCount(1);
  }

  @AfterEach
  void writable() throws Exception {
    shell.run("chmod", "-R", "u+w", folder);
  }

  private static void saysTheVersion(Outcome outcome) {
    assertThat(outcome.succeeded().out())
        .startsWith("bergview " + Built.version() + " (Java ")
        .hasLineCount(1);
  }

  private static List<Path> archives(Path cache) throws Exception {
    return Built.files(cache, "*.jsa");
  }

  private static String javaOf(Outcome outcome) {
    return outcome.out().replaceAll("(?s).*\\(Java (.*)\\).*", "$1");
  }

  @Test
  void theSecondStartUsesTheArchiveOfTheFirstAndSaysNothing() throws Exception {
    Outcome second = shell.at(folder).run(bergview, "--version");
    saysTheVersion(second);
    assertThat(second.err()).isEmpty();
    assertThat(archives(machine.resolve("the cache"))).hasSize(1);
    Path loaded = folder.resolve("loaded");
    shell
        .at(folder)
        .with("BERGVIEW_JAVA_OPTS", "-Xlog:class+load:file=" + loaded)
        .run(bergview, "init", "p")
        .succeeded();
    assertThat(Files.readString(loaded))
        .contains("io.bergview.cli.Main source: shared objects file");
  }

  @Test
  void itStartsThroughSymbolicLinksFromAnyFolder() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("usr/bin"));
    Files.createSymbolicLink(bin.resolve("berg"), bergview);
    Files.createSymbolicLink(folder.resolve("b"), Path.of("usr/bin/berg"));
    Path elsewhere = Files.createDirectories(folder.resolve("else where/a'b"));
    saysTheVersion(shell.at(elsewhere).run(folder.resolve("b"), "--version"));
    saysTheVersion(shell.at(elsewhere).run("../../b", "--version"));
    saysTheVersion(
        shell.at(elsewhere).with("PATH", bin + ":/usr/bin:/bin").run("bash", "-c", "berg -V"));
  }

  @Test
  void theDemoTheFormatsAndTheServiceRunOnItsJava() throws Exception {
    Shell here = shell.at(folder);
    assertThat(here.run(bergview, "demo", "--dir", "p", "--scale", "0.1").succeeded().out())
        .contains("DailyRevenue: skip. UP_TO_DATE");
    for (String format : List.of("json", "arrow", "parquet", "csv")) {
      Path rows = folder.resolve("rows." + format);
      here.run(bergview, "--project=p", "find", "Order", "--format", format, "-o", rows)
          .succeeded();
      assertThat(rows).isNotEmptyFile();
    }
    Outcome served = here.run(bergview, "--project", "p", "serve", "--port", "0", "--for", "3s");
    assertThat(served.succeeded().out() + served.err())
        .contains("Serving", "Stopped")
        .doesNotContain("ClassNotFound", "NoClassDef");
    assertThat(here.run(bergview, "--project", "p", "verifyView", "DailyRevenue").succeeded().out())
        .contains("DailyRevenue");
  }

  @Test
  void anInstallationThatNobodyMayWriteToServesUsersOfAllKinds() throws Exception {
    assumeTrue(Shell.has("setpriv"), "there is no setpriv to become another user with");
    boolean root = Files.getOwner(folder).getName().equals("root");
    assumeTrue(root, "only root can become another user");
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    shell.run("chown", "65534:65534", home).succeeded();
    Shell nobody = new Shell(home, java.util.Map.of("HOME", home.toString()));
    String[] become = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    Outcome first =
        nobody.run(become[0], become[1], become[2], become[3], bergview, "init", "project");
    assertThat(first.succeeded().err()).startsWith(PREPARING);
    assertThat(archives(home)).hasSize(1);
    assertThat(
            nobody
                .run(become[0], become[1], become[2], become[3], bergview, "init", "another")
                .succeeded()
                .err())
        .doesNotContain(PREPARING);
    assertThat(installed.resolve("lib")).isDirectoryNotContaining("glob:**.jsa");
  }

  @Test
  void withoutAHomeItStartsWithoutAnArchive() throws Exception {
    Outcome outcome =
        shell.at(folder).without("XDG_CACHE_HOME").without("HOME").run(bergview, "--version");
    saysTheVersion(outcome);
    assertThat(outcome.err()).isEmpty();
    assertThat(Path.of("/nonexistent")).doesNotExist();
  }

  @Test
  void aCacheThatCannotBeWrittenIsNoMistake() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    Outcome outcome =
        shell.at(folder).with("XDG_CACHE_HOME", file.toString()).run(bergview, "--version");
    saysTheVersion(outcome);
    assertThat(outcome.err()).isEmpty();
    // A disk that is full, and a folder of others, look like this to a process.
    Outcome device = shell.at(folder).with("XDG_CACHE_HOME", "/proc").run(bergview, "--version");
    saysTheVersion(device);
    assertThat(device.err()).isEmpty();
  }

  @Test
  void aDamagedArchiveIsIgnored() throws Exception {
    Path cache = folder.resolve("cache");
    shell.run("cp", "-a", machine.resolve("the cache"), cache).succeeded();
    Path archive = archives(cache).get(0);
    byte[] bytes = Files.readAllBytes(archive);
    java.util.Arrays.fill(bytes, 0, 4096, (byte) 7);
    Files.write(archive, bytes);
    Outcome outcome =
        shell.at(folder).with("XDG_CACHE_HOME", cache.toString()).run(bergview, "--version");
    saysTheVersion(outcome);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void anArchiveMadeAtInstallServesEverybody() throws Exception {
    Path shared = folder.resolve("shared");
    shell.run("cp", "-a", installed, shared).succeeded();
    shell.run(shared.resolve("lib/archive-classes")).succeeded();
    assertThat(archives(shared.resolve("lib"))).hasSize(1);
    Outcome outcome =
        shell
            .at(folder)
            .without("HOME")
            .without("XDG_CACHE_HOME")
            .with("BERGVIEW_JAVA_OPTS", "-Xlog:class+load:file=" + folder.resolve("loaded"))
            .run(shared.resolve("bin/bergview"), "init", "p");
    assertThat(outcome.succeeded().err()).isEmpty();
    assertThat(Files.readString(folder.resolve("loaded")))
        .contains("io.bergview.cli.Main source: shared objects file");
  }

  @Test
  void itsOwnJavaIsUsedWhateverJavaHomeSays() throws Exception {
    Outcome own = shell.at(folder).run(bergview, "--version");
    assertThat(
            shell.at(folder).with("JAVA_HOME", "/nowhere").run(bergview, "--version").succeeded())
        .isEqualTo(own);
    Outcome wrong =
        shell.at(folder).with("BERGVIEW_JAVA_HOME", "/nowhere").run(bergview, "--version");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("BERGVIEW_JAVA_HOME is '/nowhere'").hasLineCount(1);
  }

  @Test
  void anotherJavaCanBeChosen() throws Exception {
    Optional<Path> newer = OtherJava.ofVersion(25);
    assumeTrue(newer.isPresent(), "no JDK 25 beside this one");
    Shell here = shell.at(folder).with("BERGVIEW_JAVA_HOME", newer.orElseThrow().toString());
    Outcome first = here.run(bergview, "--version");
    saysTheVersion(first);
    assertThat(javaOf(first)).startsWith("25");
    Outcome second = here.run(bergview, "demo", "--dir", "demo", "--scale", "0.01");
    assertThat(second.succeeded().err().toLowerCase(java.util.Locale.ROOT))
        .doesNotContain("warning", "preparing");
    assertThat(archives(machine.resolve("the cache"))).hasSize(2);
  }

  @Test
  void anotherMachineIsToldWhatToDo() throws Exception {
    Path foreign = folder.resolve("foreign");
    shell.run("cp", "-a", installed, foreign).succeeded();
    Files.writeString(foreign.resolve("lib/build-id"), "linux-s390x 1\n");
    Outcome outcome = shell.at(folder).run(foreign.resolve("bin/bergview"), "--version");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("was built for linux-s390x", "mvn -Pdist package");
  }

  @Test
  void aFolderWithAColonIsNamed() throws Exception {
    Path colon = Files.createDirectories(folder.resolve("a:b"));
    shell.run("cp", "-a", installed, colon.resolve("x")).succeeded();
    Outcome outcome = shell.at(folder).run(colon.resolve("x/bin/bergview"), "--version");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("colon").hasLineCount(1);
  }
}
