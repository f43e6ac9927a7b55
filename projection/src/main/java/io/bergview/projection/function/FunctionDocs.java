package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a user reads about a function.
 *
 * @param names the first is its own, the others mean the same
 * @param signatures {@code substring(string, long) -> string}, one for each way to call it
 * @param description a sentence or two
 * @param examples tested
 */
public record FunctionDocs(
    List<String> names,
    List<String> signatures,
    String description,
    List<FunctionExample> examples) {
  public FunctionDocs {
    names = List.copyOf(names);
    signatures = List.copyOf(signatures);
    requireNonNull(description, "description is null");
    examples = List.copyOf(examples);
  }
}
