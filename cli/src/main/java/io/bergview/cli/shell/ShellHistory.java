package io.bergview.cli.shell;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jline.reader.impl.history.DefaultHistory;

/** The statements that were typed, without those that hold a secret. */
final class ShellHistory extends DefaultHistory {
  private static final Pattern SECRET =
      Pattern.compile(
          "(password|passwd|secret|token|credential|access[_.-]?key|api[_.-]?key)\\S*\\s*[=:]",
          Pattern.CASE_INSENSITIVE);

  private final SqlShell.Session session;

  ShellHistory(SqlShell.Session session) {
    this.session = session;
  }

  @Override
  public void add(Instant time, String line) {
    if (!SECRET.matcher(line).find() && !session.holdsSecret(line)) {
      super.add(time, line);
    }
  }

  /** Creates the file, for its owner only, where the file system knows owners. */
  static void makePrivate(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException asItIs) {
      return;
    } catch (UnsupportedOperationException noOwners) {
      Files.createFile(file);
    }
  }
}
