package io.bergview.refresh.full;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.Rows;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbSql;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Finds the group whose sum does not fit its type, once a refresh has failed, so that the error can
 * name it.
 */
final class OverflowDiagnosis {
  private OverflowDiagnosis() {}

  /**
   * The failure to throw: naming the output, its value and its group where they can be found, else
   * the one given.
   */
  static DataException of(
      DataException failure,
      String view,
      ResolvedView resolved,
      Kernel kernel,
      Function<SourceTable, String> from) {
    if (failure.code() == ErrorCode.DUPLICATE_KEY
        || !(resolved.plan() instanceof Plan.Project project)
        || !(project.input() instanceof Plan.Aggregate aggregate)) {
      return failure;
    }
    for (Assignment output : project.outputs()) {
      if (output.value() instanceof Expr.Cast cast && cast.value() instanceof Expr.Ref sum) {
        List<List<@Nullable Object>> found = misfit(sum, cast.type(), aggregate, kernel, from);
        if (!found.isEmpty()) {
          return new DataException(
              ErrorCode.OVERFLOW,
              "View "
                  + view
                  + ": '"
                  + output.column().label()
                  + "' is "
                  + last(found.get(0))
                  + group(aggregate, found.get(0))
                  + ", which does not fit "
                  + cast.type()
                  + "; nothing was committed. Sum a wider or a smaller type, or filter the rows",
              failure);
        }
      }
    }
    return failure;
  }

  private static List<List<@Nullable Object>> misfit(
      Expr.Ref sum,
      Type type,
      Plan.Aggregate aggregate,
      Kernel kernel,
      Function<SourceTable, String> from) {
    List<String> columns = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (Assignment key : aggregate.keys()) {
      columns.add(column(key.column().id()));
      types.add(key.column().type());
    }
    String value = column(sum.column().id());
    columns.add(value);
    types.add(sum.type());
    String sql =
        "SELECT "
            + String.join(", ", columns)
            + " FROM ("
            + DuckDbSql.select(aggregate, from)
            + ") WHERE "
            + value
            + " IS NOT NULL AND TRY_CAST("
            + value
            + " AS "
            + sqlType(type)
            + ") IS NULL LIMIT 1";
    try {
      return Rows.read(kernel.query(sql), types);
    } catch (BergviewException theSumItselfOverflows) {
      return List.of();
    }
  }

  private static @Nullable Object last(List<@Nullable Object> row) {
    return row.get(row.size() - 1);
  }

  private static String group(Plan.Aggregate aggregate, List<@Nullable Object> row) {
    List<String> keys = new ArrayList<>();
    List<PlanColumn> columns = aggregate.keys().stream().map(Assignment::column).toList();
    for (int i = 0; i < columns.size(); i++) {
      keys.add(columns.get(i).label() + " = " + row.get(i));
    }
    return keys.isEmpty() ? "" : " for the group " + String.join(", ", keys);
  }
}
