package io.bergview.settings;

import io.bergview.projection.text.Node;
import org.jspecify.annotations.Nullable;

/**
 * A key of {@code bergview.yaml}.
 *
 * @param key in its section
 * @param takes its type and bounds, in words
 * @param otherwise what it is where the file does not say, in words
 * @param doc what it is for, in Markdown
 */
record Setting<T>(String key, String takes, String otherwise, String doc, Reading<T> reading) {
  /** Takes the value of a node, or the one that stands for none. */
  interface Reading<T> {
    T read(@Nullable Node node, Section.Values section);
  }
}
