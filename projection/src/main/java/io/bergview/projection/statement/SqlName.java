package io.bergview.projection.statement;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.ColumnPath;
import java.util.List;
import java.util.stream.Collectors;

/** A name of one or several parts as a statement has it: {@code [catalog.][namespace.]name}. */
public record SqlName(List<Part> parts, Place place) {
  /**
   * @param quoted whether it is in quotes, so that its case counts
   */
  public record Part(String text, boolean quoted) {
    public Part {
      requireNonNull(text, "text is null");
    }

    /** Whether this part can mean that name. */
    public boolean matches(String name) {
      return quoted ? text.equals(name) : text.equalsIgnoreCase(name);
    }
  }

  public SqlName {
    parts = List.copyOf(parts);
    requireNonNull(place, "place is null");
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a name without parts");
    }
  }

  /** The last part. */
  public Part last() {
    return parts.get(parts.size() - 1);
  }

  /** The parts before the last one. */
  public List<Part> qualifiers() {
    return parts.subList(0, parts.size() - 1);
  }

  /** As a path of the view language: {@code shop.orders}, odd names in backticks. */
  public String path() {
    return parts.stream()
        .map(part -> ColumnPath.of(part.text()).toString())
        .collect(Collectors.joining("."));
  }

  /** For messages. */
  @Override
  public String toString() {
    return parts.stream().map(Part::text).collect(Collectors.joining("."));
  }
}
