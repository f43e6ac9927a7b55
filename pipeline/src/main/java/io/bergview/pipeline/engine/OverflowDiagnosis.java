package io.bergview.pipeline.engine;

import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.Relations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the value that overflowed after a statement has failed, so that the error can name it: the
 * group whose sum it is, or else the output. A sum that does not even fit the widest decimal is
 * found by its approximation in double.
 */
public final class OverflowDiagnosis {
  private static final int MOST_OUTPUTS = 200;

  private final String subject;
  private final String consequence;
  private final DataException failure;
  private final EngineSession session;
  private final Relations from;

  private OverflowDiagnosis(
      String subject,
      String consequence,
      DataException failure,
      EngineSession session,
      Relations from) {
    this.subject = subject;
    this.consequence = consequence;
    this.failure = failure;
    this.session = session;
    this.from = from;
  }

  /**
   * The failure of a refresh to throw: with the output, and its value and group if they can be
   * found, otherwise the given one.
   *
   * @param from the relation of each source
   */
  public static DataException ofView(
      DataException failure,
      String view,
      ResolvedView resolved,
      EngineSession session,
      Relations from) {
    return new OverflowDiagnosis("View " + view, "; nothing was committed", failure, session, from)
        .explained(resolved);
  }

  /**
   * As {@link #ofView}, of a query.
   *
   * @param query for messages: {@code The query of Order}
   */
  public static DataException ofQuery(
      DataException failure,
      String query,
      ResolvedView resolved,
      EngineSession session,
      Relations from) {
    return new OverflowDiagnosis(query, "", failure, session, from).explained(resolved);
  }

  private DataException explained(ResolvedView resolved) {
    if (failure.code() != ErrorCode.OVERFLOW && failure.code() != ErrorCode.VALUE_INVALID) {
      return failure;
    }
    return groupOf(resolved).or(() -> outputOf(resolved)).orElse(failure);
  }

  private Optional<DataException> groupOf(ResolvedView resolved) {
    if (!(resolved.plan() instanceof Plan.Project project)
        || !(project.input() instanceof Plan.Aggregate aggregate)) {
      return Optional.empty();
    }
    for (Assignment output : project.outputs()) {
      if (output.value() instanceof Expr.Cast cast && cast.value() instanceof Expr.Ref sum) {
        String fits =
            "TRY_CAST("
                + column(sum.column().id())
                + " AS "
                + session.dialect().type(cast.type())
                + ") IS NOT NULL";
        List<List<@Nullable Object>> found = misfit(sum.column(), fits, aggregate);
        if (!found.isEmpty()) {
          String value = String.valueOf(last(found.get(0)));
          return Optional.of(
              named(shown(output, resolved), value, aggregate, found.get(0), cast.type()));
        }
      }
    }
    return aggregate.calls().stream()
        .flatMap(call -> decimal(call, aggregate, summed(call, project, resolved)).stream())
        .findFirst();
  }

  private static String shown(Assignment output, ResolvedView resolved) {
    return resolved.columns().stream()
        .filter(column -> column.column().id() == output.column().id())
        .map(column -> "'" + column.name() + "'")
        .findFirst()
        .orElse("'" + output.column().label() + "'");
  }

  /** The sum itself, or the sum that an output such as an average is derived from. */
  private static String summed(AggregateCall call, Plan.Project project, ResolvedView resolved) {
    return project.outputs().stream()
        .filter(output -> ExprColumns.of(output.value()).contains(call.column()))
        .map(
            output ->
                (output.value() instanceof Expr.ExactAverage ? "the sum for " : "")
                    + shown(output, resolved))
        .findFirst()
        .orElse("'" + call.column().label() + "'");
  }

  private Optional<DataException> decimal(
      AggregateCall call, Plan.Aggregate aggregate, String output) {
    if (call.kind() != AggregateCall.AggregateFunction.SUM
        || !(call.column().type() instanceof DecimalType type)) {
      return Optional.empty();
    }
    PlanColumn rough =
        new PlanColumn(call.column().id(), call.column().label(), Types.DoubleType.get());
    String fits = "abs(" + column(rough.id()) + ") < 1e" + (type.precision() - type.scale());
    AggregateCall inDouble = new AggregateCall(rough, call.kind(), call.argument(), call.orderBy());
    Plan.Aggregate roughly =
        new Plan.Aggregate(aggregate.input(), aggregate.keys(), List.of(inDouble));
    List<List<@Nullable Object>> found = misfit(rough, fits, roughly);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(named(output, "about " + last(found.get(0)), roughly, found.get(0), type));
  }

  private DataException named(
      String output,
      String value,
      Plan.Aggregate aggregate,
      List<@Nullable Object> row,
      Type type) {
    return new DataException(
        ErrorCode.OVERFLOW,
        "%s: %s is %s%s, which does not fit %s%s. Sum a wider or a smaller type, or filter the rows"
            .formatted(subject, output, value, group(aggregate, row), type, consequence),
        failure);
  }

  /** The first output that fails when it is computed alone. */
  private Optional<DataException> outputOf(ResolvedView resolved) {
    String rows = session.select(resolved.plan(), from);
    for (OutputColumn output :
        resolved.columns().subList(0, Math.min(MOST_OUTPUTS, resolved.columns().size()))) {
      try {
        session.rows(
            "SELECT CAST(max(%s) AS %s) FROM (%s) AS q"
                .formatted(
                    session.dialect().hash(List.of(column(output.column().id()))),
                    session.dialect().type(Types.StringType.get()),
                    rows),
            List.of(Types.StringType.get()));
      } catch (DataException e) {
        return Optional.of(
            new DataException(
                e.code(),
                "%s: '%s' cannot be computed: %s%s. Compute with smaller values, or filter the rows"
                    .formatted(subject, output.name(), e.getMessage(), consequence),
                failure));
      } catch (BergviewException another) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** A group whose value, not null, does not fit: its keys, then the value. */
  private List<List<@Nullable Object>> misfit(
      PlanColumn sum, String fits, Plan.Aggregate aggregate) {
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
            + session.select(aggregate, from)
            + ") WHERE "
            + value
            + " IS NOT NULL AND NOT ("
            + fits
            + ") LIMIT 1";
    try {
      return session.rows(sql, types);
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
