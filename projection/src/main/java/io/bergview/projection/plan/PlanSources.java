package io.bergview.projection.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;

/** The tables that plans read, each once, cut down to the columns that some scan reads. */
public final class PlanSources {
  private PlanSources() {}

  public static List<SourceTable> of(Plan... plans) {
    Map<String, SourceTable> tables = new LinkedHashMap<>();
    Map<String, Set<Integer>> columns = new LinkedHashMap<>();
    for (Plan plan : plans) {
      plan.scans()
          .forEach(
              scan -> {
                tables.merge(
                    scan.source().type(),
                    scan.source(),
                    (one, other) -> hasColumnsOf(one, other) ? one : merged(one, other));
                Set<Integer> read =
                    columns.computeIfAbsent(scan.source().type(), type -> new LinkedHashSet<>());
                scan.reads().forEach(column -> read.add(column.fieldId()));
              });
    }
    List<SourceTable> sources = new ArrayList<>();
    tables.forEach(
        (type, table) ->
            sources.add(table.with(cut(table.schema(), columns.getOrDefault(type, Set.of())))));
    return List.copyOf(sources);
  }

  /** A view that is read for itself, and for what it answers, has its hidden column once. */
  private static boolean hasColumnsOf(SourceTable one, SourceTable other) {
    return other.schema().columns().stream()
        .allMatch(column -> one.schema().findField(column.fieldId()) != null);
  }

  /** One entry per table: all the columns that stand in any of the given ones. */
  public static List<SourceTable> union(List<SourceTable> some, List<SourceTable> others) {
    Map<String, SourceTable> tables = new LinkedHashMap<>();
    some.forEach(table -> tables.put(table.type(), table));
    others.forEach(table -> tables.merge(table.type(), table, (one, other) -> merged(one, other)));
    return List.copyOf(tables.values());
  }

  private static SourceTable merged(SourceTable one, SourceTable other) {
    return one.with(TypeUtil.join(one.schema(), other.schema()));
  }

  /** The table with some of its top-level columns only. */
  public static SourceTable cut(SourceTable table, Set<Integer> topLevel) {
    return table.with(cut(table.schema(), topLevel));
  }

  private static Schema cut(Schema schema, Set<Integer> topLevel) {
    Set<Integer> all = new LinkedHashSet<>(topLevel);
    for (int id : topLevel) {
      all.addAll(TypeUtil.getProjectedIds(schema.findType(id)));
    }
    return TypeUtil.select(schema, all);
  }
}
