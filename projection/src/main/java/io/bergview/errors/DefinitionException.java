package io.bergview.errors;

import java.util.List;
import java.util.stream.Collectors;

/** One or more problems of a definition, each at its place in the file. Nothing was changed. */
public final class DefinitionException extends BergviewException {
  private static final long serialVersionUID = 1L;
  private final transient List<DefinitionProblem> problems;

  public DefinitionException(List<DefinitionProblem> problems) {
    super(
        ErrorCode.DEFINITION_INVALID,
        problems.stream().map(DefinitionProblem::toString).collect(Collectors.joining("\n")),
        null);
    this.problems = List.copyOf(problems);
  }

  public DefinitionException(DefinitionProblem problem) {
    this(List.of(problem));
  }

  public List<DefinitionProblem> problems() {
    return problems;
  }

  /** A failure with a code of its own, of which these problems are the words and the places. */
  public BergviewException as(BergviewException failure) {
    String message = String.valueOf(getMessage());
    if (failure instanceof NotFoundException) {
      return new NotFoundException(failure.code(), message, this);
    }
    if (failure instanceof SourceException) {
      return new SourceException(failure.code(), message, this);
    }
    return failure instanceof UsageException
        ? new UsageException(failure.code(), message, this)
        : this;
  }
}
