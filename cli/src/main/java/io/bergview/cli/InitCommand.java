package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.Project;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.fixtures.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code init}. */
@Command(
    name = "init",
    header = {"Create a project folder.", ""},
    description = {
      "Creates a project folder: bergview.yaml, entity types in types/, views in views/.",
      "Existing files are never overwritten."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview init shop          a project with the views of a sample shop",
      "  bergview init lake --empty  a project for tables of your own"
    })
final class InitCommand extends ProjectCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "The folder; created if missing. Default: the one given with --project, or the current"
              + " folder.")
  private @Nullable Path directory;

  @Option(names = "--empty", description = "Without the example.")
  private boolean empty;

  InitCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    Path folder = directory == null ? root().directory() : console().resolve(directory);
    if (Files.exists(folder.resolve(Project.FILE))) {
      throw new ConflictException(
          ErrorCode.FILE_EXISTS,
          "There is a project in %s already; choose another folder".formatted(folder));
    }
    ProjectFiles files = new ProjectFiles(folder);
    files.add("types", empty ? Map.of() : Shop.entityTypes());
    files.add("views", empty ? Map.of() : Shop.views());
    files.add("", Map.of(Project.FILE, Project.defaultText()));
    if (json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("project", folder.toString());
      ArrayNode written = json.putArray("written");
      files.written().forEach(written::add);
      ArrayNode kept = json.putArray("kept");
      files.kept().forEach(kept::add);
      print(json);
      return ExitCode.DONE;
    }
    print("Created a project in " + folder);
    files.written().forEach(file -> print("  " + file));
    files.kept().forEach(file -> print("  " + file + " already exists and is left unchanged"));
    if (!root().quiet()) {
      print("");
      nextSteps(folder);
    }
    return ExitCode.DONE;
  }

  private void nextSteps(Path folder) {
    boolean here = folder.equals(console().directory());
    String in =
        Program.name() + (here ? "" : " --project " + Shell.quoted(folder.toString())) + " ";
    print("Next:");
    if (empty) {
      print("  describe tables in types/ and views in views/, then");
    } else {
      print("  " + in + "generate shop       fills the tables of the example");
    }
    print("  " + in + "apply               registers the views of views/");
    print("  " + in + "refreshView --all   computes them");
    print("  " + in + "listViews           shows their state");
  }
}
