package io.bergview.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Another process with a kernel that has prepared a file, to be killed: prints a line, and waits.
 */
final class KernelProcess {
  private KernelProcess() {}

  public static void main(String[] args) throws IOException {
    KernelSettings settings = KernelSettings.defaults().withTempDirectory(Path.of(args[0]));
    try (Kernel kernel = Kernel.open(settings)) {
      Files.writeString(kernel.newScratchDirectory().resolve("prepared"), "x".repeat(1000));
      kernel.query("SELECT 1").close();
      System.out.println("ready");
      if (System.in.read() < 0) {
        throw new IOException("nobody waits for this process");
      }
    }
  }
}
