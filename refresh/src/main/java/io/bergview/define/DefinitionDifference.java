package io.bergview.define;

import static java.util.Objects.requireNonNull;

/**
 * One difference between two definitions.
 *
 * @param key such as {@code $refresh.policy}; of a type's keys or frozen columns with their type
 * @param text for display, a line: {@code ~ $refresh.policy: "auto" -> "strict"}
 */
public record DefinitionDifference(String key, String text, Cost cost) {
  /** What it takes until a changed definition holds, cheapest first. */
  public enum Cost {
    /**
     * It says only when and how the view is refreshed, or is a relation that it does not follow.
     */
    FREE("free"),
    /** It lays out files that are written from now on; those that are there stay as they are. */
    NEW_FILES("files written from now on"),
    /** It may make other rows: the view is invalid until its next refresh, a full one. */
    RECOMPUTE("needs a recompute");

    private final String words;

    Cost(String words) {
      this.words = words;
    }

    /** For display. */
    public String words() {
      return words;
    }
  }

  public DefinitionDifference {
    requireNonNull(key, "key is null");
    requireNonNull(text, "text is null");
    requireNonNull(cost, "cost is null");
  }
}
