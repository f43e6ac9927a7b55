package io.bergview.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The terminal that this process was started from. */
final class Terminal {
  private static final int DEFAULT_WIDTH = 100;
  private static final int NARROWEST = 40;
  private static final long MOST_MILLIS = 500;

  private Terminal() {}

  /** In columns; a guess if unknown. Runs a program, so call it only when needed. */
  static int width() {
    String columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches("[1-9][0-9]{0,3}")) {
      return Math.max(NARROWEST, Integer.parseInt(columns));
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(MOST_MILLIS, TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return DEFAULT_WIDTH;
      }
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return size.strip().matches("\\d+ [1-9]\\d*")
          ? Math.max(NARROWEST, Integer.parseInt(size.strip().split(" ")[1]))
          : DEFAULT_WIDTH;
    } catch (IOException e) {
      return DEFAULT_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DEFAULT_WIDTH;
    }
  }
}
