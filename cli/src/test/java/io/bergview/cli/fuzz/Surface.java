package io.bergview.cli.fuzz;

import java.io.IOException;
import java.util.List;

/** One way by which input reaches the product. It is made once and tried with many cases. */
interface Surface extends AutoCloseable {

  /** How far a case came. */
  enum Reached {
    /** Refused for its form: what was sent is no document, no command, no request. */
    SYNTAX,
    /** Refused for what it says. */
    MEANING,
    /** It was done. */
    DONE
  }

  /**
   * What came of a case.
   *
   * @param data what was asked for: rows, pages
   * @param messages what was said besides: errors, remarks, log lines
   * @param faults found in other ways than by reading the messages
   */
  record Outcome(Reached reached, String data, String messages, List<String> faults) {}

  /** Does the case and says what came of it. */
  @FunctionalInterface
  interface Action {
    Outcome run() throws Exception;
  }

  /**
   * A case, not run yet.
   *
   * @param mutation what was done to good input, one of {@link #mutations}
   * @param input for display
   */
  record Case(String mutation, String input, Action action) {}

  /**
   * @param ofHundredThousand of so many of a hundred thousand cases this is the way
   * @param leastPastSyntax the least percentage of cases that have to come further than their
   *     syntax
   * @param leastDone the least percentage of cases that have to be done
   */
  record Shares(int ofHundredThousand, int leastPastSyntax, int leastDone) {}

  /** As in {@code -Dbergview.fuzz.case=queries:17}. */
  String name();

  /** The names of all that is done to good input. */
  List<String> mutations();

  /** How many of the cases this way has, and how far they have to come. */
  Shares shares();

  /** What is hidden wherever something is shown, whatever the case. */
  default List<String> secrets() {
    return ScratchProject.SECRETS;
  }

  /** The case of a seed; what is drawn depends on the seed alone. */
  Case draw(long seed) throws IOException;

  /** Files that are there although nothing needs them any more. */
  List<String> litter() throws IOException;

  @Override
  void close();
}
