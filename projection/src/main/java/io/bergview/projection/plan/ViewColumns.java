package io.bergview.projection.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The columns of a view's table, under ids that a query's plan does not have. */
public final class ViewColumns {
  private final SourceTable stored;
  private final Map<PlanColumn, Integer> fieldIds = new LinkedHashMap<>();
  private final Map<String, PlanColumn> byName = new LinkedHashMap<>();
  private int last;

  /**
   * @param stored the view's table, with its hidden column
   */
  public ViewColumns(SourceTable stored, ResolvedView query) {
    this.stored = stored;
    this.last = query.plan().highestColumnId();
    for (Types.NestedField field : stored.schema().columns()) {
      PlanColumn column = next(field.name(), field.type());
      byName.put(field.name(), column);
      fieldIds.put(column, field.fieldId());
    }
  }

  /** A column of the view by name. */
  public Optional<Expr> column(String name) {
    return Optional.ofNullable(byName.get(name)).map(Expr.Ref::new);
  }

  /** A column that no other plan has. */
  public PlanColumn next(String label, Type type) {
    return new PlanColumn(++last, label, type);
  }

  /** The view's rows, with some of its columns. */
  public Plan.Scan scan(Collection<PlanColumn> columns) {
    List<Plan.Scan.Read> reads = new ArrayList<>();
    fieldIds.forEach(
        (column, id) -> {
          if (columns.contains(column)) {
            reads.add(new Plan.Scan.Read(column, id));
          }
        });
    return new Plan.Scan(stored, reads);
  }
}
