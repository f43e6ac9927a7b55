package io.bergview.refresh;

import io.bergview.fixtures.CloseDoubles;
import io.bergview.projection.plan.ResolvedView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bags of rows that are equal but for the last digits of doubles, which depend on the order in
 * which they were added up, and for the lists of extreme values that a view keeps: what has been
 * followed may have fewer than what was recomputed, but never none where there are some.
 */
final class CloseRows {
  private CloseRows() {}

  /** What only one of the two bags has; empty where they are alike. */
  static List<String> differences(
      List<Map<String, @Nullable Object>> expected, List<Map<String, @Nullable Object>> actual) {
    List<Map<String, @Nullable Object>> missing = new ArrayList<>(expected);
    List<Map<String, @Nullable Object>> inexact = new ArrayList<>(actual);
    inexact.removeIf(missing::remove);
    List<String> differences = new ArrayList<>();
    for (Map<String, @Nullable Object> row : inexact) {
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

  private static boolean begins(@Nullable List<?> whole, @Nullable List<?> beginning) {
    return whole != null
        && beginning != null
        && beginning.size() <= whole.size()
        && beginning.isEmpty() == whole.isEmpty()
        && close(whole.subList(0, beginning.size()), beginning);
  }

  private static boolean close(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Double left && other instanceof Double right) {
      return CloseDoubles.areClose(left, right, 1);
    }
    if (one instanceof Map<?, ?> left && other instanceof Map<?, ?> right) {
      return left.keySet().equals(right.keySet())
          && left.keySet().stream()
              .allMatch(
                  key ->
                      ResolvedView.EXTREMES.equals(key)
                          ? begins((List<?>) left.get(key), (List<?>) right.get(key))
                          : close(left.get(key), right.get(key)));
    }
    if (one instanceof List<?> left && other instanceof List<?> right) {
      boolean close = left.size() == right.size();
      for (int i = 0; close && i < left.size(); i++) {
        close = close(left.get(i), right.get(i));
      }
      return close;
    }
    return Objects.deepEquals(one, other);
  }
}
