package io.bergview.pipeline.scan;

import java.util.Arrays;
import java.util.function.LongPredicate;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/** Row positions of one data file, ascending. */
final class Positions {
  static final Positions NONE = new Positions(new long[0]);

  private final long[] rising;

  private Positions(long[] rising) {
    this.rising = rising;
  }

  /** The deleted rows for which a condition holds. */
  static Positions of(PositionDeleteIndex deleted, LongPredicate condition) {
    Builder builder = new Builder();
    deleted.forEach(
        position -> {
          if (condition.test(position)) {
            builder.add(position);
          }
        });
    return builder.build();
  }

  int size() {
    return rising.length;
  }

  long at(int index) {
    return rising[index];
  }

  boolean isEmpty() {
    return rising.length == 0;
  }

  boolean contains(long position) {
    return Arrays.binarySearch(rising, position) >= 0;
  }

  Positions where(LongPredicate condition) {
    return new Positions(Arrays.stream(rising).filter(condition).toArray());
  }

  /** The rows of both, each once. */
  Positions and(Positions others) {
    if (others.isEmpty()) {
      return this;
    }
    long[] all = Arrays.copyOf(rising, rising.length + others.rising.length);
    System.arraycopy(others.rising, 0, all, rising.length, others.rising.length);
    return new Positions(Arrays.stream(all).sorted().distinct().toArray());
  }

  /** Collects rising positions. */
  static final class Builder {
    private long[] positions = new long[16];
    private int size;

    void add(long position) {
      if (size == positions.length) {
        positions = Arrays.copyOf(positions, 2 * size);
      }
      positions[size++] = position;
    }

    Positions build() {
      return size == 0 ? NONE : new Positions(Arrays.copyOf(positions, size));
    }
  }
}
