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
      collect(plan, tables, columns);
    }
    List<SourceTable> sources = new ArrayList<>();
    tables.forEach(
        (type, table) ->
            sources.add(
                new SourceTable(
                    type,
                    table.table(),
                    cut(table.schema(), columns.getOrDefault(type, Set.of())))));
    return List.copyOf(sources);
  }

  private static void collect(
      Plan plan, Map<String, SourceTable> tables, Map<String, Set<Integer>> columns) {
    if (plan instanceof Plan.Scan scan) {
      tables.putIfAbsent(scan.source().type(), scan.source());
      Set<Integer> read =
          columns.computeIfAbsent(scan.source().type(), type -> new LinkedHashSet<>());
      scan.reads().forEach(column -> read.add(column.fieldId()));
    }
    plan.inputs().forEach(input -> collect(input, tables, columns));
  }

  private static Schema cut(Schema schema, Set<Integer> topLevel) {
    Set<Integer> all = new LinkedHashSet<>(topLevel);
    for (int id : topLevel) {
      all.addAll(TypeUtil.getProjectedIds(schema.findType(id)));
    }
    return TypeUtil.select(schema, all);
  }
}
