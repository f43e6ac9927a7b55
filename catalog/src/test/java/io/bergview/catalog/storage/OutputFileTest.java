package io.bergview.catalog.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class OutputFileTest {
  @TempDir private Path folder;

  @Test
  void aNewFileIsWrittenAndNoTemporaryFileIsLeft() throws IOException {
    Path file = folder.resolve("new");
    write(file, "rows");
    assertThat(file).hasContent("rows");
    assertThat(names()).containsExactly("new");
  }

  @Test
  void aSymbolicLinkStaysOneAndItsTargetIsWritten() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    write(second, "rows");
    assertThat(second).isSymbolicLink().hasContent("rows");
    assertThat(link).isSymbolicLink();
    assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(target).hasContent("rows");
    assertThat(names()).containsExactly("link", "second", "target");
  }

  @Test
  void aLinkToAFileThatDoesNotExistYetMakesTheFile() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("other/rows"));
    write(link, "rows");
    assertThat(link).isSymbolicLink();
    assertThat(other.resolve("rows")).hasContent("rows");
  }

  @Test
  void aCircleOfLinksIsRefused() throws IOException {
    Path first = Files.createSymbolicLink(folder.resolve("first"), Path.of("second"));
    Files.createSymbolicLink(folder.resolve("second"), Path.of("first"));
    assertRefused(first, ErrorCode.USAGE, "symbolic links");
    assertThat(names()).containsExactly("first", "second");
  }

  @Test
  void theFileKeepsItsPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("private"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    write(file, "rows");
    assertThat(file).hasContent("rows");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void rootLeavesTheFileToItsOwner() throws IOException {
    assumeThat(System.getProperty("user.name"))
        .as("only root may give a file away")
        .isEqualTo("root");
    Path file = Files.writeString(folder.resolve("file"), "old");
    UserPrincipal other =
        file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(file, other);
    write(file, "rows");
    assertThat(file).hasContent("rows");
    assertThat(Files.getOwner(file)).isEqualTo(other);
  }

  @Test
  void aFileIsUnchangedIfWritingFails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThatThrownBy(
            () ->
                OutputFile.at(file)
                    .write(
                        out -> {
                          out.write('x');
                          throw new IOException("disk on fire");
                        }))
        .hasMessage("disk on fire");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void aFolderIsRefused() {
    assertRefused(folder, ErrorCode.USAGE, "is a folder");
  }

  @Test
  void aFileThatCannotBeThereIsAnErrorThatNamesIt() throws IOException {
    Path file = folder.resolve("missing/file");
    assertRefused(file, ErrorCode.STORAGE_FAILED, "missing");
  }

  @Test
  void aDeviceIsWrittenThroughAndStaysADevice() throws IOException {
    Path device = Path.of("/dev/null");
    write(device, "rows");
    assertThat(Files.readAttributes(device, "unix:mode").get("mode"))
        .matches(mode -> ((int) mode & 0170000) == 0020000, "is a character device");
  }

  @Test
  void aDeviceThatIsFullIsAnErrorThatNamesIt() {
    assertRefused(Path.of("/dev/full"), ErrorCode.STORAGE_FAILED, "No space left on device");
  }

  @Test
  void aFifoIsWrittenThrough() throws Exception {
    Path fifo = folder.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readAllBytes(fifo);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    write(fifo, "rows");
    assertThat(new String(read.get(), UTF_8)).isEqualTo("rows");
    assertThat(names()).containsExactly("fifo");
  }

  @Test
  void whatMustBeReplacedWholeIsNoDevice() {
    assertThatThrownBy(() -> OutputFile.at(Path.of("/dev/null")).replace(scratch -> 0))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining("/dev/null")
        .hasMessageContaining("regular file");
  }

  private static void write(Path file, String text) throws IOException {
    OutputFile.at(file)
        .write(
            out -> {
              out.write(text.getBytes(UTF_8));
              return text.length();
            });
  }

  private static void assertRefused(Path file, ErrorCode code, String why) {
    assertThatThrownBy(() -> write(file, "rows"))
        .isInstanceOfSatisfying(BergviewException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
