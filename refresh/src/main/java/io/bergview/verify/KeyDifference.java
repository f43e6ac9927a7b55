package io.bergview.verify;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * A key at which a view differs from its recompute. If a key has several rows, one of each side
 * without an equal on the other is shown.
 *
 * @param key empty for a view without key, and for one that has one row by definition
 * @param inView the view's row: all columns, or the ones that differ if there are two rows; empty
 *     for a missing row
 * @param recomputed the expected row, likewise; empty for an unexpected row
 */
public record KeyDifference(
    DifferenceKind kind, List<Value> key, List<Value> inView, List<Value> recomputed) {
  /** What is wrong with a key. */
  public enum DifferenceKind {
    /** The view has no row, or too few. */
    MISSING,
    /** The view has a row that should not be there, or one too often. */
    UNEXPECTED,
    /** The view's row has other values. */
    DIFFERENT;

    /** As commands show it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A value of a column.
   *
   * @param value as {@link io.bergview.pipeline.Rows} has it
   */
  public record Value(String column, Type type, @Nullable Object value) {
    public Value {
      requireNonNull(column, "column is null");
      requireNonNull(type, "type is null");
    }
  }

  public KeyDifference {
    requireNonNull(kind, "kind is null");
    key = List.copyOf(key);
    inView = List.copyOf(inView);
    recomputed = List.copyOf(recomputed);
  }
}
