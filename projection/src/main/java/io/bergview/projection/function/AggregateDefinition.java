package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SortOrder;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.iceberg.types.Type;

/** A function over the values of a group of rows. */
public interface AggregateDefinition {
  String name();

  /**
   * The aggregate of a group.
   *
   * @param label for display, of the columns that are made
   * @param orderBy of the values within the group; empty where the call names none
   * @param columns makes a column of a label and a type
   * @throws FunctionException where the aggregate does not take these arguments
   */
  AggregateParts bind(
      String label,
      List<Expr> arguments,
      boolean distinct,
      List<SortOrder> orderBy,
      BiFunction<String, Type, PlanColumn> columns);

  /**
   * The same aggregate over the frame of each row.
   *
   * @throws FunctionException where it does not take these arguments, or is not available as a
   *     window function
   */
  WindowParts overWindow(List<Expr> arguments);

  /**
   * Whether FILTER may follow its DuckDB form. Others, which take no notice of nulls, get null
   * where the filter is not true.
   */
  default boolean takesFilter() {
    return false;
  }

  FunctionDocs docs();
}
