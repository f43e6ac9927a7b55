package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.RefreshProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that maintains the tables of views. */
abstract class MaintenanceCommand<T> extends ProjectCommand {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "The views.")
  private List<String> views = new ArrayList<>();

  @Option(names = "--all", description = "Every registered view.")
  private boolean all;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  MaintenanceCommand(BergviewCommand root) {
    super(root);
  }

  abstract MaintenanceOutcome<T> run(Bergview bergview, MaintenanceRequest request);

  abstract void text(List<T> results);

  abstract void json(T result, ObjectNode json);

  /** What was left undone with a view. */
  abstract List<String> remarks(T result);

  abstract String view(T result);

  /** How long snapshots are to be kept, where that was said. */
  Optional<Duration> retention() {
    return Optional.empty();
  }

  @Override
  final ExitCode run() throws Exception {
    if (all != views.isEmpty()) {
      throw new UsageException(ErrorCode.USAGE, "Name the views, or use --all, but not both");
    }
    MaintenanceRequest request = new MaintenanceRequest(views, all, retention(), dryRun);
    MaintenanceOutcome<T> outcome;
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      outcome =
          withProject(
              drawsProgress() ? bars : RefreshProgress.SILENT, bergview -> run(bergview, request));
    }
    if (json()) {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      for (T result : outcome.done()) {
        ObjectNode object = json.addObject();
        json(result, object);
        ArrayNode remarks = object.putArray("remarks");
        remarks(result).forEach(remarks::add);
      }
      print(json);
    } else if (!outcome.done().isEmpty()) {
      text(outcome.done());
      outcome.done().forEach(this::printRemarks);
    } else if (outcome.failures().isEmpty()) {
      print("No views are registered; 'bergview apply' registers those of views/.");
    }
    return FailedViews.tell(root(), outcome.failures(), views.size() == 1);
  }

  private void printRemarks(T result) {
    remarks(result).forEach(remark -> remark(view(result) + ": " + remark));
  }
}
