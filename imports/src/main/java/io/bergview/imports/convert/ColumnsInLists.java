package io.bergview.imports.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;

/**
 * For very many columns: those that are converted alike become one list, which one expression
 * converts and one checks. DuckDB's time to plan a statement with thousands of expressions that
 * branch grows with the square of their number; what is left for each column here is to be put into
 * a list and taken out of it.
 */
final class ColumnsInLists implements ConversionSql {
  private final int columns;
  private final List<Alike> lists;
  private final String[] results;

  ColumnsInLists(
      List<ImportColumn> columns,
      List<Conversion> conversions,
      List<Boolean> required,
      List<Integer> checkedColumns) {
    this.columns = columns.size();
    this.results = new String[this.columns];
    Map<Kind, List<Integer>> kinds = new LinkedHashMap<>();
    for (int i = 0; i < this.columns; i++) {
      String conversion = conversions.get(i).sql("x");
      if (conversion.equals("x") && !required.get(i)) {
        results[i] = "v" + i;
      } else {
        kinds
            .computeIfAbsent(
                new Kind(
                    conversion,
                    columns.get(i).source(),
                    required.get(i),
                    required.get(i) || conversions.get(i).mayFail()),
                unseen -> new ArrayList<>())
            .add(i);
      }
    }
    Map<Integer, Integer> checks = new LinkedHashMap<>();
    checkedColumns.forEach(column -> checks.put(column, checks.size() + 1));
    this.lists = new ArrayList<>();
    kinds.forEach((kind, members) -> lists.add(new Alike(lists.size(), kind, members, checks)));
    for (Alike list : lists) {
      for (int i = 0; i < list.columns.size(); i++) {
        results[list.columns.get(i)] = "g%d[%d]".formatted(list.number, i + 1);
      }
    }
  }

  /**
   * How columns are converted.
   *
   * @param conversion SQL of a converted value, of {@code x}
   * @param checked whether some values may not convert, or null is forbidden
   */
  private record Kind(String conversion, Type source, boolean required, boolean checked) {}

  /**
   * Columns that are converted alike.
   *
   * @param checks by column the number of its check, from 1
   */
  private record Alike(int number, Kind kind, List<Integer> columns, Map<Integer, Integer> checks) {
    private String raw() {
      return columns.stream()
          .map(column -> "v" + column)
          .collect(Collectors.joining(", ", "[", "] AS r" + number));
    }

    private String converted() {
      return "list_transform(r%1$d, lambda x: %2$s) AS g%1$d".formatted(number, kind.conversion());
    }

    /** The place in the list of the first value that is bad; rows without any are counted only. */
    private String badPlace() {
      return kind.required()
          ? "CASE WHEN list_count(g%1$d) < len(g%1$d) THEN list_position(list_transform(g%1$d, lambda x: x IS NULL), true) END AS p%1$d"
              .formatted(number)
          : "CASE WHEN list_count(g%1$d) < list_count(r%1$d) THEN list_position(list_transform(r%1$d, lambda x: x IS NOT NULL AND (%2$s) IS NULL), true) END AS p%1$d"
              .formatted(number, kind.conversion());
    }

    private String badCheck() {
      return columns.stream()
          .map(column -> String.valueOf(checks.get(column)))
          .collect(Collectors.joining(", ", "list_extract([", "], p" + number + ")"));
    }

    private String badText() {
      return "WHEN n%1$d = bad THEN CAST(r%1$d[p%1$d] AS VARCHAR)".formatted(number);
    }
  }

  @Override
  public String unchecked(String raw) {
    return "SELECT %s FROM %s".formatted(results(), converted(raw));
  }

  @Override
  public String checked(String raw) {
    List<Alike> checked = lists.stream().filter(list -> list.kind().checked()).toList();
    if (checked.isEmpty()) {
      return "(SELECT f, l, %s, CAST(NULL AS INTEGER) AS bad, CAST(NULL AS VARCHAR) AS bad_text FROM %s)"
          .formatted(results(), converted(raw));
    }
    String places = checked.stream().map(Alike::badPlace).collect(Collectors.joining(", "));
    String numbers =
        checked.stream()
            .map(list -> list.badCheck() + " AS n" + list.number())
            .collect(Collectors.joining(", "));
    String least =
        checked.stream()
            .map(list -> "n" + list.number())
            .collect(Collectors.joining(", ", "CAST(least(", ") AS INTEGER) AS bad"));
    String text =
        checked.stream()
            .map(Alike::badText)
            .collect(
                Collectors.joining(" ", "CASE WHEN bad IS NULL THEN NULL ", " END AS bad_text"));
    return "(SELECT f, l, %s, bad, %s FROM (SELECT *, %s FROM (SELECT *, %s FROM (SELECT *, %s FROM %s))))"
        .formatted(results(), text, least, numbers, places, converted(raw));
  }

  /** The raw and the converted lists, and all columns that stay as they are. */
  private String converted(String raw) {
    String rawLists = lists.stream().map(Alike::raw).collect(Collectors.joining(", "));
    String converted = lists.stream().map(Alike::converted).collect(Collectors.joining(", "));
    return lists.isEmpty()
        ? raw
        : "(SELECT *, %s FROM (SELECT *, %s FROM %s))".formatted(converted, rawLists, raw);
  }

  private String results() {
    return IntStream.range(0, columns)
        .mapToObj(i -> results[i] + " AS t" + i)
        .collect(Collectors.joining(", "));
  }
}
