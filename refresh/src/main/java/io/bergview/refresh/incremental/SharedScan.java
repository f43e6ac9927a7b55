package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.refresh.algebra.FreshColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One scan in the place of all those of its table in a plan, with the columns of all of them: what
 * is read of it is read for each.
 */
record SharedScan(Scan scan) {
  /**
   * @param plan that has the scan, and perhaps others of the same table
   */
  static SharedScan of(Scan scan, Plan plan, FreshColumns ids) {
    Map<Integer, PlanColumn> fields = new LinkedHashMap<>();
    List<Scan> all =
        plan.scans().filter(each -> each.source().type().equals(scan.source().type())).toList();
    for (Scan each : all) {
      each.reads().forEach(read -> fields.putIfAbsent(read.fieldId(), read.column()));
    }
    boolean alike =
        all.stream()
            .flatMap(each -> each.reads().stream())
            .allMatch(read -> has(scan, read) && isOf(fields, read));
    if (all.stream().distinct().count() < 2 || !alike) {
      return new SharedScan(scan);
    }
    List<Scan.Read> reads = new ArrayList<>();
    fields.forEach(
        (id, column) -> reads.add(new Scan.Read(ids.next(column.label(), column.type()), id)));
    return new SharedScan(new Scan(scan.source(), reads));
  }

  private static boolean has(Scan scan, Scan.Read read) {
    return scan.source().schema().columns().stream()
        .anyMatch(field -> field.fieldId() == read.fieldId());
  }

  private static boolean isOf(Map<Integer, PlanColumn> fields, Scan.Read read) {
    return read.column().type().equals(requireNonNull(fields.get(read.fieldId())).type());
  }

  /** Whether it has all columns of another. */
  boolean covers(Scan one) {
    Map<Integer, PlanColumn> fields = new HashMap<>();
    scan.reads().forEach(read -> fields.put(read.fieldId(), read.column()));
    return one.reads().stream()
        .allMatch(read -> fields.containsKey(read.fieldId()) && isOf(fields, read));
  }

  /** Values of one of the scans as those of this one. */
  List<Expr> values(Scan one, List<Expr> values) {
    Map<PlanColumn, Expr> columns = new HashMap<>();
    one.reads().forEach(read -> columns.put(read.column(), new Expr.Ref(column(read.fieldId()))));
    return values.stream().map(value -> ExprRewrite.columns(value, columns)).toList();
  }

  private PlanColumn column(int fieldId) {
    return scan.reads().stream()
        .filter(read -> read.fieldId() == fieldId)
        .findFirst()
        .orElseThrow()
        .column();
  }

  /** Rows of this scan as those of one of the others. */
  DeltaPlan.PreparedRows rows(Scan one, DeltaPlan.PreparedRows rows) {
    Map<PlanColumn, String> names = new HashMap<>();
    rows.given().forEach(given -> names.put(given.column(), given.name()));
    return new DeltaPlan.PreparedRows(
        rows.name(),
        rows.stored(),
        one.reads().stream()
            .map(
                read ->
                    new DeltaPlan.PreparedRows.Column(
                        read.column(), requireNonNull(names.get(column(read.fieldId())))))
            .toList());
  }
}
