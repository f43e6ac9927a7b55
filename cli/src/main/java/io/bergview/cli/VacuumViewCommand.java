package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.maintain.VacuumResult.Freed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vacuumView}. */
@Command(
    name = "vacuumView",
    aliases = "vacuum-view",
    header = {"Delete expired snapshots and unreferenced files of views.", ""},
    description = {
      "Expires snapshots that are older than the retention, and deletes the files that only they"
          + " referenced, metadata files that are no longer in the table's log, and orphans: files"
          + " in the view's own folder that have been unreferenced for longer than the setting"
          + " safety-age. The newest snapshots, those of tags and branches, and those that other"
          + " views are derived from are kept. Rows, lineage and state of a view do not change; it"
          + " may be refreshed meanwhile."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview vacuumView --all --dry-run             what would be deleted",
      "  bergview vacuumView --all",
      "  bergview vacuumView DailyRevenue --retention-days 1"
    })
final class VacuumViewCommand extends MaintenanceCommand<VacuumResult> {
  @Option(
      names = "--retention-days",
      paramLabel = "N",
      description =
          "Keep snapshots for N days. Default: what the view's $refresh.retention says, else 7.")
  private @Nullable Integer retentionDays;

  VacuumViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  MaintenanceOutcome<VacuumResult> run(Bergview bergview, MaintenanceRequest request) {
    return bergview.vacuumView(request);
  }

  @Override
  Optional<Duration> retention() {
    if (retentionDays != null && retentionDays < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "--retention-days must be 0 or more, not " + retentionDays);
    }
    return Optional.ofNullable(retentionDays).map(Duration::ofDays);
  }

  @Override
  void text(List<VacuumResult> results) {
    boolean dryRun = results.get(0).dryRun();
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading("VIEW", false),
                new TextTable.Heading("SNAPSHOTS", true),
                new TextTable.Heading("DATA", true),
                new TextTable.Heading("DELETES", true),
                new TextTable.Heading("MANIFESTS", true),
                new TextTable.Heading("STATISTICS", true),
                new TextTable.Heading("METADATA", true),
                new TextTable.Heading("ORPHANS", true),
                new TextTable.Heading(dryRun ? "WOULD FREE" : "FREED", true),
                new TextTable.Heading("SNAPSHOTS KEPT", true)));
    for (VacuumResult result : results) {
      Freed freed = result.freed();
      table.add(
          result.view(),
          number(freed.snapshots()),
          number(freed.dataFiles()),
          number(freed.deleteFiles()),
          number(freed.manifests()),
          number(freed.statisticsFiles()),
          number(freed.metadataFiles()),
          number(freed.orphans()),
          Times.size(freed.bytes()),
          number(result.snapshotsKept()));
    }
    print(table.plain());
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  @Override
  void json(VacuumResult result, ObjectNode json) {
    Freed freed = result.freed();
    json.put("view", result.view())
        .put("dryRun", result.dryRun())
        .put("retention", result.retention().toString())
        .put("snapshotsKept", result.snapshotsKept());
    json.putObject("freed")
        .put("snapshots", freed.snapshots())
        .put("dataFiles", freed.dataFiles())
        .put("deleteFiles", freed.deleteFiles())
        .put("manifests", freed.manifests())
        .put("statisticsFiles", freed.statisticsFiles())
        .put("metadataFiles", freed.metadataFiles())
        .put("orphans", freed.orphans())
        .put("bytes", freed.bytes());
  }

  @Override
  List<String> remarks(VacuumResult result) {
    return result.remarks();
  }

  @Override
  String view(VacuumResult result) {
    return result.view();
  }
}
