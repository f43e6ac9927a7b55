package io.bergview.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.errors.ErrorCode.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code protectNamespace}. */
@Command(
    name = "protectNamespace",
    aliases = "protect-namespace",
    header = {"Let nothing in a namespace be dropped or replaced.", ""},
    description = {
      "Sets the property bergview.protected=true of a namespace. From then on no command drops the"
          + " namespace, one above it, a view in it, or replaces the rows of a table there by an"
          + " import, until --off. Refreshes go on. Other engines do not know the property."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview protectNamespace shop",
      "  bergview protectNamespace shop --off     end that"
    })
final class ProtectNamespaceCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAMESPACE", description = "[catalog.]namespace")
  private String name = "";

  @Option(
      names = {"--off", "--unprotect"},
      description = "End the protection.")
  private boolean off;

  ProtectNamespaceCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    boolean changed =
        withProject(
            bergview ->
                off ? bergview.namespaces().unprotect(name) : bergview.namespaces().protect(name));
    if (json()) {
      print(
          JsonNodeFactory.instance
              .objectNode()
              .put("namespace", name)
              .put("protected", !off)
              .put("changed", changed));
    } else {
      print(
          "namespace %s is %s%s"
              .formatted(name, changed ? "" : "as before ", off ? "not protected" : "protected"));
    }
    return ExitCode.DONE;
  }
}
