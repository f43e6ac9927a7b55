package io.bergview.errors;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What is reported of something that was thrown. Its text is only had through {@link #shown}:
 * secrets are hidden in the text as it was thrown, and what is left is then made printable and cut.
 * The other way round half a secret could remain before a cut, and one with an escaped character
 * would no longer be found.
 */
public final class Failure {
  private static final int MOST_PROBLEMS = 100;

  private final ErrorCode code;
  private final String before;
  private final String text;
  private final String after;
  private final List<String> details;
  private final List<DefinitionProblem> problems;
  private final boolean listed;

  private Failure(
      ErrorCode code,
      String before,
      String text,
      String after,
      List<String> details,
      List<DefinitionProblem> problems,
      boolean listed) {
    this.code = requireNonNull(code, "code is null");
    this.before = before;
    this.text = text;
    this.after = after;
    this.details = List.copyOf(details);
    this.problems = List.copyOf(problems);
    this.listed = listed;
  }

  /**
   * A failure in a form that is safe to show anywhere.
   *
   * @param message printable, bounded, without secrets
   * @param details examples and single differences, each printable and without secrets
   * @param problems of a definition, in detail, likewise; the first hundred
   * @param problemsLeftOut how many more there are
   */
  public record Shown(
      ErrorCode code,
      String message,
      List<String> details,
      List<DefinitionProblem> problems,
      int problemsLeftOut) {
    public Shown {
      requireNonNull(code, "code is null");
      requireNonNull(message, "message is null");
      details = List.copyOf(details);
      problems = List.copyOf(problems);
    }

    /** For machines: {@code code}, {@code message}, {@code details} if any, {@code problems}. */
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("code", code.name());
      json.put("message", message);
      if (!details.isEmpty()) {
        ArrayNode lines = json.putArray("details");
        details.forEach(lines::add);
      }
      ArrayNode array = json.putArray("problems");
      for (DefinitionProblem problem : problems) {
        array
            .addObject()
            .put("kind", problem.kind().name().toLowerCase(Locale.ROOT))
            .put("file", problem.file())
            .put("at", problem.at())
            .put("line", problem.line())
            .put("column", problem.column())
            .put("message", problem.message());
      }
      if (problemsLeftOut > 0) {
        json.put("problemsLeftOut", problemsLeftOut);
      }
      return json;
    }
  }

  public static Failure of(ErrorCode code, String message) {
    return new Failure(code, "", message, "", List.of(), List.of(), false);
  }

  public static Failure of(Throwable failure) {
    if (failure instanceof DefinitionException definition) {
      return new Failure(definition.code(), "", "", "", List.of(), definition.problems(), true);
    }
    if (failure instanceof BergviewException known
        && known.getCause() instanceof DefinitionException problems) {
      return new Failure(known.code(), "", "", "", List.of(), problems.problems(), false);
    }
    if (failure instanceof BergviewException known) {
      return new Failure(
          known.code(),
          "",
          String.valueOf(known.getMessage()),
          "",
          known.details(),
          List.of(),
          false);
    }
    if (failure instanceof OutOfMemoryError) {
      return wrapped(
          ErrorCode.OUT_OF_MEMORY,
          "Java's heap is too small: ",
          failure,
          "; raise it with BERGVIEW_JAVA_OPTS=-Xmx4g");
    }
    if (failure instanceof UncheckedIOException wrapped) {
      return of(requireNonNull(wrapped.getCause(), "it always has one"));
    }
    if (failure instanceof IOException reading) {
      ErrorCode code =
          failure instanceof AccessDeniedException
              ? ErrorCode.ACCESS_DENIED
              : ErrorCode.STORAGE_FAILED;
      return new Failure(
          code, "Reading or writing failed: ", reason(reading), "", List.of(), List.of(), false);
    }
    Optional<StorageRefusal> refusal = StorageRefusal.of(failure);
    if (refusal.isPresent()) {
      return new Failure(
          refusal.get().code(),
          "Reading or writing failed: ",
          refusal.get().text(),
          "",
          List.of(),
          List.of(),
          false);
    }
    return wrapped(
        ErrorCode.INTERNAL,
        "Unexpected error, which is a bug in Bergview: "
            + failure.getClass().getSimpleName()
            + ": ",
        failure,
        "; --verbose shows the stack trace");
  }

  /** Of the exceptions whose message is a path alone, in words. */
  private static String reason(IOException failure) {
    String message = failure.getMessage();
    if (failure instanceof AccessDeniedException) {
      return "permission is denied for " + message;
    }
    if (failure instanceof NoSuchFileException) {
      return "there is no " + message;
    }
    if (failure instanceof FileAlreadyExistsException) {
      return message + " exists already";
    }
    if (failure instanceof NotDirectoryException) {
      return message + " is not a folder";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return message + " is a folder that is not empty";
    }
    return message == null ? "the storage gives no reason" : message;
  }

  private static Failure wrapped(ErrorCode code, String before, Throwable failure, String after) {
    return new Failure(
        code, before, String.valueOf(failure.getMessage()), after, List.of(), List.of(), false);
  }

  public ErrorCode code() {
    return code;
  }

  /**
   * What is reported of it.
   *
   * @param mask hides the secrets of a text
   */
  public Shown shown(UnaryOperator<String> mask) {
    if (problems.isEmpty()) {
      return new Shown(
          code,
          before + Printable.line(mask.apply(text)) + after,
          details.stream().map(mask).map(Printable::line).toList(),
          List.of(),
          0);
    }
    List<DefinitionProblem> shown =
        problems.stream().limit(MOST_PROBLEMS).map(each -> each.shown(mask)).toList();
    String message =
        Printable.lines(
            shown.stream().map(DefinitionProblem::toString).collect(Collectors.joining("\n")));
    return listed
        ? new Shown(code, message, List.of(), shown, problems.size() - shown.size())
        : new Shown(code, message, List.of(), List.of(), 0);
  }
}
