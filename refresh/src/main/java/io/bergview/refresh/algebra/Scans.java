package io.bergview.refresh.algebra;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** The places of a plan where tables are read. */
final class Scans {
  private Scans() {}

  /** The scan with columns of these field ids among those that it reads. */
  static Scan reading(Scan scan, List<Integer> fieldIds, FreshColumns columns) {
    List<Scan.Read> reads = new ArrayList<>(scan.reads());
    for (int fieldId : fieldIds) {
      if (find(scan, fieldId).isEmpty()) {
        Types.NestedField field = scan.source().schema().findField(fieldId);
        reads.add(new Scan.Read(columns.next(field.name(), field.type()), fieldId));
      }
    }
    return new Scan(scan.source(), reads);
  }

  /** The columns of these field ids, which the scan reads. */
  static List<Expr> values(Scan scan, List<Integer> fieldIds) {
    List<Expr> values = new ArrayList<>();
    fieldIds.forEach(
        id -> values.add(new Expr.Ref(find(scan, id).orElseThrow(IllegalStateException::new))));
    return List.copyOf(values);
  }

  private static Optional<PlanColumn> find(Scan scan, int fieldId) {
    return scan.reads().stream()
        .filter(read -> read.fieldId() == fieldId)
        .map(Scan.Read::column)
        .findFirst();
  }

  /** Rows whose columns are called by field ids, instead of a scan. */
  static DeltaPlan.PreparedRows given(String name, boolean stored, Scan scan) {
    return new DeltaPlan.PreparedRows(
        name,
        stored,
        scan.reads().stream()
            .map(read -> new DeltaPlan.PreparedRows.Column(read.column(), "c" + read.fieldId()))
            .toList());
  }

  /** A projection that names no more columns of given rows than it needs. */
  static Plan project(Plan input, List<Assignment> outputs) {
    if (!(input instanceof DeltaPlan.PreparedRows given)) {
      return new Plan.Project(input, outputs);
    }
    Set<PlanColumn> needed = new HashSet<>();
    outputs.forEach(output -> needed.addAll(ExprColumns.of(output.value())));
    return new Plan.Project(
        new DeltaPlan.PreparedRows(
            given.name(),
            given.stored(),
            given.given().stream().filter(column -> needed.contains(column.column())).toList()),
        outputs);
  }

  /** By relation the names of the columns that a plan reads of given rows. */
  static Map<String, Set<String>> given(Plan plan) {
    Map<String, Set<String>> columns = new HashMap<>();
    plan.operators()
        .filter(DeltaPlan.PreparedRows.class::isInstance)
        .map(DeltaPlan.PreparedRows.class::cast)
        .forEach(
            given -> {
              Set<String> names = columns.computeIfAbsent(given.name(), unused -> new HashSet<>());
              given.given().forEach(column -> names.add(column.name()));
            });
    return columns;
  }

  /** The source with exactly the columns of these field ids, as far as it has them. */
  static SourceTable cut(SourceTable source, List<Integer> fieldIds) {
    return source.with(
        new Schema(
            source.schema().columns().stream()
                .filter(field -> fieldIds.contains(field.fieldId()))
                .toList()));
  }
}
