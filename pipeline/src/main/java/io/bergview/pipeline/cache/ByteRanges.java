package io.bergview.pipeline.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** A set of bytes of a file: ranges in order that neither overlap nor touch, none empty. */
public final class ByteRanges {
  private static final ByteRanges NONE = new ByteRanges(List.of());

  private final List<ByteRange> ranges;

  private ByteRanges(List<ByteRange> ranges) {
    this.ranges = ranges;
  }

  public static ByteRanges none() {
    return NONE;
  }

  /** The bytes that are in any of these. */
  public static ByteRanges of(Collection<ByteRange> any) {
    return new ByteRanges(withinGaps(any, 0));
  }

  public static ByteRanges of(ByteRange one) {
    return of(List.of(one));
  }

  /** The ranges in order, as one range each where at most {@code gap} bytes are between them. */
  private static List<ByteRange> withinGaps(Collection<ByteRange> any, long gap) {
    List<ByteRange> sorted = new ArrayList<>(any);
    sorted.removeIf(range -> range.length() == 0);
    sorted.sort(Comparator.comparingLong(ByteRange::start));
    List<ByteRange> merged = new ArrayList<>();
    for (ByteRange range : sorted) {
      ByteRange last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last == null || range.start() - last.end() > gap) {
        merged.add(range);
      } else {
        merged.set(
            merged.size() - 1, new ByteRange(last.start(), Math.max(last.end(), range.end())));
      }
    }
    return List.copyOf(merged);
  }

  /** With the bytes between ranges that at most so many are between. */
  ByteRanges fillingGaps(long gap) {
    return new ByteRanges(withinGaps(ranges, gap));
  }

  public List<ByteRange> ranges() {
    return ranges;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** How many bytes. */
  public long size() {
    return ranges.stream().mapToLong(ByteRange::length).sum();
  }

  public ByteRanges plus(ByteRanges other) {
    List<ByteRange> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return of(all);
  }

  public ByteRanges minus(ByteRanges other) {
    List<ByteRange> left = new ArrayList<>();
    int next = 0;
    for (ByteRange range : ranges) {
      long start = range.start();
      while (next < other.ranges.size() && other.ranges.get(next).end() <= start) {
        next++;
      }
      for (int i = next;
          i < other.ranges.size() && other.ranges.get(i).start() < range.end();
          i++) {
        ByteRange taken = other.ranges.get(i);
        if (taken.start() > start) {
          left.add(new ByteRange(start, taken.start()));
        }
        start = Math.max(start, taken.end());
      }
      if (start < range.end()) {
        left.add(new ByteRange(start, range.end()));
      }
    }
    return new ByteRanges(List.copyOf(left));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteRanges same && ranges.equals(same.ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}
