package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.plan.Expr;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Types the entries of {@code $groupBy}. */
final class GroupKeys {
  private GroupKeys() {}

  static Expr value(GroupKey key, Scope scope) {
    Expr column = scope.column(key.path());
    if (!column.type().isPrimitiveType()) {
      throw scope
          .tree()
          .failure(
              ProblemKind.WRONG_TYPE,
              key.path(),
              "Cannot group "
                  + scope.tree().view().shown()
                  + " by '"
                  + key.path()
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
      throw scope
          .tree()
          .failure(
              ProblemKind.WRONG_TYPE,
              key.path(),
              "Cannot group "
                  + scope.tree().view().shown()
                  + " by the "
                  + unitName(unit)
                  + " of '"
                  + key.path()
                  + "': it is "
                  + column.type()
                  + (fine ? ", which has no time of day" : ", not a date or timestamp"));
    }
    return new Expr.Truncate(
        column,
        unit,
        key.timezone().orElse(scope.tree().view().timezone()),
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
    if (key.unit().isPresent()) {
      return names.of(key.path()) + "_" + unitName(key.unit().get());
    }
    return names.explicit(key.path()).orElseGet(() -> names.of(key.path()));
  }

  static String source(GroupKey key) {
    return key.unit()
        .map(unit -> unitName(unit) + "(" + key.path() + ")")
        .orElseGet(() -> key.path().toString());
  }

  private static String unitName(TimeUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }
}
