package io.bergview.verify;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * A key at which a view differs from its recompute. Where rows of one key are several, one of each
 * side that has no equal on the other is shown.
 *
 * @param key empty for a view without key, and for one that has one row by definition
 * @param inView what the view has: the whole row, or where there are two the columns that differ;
 *     empty for a missing row
 * @param recomputed what it should have, likewise; empty for an unexpected row
 */
public record KeyDifference(
    DifferenceKind kind, List<Value> key, List<Value> inView, List<Value> recomputed) {
  /** What is wrong with a key. */
  public enum DifferenceKind {
    /** The view has no row, or too few. */
    MISSING,
    /** The view has a row that should not be there, or one too often. */
    UNEXPECTED,
    /** The view's row holds something else. */
    DIFFERENT;

    /** As commands show it. */
    public String word() {
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
