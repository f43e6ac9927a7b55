package io.bergview.errors;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the name that was probably meant. */
public final class Suggestions {
  private Suggestions() {}

  /**
   * The known name nearest to the given one by edit distance (case-insensitive), if any is near
   * enough to be meant.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    int limit = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(candidate -> Math.abs(name.length() - candidate.length()) <= limit)
        .filter(candidate -> distance(name, candidate) <= limit)
        .min(
            Comparator.comparingInt((String candidate) -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code " (did you mean 'x'?)"}, or an empty string where nothing is near. */
  public static String didYouMean(String name, Collection<String> known) {
    return nearest(name, known).map(match -> " (did you mean '" + match + "'?)").orElse("");
  }

  /**
   * Whether one text is the other with at most two letters exchanged, left out, added or swapped.
   */
  public static boolean isSlipOf(String left, String right) {
    return Math.abs(left.length() - right.length()) <= 2 && distance(left, right) <= 2;
  }

  /** Damerau-Levenshtein distance, restricted form (Boytsov 2011), on lower-cased text. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
