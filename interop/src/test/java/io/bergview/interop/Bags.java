package io.bergview.interop;

import io.bergview.fixtures.CloseDoubles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares answers as bags of rows: exactly, floating-point numbers to 1e-9 of their size. */
final class Bags {
  private static final int SHOWN = 5;

  private Bags() {}

  /**
   * @throws AssertionError with the first rows that differ, under the names of the two sides
   */
  static void assertSame(
      String leftName, ComparableRows left, String rightName, ComparableRows right) {
    if (!left.columns().equals(right.columns())) {
      throw new AssertionError(
          "%s has columns %s%n%s has columns %s"
              .formatted(leftName, left.columns(), rightName, right.columns()));
    }
    if (!left.types().isEmpty()
        && !right.types().isEmpty()
        && !left.types().equals(right.types())) {
      throw new AssertionError(
          "Columns %s%n%s has types %s%n%s has types %s"
              .formatted(left.columns(), leftName, left.types(), rightName, right.types()));
    }
    List<List<@Nullable Object>> l = sorted(left);
    List<List<@Nullable Object>> r = sorted(right);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < Math.min(l.size(), r.size()) && differences.size() < SHOWN; i++) {
      if (!same(l.get(i), r.get(i))) {
        differences.add("%s: %s%n%s: %s".formatted(leftName, l.get(i), rightName, r.get(i)));
      }
    }
    if (l.size() != r.size() || !differences.isEmpty()) {
      throw new AssertionError(
          "Columns %s%n%s has %d rows, %s has %d; sorted, the first that differ:%n%s"
              .formatted(
                  left.columns(),
                  leftName,
                  l.size(),
                  rightName,
                  r.size(),
                  String.join("\n", differences)));
    }
  }

  private static List<List<@Nullable Object>> sorted(ComparableRows answer) {
    return answer.rows().stream()
        .map(row -> Map.entry(ComparableRows.exactPart(row), row))
        .sorted(
            Map.Entry.<String, List<@Nullable Object>>comparingByKey()
                .thenComparing(
                    Map.Entry::getValue, Comparator.comparing(Bags::floats, Bags::order)))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static List<Double> floats(List<@Nullable Object> row) {
    List<Double> floats = new ArrayList<>();
    collect(row, floats);
    return floats;
  }

  private static void collect(@Nullable Object value, List<Double> into) {
    if (value instanceof Double || value instanceof Float) {
      into.add(((Number) value).doubleValue());
    } else if (value instanceof List<?> list) {
      list.forEach(element -> collect(element, into));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(element -> collect(element, into));
    }
  }

  private static int order(List<Double> left, List<Double> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = Double.compare(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static boolean same(@Nullable Object left, @Nullable Object right) {
    if (left instanceof List<?> l && right instanceof List<?> r) {
      boolean same = l.size() == r.size();
      for (int i = 0; same && i < l.size(); i++) {
        same = same(l.get(i), r.get(i));
      }
      return same;
    }
    if (left instanceof Map<?, ?> l && right instanceof Map<?, ?> r) {
      return l.keySet().equals(r.keySet())
          && l.entrySet().stream().allMatch(e -> same(e.getValue(), r.get(e.getKey())));
    }
    if (left instanceof Double l && right instanceof Double r) {
      return CloseDoubles.areClose(l, r, 0);
    }
    if (left instanceof Float l && right instanceof Float r) {
      return l.equals(r) || l.floatValue() == r.floatValue();
    }
    return Objects.equals(left, right);
  }
}
