package io.bergview.refresh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The steps that refreshes of this process take, counted: each phase, each file named, opened,
 * closed or deleted, each commit of a catalog before it is asked for and after it has landed. At a
 * chosen one the process kills itself.
 */
final class ProtocolSteps {
  /** Kills nothing. */
  static final int NONE = 0;

  /** What a process says last, before the step. */
  static final String DIES = "dies: ";

  private static List<String> taken = new ArrayList<>();
  private static int last;

  private ProtocolSteps() {}

  /**
   * Counts anew.
   *
   * @param at the step, from 1, at which the process dies, or {@link #NONE}
   */
  static synchronized void countTo(int at) {
    taken = new ArrayList<>();
    last = at;
  }

  /** What was counted. */
  static synchronized List<String> taken() {
    return List.copyOf(taken);
  }

  /** All threads take their steps one after another, so that none goes on while one dies. */
  static synchronized void step(String what) {
    taken.add(what);
    if (taken.size() == last) {
      System.out.println(DIES + what);
      System.out.flush();
      die();
    }
  }

  /** As {@code kill -9}: nothing is closed, no hook runs. */
  private static void die() {
    long self = ProcessHandle.current().pid();
    try {
      new ProcessBuilder("kill", "-9", Long.toString(self)).start();
      new CountDownLatch(1).await();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("process " + self + " cannot kill itself", e);
    }
  }

  /** Counts the phases of a refresh. */
  static RefreshProgress phases() {
    return new RefreshProgress() {
      @Override
      public void phase(String view, String phase) {
        step("phase " + phase);
      }

      @Override
      public void advance(String view, double fraction, String detail) {}
    };
  }
}
