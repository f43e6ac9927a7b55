package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * Tells of a failure on standard error: one message with its code, for machines one JSON object on
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
    if (failure instanceof Console.BrokenPipe) {
      return ExitCode.DONE.number();
    }
    Failure told = Failure.of(failure);
    write(told, JsonNodeFactory.instance.objectNode());
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      root.console().err().print(root.masked(trace.toString()));
    }
    return told.code().exitCode().number();
  }

  /** One of several views failed; the others went on. */
  int report(String view, BergviewException failure) {
    write(Failure.of(failure), JsonNodeFactory.instance.objectNode().put("view", view));
    return failure.code().exitCode().number();
  }

  private void write(Failure told, ObjectNode object) {
    PrintStream err = root.console().err();
    root.console().out().flush();
    if (json) {
      object.put("code", told.code().name());
      object.put("message", root.masked(told.message()));
      ArrayNode problems = object.putArray("problems");
      told.problems().forEach(problem -> add(problems, problem));
      err.println(object);
    } else if (told.problems().size() > 1) {
      err.println("error " + told.code() + ": " + told.problems().size() + " problems");
      told.problems().forEach(problem -> err.println("  " + root.masked(problem.toString())));
    } else {
      err.println("error " + told.code() + ": " + root.masked(told.message()));
    }
  }

  private void add(ArrayNode problems, DefinitionProblem problem) {
    problems
        .addObject()
        .put("kind", problem.kind().name().toLowerCase(Locale.ROOT))
        .put("file", problem.file())
        .put("at", problem.at())
        .put("line", problem.line())
        .put("column", problem.column())
        .put("message", root.masked(problem.message()));
  }

  private record Failure(ErrorCode code, String message, List<DefinitionProblem> problems) {
    static Failure of(Throwable failure) {
      if (failure instanceof DefinitionException definition) {
        return new Failure(definition.code(), text(definition), definition.problems());
      }
      if (failure instanceof BergviewException known) {
        return new Failure(known.code(), text(known), List.of());
      }
      if (failure instanceof OutOfMemoryError) {
        return new Failure(
            ErrorCode.OUT_OF_MEMORY,
            "Java's heap is too small: %s; raise it with BERGVIEW_JAVA_OPTS=-Xmx4g"
                .formatted(text(failure)),
            List.of());
      }
      if (failure instanceof UncheckedIOException wrapped) {
        return of(requireNonNull(wrapped.getCause(), "it always has one"));
      }
      if (failure instanceof IOException) {
        return new Failure(
            ErrorCode.STORAGE_FAILED,
            "Reading or writing failed: %s: %s"
                .formatted(failure.getClass().getSimpleName(), text(failure)),
            List.of());
      }
      return new Failure(
          ErrorCode.INTERNAL,
          "Bergview did not expect this, which is a defect of its own: %s: %s; --verbose shows where it happened"
              .formatted(failure.getClass().getSimpleName(), text(failure)),
          List.of());
    }

    private static String text(Throwable failure) {
      return String.valueOf(failure.getMessage());
    }
  }
}
