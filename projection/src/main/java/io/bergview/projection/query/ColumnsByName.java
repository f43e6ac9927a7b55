package io.bergview.projection.query;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.syntax.SqlException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * The queries of UNION BY NAME with their columns in one order, that in which names first occur. A
 * column that a query has not is NULL there.
 */
final class ColumnsByName {
  private ColumnsByName() {}

  static List<BoundQuery> aligned(List<BoundQuery> inputs, ColumnIds ids) {
    Map<String, BoundColumn> names = new LinkedHashMap<>();
    List<Map<String, BoundColumn>> byName = new ArrayList<>();
    for (BoundQuery input : inputs) {
      Map<String, BoundColumn> own = new LinkedHashMap<>();
      for (BoundColumn column : input.columns()) {
        String name = column.name().toLowerCase(Locale.ROOT);
        names.putIfAbsent(name, column);
        if (own.put(name, column) != null) {
          throw new SqlException(
              ProblemKind.AMBIGUOUS_COLUMN,
              column.place(),
              "UNION BY NAME needs columns of different names; '%s' occurs twice"
                  .formatted(column.name()));
        }
      }
      byName.add(own);
    }
    List<BoundQuery> aligned = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      aligned.add(aligned(inputs.get(i), byName.get(i), names, byName, ids));
    }
    return aligned;
  }

  private static BoundQuery aligned(
      BoundQuery input,
      Map<String, BoundColumn> own,
      Map<String, BoundColumn> names,
      List<Map<String, BoundColumn>> byName,
      ColumnIds ids) {
    List<Assignment> outputs = new ArrayList<>();
    List<BoundColumn> columns = new ArrayList<>();
    names.forEach(
        (name, first) -> {
          BoundColumn column = own.get(name);
          Type type =
              column == null
                  ? common(name, byName).orElse(first.column().type())
                  : column.column().type();
          Expr value = column == null ? new Expr.Constant(null, type) : ref(column);
          PlanColumn made = ids.next(first.name(), type);
          outputs.add(new Assignment(made, value));
          columns.add(
              new BoundColumn(first.name(), made, column == null ? first.place() : column.place()));
        });
    return new BoundQuery(new Plan.Project(input.plan(), outputs), columns);
  }

  private static Expr ref(BoundColumn column) {
    return new Expr.Ref(column.column());
  }

  /** What a column is where queries have it; empty where its types do not go together. */
  private static Optional<Type> common(String name, List<Map<String, BoundColumn>> byName) {
    List<Expr> values = new ArrayList<>();
    for (Map<String, BoundColumn> own : byName) {
      Optional.ofNullable(own.get(name)).map(ColumnsByName::ref).ifPresent(values::add);
    }
    return Coercion.common(values);
  }
}
