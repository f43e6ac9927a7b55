package io.bergview.projection.plan;

import java.util.HashSet;
import java.util.List;
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
        .append(plan.accept(new OperatorText()))
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
}
