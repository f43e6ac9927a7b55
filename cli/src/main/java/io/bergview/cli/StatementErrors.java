package io.bergview.cli;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.Failure;
import io.bergview.errors.Printable;
import io.bergview.projection.statement.Place;
import java.io.PrintStream;
import java.util.List;

/**
 * Reports the failure of a statement: {@code file:line:column: CODE: message}, the line, and a
 * caret under the place. For machines as any other failure.
 */
final class StatementErrors {
  /** Code points shown before and after the place, of a long line. */
  private static final int SHOWN = 80;

  private final BergviewCommand root;
  private final String text;
  private final String file;

  /**
   * @param text that the statement is part of
   * @param file or other origin of the text, as its places name it
   */
  StatementErrors(BergviewCommand root, String text, String file) {
    this.root = root;
    this.text = text;
    this.file = file;
  }

  /**
   * @param otherwise the place of a failure that has none of its own
   */
  ExitCode report(BergviewException failure, Place otherwise) {
    ErrorReport report = new ErrorReport(root);
    if (root.json()) {
      report.report(failure);
      return failure.code().exitCode();
    }
    root.console().out().flush();
    Failure.Shown told = Failure.of(failure).shown(root::masked);
    List<DefinitionProblem> problems =
        failure.getCause() instanceof DefinitionException cause
            ? Failure.of(cause).shown(root::masked).problems()
            : told.problems();
    if (problems.isEmpty()) {
      write(otherwise.line(), otherwise.column(), told.code() + ": " + told.message());
      told.details().forEach(detail -> err().println("  " + detail));
    }
    for (DefinitionProblem problem : problems) {
      String at = problem.at().isEmpty() ? "" : problem.at() + ": ";
      String message = told.code() + ": " + at + problem.message();
      if (problem.line() == 0) {
        write(otherwise.line(), otherwise.column(), message);
      } else if (problem.file().equals(file)) {
        write(problem.line(), problem.column(), message);
      } else {
        err().println(told.code() + ": " + problem);
      }
    }
    if (told.problemsLeftOut() > 0) {
      err().println("and " + told.problemsLeftOut() + " more problems");
    }
    report.trace(failure);
    return told.code().exitCode();
  }

  private PrintStream err() {
    return root.console().err();
  }

  private void write(int line, int column, String message) {
    err().println("%s:%d:%d: %s".formatted(Printable.line(file), line, column, message));
    List<String> lines = text.lines().toList();
    if (line <= lines.size()) {
      source(lines.get(line - 1), column - 1);
    }
  }

  /** The part of a line around a place, and the caret. */
  private void source(String line, int at) {
    int[] characters = line.codePoints().toArray();
    int place = Math.max(0, Math.min(at, characters.length));
    int from = Math.max(0, place - SHOWN);
    int to = Math.min(characters.length, place + SHOWN);
    String before = shown(new String(characters, from, place - from));
    String after = shown(new String(characters, place, to - place));
    err().println("  " + before + after);
    err().println("  " + " ".repeat(before.codePointCount(0, before.length())) + "^");
  }

  /** A tab is one blank, so that the caret stands where it should. */
  private String shown(String part) {
    return Printable.text(root.masked(part.replace('\t', ' ')));
  }
}
