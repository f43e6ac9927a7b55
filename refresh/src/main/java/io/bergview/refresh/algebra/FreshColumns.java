package io.bergview.refresh.algebra;

import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.UniqueCheck;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;

/** Hands out column ids that none of a view's plans has. */
public final class FreshColumns {
  private int last;

  public FreshColumns(ResolvedView view) {
    last = view.plan().highestColumnId();
    for (UniqueCheck check : view.checks()) {
      last = Math.max(last, check.target().highestColumnId());
      last = Math.max(last, check.references().highestColumnId());
    }
  }

  /** A new column. */
  public PlanColumn next(String label, Type type) {
    return new PlanColumn(++last, label, type);
  }

  /** New columns of the same labels and types. */
  public List<PlanColumn> like(List<PlanColumn> columns) {
    List<PlanColumn> fresh = new ArrayList<>();
    columns.forEach(column -> fresh.add(next(column.label(), column.type())));
    return List.copyOf(fresh);
  }
}
