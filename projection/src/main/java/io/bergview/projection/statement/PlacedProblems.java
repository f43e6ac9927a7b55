package io.bergview.projection.statement;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.projection.definition.Origin;
import java.util.Map;

/** Problems of a definition that a statement made, at the places of the statement. */
public final class PlacedProblems {
  private PlacedProblems() {}

  /**
   * Those that have lines already keep them: of the text, or of files of the project.
   *
   * @param places by key of the view language; of the empty key for all that has no other
   */
  public static DefinitionException in(Map<String, Place> places, DefinitionException problems) {
    return new DefinitionException(
        problems.problems().stream().map(problem -> placed(places, problem)).toList());
  }

  private static DefinitionProblem placed(Map<String, Place> places, DefinitionProblem problem) {
    Place otherwise = places.getOrDefault("", new Place(problem.file(), 0, 0, 0));
    if (problem.line() > 0 && !isOurs(problem, otherwise)) {
      return problem;
    }
    if (problem.line() > 0) {
      return new DefinitionProblem(
          problem.kind(),
          otherwise.file(),
          named(problem.at()),
          problem.line(),
          problem.column(),
          problem.message());
    }
    String at = problem.at();
    while (!at.isEmpty() && !places.containsKey(at)) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    Place place = at.isEmpty() ? inside(places, problem.at(), otherwise) : places.get(at);
    return new DefinitionProblem(
        problem.kind(),
        otherwise.file(),
        named(at.isEmpty() ? problem.at() : at),
        place == null ? 0 : place.line(),
        place == null ? 0 : place.column(),
        problem.message());
  }

  /** Of the text, or of a query in it. */
  private static boolean isOurs(DefinitionProblem problem, Place statement) {
    return problem.file().equals(statement.file()) || problem.file().equals(Origin.QUESTION.file());
  }

  /** A key of the view language as statements write it; empty for what is no option. */
  private static String named(String key) {
    return ViewOption.ofKey(key).map(ViewOption::word).orElse("");
  }

  /** Of what has no place of its own, that of something in it. */
  private static Place inside(Map<String, Place> places, String at, Place otherwise) {
    return places.entrySet().stream()
        .filter(entry -> !at.isEmpty() && entry.getKey().startsWith(at + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }
}
