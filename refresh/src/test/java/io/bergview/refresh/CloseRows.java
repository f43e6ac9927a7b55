package io.bergview.refresh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bags of rows that are equal but for the last digits of doubles, which depend on the order in
 * which they were added up.
 */
final class CloseRows {
  private static final double TOLERANCE = 1e-9;

  private CloseRows() {}

  /** What only one of the two bags has; empty where they are alike. */
  static List<String> differences(
      List<Map<String, @Nullable Object>> expected, List<Map<String, @Nullable Object>> actual) {
    List<Map<String, @Nullable Object>> missing = new ArrayList<>(expected);
    List<String> differences = new ArrayList<>();
    for (Map<String, @Nullable Object> row : actual) {
      if (!removeLike(missing, row)) {
        differences.add("not expected: " + row);
      }
    }
    missing.forEach(row -> differences.add("missing: " + row));
    return differences;
  }

  private static boolean removeLike(
      List<Map<String, @Nullable Object>> rows, Map<String, @Nullable Object> row) {
    for (int i = 0; i < rows.size(); i++) {
      if (close(rows.get(i), row)) {
        rows.remove(i);
        return true;
      }
    }
    return false;
  }

  private static boolean close(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Double left && other instanceof Double right) {
      double scale = Math.max(1, Math.max(Math.abs(left), Math.abs(right)));
      return left.equals(right) || Math.abs(left - right) <= TOLERANCE * scale;
    }
    if (one instanceof Map<?, ?> left && other instanceof Map<?, ?> right) {
      return left.keySet().equals(right.keySet())
          && left.keySet().stream().allMatch(key -> close(left.get(key), right.get(key)));
    }
    if (one instanceof List<?> left && other instanceof List<?> right) {
      boolean close = left.size() == right.size();
      for (int i = 0; close && i < left.size(); i++) {
        close = close(left.get(i), right.get(i));
      }
      return close;
    }
    return Objects.equals(one, other);
  }
}
