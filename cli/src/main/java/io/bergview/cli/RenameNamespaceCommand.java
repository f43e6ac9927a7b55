package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.namespace.NamespaceRename;
import io.bergview.errors.ErrorCode.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code renameNamespace}. */
@Command(
    name = "renameNamespace",
    aliases = "rename-namespace",
    header = {"Give a namespace another name.", ""},
    description = {
      "Moves the tables of a namespace into one of the new name, one by one, because no catalog can"
          + " do so at once; then drops the empty one. Their files stay where they are. One that"
          + " broke off goes on when it is run again. A namespace that holds views, or whose tables"
          + " views read, is not renamed: their definitions name it. Entity types of the project"
          + " that name the tables are for you to change."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview renameNamespace staging landing --plan",
      "  bergview renameNamespace staging landing"
    })
final class RenameNamespaceCommand extends ProjectCommand {
  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "[catalog.]namespace")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "Its new name, in the same catalog.")
  private String target = "";

  @Option(names = "--plan", description = "Only print what would be moved.")
  private boolean plan;

  RenameNamespaceCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    NamespaceRename rename =
        withProject(
            bergview ->
                plan
                    ? bergview.namespaces().planRename(name, target)
                    : bergview.namespaces().rename(name, target));
    if (json()) {
      ObjectNode json =
          JsonNodeFactory.instance
              .objectNode()
              .put("planned", plan)
              .put("from", rename.from().shown())
              .put("to", rename.to().shown());
      ArrayNode tables = json.putArray("tables");
      rename.tables().forEach(table -> tables.add(table.toString()));
      print(json);
      return ExitCode.DONE;
    }
    rename
        .tables()
        .forEach(
            table ->
                print(
                    "%s table %s to %s"
                        .formatted(plan ? "would move" : "moved", table, rename.to())));
    print(
        "%s namespace %s to %s"
            .formatted(plan ? "would rename" : "renamed", rename.from(), rename.to()));
    return ExitCode.DONE;
  }
}
