package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.ComputedValue;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.TypeShapes;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What the paths of filters and values mean: columns of rows, or outputs of groups. */
interface ColumnScope {
  ViewDefinition view();

  TypeSource types();

  /** The value at the end of a path. */
  Expr column(ColumnPath path);

  /**
   * What is null where the value at the end of a path is; of a struct or a list of structs, parts
   * that views cannot hold are left out.
   */
  Expr presence(ColumnPath path);

  /** Whether a path of an expression in SQL begins with a name that there is. */
  boolean begins(ColumnPath path);

  /**
   * A path of an expression in SQL, where case does not matter, in the spelling of what it leads
   * to; where it leads nowhere, unchanged.
   */
  ColumnPath spelled(ColumnPath path);

  /** The value of an output column; an untyped null is text, as in SQL. */
  default Expr computed(ComputedValue computed) {
    Expr value = SqlExpressions.value(computed.expression(), this);
    if (value.type().typeId() == Type.TypeID.UNKNOWN) {
      return new Expr.Constant(null, Types.StringType.get());
    }
    TypeShapes.unsupported("the value", value.type())
        .ifPresent(
            part -> {
              throw failure(
                  ProblemKind.TYPE_UNSUPPORTED,
                  computed.at(),
                  "%s is %s, which views cannot hold".formatted(part.path(), part.type()));
            });
    return value;
  }

  /** The view or query, for messages. */
  default String viewName() {
    return view().shown();
  }

  default DefinitionException failure(ProblemKind kind, String at, String message) {
    return view().origin().failure(kind, at, message);
  }
}
