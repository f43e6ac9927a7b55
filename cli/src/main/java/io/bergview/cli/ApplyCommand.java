package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.define.DefinePlan;
import io.bergview.define.ProjectApply;
import io.bergview.errors.ErrorCode.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code apply}. */
@Command(
    name = "apply",
    header = {"Register or alter the views of views/.", ""},
    description = {
      "Makes the catalog match the project: registers the views of views/, and alters those whose"
          + " definition changed. All definitions are checked before the first is registered. A"
          + " registered view that no longer fits its sources is an error, but does not block the"
          + " others. No data is read or written; refreshView does that."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview apply --plan    show what would be done",
      "  bergview apply",
      "  bergview apply --prune   also drop the views that views/ does not define"
    })
final class ApplyCommand extends ProjectCommand {
  @Option(names = "--plan", description = "Only show what would be done.")
  private boolean plan;

  @Option(
      names = "--prune",
      description =
          "Drop registered views that no file defines. Without it they are left alone, and where"
              + " a view does not fit its sources.")
  private boolean prune;

  ApplyCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    return withProject(
        bergview -> {
          ProjectApply.Outcome outcome = plan ? bergview.planApply() : bergview.apply();
          boolean complete = outcome.refused().isEmpty();
          List<String> dropped = prune && complete ? outcome.unlisted() : List.of();
          if (!plan) {
            bergview.dropViews(dropped);
          }
          if (json()) {
            print(json(outcome, dropped));
          } else {
            text(outcome, dropped);
          }
          return refusals(outcome);
        });
  }

  private ExitCode refusals(ProjectApply.Outcome outcome) {
    ErrorReport report = new ErrorReport(root());
    outcome.refused().forEach(refused -> report.report(refused.view(), refused.error()));
    return outcome.refused().isEmpty()
        ? ExitCode.DONE
        : outcome.refused().get(0).error().code().exitCode();
  }

  private ObjectNode json(ProjectApply.Outcome outcome, List<String> dropped) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("applied", !plan);
    ArrayNode steps = json.putArray("steps");
    outcome.steps().forEach(step -> steps.add(Definitions.json(step)));
    ArrayNode unlisted = json.putArray("unlisted");
    outcome.unlisted().forEach(unlisted::add);
    ArrayNode refused = json.putArray("refused");
    outcome.refused().forEach(one -> refused.add(one.view()));
    ArrayNode gone = json.putArray("dropped");
    dropped.forEach(gone::add);
    return json;
  }

  private void text(ProjectApply.Outcome outcome, List<String> dropped) {
    if (outcome.steps().isEmpty()) {
      print("There are no views in views/.");
    }
    for (DefinePlan step : outcome.steps()) {
      Definitions.lines(step, plan).forEach(this::print);
    }
    for (ProjectApply.Refused refused : outcome.refused()) {
      print(
          "left alone  "
              + refused.view()
              + ": its definition does not fit its sources any more, see the error");
    }
    for (String view : outcome.unlisted()) {
      print(
          dropped.contains(view)
              ? (plan ? "would drop  " : "dropped     ") + view
              : "left alone  " + view + ": no file in views/ defines it; --prune drops it");
    }
    if (!plan && outcome.steps().stream().anyMatch(DefinePlan::changesRows)) {
      remark("Next: bergview refreshView --all");
    }
  }
}
