package io.bergview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package, taken apart by Debian's own tools, and run from where it was unpacked. */
class DebianPackageTest {
  @TempDir private Path folder;
  private Shell shell;

  @BeforeEach
  void onDebian() throws Exception {
    assumeTrue(Shell.has("dpkg-deb"), "there is no dpkg-deb on this machine");
    shell = Shell.in(folder);
  }

  @Test
  void itSaysWhatItIs() throws Exception {
    String fields = shell.run("dpkg-deb", "--field", Built.debianPackage()).succeeded().out();
    assertThat(fields)
        .contains(
            "Package: bergview\n",
            "Version: " + Built.version().replace("-SNAPSHOT", "~SNAPSHOT") + "\n",
            "Depends: bash");
    assertThat(fields).containsPattern("Architecture: (amd64|arm64)\\n");
    Path control = folder.resolve("control");
    shell.run("dpkg-deb", "--control", Built.debianPackage(), control).succeeded();
    for (String script : new String[] {"postinst", "prerm"}) {
      assertThat(control.resolve(script)).isExecutable();
      shell.run("sh", "-n", control.resolve(script)).succeeded();
    }
  }

  @Test
  void itIsOnThePathWithItsManualAndCompletion() throws Exception {
    Path root = folder.resolve("root");
    shell.run("dpkg-deb", "--extract", Built.debianPackage(), root).succeeded();
    Path link = root.resolve("usr/bin/bergview");
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../lib/bergview/bin/bergview"));
    assertThat(shell.without("HOME").run(link, "--version").succeeded().out())
        .startsWith("bergview " + Built.version());
    assertThat(root.resolve("usr/share/man/man1/bergview.1")).isNotEmptyFile();
    assertThat(root.resolve("usr/share/bash-completion/completions/bergview")).isNotEmptyFile();
    assertThat(root.resolve("usr/share/zsh/vendor-completions/_bergview")).isNotEmptyFile();
    assertThat(root.resolve("usr/share/fish/vendor_completions.d/bergview.fish")).isNotEmptyFile();
    assertThat(root.resolve("usr/share/doc/bergview/LICENSE")).isNotEmptyFile();
  }
}
