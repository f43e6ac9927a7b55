package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** Functions of one subject, in the order in which they are documented. */
public record FunctionGroup(String title, List<FunctionDocs> functions) {
  public FunctionGroup {
    requireNonNull(title, "title is null");
    functions = List.copyOf(functions);
  }
}
