package io.bergview.refresh.full;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.Rows;
import io.bergview.projection.plan.AggregateCall;
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
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the group whose sum does not fit its type, once a refresh has failed, so that the error can
 * name it. A sum that does not even fit the widest decimal is found by its approximation in double.
 */
public final class OverflowDiagnosis {
  private OverflowDiagnosis() {}

  /**
   * The failure to throw: naming the output, its value and its group where they can be found, else
   * the one given.
   */
  public static DataException of(
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
        String fits =
            "TRY_CAST("
                + column(sum.column().id())
                + " AS "
                + sqlType(cast.type())
                + ") IS NOT NULL";
        List<List<@Nullable Object>> found = misfit(sum.column(), fits, aggregate, kernel, from);
        if (!found.isEmpty()) {
          String value = String.valueOf(last(found.get(0)));
          return named(failure, view, output.column(), value, aggregate, found.get(0), cast.type());
        }
      }
    }
    for (AggregateCall call : aggregate.calls()) {
      if (call.kind() == AggregateCall.Kind.SUM
          && call.column().type() instanceof DecimalType type) {
        PlanColumn rough =
            new PlanColumn(call.column().id(), call.column().label(), Types.DoubleType.get());
        String fits = "abs(" + column(rough.id()) + ") < 1e" + (type.precision() - type.scale());
        AggregateCall inDouble =
            new AggregateCall(rough, call.kind(), call.argument(), call.orderBy());
        Plan.Aggregate roughly =
            new Plan.Aggregate(aggregate.input(), aggregate.keys(), List.of(inDouble));
        List<List<@Nullable Object>> found = misfit(rough, fits, roughly, kernel, from);
        if (!found.isEmpty()) {
          String value = "about " + last(found.get(0));
          return named(failure, view, rough, value, roughly, found.get(0), type);
        }
      }
    }
    return failure;
  }

  private static DataException named(
      DataException failure,
      String view,
      PlanColumn output,
      String value,
      Plan.Aggregate aggregate,
      List<@Nullable Object> row,
      Type type) {
    return new DataException(
        ErrorCode.OVERFLOW,
        "View "
            + view
            + ": '"
            + output.label()
            + "' is "
            + value
            + group(aggregate, row)
            + ", which does not fit "
            + type
            + "; nothing was committed. Sum a wider or a smaller type, or filter the rows",
        failure);
  }

  /** A group whose value, not null, does not fit: its keys, then the value. */
  private static List<List<@Nullable Object>> misfit(
      PlanColumn sum,
      String fits,
      Plan.Aggregate aggregate,
      Kernel kernel,
      Function<SourceTable, String> from) {
    List<String> columns = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (Assignment key : aggregate.keys()) {
      columns.add(column(key.column().id()));
      types.add(key.column().type());
    }
    String value = column(sum.id());
    columns.add(value);
    types.add(sum.type());
    String sql =
        "SELECT "
            + String.join(", ", columns)
            + " FROM ("
            + DuckDbSql.select(aggregate, from)
            + ") WHERE "
            + value
            + " IS NOT NULL AND NOT ("
            + fits
            + ") LIMIT 1";
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
