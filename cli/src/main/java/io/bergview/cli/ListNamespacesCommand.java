package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.catalog.namespace.ListedNamespace;
import io.bergview.errors.ErrorCode.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code listNamespaces}. */
@Command(
    name = "listNamespaces",
    aliases = "list-namespaces",
    header = {"List the namespaces of the catalogs.", ""},
    description = {
      "Lists the namespaces of all catalogs, those below others too: how many tables and views are"
          + " in each, and whether it is protected."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bergview listNamespaces", "  bergview listNamespaces prod --json"})
final class ListNamespacesCommand extends ProjectCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "CATALOG",
      description = "Only the namespaces of these catalogs. Default: of all.")
  private List<String> catalogs = new ArrayList<>();

  ListNamespacesCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    List<ListedNamespace> listed =
        withProject(bergview -> bergview.namespaces().list(catalogs.toArray(String[]::new)));
    if (json()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (ListedNamespace one : listed) {
        array
            .addObject()
            .put("namespace", one.name().shown())
            .put("catalog", one.name().catalog())
            .put("tables", one.tables())
            .put("views", one.views())
            .put("protected", one.keptFromDrops());
      }
      print(array);
    } else if (listed.isEmpty()) {
      print("There are no namespaces in the catalogs.");
    } else {
      print(table(listed).plain());
    }
    return ExitCode.DONE;
  }

  private static TextTable table(List<ListedNamespace> listed) {
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading("NAMESPACE", false),
                new TextTable.Heading("TABLES", true),
                new TextTable.Heading("VIEWS", true),
                new TextTable.Heading("PROTECTED", false)));
    for (ListedNamespace one : listed) {
      table.add(
          one.name().shown(),
          number(one.tables()),
          number(one.views()),
          one.keptFromDrops() ? "yes" : one.canBeProtected() ? "no" : "cannot be");
    }
    return table;
  }

  private static String number(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
