package io.bergview.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.api.Bergview;
import io.bergview.catalog.view.ViewRegistry.Dropped;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.RefusedException;
import io.bergview.staleness.ViewState;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dropView}. */
@Command(
    name = "dropView",
    aliases = "drop-view",
    header = {"Drop a view and its rows.", ""},
    description = {
      "Drops a view from the catalog and deletes its rows. Nothing outside the view's own location"
          + " is deleted; sources and definition files are kept. A view that other views read is"
          + " not dropped."
    },
    footerHeading = "%nExample:%n",
    footer = {"  bergview dropView DailyRevenue --yes"})
final class DropViewCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  @Option(names = "--yes", description = "Do not ask for confirmation.")
  private boolean yes;

  DropViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    return withProject(
        bergview -> {
          if (!yes && !confirmed(bergview.getViewState(view))) {
            throw new RefusedException(
                ErrorCode.POLICY_REFUSED,
                "View %s was not dropped; confirm with --yes".formatted(view));
          }
          drop(bergview);
          return ExitCode.DONE;
        });
  }

  private boolean confirmed(ViewState state) throws IOException {
    return confirmed("Drop view %s and the rows of table %s?".formatted(view, state.table()));
  }

  private void drop(Bergview bergview) {
    Dropped dropped = bergview.dropView(view);
    if (json()) {
      print(
          JsonNodeFactory.instance
              .objectNode()
              .put("view", dropped.view())
              .put("table", dropped.table().toString())
              .put("filesDeleted", dropped.filesDeleted())
              .put("filesKept", dropped.filesKept()));
      return;
    }
    print(
        "dropped %s (table %s), %s deleted"
            .formatted(
                dropped.view(), dropped.table(), Times.count(dropped.filesDeleted(), "file")));
    if (dropped.filesKept() > 0) {
      print(
          "%s outside the view's location, or not deletable, left where they are"
              .formatted(Times.count(dropped.filesKept(), "file")));
    }
  }
}
