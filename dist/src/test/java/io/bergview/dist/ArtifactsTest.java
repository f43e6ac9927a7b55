package io.bergview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build leaves to be published. */
class ArtifactsTest {
  private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

  @TempDir private Path folder;

  @Test
  void everyArtifactHasAChecksumThatFits() throws Exception {
    for (Path artifact : List.of(Built.archive(), Built.debianPackage(), Built.materials())) {
      Shell.in(folder)
          .at(artifact.getParent())
          .run("sha256sum", "--check", "--strict", artifact.getFileName() + ".sha256")
          .succeeded();
    }
  }

  @Test
  void theArchiveHasOneFolderWithNothingOfTheMachineThatBuiltIt() throws Exception {
    Shell shell = Shell.in(folder).with("TZ", "UTC");
    String listed =
        shell
            .run("tar", "--full-time", "--numeric-owner", "-tvzf", Built.archive())
            .succeeded()
            .out();
    String name = "bergview-" + Built.version() + "/";
    assertThat(listed.lines())
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches("([d-]rwxr-xr-x|-rw-r--r--|l[rwx-]{9}) 0/0 .*")
                    .contains(" 2026-01-01 00:00:00 " + name));
    assertThat(listed.lines().filter(line -> line.contains("/bin/bergview")))
        .singleElement()
        .asString()
        .startsWith("-rwxr-xr-x");
    assertThat(listed)
        .contains(
            name + "runtime/bin/java",
            name + "share/man/man1/bergview-refreshView.1",
            name + "share/bash-completion/completions/bergview",
            name + "share/zsh/vendor-completions/_bergview",
            name + "share/fish/vendor_completions.d/bergview.fish",
            name + "LICENSE",
            name + "docs/installing.md")
        .doesNotContain(".jsa.", "build.log", "start.sh.orig");
  }

  /** Each jar that is shipped, and the Java that is shipped, is named with its version. */
  @Test
  void theBillOfMaterialsNamesAllThatIsShipped() throws Exception {
    JsonNode bom = new JsonMapper().readTree(Files.readString(Built.materials()));
    assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    Set<String> named = new TreeSet<>();
    boolean java = false;
    for (JsonNode component : bom.path("components")) {
      String purl = component.path("purl").asText();
      Matcher classifier = CLASSIFIER.matcher(purl);
      named.add(
          component.path("name").asText()
              + "-"
              + component.path("version").asText()
              + (classifier.find() ? "-" + classifier.group(1) : ""));
      java |= purl.startsWith("pkg:generic/openjdk@");
    }
    assertThat(java).describedAs("names the Java runtime").isTrue();
    Path installed = Built.unpacked(folder, "installed");
    Set<String> shipped = new TreeSet<>();
    for (Path jar : Built.files(installed.resolve("lib"), "*.jar")) {
      shipped.add(
          jar.getFileName().toString().replaceFirst("^io\\.bergview\\.", "").replace(".jar", ""));
    }
    // It has only a manifest.
    assertThat(shipped.remove("bergview")).isTrue();
    assertThat(shipped).hasSizeGreaterThan(40);
    assertThat(named).containsAll(shipped);
    assertThat(installed.resolve(Built.materials().getFileName()))
        .hasSameTextualContentAs(Built.materials());
  }
}
