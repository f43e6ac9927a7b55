package io.bergview.projection.definition;

/** Something that a definition file declares. */
public sealed interface Definition permits EntityType, ViewDefinition {
  /** {@code $type}. */
  String name();

  /** Where it was read from. */
  Origin origin();
}
