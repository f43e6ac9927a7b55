package io.bergview.errors;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What is told of something that was thrown, whatever it was.
 *
 * @param message printable and bounded, as {@link Printable} makes it; may hold secrets
 * @param problems of a definition, in detail
 */
public record Failure(ErrorCode code, String message, List<DefinitionProblem> problems) {
  public Failure {
    requireNonNull(code, "code is null");
    requireNonNull(message, "message is null");
    problems = List.copyOf(problems);
  }

  public static Failure of(Throwable failure) {
    if (failure instanceof DefinitionException definition) {
      List<DefinitionProblem> problems =
          definition.problems().stream().map(DefinitionProblem::printable).toList();
      return new Failure(
          definition.code(),
          Printable.lines(
              problems.stream().map(DefinitionProblem::toString).collect(Collectors.joining("\n"))),
          problems);
    }
    if (failure instanceof BergviewException known
        && known.getCause() instanceof DefinitionException problems) {
      return new Failure(known.code(), of(problems).message(), List.of());
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

  /**
   * For machines: {@code code}, {@code message}, {@code problems}.
   *
   * @param mask hides the secrets of a text
   */
  public ObjectNode toJson(UnaryOperator<String> mask) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", code.name());
    json.put("message", mask.apply(message));
    ArrayNode array = json.putArray("problems");
    for (DefinitionProblem problem : problems) {
      array
          .addObject()
          .put("kind", problem.kind().name().toLowerCase(Locale.ROOT))
          .put("file", problem.file())
          .put("at", problem.at())
          .put("line", problem.line())
          .put("column", problem.column())
          .put("message", mask.apply(problem.message()));
    }
    return json;
  }

  private static String text(Throwable failure) {
    return Printable.line(String.valueOf(failure.getMessage()));
  }
}
