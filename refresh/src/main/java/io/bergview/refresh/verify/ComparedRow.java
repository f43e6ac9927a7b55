package io.bergview.refresh.verify;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.stream.Collectors.joining;

import io.bergview.refresh.change.SameRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A row of a view, columns {@code c<field id>}, as SQL that compares it: bit for bit, but for the
 * values that are sums of floating point, which may differ in their last digits.
 *
 * @param inexact where those are, as {@link InexactColumns} says
 */
record ComparedRow(Schema schema, Set<List<String>> inexact) {
  /** Relative to the larger of two values, absolute where both are below 1. */
  private static final String TOLERANCE = "1e-9";

  ComparedRow {
    inexact = Set.copyOf(inexact);
  }

  boolean hasInexact() {
    return !inexact.isEmpty();
  }

  /** {@code r.c1, r.c2}. */
  String columns(String alias) {
    return schema.columns().stream()
        .map(field -> alias + "." + column(field.fieldId()))
        .collect(joining(", "));
  }

  /** The rows of a query whose columns correspond by position, under these names and types. */
  String typed(String query) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Types.NestedField field : schema.columns()) {
      String name = column(field.fieldId());
      names.add(name);
      values.add("CAST(g.%1$s AS %2$s) AS %1$s".formatted(name, sqlType(field.type())));
    }
    return "(SELECT %s FROM (%s) AS g(%s))"
        .formatted(String.join(", ", values), query, String.join(", ", names));
  }

  /** Values that are the same if and only if the rows are, bit for bit. */
  List<String> all(String alias) {
    return SameRow.values(schema, alias);
  }

  /** The same but for what may differ a little. */
  List<String> exact(String alias) {
    List<String> exact = new ArrayList<>();
    schema.columns().forEach(field -> divide(field, alias, exact, new ArrayList<>()));
    return exact;
  }

  /** What may differ a little. */
  List<String> inexact(String alias) {
    List<String> values = new ArrayList<>();
    schema.columns().forEach(field -> divide(field, alias, new ArrayList<>(), values));
    return values;
  }

  /** Whether a column is the same in two rows, null on neither side of the answer. */
  String same(Types.NestedField field, String left, String right) {
    List<String> conditions = new ArrayList<>();
    List<List<String>> exact = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<String>> inexact = List.of(new ArrayList<>(), new ArrayList<>());
    divide(field, left, exact.get(0), inexact.get(0));
    divide(field, right, exact.get(1), inexact.get(1));
    for (int i = 0; i < exact.get(0).size(); i++) {
      conditions.add(exact.get(0).get(i) + " IS NOT DISTINCT FROM " + exact.get(1).get(i));
    }
    for (int i = 0; i < inexact.get(0).size(); i++) {
      conditions.add(close(inexact.get(0).get(i), inexact.get(1).get(i)));
    }
    return "(" + String.join(" AND ", conditions) + ")";
  }

  static String close(String left, String right) {
    return "(%1$s IS NOT DISTINCT FROM %2$s OR coalesce(isfinite(%1$s) AND isfinite(%2$s) AND abs(%1$s - %2$s) <= %3$s * greatest(abs(%1$s), abs(%2$s), 1), false))"
        .formatted(left, right, TOLERANCE);
  }

  private void divide(
      Types.NestedField field, String alias, List<String> exact, List<String> inexactValues) {
    divide(
        field, alias + "." + column(field.fieldId()), List.of(field.name()), exact, inexactValues);
  }

  /** Only structs that hold something inexact are taken apart. */
  private void divide(
      Types.NestedField field,
      String value,
      List<String> path,
      List<String> exact,
      List<String> inexactValues) {
    if (inexact.contains(path)) {
      inexactValues.add("CAST(" + value + " AS DOUBLE)");
    } else if (holdsInexact(path)) {
      exact.add("(" + value + " IS NULL)");
      for (Types.NestedField part : field.type().asStructType().fields()) {
        List<String> inside = new ArrayList<>(path);
        inside.add(part.name());
        String extracted = "struct_extract(" + value + ", " + text(part.name()) + ")";
        divide(part, extracted, inside, exact, inexactValues);
      }
    } else {
      exact.addAll(SameRow.values(value, field.type()));
    }
  }

  private boolean holdsInexact(List<String> path) {
    return inexact.stream()
        .anyMatch(
            place -> place.size() > path.size() && place.subList(0, path.size()).equals(path));
  }
}
