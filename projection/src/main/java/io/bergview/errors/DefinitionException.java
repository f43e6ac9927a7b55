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
}
