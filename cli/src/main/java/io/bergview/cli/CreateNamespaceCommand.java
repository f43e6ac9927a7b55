package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.namespace.NamespaceName;
import io.bergview.errors.ErrorCode.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code createNamespace}. */
@Command(
    name = "createNamespace",
    aliases = "create-namespace",
    header = {"Create a namespace in a catalog.", ""},
    description = {
      "Creates a namespace, with those above it that do not exist. Imports and views create those"
          + " that they need themselves."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview createNamespace staging",
      "  bergview createNamespace prod.sales.daily --plan     in the catalog 'prod'"
    })
final class CreateNamespaceCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAMESPACE", description = "[catalog.]namespace")
  private String name = "";

  @Option(names = "--plan", description = "Only print what would be created.")
  private boolean plan;

  CreateNamespaceCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    List<NamespaceName> made =
        withProject(
            bergview ->
                plan ? bergview.namespaces().planCreate(name) : bergview.namespaces().create(name));
    if (json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("planned", plan);
      ArrayNode created = json.putArray("created");
      made.forEach(one -> created.add(one.shown()));
      print(json);
    } else {
      made.forEach(one -> print((plan ? "would create namespace " : "created namespace ") + one));
    }
    return ExitCode.DONE;
  }
}
