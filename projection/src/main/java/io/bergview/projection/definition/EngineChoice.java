package io.bergview.projection.definition;

import java.util.Optional;

/** Which engine computes a refresh. Both give equal tables, so it does not affect the rows. */
public enum EngineChoice {
  /** The engine in this process. */
  EMBEDDED,
  /** Apache Spark, in a process of its own. */
  SPARK,
  /** Spark from an estimated number of bytes on. */
  AUTO;

  /** As definitions, settings and commands write it. */
  public String word() {
    return Vocabulary.lower(this);
  }

  /** The choice of a word. */
  public static Optional<EngineChoice> ofWord(String word) {
    return Optional.ofNullable(Vocabulary.ENGINES.get(word));
  }
}
