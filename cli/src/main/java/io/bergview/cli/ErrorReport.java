package io.bergview.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.Failure;
import io.bergview.errors.Printable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Reports a failure on standard error: one message with its code, for machines one JSON object on
 * one line. The stack trace only with {@code --verbose}; secrets never.
 */
final class ErrorReport {
  private final BergviewCommand root;
  private final boolean json;
  private final boolean verbose;

  ErrorReport(BergviewCommand root) {
    this(root, root.json(), root.verbose());
  }

  /** For a command line that could not be read whole. */
  ErrorReport(BergviewCommand root, boolean json, boolean verbose) {
    this.root = root;
    this.json = json;
    this.verbose = verbose;
  }

  /**
   * @return the exit code
   */
  int report(Throwable failure) {
    if (failure instanceof BrokenPipe) {
      return ExitCode.DONE.number();
    }
    Failure.Shown told = Failure.of(failure).shown(root::masked);
    write(told, JsonNodeFactory.instance.objectNode());
    trace(failure);
    return told.code().exitCode().number();
  }

  /** With {@code --verbose}, the stack trace. */
  void trace(Throwable failure) {
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      root.console().err().println(Printable.text(root.masked(trace.toString())));
    }
  }

  /** One of several views failed; the others continued. */
  int report(String view, BergviewException failure) {
    return report("view", view, failure);
  }

  /**
   * One of several failed; the others continued.
   *
   * @param what it is: {@code table}
   */
  int report(String what, String name, BergviewException failure) {
    write(
        Failure.of(failure).shown(root::masked),
        JsonNodeFactory.instance.objectNode().put(what, name));
    return failure.code().exitCode().number();
  }

  private void write(Failure.Shown told, ObjectNode object) {
    PrintStream err = root.console().err();
    root.console().out().flush();
    if (json) {
      object.setAll(told.toJson());
      err.println(object);
    } else if (told.problems().size() > 1) {
      err.println(
          "error "
              + told.code()
              + ": "
              + (told.problems().size() + told.problemsLeftOut())
              + " problems");
      told.problems().forEach(problem -> err.println("  " + problem));
      if (told.problemsLeftOut() > 0) {
        err.println("  and " + told.problemsLeftOut() + " more");
      }
    } else {
      err.println("error " + told.code() + ": " + told.message());
      told.details().forEach(detail -> err.println("  " + detail));
    }
  }
}
