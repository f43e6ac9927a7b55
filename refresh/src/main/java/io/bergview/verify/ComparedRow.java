package io.bergview.verify;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.refresh.change.SameRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A row of a view, columns {@code c<field id>}, as SQL that compares it with the expected row: bit
 * for bit, except for floating-point sums, which may differ in their last digits, and for the lists
 * of extreme values in {@code _state}, whose end may be missing.
 *
 * @param inexact the sums, from {@link InexactColumns}
 * @param extremes the lists
 */
record ComparedRow(Schema schema, Set<List<String>> inexact, Set<List<String>> extremes) {
  /** Relative to the larger of two values, absolute where both are below 1. */
  private static final String TOLERANCE = "1e-9";

  ComparedRow {
    inexact = Set.copyOf(inexact);
    extremes = Set.copyOf(extremes);
  }

  static ComparedRow of(Schema schema, ResolvedView view) {
    Set<List<String>> extremes = new HashSet<>();
    Types.NestedField state = schema.asStruct().field(ResolvedView.STATE);
    Types.NestedField of = state == null ? null : state.type().asStructType().field("of");
    if (of != null) {
      for (Types.NestedField output : of.type().asStructType().fields()) {
        if (output.type().asStructType().field(ResolvedView.EXTREMES) != null) {
          extremes.add(List.of(state.name(), of.name(), output.name(), ResolvedView.EXTREMES));
        }
      }
    }
    return new ComparedRow(schema, InexactColumns.of(view), extremes);
  }

  /** A row taken apart: SQL of what is compared in each of three ways. */
  private record Values(List<String> exact, List<String> sums, List<String> lists) {
    Values() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /** Whether rows can be alike that are not the same. */
  boolean isLoose() {
    return !inexact.isEmpty() || !extremes.isEmpty();
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
    return SameRow.values(DuckDbDialect.DUCKDB, schema, alias);
  }

  /** The same but for what may differ a little. */
  List<String> exact(String alias) {
    return values(alias).exact();
  }

  /** What may differ a little. */
  List<String> loose(String alias) {
    Values values = values(alias);
    List<String> loose = new ArrayList<>(values.sums());
    loose.addAll(values.lists());
    return loose;
  }

  /** Conditions under which what may differ does so only a little, null on neither side. */
  List<String> close(String wanted, String held) {
    return close(values(wanted), values(held));
  }

  private static List<String> close(Values wanted, Values held) {
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < wanted.sums().size(); i++) {
      conditions.add(close(wanted.sums().get(i), held.sums().get(i), TOLERANCE));
    }
    for (int i = 0; i < wanted.lists().size(); i++) {
      conditions.add(begins(wanted.lists().get(i), held.lists().get(i)));
    }
    return conditions;
  }

  /** Whether a column is alike in two rows, null on neither side of the answer. */
  String same(Types.NestedField field, String wanted, String held) {
    Values should = new Values();
    Values is = new Values();
    divide(field, wanted, should);
    divide(field, held, is);
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < should.exact().size(); i++) {
      conditions.add(should.exact().get(i) + " IS NOT DISTINCT FROM " + is.exact().get(i));
    }
    conditions.addAll(close(should, is));
    return "(" + String.join(" AND ", conditions) + ")";
  }

  private static String close(String left, String right, String tolerance) {
    return "(%1$s IS NOT DISTINCT FROM %2$s OR coalesce(isfinite(%1$s) AND isfinite(%2$s) AND abs(%1$s - %2$s) <= %3$s * greatest(abs(%1$s), abs(%2$s), 1), false))"
        .formatted(left, right, tolerance);
  }

  /** Whether a list is the beginning of another, and not empty unless that is. */
  private static String begins(String whole, String beginning) {
    return "coalesce(%2$s IS NOT DISTINCT FROM list_slice(%1$s, 1, len(%2$s)) AND (len(%2$s) > 0 OR len(%1$s) = 0), false)"
        .formatted(whole, beginning);
  }

  private Values values(String alias) {
    Values values = new Values();
    schema.columns().forEach(field -> divide(field, alias, values));
    return values;
  }

  private void divide(Types.NestedField field, String alias, Values values) {
    divide(field, alias + "." + column(field.fieldId()), List.of(field.name()), values);
  }

  /** Only structs that hold something that may differ are taken apart. */
  private void divide(Types.NestedField field, String value, List<String> path, Values values) {
    if (inexact.contains(path)) {
      values.sums().add("CAST(" + value + " AS DOUBLE)");
    } else if (extremes.contains(path)) {
      values.lists().add(value);
    } else if (holdsLoose(path)) {
      values.exact().add("(" + value + " IS NULL)");
      for (Types.NestedField part : field.type().asStructType().fields()) {
        List<String> inside = new ArrayList<>(path);
        inside.add(part.name());
        String extracted = "struct_extract(" + value + ", " + text(part.name()) + ")";
        divide(part, extracted, inside, values);
      }
    } else {
      values.exact().addAll(SameRow.values(DuckDbDialect.DUCKDB, value, field.type()));
    }
  }

  private boolean holdsLoose(List<String> path) {
    return Stream.of(inexact, extremes)
        .flatMap(Set::stream)
        .anyMatch(
            place -> place.size() > path.size() && place.subList(0, path.size()).equals(path));
  }
}
