package io.bergview.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Another process with a session that has prepared a file, to be killed: prints a line, and waits.
 */
final class SessionProcess {
  private SessionProcess() {}

  public static void main(String[] args) throws IOException {
    SessionSettings settings = SessionSettings.defaults().withTempDirectory(Path.of(args[0]));
    try (DuckDbSession session = DuckDbSession.open(settings)) {
      Files.writeString(session.newScratchDirectory().resolve("prepared"), "x".repeat(1000));
      session.query("SELECT 1").close();
      System.out.println("ready");
      if (System.in.read() < 0) {
        throw new IOException("nobody waits for this process");
      }
    }
  }
}
