package io.bergview.projection.plan;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Plan.JoinKey;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A plan as an indented tree, one operator per line, inputs below: for {@code explainView}. */
public final class PlanPrinter {
  private PlanPrinter() {}

  public static String print(Plan plan) {
    StringBuilder text = new StringBuilder();
    print(plan, "", "", new HashSet<>(), text);
    return text.toString();
  }

  private static void print(
      Plan plan, String first, String rest, Set<PlanColumn> numbered, StringBuilder text) {
    boolean again = plan instanceof Plan.AssignUniqueId shared && !numbered.add(shared.number());
    text.append(first)
        .append(describe(plan))
        .append(again ? " (the same as above)" : "")
        .append('\n');
    if (again) {
      return;
    }
    List<Plan> inputs = plan.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      boolean last = i == inputs.size() - 1;
      print(
          inputs.get(i),
          rest + (last ? "└─ " : "├─ "),
          rest + (last ? "   " : "│  "),
          numbered,
          text);
    }
  }

  private static String describe(Plan plan) {
    if (plan instanceof Plan.Scan scan) {
      return "Scan "
          + scan.source().table()
          + " ["
          + scan.reads().stream()
              .map(read -> scan.source().schema().findColumnName(read.fieldId()))
              .collect(joining(", "))
          + "]";
    }
    if (plan instanceof Plan.LeftJoin lookup) {
      return "Lookup (to-one, left join) on " + keys(lookup.on());
    }
    if (plan instanceof Plan.JoinToMany fan) {
      return "Unnest relation"
          + (fan.keepEmpty() ? " (keeping rows without any)" : "")
          + " on "
          + keys(fan.on());
    }
    if (plan instanceof Plan.NestedAggregate gather) {
      return "Gather (to-many) on " + keys(gather.on()) + " [" + calls(gather.calls()) + "]";
    }
    if (plan instanceof Plan.AssignUniqueId) {
      return "Number rows";
    }
    if (plan instanceof Plan.UnnestElements elements) {
      return "Elements of " + print(elements.list());
    }
    if (plan instanceof Plan.Unnest unnest) {
      return "Unnest "
          + print(unnest.list())
          + (unnest.keepEmpty() ? " (keeping rows without any)" : "");
    }
    if (plan instanceof Plan.Extend extend) {
      return "Extend ["
          + extend.added().stream().map(added -> added.column().label()).collect(joining(", "))
          + "]";
    }
    if (plan instanceof Plan.Filter filter) {
      return "Filter " + print(filter.predicate());
    }
    if (plan instanceof Plan.Aggregate aggregate) {
      String by =
          aggregate.keys().isEmpty()
              ? "grand total"
              : "by "
                  + aggregate.keys().stream().map(key -> print(key.value())).collect(joining(", "));
      return "Aggregate " + by + " [" + calls(aggregate.calls()) + "]";
    }
    if (plan instanceof Plan.Project project) {
      return "Project ["
          + project.outputs().stream().map(output -> output.column().label()).collect(joining(", "))
          + "]";
    }
    if (plan instanceof RollUp groups) {
      String by =
          groups.keys().isEmpty()
              ? "to a grand total"
              : "by "
                  + groups.keys().stream().map(key -> print(key.value())).collect(joining(", "));
      return "Roll groups up "
          + by
          + " ["
          + calls(groups.parts().stream().map(RollUp.Part::call).toList())
          + "]";
    }
    if (plan instanceof DeltaPlan delta) {
      return describe(delta);
    }
    throw new IllegalStateException("unknown operator " + plan);
  }

  private static String describe(DeltaPlan plan) {
    if (plan instanceof DeltaPlan.PreparedRows given) {
      return "Rows of " + given.relation();
    }
    if (plan instanceof DeltaPlan.SemiJoin join) {
      return "Only where "
          + keys(join.on())
          + (join.match() == DeltaPlan.Match.NOT_DISTINCT ? ", null being a value" : "");
    }
    if (plan instanceof DeltaPlan.Union) {
      return "All of";
    }
    if (plan instanceof DeltaPlan.MergedGroups merged) {
      return "Merge groups [" + calls(merged.calls()) + "]: stored, removed, added";
    }
    return "Computed once";
  }

  private static String keys(List<JoinKey> on) {
    return on.stream()
        .map(key -> print(key.input()) + " = " + print(key.other()))
        .collect(joining(" and "));
  }

  private static String calls(List<AggregateCall> calls) {
    return calls.stream()
        .map(
            call ->
                call.kind().name().toLowerCase(Locale.ROOT)
                    + (call.kind() == AggregateCall.AggregateFunction.COUNT_ROWS
                        ? ""
                        : "(" + print(call.argument()) + ")"))
        .collect(joining(", "));
  }

  /** An expression for display, by the labels of its columns. */
  static String print(Expr value) {
    if (value instanceof Expr.Ref ref) {
      return ref.column().label();
    }
    if (value instanceof Expr.Field field) {
      return print(field.struct()) + "." + field.name();
    }
    if (value instanceof Expr.FieldOfEach each) {
      return print(each.list())
          + "[]"
          + each.path().stream().map(name -> "." + name).collect(joining());
    }
    if (value instanceof Expr.Constant constant) {
      return constant.value() instanceof String text
          ? "'" + text + "'"
          : String.valueOf(constant.value());
    }
    if (value instanceof Expr.Cond cond) {
      return "if "
          + print(cond.test())
          + " then "
          + print(cond.then())
          + " else "
          + print(cond.otherwise());
    }
    if (value instanceof Expr.Arithmetic arithmetic) {
      return arithmetic.operator().name().toLowerCase(Locale.ROOT)
          + "("
          + print(arithmetic.left())
          + ", "
          + print(arithmetic.right())
          + ")";
    }
    if (value instanceof Expr.Cast cast) {
      return print(cast.value());
    }
    if (value instanceof Expr.Truncate truncate) {
      return truncate.unit().name().toLowerCase(Locale.ROOT) + "(" + print(truncate.value()) + ")";
    }
    if (value instanceof Expr.Canonical canonical) {
      return print(canonical.value());
    }
    return value.getClass().getSimpleName();
  }

  private static String symbol(Operator operator) {
    return switch (operator) {
      case EQ -> "=";
      case GT -> ">";
      case GTE -> ">=";
      case LT -> "<";
      case LTE -> "<=";
    };
  }

  private static String print(Pred predicate) {
    if (predicate instanceof Pred.And and) {
      return and.terms().stream().map(PlanPrinter::print).collect(joining(" and ", "(", ")"));
    }
    if (predicate instanceof Pred.Or or) {
      return or.terms().isEmpty()
          ? "false"
          : or.terms().stream().map(PlanPrinter::print).collect(joining(" or ", "(", ")"));
    }
    if (predicate instanceof Pred.Not not) {
      return "not " + print(not.term());
    }
    if (predicate instanceof Pred.Compare compare) {
      return print(compare.value())
          + " "
          + symbol(compare.operator())
          + " "
          + print(compare.constant());
    }
    if (predicate instanceof Pred.In in) {
      return print(in.value()) + " in " + in.constants().stream().map(PlanPrinter::print).toList();
    }
    if (predicate instanceof Pred.IsNull isNull) {
      return print(isNull.value()) + " is null";
    }
    if (predicate instanceof Pred.StartsWith starts) {
      return print(starts.value()) + " starts with '" + starts.prefix() + "'";
    }
    throw new IllegalStateException("unknown predicate " + predicate);
  }
}
