package io.bergview.cli;

import io.bergview.catalog.Secrets;
import java.util.function.UnaryOperator;

/**
 * What the log of this process is to be like. Apart from {@link Logs}, so that the logging library
 * is loaded only once something is logged: many commands log nothing.
 */
final class LogSettings {
  private static volatile boolean verbose;
  private static volatile UnaryOperator<String> mask = Secrets::maskUris;

  /** Tells the library, once it is there. */
  private static volatile Runnable applied = () -> {};

  private LogSettings() {}

  /** Says how much is logged from now on. */
  static void verbose(boolean all) {
    verbose = all;
    applied.run();
  }

  static boolean verbose() {
    return verbose;
  }

  /** From now on these secrets are hidden. */
  static void hide(Secrets secrets) {
    mask = secrets::mask;
  }

  static String masked(String text) {
    return mask.apply(text);
  }

  /** The library is there, and follows the settings from now on. */
  static void follow(Runnable apply) {
    applied = apply;
    apply.run();
  }
}
