package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.define.DefinePlan;
import io.bergview.define.DefinitionDifference.Cost;
import io.bergview.define.alter.AlterPlan;
import io.bergview.define.alter.LayoutRewrite;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.RefreshProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alterView}. */
@Command(
    name = "alterView",
    aliases = "alter-view",
    header = {"Change a registered view.", ""},
    description = {
      "Changes a registered view: single settings of its refresh and its layout, or with -f its"
          + " whole definition. Reports for each change whether it is free, affects only files"
          + " written from now on, or needs a recompute, and what the next refresh would do. No"
          + " data is read or written, unless --rewrite brings the files of the view into the"
          + " changed layout. If that is stopped, the same command goes on where it ended.",
      "",
      "The files in views/ are not changed. If one of them defines the view differently, the next"
          + " apply changes the view back: edit that file to keep the change.",
      "",
      "Settings: refresh.mode, refresh.schedule, refresh.timezone, refresh.jitter,"
          + " refresh.batchWindow, refresh.strategy, refresh.gracePeriod, refresh.retention,"
          + " refresh.policy, refresh.maxDelta, refresh.eventTypes, refresh.pin, refresh.timeout,"
          + " refresh.retries, refresh.cascade; projection, partitionBy, sortBy, shards, shardKey,"
          + " replication, lookup; publish. Values are written as in a definition; lists as [a, {b:"
          + " desc}]."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview alterView OrderDetails --set refresh.gracePeriod=15m --set refresh.policy=strict",
      "  bergview alterView OrderDetails --set refresh.mode=scheduled --set 'refresh.schedule=0 2 *"
          + " * *'",
      "  bergview alterView OrderDetails --set 'sortBy=[customer_id]' --unset refresh.maxDelta"
          + " --plan",
      "  bergview alterView OrderDetails --set shards=12 --rewrite",
      "  bergview alterView OrderDetails -f new.yaml --plan"
    })
final class AlterViewCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "Set a setting to a value. Repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--unset",
      paramLabel = "SETTING",
      description = "Reset a setting to its default. Repeatable.")
  private List<String> unset = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The view's whole definition: JSON, JSON5 or YAML.")
  private @Nullable Path file;

  @Option(names = "--plan", description = "Only show what would be done.")
  private boolean plan;

  @Option(
      names = "--rewrite",
      description = {
        "Then rewrite files that have another layout, as compactView does. The view can be read and"
            + " refreshed meanwhile."
      })
  private boolean rewrite;

  AlterViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    ViewAlteration alteration = alteration();
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      return withProject(
          drawsProgress() ? bars : RefreshProgress.SILENT, bergview -> alter(bergview, alteration));
    }
  }

  private ExitCode alter(Bergview bergview, ViewAlteration alteration) {
    AlterPlan done = plan ? bergview.planAlterView(alteration) : bergview.alterView(alteration);
    if (!json()) {
      text(done);
    }
    Optional<MaintenanceOutcome<CompactionResult>> rewritten =
        rewrite && !plan && done.rewrite().files() > 0
            ? Optional.of(bergview.compactView(MaintenanceRequest.of(view)))
            : Optional.empty();
    List<CompactionResult> results = rewritten.map(MaintenanceOutcome::done).orElse(List.of());
    if (json()) {
      ObjectNode json = json(done);
      json.putNull("rewritten");
      results.forEach(result -> CompactionText.json(result, json.putObject("rewritten")));
      print(json);
    } else {
      results.forEach(result -> print(result.view() + ": " + CompactionText.line(result)));
      results.forEach(result -> result.remarks().forEach(this::remark));
    }
    return FailedViews.tell(
        root(), rewritten.map(MaintenanceOutcome::failures).orElse(List.of()), true);
  }

  private ViewAlteration alteration() {
    ViewAlteration alteration = ViewAlteration.of(view);
    for (String setting : set) {
      int sign = setting.indexOf('=');
      if (sign < 1) {
        throw new UsageException(
            ErrorCode.USAGE,
            "--set %s names no value; write it as SETTING=VALUE".formatted(setting));
      }
      alteration = alteration.set(setting.substring(0, sign), setting.substring(sign + 1));
    }
    for (String setting : unset) {
      alteration = alteration.unset(setting);
    }
    if (file != null) {
      Path path = console().resolve(file);
      if (!Files.isRegularFile(path)) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND, "There is no file %s".formatted(file));
      }
      return alteration.definition(path);
    }
    if (alteration.settings().isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Nothing to change; use --set SETTING=VALUE, --unset SETTING or --file FILE");
    }
    return alteration;
  }

  private ObjectNode json(AlterPlan done) {
    ObjectNode json = Definitions.json(done.step());
    json.put("applied", !plan);
    ArrayNode changes = json.putArray("changes");
    done.step()
        .changes()
        .forEach(
            change ->
                changes
                    .addObject()
                    .put("setting", change.key())
                    .put("change", change.text())
                    .put("cost", change.cost().name().toLowerCase(Locale.ROOT)));
    json.putObject("nextRefresh")
        .put("kind", done.next().kind())
        .put("reason", done.next().reason())
        .put("message", done.next().message());
    ArrayNode reads = json.putArray("reads");
    done.reads()
        .forEach(
            read ->
                reads
                    .addObject()
                    .put("table", read.table().toString())
                    .put("rows", read.rows())
                    .put("bytes", read.bytes()));
    json.putObject("rewrite")
        .put("files", done.rewrite().files())
        .put("bytes", done.rewrite().bytes());
    json.put("definedOtherwiseIn", done.file().orElse(null));
    return json;
  }

  private void text(AlterPlan done) {
    DefinePlan step = done.step();
    boolean changed = step.action() != DefinePlan.Action.UNCHANGED;
    String what = changed ? (plan ? "would alter" : "altered") : "unchanged";
    print("%-11s %s (table %s)".formatted(what, step.view(), step.table()));
    step.changes()
        .forEach(change -> print("  %s  (%s)".formatted(change.text(), change.cost().words())));
    step.notes().forEach(note -> print("  note: " + note));
    step.warnings().forEach(warning -> print("  warning: " + warning));
    AlterPlan.Next next = done.next();
    print("next refresh: %s. %s: %s".formatted(next.kind(), next.reason(), next.message()));
    if (!done.reads().isEmpty()) {
      print(
          "  it reads "
              + done.reads().stream()
                  .map(AlterViewCommand::read)
                  .collect(Collectors.joining(", ")));
    }
    if (done.rewrite().files() > 0) {
      print("  " + rewrite(step.view(), done.rewrite()));
    } else if (changed
        && step.changes().stream().anyMatch(change -> change.cost() == Cost.NEW_FILES)) {
      print("  existing files are not changed; refreshView --full rewrites them");
    }
    done.file()
        .ifPresent(
            folder ->
                print(
                    "%s defines the view differently: the next apply changes it back; edit that file to keep the change"
                        .formatted(folder)));
    done.note().ifPresent(this::print);
  }

  private String rewrite(String name, LayoutRewrite needed) {
    String files =
        "%s (%s)".formatted(Times.count(needed.files(), "file"), Times.size(needed.bytes()));
    if (rewrite) {
      return (plan ? "would rewrite " : "rewriting ") + files + " into the new layout";
    }
    return "existing files are not changed; compactView %s rewrites %s into the new layout"
        .formatted(name, files);
  }

  private static String read(AlterPlan.Read read) {
    return "%s (%s, %s)"
        .formatted(read.table(), Times.count(read.rows(), "row"), Times.size(read.bytes()));
  }
}
