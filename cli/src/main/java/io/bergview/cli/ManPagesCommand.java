package io.bergview.cli;

import io.bergview.cli.shell.ManPage;
import io.bergview.errors.ErrorCode.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code manPages}. */
@Command(
    name = "manPages",
    aliases = "man-pages",
    header = {"Write the manual pages.", ""},
    description = {
      "Writes a manual page for each command, bergview-COMMAND.1, and one for all, bergview.1, into"
          + " a folder, which is created if missing. Files of these names are replaced. A package"
          + " installs the pages itself."
    },
    footerHeading = "%nExample:%n",
    footer = {"  bergview manPages ~/.local/share/man/man1 && man bergview-refreshView"})
final class ManPagesCommand extends ProjectCommand {
  @Parameters(paramLabel = "DIR", description = "The folder that the pages go to.")
  private @Nullable Path directory;

  ManPagesCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws IOException {
    Path folder =
        Files.createDirectories(console().resolve(directory == null ? Path.of("") : directory));
    String version = BergviewCommand.Version.number();
    for (Map.Entry<String, String> page : ManPage.all(root().commandLine(), version).entrySet()) {
      Files.writeString(folder.resolve(page.getKey()), page.getValue());
      remark("wrote " + folder.resolve(page.getKey()));
    }
    return ExitCode.DONE;
  }
}
