package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.catalog.namespace.NamespaceDrop;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.RefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dropNamespace}. */
@Command(
    name = "dropNamespace",
    aliases = "drop-namespace",
    header = {"Drop a namespace.", ""},
    description = {
      "Drops a namespace that is empty; with --cascade all that is in it too, after it has listed"
          + " that and asked: views with their files; tables are taken out of the catalog, their"
          + " files stay where they are, but in a Hadoop catalog, whose tables are their folders."
          + " Nothing is dropped where a view elsewhere reads one of the tables."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview dropNamespace staging",
      "  bergview dropNamespace staging --cascade --plan     what would be dropped",
      "  bergview dropNamespace staging --cascade --yes"
    })
final class DropNamespaceCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAMESPACE", description = "[catalog.]namespace")
  private String name = "";

  @Option(names = "--cascade", description = "Drop what is in it and below it too.")
  private boolean cascade;

  @Option(names = "--plan", description = "Only print what would be dropped.")
  private boolean plan;

  @Option(names = "--yes", description = "Do not ask for confirmation.")
  private boolean yes;

  DropNamespaceCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    return withProject(
        bergview -> {
          if (plan) {
            print(bergview.namespaces().planDrop(name));
          } else if (cascade) {
            cascade(bergview);
          } else {
            print(bergview.namespaces().drop(name));
          }
          return ExitCode.DONE;
        });
  }

  private void cascade(Bergview bergview) throws Exception {
    NamespaceDrop planned = bergview.namespaces().planDrop(name);
    if (!planned.isEmpty() && !yes) {
      lines(planned, "would drop").forEach(this::remark);
      if (!confirmed("Drop namespace %s with all that is listed above?".formatted(name))) {
        throw new RefusedException(
            ErrorCode.POLICY_REFUSED,
            "Namespace %s was not dropped; confirm with --yes".formatted(name));
      }
    }
    print(bergview.namespaces().dropWithContents(name));
  }

  private void print(NamespaceDrop drop) {
    if (!json()) {
      lines(drop, plan ? "would drop" : "dropped").forEach(this::print);
      return;
    }
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("planned", plan)
            .put("namespace", drop.name().shown());
    names(json.putArray("namespaces"), drop.namespaces());
    names(json.putArray("views"), drop.views());
    names(json.putArray("tables"), drop.tables());
    names(json.putArray("engineViews"), drop.engineViews());
    print(json.put("keepsFiles", drop.keepsFiles()));
  }

  private static void names(ArrayNode array, Collection<?> names) {
    names.forEach(one -> array.add(one.toString()));
  }

  private static List<String> lines(NamespaceDrop drop, String doing) {
    List<String> lines = new ArrayList<>();
    drop.views().forEach(view -> lines.add("%s view %s and its files".formatted(doing, view)));
    drop.tables()
        .forEach(
            table ->
                lines.add(
                    "%s table %s, %s"
                        .formatted(
                            doing,
                            table,
                            drop.keepsFiles() ? "its files stay" : "with its folder")));
    drop.engineViews().forEach(view -> lines.add("%s engine's view %s".formatted(doing, view)));
    drop.namespaces().forEach(one -> lines.add("%s namespace %s".formatted(doing, one)));
    return lines;
  }
}
