package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.plan.Expr;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Types the entries of {@code $groupBy}. */
final class GroupKeys {
  private GroupKeys() {}

  static Expr value(GroupKey key, Scope scope) {
    Expr column = ValueResolver.resolve(key.value(), scope);
    if (!column.type().isPrimitiveType() || column.type().typeId() == Type.TypeID.UNKNOWN) {
      throw scope.failure(
          ProblemKind.WRONG_TYPE,
          at(key),
          "Cannot group "
              + scope.viewName()
              + " by '"
              + text(key)
              + "': it is "
              + column.type()
              + "; group by plain columns, or $unnest a list");
    }
    if (key.unit().isEmpty()) {
      return Aggregates.canonical(column);
    }
    TimeUnit unit = key.unit().get();
    boolean fine = unit == TimeUnit.HOUR || unit == TimeUnit.MINUTE;
    Type.TypeID id = column.type().typeId();
    if (id != Type.TypeID.TIMESTAMP && (id != Type.TypeID.DATE || fine)) {
      throw scope.failure(
          ProblemKind.WRONG_TYPE,
          at(key),
          "Cannot group "
              + scope.viewName()
              + " by the "
              + unitName(unit)
              + " of '"
              + text(key)
              + "': it is "
              + column.type()
              + (fine ? ", which has no time of day" : ", not a date or timestamp"));
    }
    return new Expr.Truncate(
        column,
        unit,
        key.timezone().orElse(scope.view().timezone()),
        fine ? column.type() : Types.DateType.get());
  }

  /**
   * {@code $as}, or the path's name after {@code $flatten}, with {@code _<unit>} for a unit of
   * time.
   */
  static String name(GroupKey key, OutputNames names) {
    if (key.name().isPresent()) {
      return key.name().get();
    }
    ColumnPath path = key.path().orElseThrow();
    if (key.unit().isPresent()) {
      return names.of(path) + "_" + unitName(key.unit().get());
    }
    return names.explicit(path).orElseGet(() -> names.of(path));
  }

  static String source(GroupKey key) {
    return key.unit()
        .map(unit -> unitName(unit) + "(" + text(key) + ")")
        .orElseGet(() -> text(key));
  }

  /** Where in the document its value stands. */
  static String at(GroupKey key) {
    return key.value() instanceof ValueExpression.Sql sql
        ? sql.expression().at()
        : key.path().orElseThrow().at();
  }

  private static String text(GroupKey key) {
    return key.value() instanceof ValueExpression.Sql sql
        ? sql.expression().text()
        : key.path().orElseThrow().toString();
  }

  private static String unitName(TimeUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }
}
