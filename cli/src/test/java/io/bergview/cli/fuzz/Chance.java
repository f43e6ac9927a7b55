package io.bergview.cli.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a seed decides. The same seed draws the same. */
final class Chance {
  private final SplittableRandom random;

  Chance(String what, long seed) {
    // 64-bit golden ratio, as SplittableRandom itself spreads its seeds.
    this.random = new SplittableRandom((seed * 31 + what.hashCode()) * 0x9E3779B97F4A7C15L);
  }

  /** True in {@code percent} of 100 throws. */
  boolean in100(int percent) {
    return random.nextInt(100) < percent;
  }

  /** From 0, included, to {@code bound}, excluded. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** From {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  long bits() {
    return random.nextLong();
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Some of them, at most so many, in their order. */
  <T> List<T> some(List<T> from, int most) {
    List<T> left = new ArrayList<>(from);
    int keep = between(0, Math.min(most, from.size()));
    while (left.size() > keep) {
      left.remove(below(left.size()));
    }
    return left;
  }
}
